/// The agent's values and the rewards over an episode (F11), a strip for each.
package struct ValuesPanel {
  private struct Strip {
    var title: String
    var values: [Float]
    var color: PanelColor
    var band: (low: [Float], high: [Float])?
    var hasZero = false
  }

  private let strips: [Strip]
  /// Steps that the axis is long.
  private let count: Int
  private let firstFrame: Int
  /// The frame that is marked.
  private let shown: Int

  /// - Parameters:
  ///   - count: steps that the axis is long.
  ///   - shown: the frame that is marked.
  package init(_ trace: ValueTrace, count: Int, shown: Int, colors: PanelColors) {
    var strips: [Strip] = []
    if !trace.values.isEmpty {
      strips = [
        Strip(
          title: "V and Q", values: trace.values, color: colors.value,
          band: (trace.smallestQ, trace.largestQ)),
        Strip(
          title: "advantage", values: trace.advantages, color: colors.good, hasZero: true),
      ]
    }
    strips.append(
      Strip(title: "reward", values: trace.rewards, color: colors.accent, hasZero: true))
    self.strips = strips
    self.count = max(1, count)
    firstFrame = trace.firstFrame
    self.shown = shown
  }

  package var stripCount: Int { strips.count }

  private func labelWidth(_ surface: some PanelSurface) -> Float {
    max(128 * surface.scale, surface.width(of: "advantage -0.0000"))
  }

  private func plot(in area: PanelArea, _ surface: some PanelSurface) -> PanelArea {
    let left = labelWidth(surface)
    return PanelArea(x: area.x + left, y: area.y, width: area.width - left, height: area.height)
  }

  /// A strip with its name, the value of the frame that is marked, and the range.
  package func draw(_ index: Int, in area: PanelArea, on surface: inout some PanelSurface) {
    let (strip, scale, colors) = (strips[index], surface.scale, surface.colors)
    let plot = plot(in: area, surface)
    surface.fill(plot, colors.paper, rounding: 3 * scale)
    let (low, high) = Self.range(of: strip)
    func x(_ index: Int) -> Float { plot.x + Float(index) / Float(count) * plot.width }
    func y(_ value: Float) -> Float {
      let share = value.isFinite ? (value - low) / (high - low) : 0
      return plot.bottom - 3 * scale - share * (plot.height - 6 * scale)
    }
    if strip.hasZero {
      surface.line(
        PanelPoint(plot.x, y(0)), PanelPoint(plot.right, y(0)), colors.grid, width: 1)
    }
    if let band = strip.band {
      let wide = max(1, plot.width / Float(count))
      for i in band.low.indices {
        let (top, bottom) = (y(band.high[i]), y(band.low[i]))
        surface.fill(
          PanelArea(x: x(i) - wide / 2, y: top, width: wide, height: bottom - top), colors.band,
          rounding: 0)
      }
    }
    surface.line(
      strip.values.indices.map { PanelPoint(x($0), y(strip.values[$0])) }, strip.color,
      width: 1.4 * scale)
    let now = shown - firstFrame
    surface.line(
      PanelPoint(x(now), plot.y), PanelPoint(x(now), plot.bottom), colors.bright,
      width: 1.5 * scale)

    let right = plot.x - 8 * scale
    surface.write(strip.title, at: PanelPoint(area.x, area.y), colors.bright, limit: right)
    if strip.values.indices.contains(now) {
      surface.write(strip.values[now].brief, rightAt: right, y: area.y, strip.color)
    }
    surface.write(
      "\(low.brief) to \(high.brief)", at: PanelPoint(area.x, area.y + surface.lineHeight),
      colors.dim, limit: plot.x)
  }

  private static func range(of strip: Strip) -> (low: Float, high: Float) {
    var values = strip.values + (strip.band.map { $0.low + $0.high } ?? [])
    if strip.hasZero { values.append(0) }
    let finite = values.filter(\.isFinite)
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    return high - low < 1e-6 ? (low - 0.5, high + 0.5) : (low, high)
  }

  /// The frame at a place of a strip; nil beside its plot.
  package func frame(atX x: Float, in area: PanelArea, _ surface: some PanelSurface) -> Int? {
    let plot = plot(in: area, surface)
    let share = (x - plot.x) / plot.width
    guard share >= 0 else { return nil }
    return firstFrame + (share * Float(count)).rounded().wholeNumber(in: 0...count)
  }
}

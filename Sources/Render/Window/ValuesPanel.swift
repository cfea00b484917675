import CIDQLImGui
import IDQLRender

extension Panels {
  /// F11: the agent's values and the rewards over the episode. A click seeks to a frame.
  func drawValues(_ place: idql_gui_point, _ size: idql_gui_point) {
    idql_gui_begin("values", place, size, 0.88)
    defer { idql_gui_end() }
    let trace = state.insight.values
    let recording = state.recording
    let limit = recording.frameLimit == nil ? recording.environment.spec.stepLimit : 0
    let count = max(limit, recording.lastFrame - trace.firstFrame, 1)
    let strips = trace.values.isEmpty ? 1 : 3
    let height = (size.y - 16 * scale - Float(strips - 1) * 4 * scale) / Float(strips)
    let labelWidth = 128 * scale
    let plotWidth = idql_gui_available_width() - labelWidth
    let lineHeight = idql_gui_line_height() * 0.9

    func strip(
      _ title: String, _ series: [(values: [Float], color: UInt32)],
      band: ([Float], [Float])? = nil,
      hasZero: Bool = false
    ) {
      let corner = idql_gui_canvas(title, Gui.point(labelWidth + plotWidth, height))
      let left = corner.x + labelWidth
      idql_gui_rectangle(
        Gui.point(left, corner.y), Gui.point(left + plotWidth, corner.y + height), Gui.paper,
        3 * scale, true)
      var values = series.flatMap(\.values) + (band.map { $0.0 + $0.1 } ?? [])
      if hasZero { values.append(0) }
      var low = values.filter(\.isFinite).min() ?? 0
      var high = values.filter(\.isFinite).max() ?? 1
      if high - low < 1e-6 { (low, high) = (low - 0.5, high + 0.5) }
      func x(_ index: Int) -> Float { left + Float(index) / Float(count) * plotWidth }
      func y(_ value: Float) -> Float {
        let share = value.isFinite ? (value - low) / (high - low) : 0
        return corner.y + height - 3 * scale - share * (height - 6 * scale)
      }
      if hasZero {
        idql_gui_line(Gui.point(left, y(0)), Gui.point(left + plotWidth, y(0)), Gui.grid, 1)
      }
      if let band {
        for i in band.0.indices {
          idql_gui_line(
            Gui.point(x(i), y(band.0[i])), Gui.point(x(i), y(band.1[i])),
            Gui.rgba(0.35, 0.60, 0.78, 0.45), max(1, plotWidth / Float(count)))
        }
      }
      for (values, color) in series {
        let points = values.indices.map { Gui.point(x($0), y(values[$0])) }
        idql_gui_polyline(points, points.count, color, 1.4 * scale)
      }
      let now = state.shownFrame - trace.firstFrame
      idql_gui_line(
        Gui.point(x(now), corner.y), Gui.point(x(now), corner.y + height), Gui.bright, 1.5 * scale)

      idql_gui_write(Gui.point(corner.x, corner.y), Gui.bright, title)
      if let first = series.first, first.values.indices.contains(now) {
        Gui.writeRight(
          first.values[now].brief, right: left - 0.8 * margin, y: corner.y, color: first.color)
      }
      idql_gui_write(
        Gui.point(corner.x, corner.y + lineHeight), Gui.dim, "\(low.brief) to \(high.brief)")
      if idql_gui_is_held() {
        let share = (idql_gui_mouse().x - left) / plotWidth
        if share >= 0 { state.seek(to: trace.firstFrame + Int((share * Float(count)).rounded())) }
      }
    }

    if !trace.values.isEmpty {
      strip(
        "V and Q", [(trace.values, Gui.value)],
        band: (trace.smallestQ, trace.largestQ))
      strip("advantage", [(trace.advantages, Gui.good)], hasZero: true)
    }
    strip("reward", [(trace.rewards, Gui.accent)], hasZero: true)
  }
}

/// How noise becomes the candidates (F10): each dimension of the action over the diffusion steps, a line for each
/// candidate, coloured by its final Q.
package struct DenoisingPanel {
  private let decision: Deliberation
  /// Of (N, a) each.
  private let stages: [[Float]]
  private let names: [String]
  /// The stage that is marked; nil for none.
  private let marked: Int?

  /// - Parameters:
  ///   - stages: what `decision.denoising()` gives.
  ///   - names: of the dimensions of the action.
  package init(
    _ decision: Deliberation, stages: [[Float]], marking marked: Int? = nil, names: [String]
  ) {
    (self.decision, self.stages, self.marked, self.names) = (decision, stages, marked, names)
  }

  package static let title = "Denoising"

  /// - Parameters:
  ///   - stage: that is shown.
  ///   - last: the number of steps.
  package static func detail(stage: Int, of last: Int) -> String {
    stage == 0 ? "the noise it began with" : "after step \(stage) of \(last)"
  }

  /// Plots side by side.
  package static func columns(actionCount: Int) -> Int { actionCount <= 3 ? 1 : 2 }

  /// Height of a plot in units of the layout.
  package static func plotHeight(actionCount: Int) -> Float { actionCount <= 3 ? 82 : 72 }

  /// Range of the plots, in standard deviations of the initial noise.
  private static let noiseReach: Float = 2.2
  /// Of many candidates only the best are drawn.
  private static let candidateLimit = 96

  private static func pad(_ scale: Float) -> Float { 6 * scale }
  private var last: Int { stages.count - 1 }

  /// The name of a dimension, and below it, where it hides no step, the plot.
  package func drawDimension(
    _ dimension: Int, in area: PanelArea, on surface: inout some PanelSurface
  ) {
    let (scale, colors, a) = (surface.scale, surface.colors, decision.actionCount)
    var plot = area
    let line = plot.takeTop(surface.lineHeight)
    surface.write(names[dimension], at: PanelPoint(line.x, line.y), colors.dim, limit: line.right)
    surface.fill(plot, colors.paper, rounding: 3 * scale)
    let pad = Self.pad(scale)
    func x(_ stage: Int) -> Float {
      plot.x + pad + Float(stage) / Float(max(1, last)) * (plot.width - 2 * pad)
    }
    // noise exceeds the range of actions
    func y(_ value: Float) -> Float {
      let clipped = min(max(value, -Self.noiseReach), Self.noiseReach) / Self.noiseReach
      return plot.y + plot.height / 2 - clipped * (plot.height / 2 - 3 * scale)
    }
    for bound in [-1, 1] as [Float] {
      surface.line(
        PanelPoint(plot.x, y(bound)), PanelPoint(plot.right, y(bound)), colors.grid, width: 1)
    }
    func draw(_ candidate: Int, _ color: PanelColor, _ width: Float) {
      let points = stages.indices.map {
        PanelPoint(x($0), y(stages[$0][candidate * a + dimension]))
      }
      surface.line(points, color, width: width)
    }
    for candidate in decision.ranking.prefix(Self.candidateLimit).reversed() {
      draw(candidate, colors.q(decision.rank(of: decision.q[candidate]), opacity: 0.45), 1 * scale)
    }
    draw(decision.chosen, colors.bright, 2.2 * scale)
    guard let marked else { return }
    surface.line(
      PanelPoint(x(marked), plot.y), PanelPoint(x(marked), plot.bottom), colors.accent,
      width: 1.5 * scale)
  }

  /// The stage at a place of a plot.
  package func stage(atX x: Float, in area: PanelArea, scale: Float) -> Int {
    let pad = Self.pad(scale)
    let share = (x - area.x - pad) / (area.width - 2 * pad)
    return (share * Float(last)).rounded().wholeNumber(in: 0...last)
  }
}

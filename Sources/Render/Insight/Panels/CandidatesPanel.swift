import IDQLSpelling

/// The candidates of a decision (F8): each dimension of the action as a strip from -1 to 1, with a dot for each
/// candidate: horizontally its value, vertically its Q. The chosen candidate has a ring and a line at its value.
package struct CandidatesPanel {
  package let decision: Deliberation
  /// (N, a): the candidates, or what they were at a diffusion step.
  private let actions: [Float]
  private let names: [String]

  /// - Parameters:
  ///   - stage: (N, a), of a diffusion step; nil for the candidates.
  ///   - names: of the dimensions of the action.
  package init(_ decision: Deliberation, stage: [Float]? = nil, names: [String]) {
    self.decision = decision
    self.names = names
    actions = stage ?? decision.candidates
  }

  package static let title = "Candidates"

  /// `64 actions of step 120`.
  package static func detail(of decision: Deliberation, step: Int) -> String {
    "\(decision.candidateCount) \(decision.candidateCount == 1 ? "action" : "actions") of step \(step)"
  }

  /// Height of a strip in units of the layout.
  package static func stripHeight(actionCount: Int) -> Float { actionCount <= 4 ? 40 : 28 }

  /// The name of a dimension with the value of the chosen candidate, and below them the strip.
  package func drawDimension(
    _ dimension: Int, in area: PanelArea, on surface: inout some PanelSurface
  ) {
    let (scale, colors) = (surface.scale, surface.colors)
    var strip = area
    let line = strip.takeTop(surface.lineHeight)
    let a = decision.actionCount
    let chosen = actions[decision.chosen * a + dimension]
    let value = chosen.text(decimals: 3)
    surface.write(value, rightAt: line.right, y: line.y, colors.bright)
    surface.write(
      names[dimension], at: PanelPoint(line.x, line.y), colors.dim,
      limit: line.right - surface.width(of: "-0.000 "))
    surface.fill(strip, colors.paper, rounding: 3 * scale)
    let pad = 8 * scale
    func x(_ value: Float) -> Float {
      strip.x + pad + (min(max(value, -1), 1) + 1) / 2 * (strip.width - 2 * pad)
    }
    func y(_ rank: Float) -> Float {
      strip.bottom - 5 * scale - rank * (strip.height - 10 * scale)
    }
    func mark(_ value: Float, _ color: PanelColor, _ width: Float) {
      surface.line(
        PanelPoint(x(value), strip.y), PanelPoint(x(value), strip.bottom), color, width: width)
    }
    for tick in [-1, -0.5, 0, 0.5, 1] as [Float] { mark(tick, colors.grid, 1) }
    mark(chosen, colors.bright.opacity(0.5), 1.5 * scale)
    // the best on top
    for candidate in decision.ranking.reversed() {
      let rank = decision.rank(of: decision.q[candidate])
      surface.disc(
        PanelPoint(x(actions[candidate * a + dimension]), y(rank)), radius: 3.2 * scale,
        colors.q(rank, opacity: 0.9))
    }
    surface.ring(
      PanelPoint(x(chosen), y(decision.rank(of: decision.q[decision.chosen]))),
      radius: 5.5 * scale, colors.bright, width: 1.6 * scale)
  }

  /// The colour scale of Q with its limits.
  package func drawLegend(in area: PanelArea, on surface: inout some PanelSurface) {
    let (smallest, largest) = (decision.q.min() ?? 0, decision.q.max() ?? 0)
    // where both would read alike, the difference is what tells
    let low =
      smallest.brief == largest.brief && smallest < largest
      ? "Q \((smallest - largest).text(digits: 2))" : "Q \(smallest.brief)"
    let high = largest.brief
    let (height, margin) = (surface.lineHeight, 10 * surface.scale)
    let left = area.x + surface.width(of: low) + margin
    let right = area.right - surface.width(of: high) - margin
    surface.write(low, at: PanelPoint(area.x, area.y), surface.colors.dim, limit: area.right)
    surface.write(high, rightAt: area.right, y: area.y, surface.colors.dim)
    let count = 40
    let step = (right - left) / Float(count)
    guard step > 0 else { return }
    for i in 0..<count {
      surface.fill(
        PanelArea(
          x: left + Float(i) * step, y: area.y + 0.25 * height, width: step + 1,
          height: 0.55 * height),
        surface.colors.q(Float(i) / Float(count - 1)), rounding: 0)
    }
  }

  /// Spread, V, Q and advantage.
  package var facts: [PanelFact] {
    let spread = decision.spread
    let modes = spread.modeCount
    let q = decision.q[decision.chosen]
    return [
      PanelFact(
        text:
          "entropy \(spread.entropy.text(decimals: 2)) of \(CandidateSpread.maximalEntropy.text(decimals: 0)) bits",
        explanation: """
          Entropy: how evenly the candidates are spread over 16 intervals of each dimension, in bits, averaged over \
          the dimensions. 0: all in one interval; 4: equally many in each.
          """),
      PanelFact(
        text: "\(modes) \(modes == 1 ? "mode" : "modes")",
        explanation: """
          Modes: groups of candidates with no chain of steps of 0.15 (root mean square over the dimensions) from one \
          to the other. Groups of less than a twentieth of the candidates do not count.
          """),
      PanelFact(
        text: "V \(decision.value.brief)",
        explanation:
          "V: the return that the critic expects from here, whatever is done, discounted."),
      PanelFact(
        text: "Q of the chosen \(q.brief)",
        explanation: """
          Q: the return that the critic expects after this action, discounted; the smaller of its two heads.
          """),
      PanelFact(
        text: "advantage \((q - decision.value).brief)",
        explanation:
          "Advantage: Q - V, how much better than expected the critic takes the chosen action to be."
      ),
    ]
  }
}

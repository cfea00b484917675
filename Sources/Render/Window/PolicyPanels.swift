import CIDQLImGui
import Foundation
import IDQLAgent
import IDQLRender
import IDQLSpelling

extension Panels {
  /// F8: each dimension of the action as a strip from -1 to 1, with a dot for each candidate:
  /// horizontally its value, vertically its Q. The chosen candidate has a ring and a line at its
  /// value.
  func drawCandidates(_ available: Float) {
    guard let decision = state.insight.deliberation else { return }
    let stage = state.insight.denoising.flatMap { stages in
      state.insight.denoisingStage.map { stages[min($0, stages.count - 1)] }
    }
    let actions = stage ?? decision.candidates
    let a = decision.actionCount
    let rowHeight = (a <= 4 ? 40 : 28) * scale
    let names = state.recording.environment.spec.action
    let order = decision.ranking.reversed()  // the best on top
    for dimension in 0..<a {
      idql_gui_text_colored(Gui.dim, names[dimension].name)
      let chosen = actions[decision.chosen * a + dimension]
      idql_gui_same_line(available - 44 * scale)
      idql_gui_text_colored(Gui.bright, (chosen < 0 ? "" : " ") + chosen.text(decimals: 3))
      let corner = idql_gui_canvas("candidates\(dimension)", Gui.point(available, rowHeight))
      idql_gui_rectangle(
        corner, Gui.point(corner.x + available, corner.y + rowHeight), Gui.paper, 3 * scale, true)
      let pad = 8 * scale
      func x(_ value: Float) -> Float {
        corner.x + pad + (min(max(value, -1), 1) + 1) / 2 * (available - 2 * pad)
      }
      func y(_ rank: Float) -> Float {
        corner.y + rowHeight - 5 * scale - rank * (rowHeight - 10 * scale)
      }
      for tick in [-1, -0.5, 0, 0.5, 1] as [Float] {
        idql_gui_line(
          Gui.point(x(tick), corner.y), Gui.point(x(tick), corner.y + rowHeight), Gui.grid, 1)
      }
      idql_gui_line(
        Gui.point(x(chosen), corner.y), Gui.point(x(chosen), corner.y + rowHeight),
        Gui.rgba(1, 1, 1, 0.5), 1.5 * scale)
      for candidate in order {
        let rank = decision.rank(of: decision.q[candidate])
        idql_gui_circle(
          Gui.point(x(actions[candidate * a + dimension]), y(rank)), 3.2 * scale,
          Gui.q(rank, 0.9), true, 0)
      }
      idql_gui_circle(
        Gui.point(x(chosen), y(decision.rank(of: decision.q[decision.chosen]))), 5.5 * scale,
        Gui.bright, false, 1.6 * scale)
    }
    drawQLegend(decision, available)
    let spread = decision.spread
    let modes = spread.modeCount
    explained(
      "entropy \(spread.entropy.text(decimals: 2)) of \(CandidateSpread.maximalEntropy.text(decimals: 0)) bits",
      "Entropy: how evenly the candidates are spread over 16 intervals of each dimension, in bits, "
        + "averaged over the dimensions. 0: all in one interval; 4: equally many in each.")
    idql_gui_same_line(0)
    explained(
      "\(modes) \(modes == 1 ? "mode" : "modes")",
      "Modes: groups of candidates with no chain of steps of 0.15 (root mean square over the "
        + "dimensions) from one to the other. Groups of less than a twentieth of the candidates do "
        + "not count.")
    let q = decision.q[decision.chosen]
    explained(
      "V \(decision.value.brief)",
      "V: the return that the critic expects from here, whatever is done, discounted.")
    idql_gui_same_line(0)
    explained(
      "Q of the chosen \(q.brief)",
      "Q: the return that the critic expects after this action, discounted; the smaller of its two "
        + "heads.")
    idql_gui_same_line(0)
    explained(
      "advantage \((q - decision.value).brief)",
      "Advantage: Q - V, how much better than expected the critic takes the chosen action to be.")
  }

  /// A dim text with an explanation while the mouse is on it.
  private func explained(_ text: String, _ explanation: String) {
    idql_gui_text_colored(Gui.dim, text)
    Gui.tip(explanation, width: 320 * scale)
  }

  /// The colour scale of Q with its limits.
  private func drawQLegend(_ decision: Deliberation, _ available: Float) {
    let (smallest, largest) = (decision.q.min() ?? 0, decision.q.max() ?? 0)
    // where both would read alike, the difference is what tells
    let low =
      smallest.brief == largest.brief && smallest < largest
      ? "Q \((smallest - largest).text(digits: 2))" : "Q \(smallest.brief)"
    let high = largest.brief
    let height = idql_gui_text_size(low).y
    let corner = idql_gui_canvas("legend", Gui.point(available, height + 2 * scale))
    let left = corner.x + idql_gui_text_size(low).x + margin
    let right = corner.x + available - idql_gui_text_size(high).x - margin
    idql_gui_write(corner, Gui.dim, low)
    Gui.writeRight(high, right: corner.x + available, y: corner.y, color: Gui.dim)
    let count = 40
    for i in 0..<count {
      let step = (right - left) / Float(count)
      idql_gui_rectangle(
        Gui.point(left + Float(i) * step, corner.y + 0.25 * height),
        Gui.point(left + Float(i + 1) * step + 1, corner.y + 0.8 * height),
        Gui.q(Float(i) / Float(count - 1)), 0, true)
    }
  }

  /// F10: each dimension over the diffusion steps, a line for each candidate, coloured by its final
  /// Q.
  func drawDenoising(_ available: Float) {
    guard let decision = state.insight.deliberation, let stages = state.insight.denoising else {
      return
    }
    let last = stages.count - 1
    let shown = min(state.insight.denoisingStage ?? last, last)
    let a = decision.actionCount
    let columns = a <= 3 ? 1 : 2
    let plotWidth = (available - Float(columns - 1) * margin) / Float(columns)
    let plotHeight = (a <= 3 ? 82 : 72) * scale
    let lineHeight = idql_gui_line_height()
    let names = state.recording.environment.spec.action
    // of many candidates only the best are drawn
    let order = decision.ranking.prefix(96).reversed()
    for dimension in 0..<a {
      if dimension % columns > 0 { idql_gui_same_line(0) }
      // the name is above the plot, where it hides no step
      let top = idql_gui_canvas(
        "denoising\(dimension)", Gui.point(plotWidth, lineHeight + plotHeight))
      let corner = Gui.point(top.x, top.y + lineHeight)
      idql_gui_write(top, Gui.dim, names[dimension].name)
      idql_gui_rectangle(
        corner, Gui.point(corner.x + plotWidth, corner.y + plotHeight), Gui.paper, 3 * scale, true)
      let pad = 6 * scale
      func x(_ stage: Int) -> Float {
        corner.x + pad + Float(stage) / Float(max(1, last)) * (plotWidth - 2 * pad)
      }
      // noise exceeds the range of actions
      func y(_ value: Float) -> Float {
        let clipped = min(max(value, -Self.noiseReach), Self.noiseReach) / Self.noiseReach
        return corner.y + plotHeight / 2 - clipped * (plotHeight / 2 - 3 * scale)
      }
      for bound in [-1, 1] as [Float] {
        idql_gui_line(
          Gui.point(corner.x, y(bound)), Gui.point(corner.x + plotWidth, y(bound)), Gui.grid, 1)
      }
      func line(_ candidate: Int, _ color: UInt32, _ width: Float) {
        let points = stages.indices.map {
          Gui.point(x($0), y(stages[$0][candidate * a + dimension]))
        }
        idql_gui_polyline(points, points.count, color, width)
      }
      for candidate in order {
        line(candidate, Gui.q(decision.rank(of: decision.q[candidate]), 0.45), 1 * scale)
      }
      line(decision.chosen, Gui.bright, 2.2 * scale)
      idql_gui_line(
        Gui.point(x(shown), corner.y), Gui.point(x(shown), corner.y + plotHeight), Gui.accent,
        1.5 * scale)
      if idql_gui_is_held() {
        let share = (idql_gui_mouse().x - corner.x - pad) / (plotWidth - 2 * pad)
        state.insight.denoisingStage = min(max(Int((share * Float(last)).rounded()), 0), last)
      }
    }
    var stage = Int32(shown)
    if idql_gui_slider_integer("step##denoising", &stage, 0, Int32(last), available - 46 * scale) {
      state.insight.denoisingStage = Int(stage) == last ? nil : Int(stage)
    }
    if !state.panels.contains(.candidates) {
      idql_gui_text_colored(Gui.dim, "with F8 the candidates move along")
    }
  }

  /// Range of the plots, in standard deviations of the initial noise.
  private static let noiseReach: Float = 2.2

  /// F9: number and length of the futures, and the outcome of each.
  func drawFutures(_ available: Float) {
    var count = Int32(state.insight.question.count)
    var horizon = Int32(state.insight.question.horizon)
    let width = 0.5 * available
    if idql_gui_slider_integer("candidates", &count, 1, 16, width) {
      state.insight.question.count = Int(count)
    }
    if idql_gui_slider_integer("steps ahead", &horizon, 1, 100, width) {
      state.insight.question.horizon = Int(horizon)
    }
    guard let answer = state.insight.futures else {
      idql_gui_text_colored(Gui.dim, "being computed ...")
      return
    }
    let best = answer.futures.map(\.q).max() ?? 0
    let isAlike = answer.isAlike
    explained(
      isAlike ? "   Q, best \(best.brief)" : "   Q",
      isAlike
        ? "The candidates' Q are so close to each other that they are shown less the best one."
        : "Q: the return that the critic expects after this action, discounted.")
    idql_gui_same_line(0.34 * available)
    idql_gui_text_colored(
      Gui.dim, "return of \(answer.futures.map { $0.states.count - 1 }.max() ?? 0)")
    for future in answer.futures {
      let corner = idql_gui_cursor()
      let size = idql_gui_line_height() * 0.55
      idql_gui_rectangle(
        Gui.point(corner.x, corner.y + 2 * scale),
        Gui.point(corner.x + size, corner.y + 2 * scale + size), Gui.q(answer.rank(of: future)),
        2 * scale, true)
      let difference = future.q == best ? "best" : (future.q - best).brief
      idql_gui_text("    \(isAlike ? difference : future.q.brief)")
      idql_gui_same_line(0.34 * available)
      idql_gui_text(future.totalReward.text(decimals: 2))
      let note =
        (future.isChosen ? "chosen" : "")
        + (future.isTerminated
          ? "\(future.isChosen ? ", " : "")ends after \(future.states.count - 1)" : "")
      if !note.isEmpty {
        idql_gui_same_line(0.62 * available)
        idql_gui_text_colored(future.isTerminated ? Gui.bad : Gui.bright, note)
      }
    }
  }

  /// F12: the change of the branch, and its difference to the original.
  func drawWhatIf(_ available: Float) {
    guard let agent = state.session.pilot.agent else { return }
    let width = 0.55 * available
    var options = state.insight.change.options ?? agent.options
    let before = options
    var rule = Int32(SelectionRule.allCases.firstIndex(of: options.rule) ?? 0)
    let rules = SelectionRule.allCases.map(\.rawValue).joined(separator: "\0") + "\0\0"
    if idql_gui_combo("rule", &rule, rules, width) {
      options.rule = SelectionRule.allCases[Int(rule)]
    }
    var n = Int32(options.candidateCount)
    if idql_gui_slider_integer("N", &n, 1, 256, width) { options.candidateCount = Int(n) }
    var temperature = options.temperature
    if idql_gui_slider("temperature", &temperature, 0, 2, "%.2f", width) {
      options.temperature = temperature
    }
    if options != before { state.insight.change.options = options }
    drawOwnAction(available, width)

    if idql_gui_button(state.insight.whatIf == nil ? "Branch here" : "Branch here again") {
      state.insight.startWhatIf(state)
    }
    if state.insight.whatIf != nil {
      idql_gui_same_line(0)
      if idql_gui_button("Stop") { state.insight.stopWhatIf() }
    }
    drawDifferences(available)
  }

  private func drawOwnAction(_ available: Float, _ width: Float) {
    let names = state.recording.environment.spec.action
    var isOwn = state.insight.change.action != nil
    if idql_gui_checkbox("an action of your own", &isOwn) {
      let taken = state.recording.frame(state.shownFrame).step?.action
      state.insight.change.action =
        isOwn ? taken ?? Array(repeating: 0, count: names.count) : nil
    }
    guard var action = state.insight.change.action else { return }
    for index in names.indices {
      var value = Float(action[index])
      if idql_gui_slider("\(names[index].name)##own\(index)", &value, -1, 1, "%.2f", width) {
        action[index] = Double(value)
      }
    }
    state.insight.change.action = action
    var steps = Int32(state.insight.change.actionSteps)
    if idql_gui_slider_integer("for steps", &steps, 1, 100, width) {
      state.insight.change.actionSteps = Int(steps)
    }
  }

  private func drawDifferences(_ available: Float) {
    guard let branch = state.insight.whatIf else { return }
    let column = 0.5 * available
    Gui.row("branched at step", "\(branch.start)", at: column)
    Gui.row(
      "first difference", branch.firstDifferentFrame.map { "step \($0)" } ?? "none yet",
      at: column)
    if let difference = branch.difference(at: state.shownFrame) {
      let gain = difference.totalReward
      Gui.row(
        "return so far", (gain < 0 ? "" : "+") + gain.text(decimals: 2), at: column,
        color: gain < 0 ? Gui.bad : Gui.good)
      Gui.row("largest joint gap", difference.position.text(decimals: 3), at: column)
      if let action = difference.action {
        Gui.row("action, rms", action.text(decimals: 3), at: column)
      }
    } else if state.shownFrame >= branch.start {
      let hasEnded = branch.recording.episode != nil
      Gui.row(
        "",
        branch.original.range.contains(state.shownFrame)
          ? hasEnded ? "the branch has ended" : "the branch is on its way"
          : "the original has ended", at: column)
    }
    if let outcome = branch.recording.episode, let total = outcome.totalReward {
      Gui.row("its final return", total.text(decimals: 2), at: column)
    }
  }
}

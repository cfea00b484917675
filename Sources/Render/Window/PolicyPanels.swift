import CIDQLImGui
import Foundation
import IDQLAgent
import IDQLRender
import IDQLSpelling

extension Panels {
  /// F8.
  func drawCandidates(_ available: Float) {
    guard let decision = state.insight.deliberation else { return }
    let stage = state.insight.denoising.flatMap { stages in
      state.insight.denoisingStage.map { stages[min($0, stages.count - 1)] }
    }
    let panel = CandidatesPanel(decision, stage: stage, names: actionNames)
    var surface = GuiSurface(scale: scale)
    let a = decision.actionCount
    let height = surface.lineHeight + CandidatesPanel.stripHeight(actionCount: a) * scale
    for dimension in 0..<a {
      let area = Gui.canvas("candidates\(dimension)", width: available, height: height)
      panel.drawDimension(dimension, in: area, on: &surface)
    }
    panel.drawLegend(
      in: Gui.canvas("legend", width: available, height: surface.lineHeight + 2 * scale),
      on: &surface)
    for (index, fact) in panel.facts.enumerated() {
      // spread in one line, values in the next
      if index != 0 && index != 2 { idql_gui_same_line(0) }
      idql_gui_text_colored(Gui.dim, fact.text)
      Gui.tip(fact.explanation, width: 320 * scale)
    }
  }

  private var actionNames: [String] { state.recording.environment.spec.action.map(\.name) }

  /// F10. The mouse on a plot, or the slider, chooses the stage that F8 shows.
  func drawDenoising(_ available: Float) {
    guard let decision = state.insight.deliberation, let stages = state.insight.denoising else {
      return
    }
    let last = stages.count - 1
    let shown = min(state.insight.denoisingStage ?? last, last)
    let panel = DenoisingPanel(decision, stages: stages, marking: shown, names: actionNames)
    var surface = GuiSurface(scale: scale)
    let a = decision.actionCount
    let columns = DenoisingPanel.columns(actionCount: a)
    let width = (available - Float(columns - 1) * margin) / Float(columns)
    let height = surface.lineHeight + DenoisingPanel.plotHeight(actionCount: a) * scale
    for dimension in 0..<a {
      if dimension % columns > 0 { idql_gui_same_line(0) }
      let area = Gui.canvas("denoising\(dimension)", width: width, height: height)
      panel.drawDimension(dimension, in: area, on: &surface)
      if idql_gui_is_held() {
        state.insight.denoisingStage = panel.stage(
          atX: idql_gui_mouse().x, in: area, scale: scale)
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
    let panel = FuturesPanel(answer)
    var surface = GuiSurface(scale: scale)
    func line(_ label: String) -> PanelArea {
      Gui.canvas(label, width: available, height: surface.lineHeight)
    }
    panel.drawTitles(in: line("titles"), on: &surface)
    Gui.tip(panel.explanation, width: 320 * scale)
    for row in 0..<panel.rowCount { panel.drawRow(row, in: line("row\(row)"), on: &surface) }
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

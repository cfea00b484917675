import CIDQLImGui
import Foundation
import IDQLEnvs
import IDQLEvaluation
import IDQLRender
import IDQLSpelling

extension Panels {
  /// F2: the environment, the policy and the state of the episode.
  func drawInfo(_ available: Float) {
    let recording = state.recording
    let column = 100 * scale
    let frame = recording.frame(state.shownFrame)
    let spec = recording.environment.spec
    func row(_ name: String, _ value: String, _ color: UInt32 = Gui.bright) {
      Gui.row(name, value, at: column, color: color)
    }
    row(
      "physics",
      "\(spec.physics.name), \(spec.substeps) x \((1000 * spec.timestep).text(decimals: 1)) ms")
    if let description = pilotText { row("policy", description) }
    if recording.frameLimit == nil {
      row("episode", "\(recording.index) of seed \(recording.seed)")
      row("return", frame.totalReward.text(decimals: 2))
      if let episode = recording.episode { drawOutcome(episode, row) }
      if recording.isTouched { row("", "changed by hand", Gui.bad) }
    }
    if let maze = recording.environment.maze, maze.ball == nil {
      let p = frame.state.position
      let distance = MazePoint(p[0], p[1]).distance(to: maze.target)
      row("to the goal", "\(distance.text(decimals: 2)) m")
    }
    row("time", "\(frame.state.time.text(decimals: 3)) s")
    row(
      "speed",
      state.player.isPaused
        ? "paused" : "\(state.player.measuredSpeed.text(decimals: 0)) % of real time")
    row(
      "drawing",
      state.stillTime > 0
        ? "when something changes"
        : pictureRate.perSecond.map { "\($0.text(decimals: 0)) frames/s" } ?? "")
    if let body = state.options.selectedBody {
      row("selected", state.name(ofBody: body))
    }
    idql_gui_text_colored(Gui.dim, "F1 lists keys and mouse")
  }

  private var pilotText: String? {
    guard case .policy(let policy) = state.session.pilot else { return nil }
    guard let options = policy.deciding?.options else { return policy.description.kind.title }
    return "\(options.rule.rawValue) of \(options.candidateCount), "
      + "temperature \(options.temperature.text(decimals: 1))"
  }

  private func drawOutcome(_ episode: Episode, _ row: (String, String, UInt32) -> Void) {
    let ending =
      episode.isBroken ? "diverged" : episode.isTerminated ? "ended" : "cut by the limit"
    row("outcome", "\(ending) after \(episode.length)", Gui.bright)
    if let total = episode.totalReward { row("final return", total.text(decimals: 2), Gui.bright) }
    if let score = episode.score { row("score", score.text(decimals: 1), Gui.bright) }
    if let isSuccess = episode.isSuccess {
      row("success", isSuccess ? "yes" : "no", isSuccess ? Gui.good : Gui.bad)
    }
    row("hash", episode.hash ?? "", Gui.bright)
    if let isSame = replay?.isReproduced(by: state.recording) {
      row("", isSame ? "as in the file" : "differs from the file", isSame ? Gui.good : Gui.bad)
    }
  }

  /// Tab: flags and groups.
  func drawOptions(_ available: Float) {
    // side by side where their names have room
    let columns = available < 320 * scale ? 1 : 2
    let half = available / 2
    for (index, flag) in SceneOptions.Flag.allCases.enumerated() {
      if index % columns == 1 { idql_gui_same_line(half + margin) }
      var isOn = state.options[flag]
      if idql_gui_checkbox("\(flag.title)##\(flag)", &isOn) { state.perform(.flag(flag)) }
    }
    for (title, groups, isGeom) in [
      ("geoms", state.options.geomGroups, true), ("sites", state.options.siteGroups, false),
    ] {
      idql_gui_text_colored(Gui.dim, "groups of \(title)")
      for (index, isShown) in groups.enumerated() {
        if index > 0 { idql_gui_same_line(0) }
        var isOn = isShown
        if idql_gui_checkbox("##\(title)\(index)", &isOn) {
          state.perform(isGeom ? .geomGroup(index) : .siteGroup(index))
        }
      }
    }
    idql_gui_text_colored(Gui.dim, "axes: \(state.options.frames.rawValue)")
    idql_gui_same_line(0)
    if idql_gui_button("next (F6)") { state.perform(.frames) }
  }

  /// Shift+Tab: sliders that replace the actions of the policy, and the joint positions.
  func drawControl(_ available: Float) {
    let spec = state.recording.environment.spec
    let frame = state.recording.frame(state.shownFrame)
    var action = state.manualAction ?? frame.step?.action ?? frame.control
    if action.count != spec.actionCount {
      action = Array(repeating: 0, count: spec.actionCount)
    }
    var isChanged = false
    for (index, quantity) in spec.action.enumerated() {
      var value = Float(action[index])
      if idql_gui_slider("\(quantity.name)##\(index)", &value, -1, 1, "%.2f", 0.5 * available) {
        action[index] = Double(value)
        isChanged = true
      }
    }
    if isChanged { state.manualAction = action }
    if state.manualAction != nil, idql_gui_button("Release") { state.manualAction = nil }
    idql_gui_separator()
    idql_gui_text_colored(Gui.accent, "Joints")
    let model = state.stage.model
    for (index, joint) in model.joints.enumerated()
    where joint.kind == .hinge || joint.kind == .slide {
      let value = frame.state.position[joint.firstPosition]
      let name = model.joints.names[index]
      Gui.row(
        name.isEmpty ? "joint \(index)" : name,
        joint.kind == .hinge
          ? "\((value * 180 / .pi).text(decimals: 1)) deg" : "\(value.text(decimals: 3)) m",
        at: 0.5 * available)
    }
  }
}

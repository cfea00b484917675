/// A command of the viewer.
package enum ViewerCommand: Hashable, Sendable {
  case pause, stepForward, stepBack, slower, faster, reset, first, last
  case nextEpisode, previousEpisode
  case previousCamera, nextCamera, trackRobot, alignCamera
  /// Closes the help, or else frees the camera.
  case escape
  case selectParent
  /// What follows the end of an episode.
  case ending
  case panel(ViewerPanel)
  case flag(SceneOptions.Flag)
  case frames, labels, resetPanels, theme
  case geomGroup(Int)
  case siteGroup(Int)
  /// Keep the camera under a number, or go to it.
  case keepCamera(Int)
  case recallCamera(Int)
  case copyCamera
  /// The way that the robot has gone.
  case trail
  case film, saveTable
  case fullScreen, screenshot, copyState, printModel, printData, reload, quit
}

/// A panel over the scene.
package enum ViewerPanel: String, CaseIterable, Sendable {
  case help, info
  /// Time and contacts per picture; the observation.
  case profile, observation
  /// Any number of the episode over time.
  case plots
  /// What is shown; controls and joints.
  case options, control
  case candidates, futures, denoising, values, whatIf

  /// Whether it needs an agent with a critic.
  package var needsAgent: Bool {
    switch self {
    case .help, .info, .profile, .observation, .plots, .options, .control, .values: false
    case .candidates, .futures, .denoising, .whatIf: true
    }
  }
}

/// A key and its command.
package struct KeyBinding: Sendable {
  package let key: ViewerInput.Key
  package let modifiers: ViewerInput.Modifiers
  package let command: ViewerCommand
  package let help: String
  package let section: Section

  package enum Section: String, CaseIterable, Sendable {
    case playback = "Playback"
    case camera = "Camera"
    case panels = "Panels"
    case policy = "Policy"
    case shown = "What is shown"
    case program = "Program"
  }

  init(
    _ section: Section, _ key: ViewerInput.Key, with modifiers: ViewerInput.Modifiers = [],
    _ command: ViewerCommand, _ help: String
  ) {
    self.section = section
    self.key = key
    self.modifiers = modifiers
    self.command = command
    self.help = help
  }

  /// Such as `Ctrl+P`.
  package var name: String { "\(modifiers)\(key)" }

  /// All keys; those of MuJoCo's `simulate` have the same meaning.
  package static let all: [KeyBinding] =
    playback + camera + panels + policy + shown + program

  private static let playback: [KeyBinding] = [
    .init(.playback, .space, .pause, "run or pause"),
    .init(.playback, .right, .stepForward, "one action forward"),
    .init(.playback, .left, .stepBack, "one action back"),
    .init(.playback, .character("-"), .slower, "slower"),
    .init(.playback, .character("="), .faster, "faster, up to real time"),
    .init(.playback, .backspace, .reset, "back to the start"),
    .init(.playback, .home, .first, "to the first frame"),
    .init(.playback, .end, .last, "to the last recorded frame"),
    .init(.playback, .right, with: .control, .nextEpisode, "next episode"),
    .init(.playback, .left, with: .control, .previousEpisode, "previous episode"),
    .init(
      .playback, .character("E"), with: .control, .ending, "at the end: stop, again, next episode"),
  ]

  private static let camera: [KeyBinding] =
    [
      .init(.camera, .character("]"), .nextCamera, "next camera of the model"),
      .init(.camera, .character("["), .previousCamera, "previous camera of the model"),
      .init(.camera, .escape, .escape, "close the help; free camera, where it is"),
      .init(
        .camera, .character("T"), with: .control, .trackRobot, "follow the robot, or the selection"),
      .init(.camera, .character("A"), with: .control, .alignCamera, "see everything"),
      .init(.camera, .pageUp, .selectParent, "select the parent body"),
      .init(
        .camera, .character("K"), with: .control, .copyCamera,
        "copy the camera, as options of record"),
      .init(.camera, .character("Y"), with: .control, .trail, "the way the robot has gone"),
    ]
    + (1...cameraCount).map {
      .init(.camera, digit($0), with: .control, .recallCamera($0), "to the kept camera \($0)")
    }
    + (1...cameraCount).map {
      .init(
        .camera, digit($0), with: [.control, .shift], .keepCamera($0), "keep this camera as \($0)")
    }

  /// Number of cameras that can be kept.
  package static let cameraCount = 4

  private static let panels: [KeyBinding] = [
    .init(.panels, .function(1), .panel(.help), "help"),
    .init(.panels, .function(2), .panel(.info), "info"),
    .init(.panels, .function(3), .panel(.profile), "profile: contacts, rows, milliseconds"),
    .init(.panels, .function(4), .panel(.observation), "sensors: what the policy observes"),
    .init(
      .panels, .function(4), with: .shift, .panel(.plots), "plots of any number over the episode"),
    .init(.panels, .tab, .panel(.options), "left panel: what is shown"),
    .init(.panels, .tab, with: .shift, .panel(.control), "right panel: controls and joints"),
    .init(.panels, .function(5), .fullScreen, "full screen"),
    .init(.panels, .function(6), .frames, "axes of world, bodies, geoms, sites"),
    .init(.panels, .function(7), .labels, "names of bodies, joints, geoms ..."),
    .init(.panels, .character("H"), with: .control, .resetPanels, "panels back to their edges"),
    .init(.panels, .character("I"), with: .control, .theme, "panels dark or light"),
  ]

  private static let policy: [KeyBinding] = [
    .init(.policy, .function(8), .panel(.candidates), "candidate actions of this step"),
    .init(.policy, .function(9), .panel(.futures), "futures of the best candidates"),
    .init(.policy, .function(10), .panel(.denoising), "diffusion steps of this decision"),
    .init(.policy, .function(11), .panel(.values), "value, Q and reward over time"),
    .init(.policy, .function(12), .panel(.whatIf), "what if it had acted otherwise"),
  ]

  private static let shown: [KeyBinding] = flags + geomGroups + siteGroups

  private static let flags: [KeyBinding] = SceneOptions.Flag.allCases.map {
    KeyBinding(.shown, .character($0.key), .flag($0), $0.title)
  }

  private static let geomGroups: [KeyBinding] = (0..<SceneOptions.groupCount).map {
    KeyBinding(.shown, digit($0), .geomGroup($0), "geoms of group \($0)")
  }

  private static let siteGroups: [KeyBinding] = (0..<SceneOptions.groupCount).map {
    KeyBinding(.shown, digit($0), with: .shift, .siteGroup($0), "sites of group \($0)")
  }

  private static func digit(_ number: Int) -> ViewerInput.Key {
    .character(Character(String(number)))
  }

  private static let program: [KeyBinding] = [
    .init(.program, .character("P"), with: .control, .screenshot, "save a picture of the window"),
    .init(.program, .character("R"), with: .control, .film, "film the window, until pressed again"),
    .init(
      .program, .character("S"), with: .control, .saveTable, "save the episode as a table (CSV)"),
    .init(
      .program, .character("C"), with: .control, .copyState,
      "copy the state, as JSON"),
    .init(
      .program, .character("M"), with: .control, .printModel, "write the model to a text file"),
    .init(
      .program, .character("D"), with: .control, .printData,
      "write positions and forces to a text file"),
    .init(
      .program, .character("L"), with: .control, .reload, "read model and policy from disk anew"),
    .init(.program, .character("Q"), with: .control, .quit, "quit"),
  ]

  private static let byChord = Dictionary(
    uniqueKeysWithValues: all.map { (Chord(key: $0.key, modifiers: $0.modifiers), $0) })

  private struct Chord: Hashable {
    var key: ViewerInput.Key
    var modifiers: ViewerInput.Modifiers
  }

  /// The binding of a key with modifiers; nil if it has none.
  package static func binding(
    of key: ViewerInput.Key, _ modifiers: ViewerInput.Modifiers
  ) -> KeyBinding? {
    byChord[Chord(key: key, modifiers: modifiers)]
  }

  /// The mouse gestures, as listed in the help.
  package static let mouse: [(gesture: String, help: String)] = [
    ("Left drag", "orbit"),
    ("Right drag", "pan up and sideways"),
    ("Shift+Right drag", "pan over the floor"),
    ("Wheel, middle drag", "zoom"),
    ("Double click", "select a body"),
    ("Right double click", "look at this point"),
    ("Ctrl+Right double click", "follow this body"),
    ("Ctrl+Right drag", "pull the selected body (Shift: over the floor)"),
    ("Ctrl+Left drag", "turn the selected body"),
  ]
}

import IDQLAgent
import IDQLEnvs
import IDQLPhysics
import IDQLSpelling

/// The state of a viewer, which changes with inputs and time. It does not draw.
///
/// It must be used by one thread only.
package final class ViewerState {
  package private(set) var session: Session
  package private(set) var recording: EpisodeRecording
  /// Another policy in the same episodes; nil if none is beside.
  package private(set) var rival: Rival?
  package var player: Player
  package var options = SceneOptions()
  package var camera: Camera
  package var panels: Set<ViewerPanel> = [.info]
  /// Size of the picture, pixels.
  package private(set) var width = 1280
  package private(set) var height = 720
  /// What the window has to do; the window removes the requests it has served.
  package var requests: [Request] = []
  /// One line for the user, shown for a while.
  package private(set) var message: String?
  private var messageAge = 0.0
  /// Where the panels are.
  package var layout = PanelLayout()
  package var theme = WindowMemory.Theme.dark
  /// What is written on the user's keys.
  package var keyboard = KeyboardLayout.american

  /// Taken in place of the policy's actions; nil to let the policy act.
  package var manualAction: [Double]?
  /// A perturbation of the selected body, whose target follows the mouse.
  package internal(set) var perturbation: Perturbation?
  /// State of the mouse.
  var drag = MouseDrag()
  /// The point at which the selected body was clicked, in its frame, m.
  var grip = Vector3.zero

  /// The model in the state of the frame shown.
  package private(set) var stage: Stage
  package var profile = Profile()
  package internal(set) var insight: InsightState

  /// By number.
  var keptCameras: [Int: Camera] = [:]
  /// Whether the way that the robot has gone is drawn.
  package var hasTrail = false
  /// Length of the film that is being made of the window, s; nil if none is.
  package var filmed: Double?

  /// What follows the end of an episode.
  package var ending = Ending.stop

  package enum Ending: String, CaseIterable, Sendable {
    case stop, again
    case next = "next episode"
  }

  package enum Request: Equatable, Sendable {
    case fullScreen, screenshot, quit
    /// Begin or end a film of the window.
    case film
    /// Show what a file has: a model, a policy or a result.
    case open(String)
    /// Put a text on the clipboard, and then show the message.
    case copy(String, message: String)
    /// Write a text to a new file called `idql-NAME-1.ENDING`, or with the next unused number.
    case save(String, name: String, ending: String)
  }

  /// - Throws: what making the first episode throws.
  ///
  /// - Parameter other: whose episodes are beside those of `session`.
  package init(
    _ session: Session, against other: Session? = nil, episode index: Int = 0,
    isPaused: Bool = false
  ) throws {
    self.session = session
    recording = try session.recording(of: index)
    rival = try other.map { try Rival($0, episode: index) }
    player = Player(isPaused: isPaused)
    stage = Stage(of: recording.environment)
    stage.place(recording.frame(0).state)
    camera = Camera(framing: stage)
    insight = InsightState(session, in: recording.environment)
  }

  // MARK: Time

  /// The episodes that are shown beside each other.
  package var episodes: Together { Together([recording] + (rival.map { [$0.recording] } ?? [])) }

  /// The frame of the recording that is shown: that of the player, or its last one if the rival's goes on.
  package var shownFrame: Int { min(player.frame, recording.lastFrame) }
  /// From that frame to the next, in [0, 1).
  package var shownFraction: Double { player.frame == shownFrame ? player.fraction : 0 }

  /// Advances by real time: plays, records, and places the stage at the player's frame.
  ///
  /// - Parameter hasTime: see `Player.update`.
  package func update(after seconds: Double, hasTime: () -> Bool = { true }) {
    rest(for: seconds)
    let clock = ContinuousClock()
    let start = clock.now
    if isManual, !player.isPaused, shownFrame < recording.lastFrame { rewrite() }
    let wasPlaying = !player.isPaused
    player.update(episodes, after: seconds, record: record, hasTime: hasTime)
    if wasPlaying, isAtEnd { arriveAtEnd() }
    placeStage()
    insight.update(self)
    if panels.contains(.profile) {
      profile.add(
        contacts: stage.contacts.count, rows: stage.rowCount,
        work: start.duration(to: clock.now) / .seconds(1))
    }
  }

  private func arriveAtEnd() {
    switch ending {
    case .stop:
      let advice =
        isDiverged
        ? "Backspace: back to the start."
        : "Space: again; Ctrl+Right: next episode."
      show("\(endText) \(advice)")
      return
    case .again:
      guard recording.lastFrame > recording.firstFrame else { return }
      player.seek(to: recording.firstFrame, in: recording)
    case .next:
      show(endText)
      let ended = recording
      begin(recording.index + 1)
      guard recording !== ended else { return }
    }
    player.isPaused = false
  }

  /// Lets time pass in which nothing moves.
  package func rest(for seconds: Double) {
    messageAge += seconds
    if messageAge >= messageTime { message = nil }
  }

  /// Whether the user acts or perturbs the robot.
  private var isManual: Bool { perturbation != nil || manualAction != nil }

  private func record() {
    let last = episodes.lastFrame
    if recording.lastFrame == last {
      noteTouch { recording.advance(action: manualAction, perturbation: perturbation) }
    }
    if let rival, rival.recording.lastFrame == last { rival.recording.advance() }
  }

  /// Records up to a frame, as far as the episodes go.
  package func record(upTo frame: Int) {
    while episodes.lastFrame < frame, episodes.canAdvance {
      let last = episodes.lastFrame
      for recording in episodes.recordings where recording.lastFrame == last { recording.advance() }
    }
  }

  /// Says so if `change` is the first by which the episode is no longer the policy's.
  private func noteTouch(_ change: () -> Void) {
    let wasTouched = recording.isTouched
    change()
    if !wasTouched, recording.isTouched, session.pilot.isPolicy {
      show(
        "This episode was changed by hand: its outcome is no longer the policy's. "
          + "Backspace records it anew.")
    }
  }

  /// How long the picture stays as it is if no input comes, s: 0 while something moves.
  package var stillTime: Double {
    if !player.isPaused || insight.isCatchingUp(self) { return 0 }
    if insight.isWaiting(self) { return 0.02 }
    return message == nil ? .infinity : max(0, messageTime - messageAge)
  }

  /// Removes the frames after the one shown, which will be recorded again.
  private func rewrite() {
    attempt { try recording.truncate(after: shownFrame) }
    insight.forgetBranch(from: shownFrame + 1)
    player.seek(to: shownFrame, in: recording)
    player.isPaused = false
  }

  /// While playback is paused, a perturbation moves a robot with a free joint directly.
  func poseByPerturbation() {
    guard player.isPaused, let perturbation, let state = stage.posed(by: perturbation) else {
      return
    }
    noteTouch {
      attempt {
        try recording.truncate(after: shownFrame)
        try recording.replaceLastState(with: state)
        insight.forgetBranch(from: shownFrame)
      }
    }
    placeStage()
  }

  private func placeStage() {
    let number = shownFrame
    stage.place(
      recording.shownState(at: number, fraction: shownFraction),
      control: recording.frame(number).control)
    rival?.place(frame: player.frame, fraction: player.fraction)
  }

  /// Pauses at a frame.
  package func seek(to frame: Int) {
    player.seek(to: frame, in: episodes)
    placeStage()
  }

  /// Shows a message for some seconds.
  package func show(_ text: String) {
    message = text
    messageAge = 0
  }

  /// Time to read the message, s.
  private var messageTime: Double { max(4, 0.06 * Double(message?.count ?? 0)) }

  /// Does what may fail: an error becomes a message, and what is shown stays.
  package func attempt(_ action: () throws -> Void) {
    do { try action() } catch { show("\(error)") }
  }

  /// Takes up what was remembered of an earlier session.
  package func recall(_ memory: WindowMemory) {
    panels = memory.open.filter { !$0.needsAgent || session.pilot.agent != nil }
    layout = PanelLayout(places: memory.places, folded: memory.folded)
    theme = memory.theme
  }

  // MARK: Commands

  package func perform(_ command: ViewerCommand) {
    switch command {
    case .pause:
      if player.isPaused, isAtEnd { player.seek(to: recording.firstFrame, in: recording) }
      player.togglePause()
    case .stepForward:
      if isManual, shownFrame < recording.lastFrame { rewrite() }
      player.stepForward(in: episodes, record: record)
    case .stepBack: player.stepBack(in: episodes)
    case .slower:
      player.slower()
      show(speedText)
    case .faster:
      player.faster()
      show(speedText)
    case .reset: begin(recording.index)
    case .first: player.seek(to: recording.firstFrame, in: episodes)
    case .last: player.seek(to: episodes.lastFrame, in: episodes)
    case .nextEpisode: begin(recording.index + 1)
    case .previousEpisode: if recording.index > 0 { begin(recording.index - 1) }
    case .ending:
      let all = Ending.allCases
      ending = all[((all.firstIndex(of: ending) ?? 0) + 1) % all.count]
      show("At the end of an episode: \(ending.rawValue).")
    case .nextCamera: cycleCamera(by: 1)
    case .previousCamera: cycleCamera(by: -1)
    case .escape:
      if panels.contains(.help) {
        panels.remove(.help)
      } else {
        freeCamera()
        show(cameraText)
      }
    case .keepCamera(let number):
      keptCameras[number] = camera
      show("Kept this camera: Ctrl+\(number) comes back to it.")
    case .recallCamera(let number):
      guard let kept = keptCameras[number], kept.isPossible(in: stage.model) else {
        show("No camera is kept as \(number): Ctrl+Shift+\(number) keeps this one.")
        break
      }
      camera = kept
      show("Camera \(number).")
    case .copyCamera:
      let text = camera.options(for: stage)
      requests.append(.copy(text, message: "Copied: \(text)"))
    case .trail:
      hasTrail.toggle()
      show("The way the robot has gone: \(hasTrail ? "on" : "off").")
    case .film: requests.append(.film)
    case .saveTable:
      requests.append(.save(insight.quantities.table(recording), name: "episode", ending: "csv"))
    case .trackRobot:
      if let body = options.selectedBody {
        track(body)
      } else {
        camera = Camera(following: stage, aspect: aspect)
      }
      show(cameraText)
    case .alignCamera: camera = Camera(framing: stage, aspect: aspect)
    case .selectParent:
      if let body = options.selectedBody {
        select(body: stage.model.bodies[body].parent)
        show(
          options.selectedBody.map { "Selected: \(name(ofBody: $0))." } ?? "Nothing is selected.")
      } else {
        show("No body is selected; a double click does that.")
      }
    case .panel(let panel): toggle(panel)
    case .flag(let flag):
      options[flag].toggle()
      show("\(flag.title.capitalizedFirst): \(options[flag] ? "on" : "off").")
    case .frames:
      let all = SceneOptions.Frames.allCases
      let next = (all.firstIndex(of: options.frames) ?? 0) + 1
      options.frames = all[next % all.count]
      show("Axes: \(options.frames.rawValue).")
    case .labels:
      let all = SceneOptions.Labels.allCases
      let next = (all.firstIndex(of: options.labels) ?? 0) + 1
      options.labels = all[next % all.count]
      show("Names: \(options.labels.rawValue).")
    case .geomGroup(let group):
      options.geomGroups[group].toggle()
      let count = stage.model.geoms.count { $0.group == group }
      show(groupText("Geoms", group, isShown: options.geomGroups[group], count: count))
    case .siteGroup(let group):
      options.siteGroups[group].toggle()
      let count = stage.model.sites.count { $0.group == group }
      show(groupText("Sites", group, isShown: options.siteGroups[group], count: count))
    case .resetPanels:
      layout.reset()
      show("The panels are back at their edges.")
    case .theme:
      theme = theme == .dark ? .light : .dark
      show("Panels: \(theme.rawValue).")
    case .fullScreen: requests.append(.fullScreen)
    case .screenshot: requests.append(.screenshot)
    case .copyState: copyState()
    case .printModel: requests.append(.save(stage.model.text, name: "model", ending: "txt"))
    case .printData: requests.append(.save(stage.text, name: "data", ending: "txt"))
    case .reload: reload()
    case .quit: requests.append(.quit)
    }
    placeStage()
  }

  private func toggle(_ panel: ViewerPanel) {
    if panel.needsAgent, session.pilot.agent == nil {
      show("The panel \(panel.title) needs an IDQL policy; this session has none.")
      return
    }
    panels.formSymmetricDifference([panel])
    if panels.contains(panel) { layout.bringForward(panel) }
  }

  /// Starts another episode, or the same one again. A recording that the user has not changed is
  /// kept, because it would be recorded again to the bit.
  private func begin(_ index: Int) {
    if index == recording.index, !recording.isTouched, recording.firstFrame == 0 {
      let wasPaused = player.isPaused
      player.seek(to: 0, in: recording)
      player.isPaused = wasPaused
      return
    }
    attempt {
      let next = try session.recording(of: index)
      try rival?.begin(index)
      recording = next
      player = Player(speedOf: player)
      insight.forget()
    }
  }

  /// Reads the session's files again and restarts the episode; on an error nothing changes.
  private func reload() {
    guard let reload = session.reload else {
      show("There is no file to read anew.")
      return
    }
    attempt {
      try adopt(
        reload(), against: rival?.session.reload.map { try $0() }, episode: recording.index)
      show("Read anew.")
    }
  }

  /// Shows another session; on an error nothing changes.
  package func adopt(_ session: Session, against other: Session? = nil, episode index: Int) throws {
    let first = try session.recording(of: index)
    rival = try other.map { try Rival($0, episode: index) }
    recording = first
    self.session = session
    player = Player(speedOf: player)
    stage = Stage(of: recording.environment)
    insight = InsightState(session, in: recording.environment)
    manualAction = nil
    panels = panels.filter { !$0.needsAgent || session.pilot.agent != nil }
    select(body: 0)
    if !camera.isPossible(in: stage.model) { camera = Camera(framing: stage, aspect: aspect) }
  }

  private func copyState() {
    let frame = recording.frame(shownFrame)
    requests.append(
      .copy(
        frame.json, message: "Copied the state at \(frame.state.time.text(decimals: 3)) s."))
  }

  // MARK: Cameras

  package var aspect: Double { height > 0 ? Double(width) / Double(height) : 1 }

  /// Cycles through the free camera and those of the model.
  private func cycleCamera(by step: Int) {
    let count = stage.model.visuals.cameras.count + 1
    let current = if case .fixed(let index) = camera.mode { index + 1 } else { 0 }
    let next = (current + step + count) % count
    if next == 0 { freeCamera() } else { camera.mode = .fixed(next - 1) }
    show(count == 1 ? "The model has no cameras." : cameraText)
  }

  private func freeCamera() {
    if case .tracking(let body) = camera.mode {
      // keeps the position of the camera
      let mass = stage.centerOfMass(under: body)
      camera.lookAt += Vector3(mass.x, mass.y, 0)
    }
    camera.mode = .free
  }

  func track(_ body: Int) {
    freeCamera()
    let origin = stage.frame(ofBody: body).origin
    camera.lookAt = Vector3(0, 0, origin.z)
    camera.mode = .tracking(body: body)
  }

  /// - Parameter body: 0, the world, to select nothing.
  func select(body: Int) {
    options.selectedBody = body > 0 ? body : nil
    perturbation = nil
  }

  // MARK: Input

  /// Takes one input.
  ///
  /// - Parameters:
  ///   - time: of the input, s, on any clock; used to detect double clicks.
  ///   - earliest: the time before which it was not made; nil if that is the same.
  package func handle(_ input: ViewerInput, at time: Double, notBefore earliest: Double? = nil) {
    switch input {
    case .key(let key, let modifiers):
      if let binding = KeyBinding.binding(of: key, modifiers) { perform(binding.command) }
    case .resize(let width, let height): (self.width, self.height) = (width, height)
    case .button(let button, let isDown, let modifiers):
      handleButton(button, isDown: isDown, modifiers, at: time, notBefore: earliest ?? time)
    case .motion(let x, let y, let modifiers): handleMotion(to: (x, y), modifiers)
    case .drop(let path): requests.append(.open(path))
    case .scroll(let notches):
      camera.move(.zoom, dx: 0, dy: -0.05 * notches, extent: stage.extent)
    }
  }
}

extension ViewerPanel {
  package var title: String {
    switch self {
    case .whatIf: "What if"
    default: rawValue.capitalizedFirst
    }
  }
}

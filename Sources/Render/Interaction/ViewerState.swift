import IDQLAgent
import IDQLEnvs
import IDQLPhysics
import IDQLTensors

/// Everything a viewer is at a moment, driven by inputs and the passing of time. It draws nothing.
///
/// One thread owns it.
public final class ViewerState {
  public private(set) var session: Session
  public private(set) var recording: EpisodeRecording
  public var player: Player
  public var options = SceneOptions()
  public var camera: Camera
  public var panels: Set<ViewerPanel> = [.info]
  /// Of the picture, pixels.
  public private(set) var width = 1280
  public private(set) var height = 720
  /// What the window has to do; it takes them away.
  public var requests: [Request] = []
  /// One line for the user, shown for a while.
  public private(set) var message: String?
  private var messageAge = 0.0

  /// Set in place of the pilot's actions; nil to let the pilot act.
  public var handAction: [Double]?
  /// A hand on the selected body; its target moves with the mouse.
  public internal(set) var perturbation: Perturbation?
  /// What the mouse is doing.
  var drag = MouseDrag()
  /// Where the selected body was clicked, in its frame.
  var grip = Vector3.zero

  /// Where the shown frame stands.
  public private(set) var stage: Stage
  public var profile = Profile()
  public internal(set) var insight: InsightState

  public enum Request: Equatable, Sendable {
    case fullScreen, screenshot, quit
    case copy(String)
    /// Text to be written to a new file called `idql-NAME-1.txt`, or with the next free number.
    case save(String, name: String)
  }

  /// - Throws: what making the first episode throws.
  public init(_ session: Session, episode index: Int = 0, isPaused: Bool = false) throws {
    self.session = session
    recording = try session.recording(of: index)
    player = Player(isPaused: isPaused)
    stage = Stage(model: recording.environment.simulation.model)
    stage.place(recording.frame(0).state)
    camera = Camera(framing: stage)
    insight = InsightState(session, isMaze: recording.environment.maze != nil)
  }

  // MARK: Time

  /// Lets real time pass: plays, records, and puts the stage where the player is.
  ///
  /// - Parameter hasTime: as `Player.update` asks it.
  public func update(after seconds: Double, hasTime: () -> Bool = { true }) {
    messageAge += seconds
    if messageAge > 4 { message = nil }
    let clock = ContinuousClock()
    let start = clock.now
    if isHandled, !player.isPaused, player.frame < recording.lastFrame { rewrite() }
    player.update(recording, after: seconds, record: record, hasTime: hasTime)
    placeStage()
    insight.update(self)
    if panels.contains(.profile) {
      profile.add(
        contacts: stage.contacts.count, rows: stage.rowCount,
        work: start.duration(to: clock.now) / .seconds(1))
    }
  }

  /// Whether a hand decides what happens next.
  private var isHandled: Bool { perturbation != nil || handAction != nil }

  private func record() {
    recording.advance(action: handAction, perturbation: perturbation)
  }

  /// What comes after the shown frame will be recorded anew.
  private func rewrite() {
    do { try recording.truncate(after: player.frame) } catch { show("\(error)") }
    insight.forgetBranch(from: player.frame + 1)
    player.seek(to: player.frame, in: recording)
    player.isPaused = false
  }

  /// While nothing runs, a hand that cannot pull puts a free robot where it wants it.
  func poseByHand() {
    guard player.isPaused, let perturbation, let state = stage.posed(by: perturbation) else {
      return
    }
    do {
      try recording.truncate(after: player.frame)
      try recording.replaceLastState(with: state)
      insight.forgetBranch(from: player.frame)
    } catch {
      show("\(error)")
    }
    placeStage()
  }

  private func placeStage() {
    let number = player.frame
    stage.place(
      recording.shownState(at: number, fraction: player.fraction),
      control: recording.frame(number).control)
  }

  /// Goes to a frame and stays there.
  public func seek(to frame: Int) {
    player.seek(to: frame, in: recording)
    placeStage()
  }

  /// Makes `text` the message of the next seconds.
  public func show(_ text: String) {
    message = text
    messageAge = 0
  }

  // MARK: Commands

  public func perform(_ command: ViewerCommand) {
    switch command {
    case .pause: player.togglePause()
    case .stepForward:
      if isHandled, player.frame < recording.lastFrame { rewrite() }
      player.stepForward(in: recording, record: record)
    case .stepBack: player.stepBack(in: recording)
    case .slower: player.slower()
    case .faster: player.faster()
    case .reset: begin(recording.index)
    case .first: player.seek(to: recording.firstFrame, in: recording)
    case .last: player.seek(to: recording.lastFrame, in: recording)
    case .nextEpisode: begin(recording.index + 1)
    case .previousEpisode: if recording.index > 0 { begin(recording.index - 1) }
    case .nextCamera: cycleCamera(by: 1)
    case .previousCamera: cycleCamera(by: -1)
    case .freeCamera: freeCamera()
    case .trackRobot:
      if let body = options.selectedBody {
        track(body)
      } else {
        camera = Camera(following: stage, aspect: aspect)
      }
    case .alignCamera: camera = Camera(framing: stage, aspect: aspect)
    case .selectParent:
      if let body = options.selectedBody {
        select(body: stage.model.bodies[body].parent)
      }
    case .panel(let panel): toggle(panel)
    case .flag(let flag): options[flag].toggle()
    case .frames:
      let all = SceneOptions.Frames.allCases
      let next = (all.firstIndex(of: options.frames) ?? 0) + 1
      options.frames = all[next % all.count]
    case .labels:
      let all = SceneOptions.Labels.allCases
      let next = (all.firstIndex(of: options.labels) ?? 0) + 1
      options.labels = all[next % all.count]
    case .geomGroup(let group): options.geomGroups[group].toggle()
    case .siteGroup(let group): options.siteGroups[group].toggle()
    case .fullScreen: requests.append(.fullScreen)
    case .screenshot: requests.append(.screenshot)
    case .copyState: copyState()
    case .printModel: requests.append(.save(stage.model.text, name: "model"))
    case .printData: requests.append(.save(stage.text, name: "data"))
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
  }

  /// Another episode, or the same one anew. A recording that no hand has touched would only become
  /// the same again, so it is kept.
  private func begin(_ index: Int) {
    if index == recording.index, !recording.isTouched, recording.firstFrame == 0 {
      let wasPaused = player.isPaused
      player.seek(to: 0, in: recording)
      player.isPaused = wasPaused
      return
    }
    do {
      recording = try session.recording(of: index)
      player = Player(speedOf: player)
      insight.forget()
    } catch {
      show("\(error)")
    }
  }

  /// The same episode of what is on disk now; what cannot be read leaves everything as it is.
  private func reload() {
    guard let reload = session.reload else {
      show("There is no file to read anew.")
      return
    }
    do {
      let session = try reload()
      recording = try session.recording(of: recording.index)
      self.session = session
      player = Player(speedOf: player)
      insight = InsightState(session, isMaze: recording.environment.maze != nil)
      stage = Stage(model: recording.environment.simulation.model)
      handAction = nil
      select(body: 0)
      if !camera.isPossible(in: stage.model) { camera = Camera(framing: stage, aspect: aspect) }
      show("Read anew.")
    } catch {
      show("\(error)")
    }
  }

  private func copyState() {
    let frame = recording.frame(player.frame)
    requests.append(.copy(frame.json))
    show("Copied the state at \(frame.state.time.text(decimals: 3)) s.")
  }

  // MARK: Cameras

  public var aspect: Double { height > 0 ? Double(width) / Double(height) : 1 }

  /// Free, then each of the model's.
  private func cycleCamera(by step: Int) {
    let count = stage.model.visuals.cameras.count + 1
    let current = if case .fixed(let index) = camera.mode { index + 1 } else { 0 }
    let next = (current + step + count) % count
    if next == 0 { freeCamera() } else { camera.mode = .fixed(next - 1) }
  }

  private func freeCamera() {
    if case .tracking(let body) = camera.mode {
      // it stays where it is
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

  /// - Parameter body: the world to select nothing.
  func select(body: Int) {
    options.selectedBody = body > 0 ? body : nil
    perturbation = nil
  }

  // MARK: Input

  /// Takes one input.
  ///
  /// - Parameter time: of the input, seconds on any clock: tells double clicks.
  public func handle(_ input: ViewerInput, at time: Double) {
    switch input {
    case .key(let key, let modifiers):
      if let binding = KeyBinding.binding(of: key, modifiers) { perform(binding.command) }
    case .resize(let width, let height): (self.width, self.height) = (width, height)
    case .button(let button, let isDown, let modifiers):
      handleButton(button, isDown: isDown, modifiers, at: time)
    case .motion(let x, let y, let modifiers): handleMotion(to: (x, y), modifiers)
    case .scroll(let notches):
      camera.move(.zoom, dx: 0, dy: -0.05 * notches, extent: stage.extent)
    }
  }
}

extension ViewerPanel {
  public var title: String {
    switch self {
    case .whatIf: "What if"
    default: rawValue.prefix(1).uppercased() + rawValue.dropFirst()
    }
  }
}

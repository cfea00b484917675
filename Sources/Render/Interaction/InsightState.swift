import IDQLAgent
import IDQLEnvs
import IDQLPhysics

/// What the policy panels show, computed for the frame shown while one of them is open.
package final class InsightState {
  /// Of the frame shown; nil while no open panel needs it.
  package private(set) var deliberation: Deliberation?
  /// The diffusion steps of the same decision; nil while the panel is closed.
  package private(set) var denoising: [[Float]]?
  /// Index of the stage shown; nil for the last.
  package var denoisingStage: Int?
  /// The newest answer, possibly of an earlier frame.
  package private(set) var futures: Futures?
  let futureGhosts = FutureGhosts()
  package var question = FuturesQuestion()
  package private(set) var values = ValueTrace()

  /// For the plots and the table of the episode.
  package let quantities: EpisodeQuantities
  /// Which of them are plotted: indices among their entries.
  package var plotted: [Int]

  /// What the next branch will do differently.
  package var change = WhatIfChange()
  package private(set) var whatIf: WhatIf?
  /// The model in the state of the branch; nil without one.
  package private(set) var whatIfStage: Stage?

  private let session: Session
  private let worker: FuturesWorker
  /// What the deliberation was computed for.
  private var deliberated: Key?
  private var asked: (key: Key, question: FuturesQuestion)?
  private struct Key: Equatable {
    var recording: ObjectIdentifier
    var revision: Int
    var frame: Int
  }

  init(_ session: Session, in environment: any Environment) {
    self.session = session
    let quantities = EpisodeQuantities(environment)
    self.quantities = quantities
    func first(_ isMeant: (EpisodeQuantities.Quantity) -> Bool) -> Int? {
      quantities.entries.firstIndex { isMeant($0.quantity) }
    }
    plotted = [
      first { $0 == .observation(0) }, first { $0 == .action(0) },
      first { if case .contactForce = $0 { true } else { false } },
    ].compactMap(\.self)
    if environment.maze != nil { question = .inMaze }
    worker = FuturesWorker(makeEnvironment: session.makeEnvironment)
  }

  /// Removes everything computed, because the recording was replaced.
  func forget() {
    deliberation = nil
    denoising = nil
    futures = nil
    deliberated = nil
    asked = nil
    values = ValueTrace()
    stopWhatIf()
  }

  // MARK: Following the player

  func update(_ viewer: ViewerState) {
    let panels = viewer.panels
    let key = Key(
      recording: ObjectIdentifier(viewer.recording), revision: viewer.recording.revision,
      frame: viewer.shownFrame)
    if panels.contains(.candidates) || panels.contains(.denoising) {
      if deliberated != key {
        deliberation = Deliberation(viewer.recording, at: viewer.shownFrame)
        denoising = nil
        deliberated = key
      }
    }
    if panels.contains(.denoising), denoising == nil { denoising = deliberation?.denoising() }
    if panels.contains(.futures) { updateFutures(viewer, key) } else { futures = nil }
    if panels.contains(.values) { values.follow(viewer.recording) }
    if panels.contains(.plots) {
      quantities.follow(viewer.recording, limit: Self.forcesPerUpdate)
    }
    followWhatIf(viewer)
  }

  /// Largest number of frames per update whose contact forces are computed.
  private static let forcesPerUpdate = 100

  private func updateFutures(_ viewer: ViewerState, _ key: Key) {
    if let agent = viewer.session.pilot.agent, asked?.key != key || asked?.question != question {
      asked = (key, question)
      worker.ask(
        viewer.recording.frame(key.frame), number: key.frame, agent: agent, question: question)
    }
    switch worker.takeAnswer() {
    case .success(let answer)?: take(answer)
    case .failure(let error)?: viewer.show("\(error)")
    case nil: break
    }
  }

  /// Whether futures that were asked for are still to come.
  func isWaiting(_ viewer: ViewerState) -> Bool {
    viewer.panels.contains(.futures) && worker.isPending
  }

  /// Whether the branch is still on its way to the frame shown, or contact forces are to come.
  func isCatchingUp(_ viewer: ViewerState) -> Bool {
    if viewer.panels.contains(.plots), !quantities.isUpToDate(with: viewer.recording) {
      return true
    }
    guard let recording = whatIf?.recording else { return false }
    return recording.lastFrame < viewer.shownFrame + 1 && recording.canAdvance
  }

  /// Waits for the futures that were asked for, so that the next picture shows them.
  package func finishFutures() {
    worker.finish()
    if case .success(let answer)? = worker.takeAnswer() { take(answer) }
  }

  private func take(_ answer: Futures) {
    futures = answer
    futureGhosts.forget()
  }

  // MARK: What if

  /// Starts a branch at the frame shown, with `change`.
  package func startWhatIf(_ viewer: ViewerState) {
    viewer.attempt {
      whatIf = try WhatIf(
        viewer.recording, at: viewer.shownFrame, change: change,
        in: session.makeEnvironment())
      whatIfStage = Stage(model: viewer.stage.model)
      followWhatIf(viewer)
    }
  }

  package func stopWhatIf() {
    whatIf = nil
    whatIfStage = nil
  }

  /// Removes a branch that starts at this frame or later, because the recording it is compared with
  /// has changed from there on.
  func forgetBranch(from frame: Int) {
    if let whatIf, whatIf.start >= frame { stopWhatIf() }
  }

  /// Largest number of actions of the branch per update, while it catches up with the player.
  private static let stepsPerUpdate = 4

  private func followWhatIf(_ viewer: ViewerState) {
    guard let whatIf, let whatIfStage else { return }
    if whatIf.original !== viewer.recording {
      stopWhatIf()
      return
    }
    let wanted = viewer.shownFrame + 1
    for _ in 0..<Self.stepsPerUpdate where whatIf.recording.lastFrame < wanted {
      whatIf.advance()
    }
    let recording = whatIf.recording
    let number = min(max(viewer.shownFrame, recording.firstFrame), recording.lastFrame)
    whatIfStage.place(
      recording.shownState(
        at: number, fraction: number == viewer.shownFrame ? viewer.shownFraction : 0),
      control: recording.frame(number).control)
  }

  /// Whether the frame shown is before the start of the branch.
  package func isBranchAhead(of viewer: ViewerState) -> Bool {
    whatIf.map { viewer.shownFrame < $0.start } ?? false
  }
}

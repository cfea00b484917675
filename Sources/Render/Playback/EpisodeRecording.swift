import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRandom

/// An episode as it is being made: every frame can be looked at, restored and continued to the bit.
///
/// The environment inside belongs to the recording and always stands at its last frame. Whoever wants
/// to see another frame takes its state to a simulation of his own, so that looking never changes
/// what comes next.
public final class EpisodeRecording {
  /// A moment between two actions.
  public struct Frame: Sendable {
    public let snapshot: EnvironmentSnapshot
    /// Of the actuators, as they were when this frame was reached.
    public let control: [Double]
    /// What the policy saw here, the goal after it where there is one.
    public let observation: [Double]
    /// The episode's stream of noise before the policy decided here.
    public let noise: NumPyGenerator
    /// Of everything before.
    let tally: EpisodeTally
    /// What was done here; nil for the last frame.
    public internal(set) var step: Step?

    public var state: State { snapshot.state }
    /// How many actions the episode has taken.
    public var stepCount: Int { tally.length }
    /// Sum of the rewards before this frame.
    public var totalReward: Double { tally.totalReward }
  }

  /// One action and what came of it.
  public struct Step: Sendable {
    public let action: [Double]
    public let transition: Transition
    /// Nil where no agent with a critic decided.
    public let verdict: Verdict?
  }

  public let environment: any Environment
  public let pilot: Pilot
  /// Number of the first frame that is kept: 0 unless the recording outgrew `frameLimit`.
  public private(set) var firstFrame = 0
  private var frames: [Frame] = []
  /// Frames to keep of a session without end; the oldest go first. Scored episodes are kept whole.
  public let frameLimit: Int?
  /// The outcome, once the episode is over.
  public private(set) var episode: Episode?
  /// Whether a hand was laid on it, so that its outcome is not the policy's.
  public private(set) var isTouched = false
  /// Counts how often the past was changed; frames with the same number may differ after that.
  public private(set) var revision = 0
  private var continuesAfterEnd: Bool { frameLimit != nil }

  /// The episode of that index of the evaluation of that seed, at its first frame.
  ///
  /// - Parameters:
  ///   - environment: is reset, and belongs to the recording from now on.
  ///   - frameLimit: nil for an episode that is kept whole and stops at its end; else the session
  ///     goes on after the task has ended.
  /// - Throws: `EvaluationError.sizeMismatch` if the pilot cannot act there.
  public init(
    episode index: Int, seed: UInt64, in environment: any Environment, pilot: Pilot,
    frameLimit: Int? = nil
  ) throws {
    if case .policy(let policy) = pilot { try requireFit(policy, environment) }
    self.environment = environment
    self.pilot = pilot
    self.frameLimit = frameLimit
    let tally = try EpisodeTally(beginning: index, seed: seed, in: environment)
    appendFrame(tally, noise: tally.noise)
  }

  /// An episode that goes on from a frame of another one.
  ///
  /// - Parameters:
  ///   - environment: another one of the same id, physics and options.
  /// - Throws: `EnvironmentError` if the environment is not of the same kind.
  public init(
    from frame: Int, of other: EpisodeRecording, in environment: any Environment, pilot: Pilot
  ) throws {
    let origin = other.frame(frame)
    try environment.restore(origin.snapshot)
    self.environment = environment
    self.pilot = pilot
    frameLimit = other.frameLimit
    firstFrame = frame
    frames = [origin]
    frames[0].step = nil
  }

  // MARK: Frames

  /// Numbers of the frames there are; frame k lies before action k.
  public var range: ClosedRange<Int> { firstFrame...lastFrame }
  public var lastFrame: Int { firstFrame + frames.count - 1 }

  /// - Precondition: `range` contains it.
  public func frame(_ number: Int) -> Frame { frames[number - firstFrame] }

  /// Seconds between two frames.
  public var frameDuration: Double { environment.spec.stepDuration }

  /// `TrajectoryHash` of everything up to the last frame.
  public var hash: String { frames[frames.count - 1].tally.hash.text }
  public var totalReward: Double { frames[frames.count - 1].tally.totalReward }
  /// Which episode of its evaluation this is, and of what seed.
  public var index: Int { frames[0].tally.index }
  public var seed: UInt64 { frames[0].tally.seed }

  public var canAdvance: Bool {
    guard continuesAfterEnd else { return episode == nil }
    return environment.simulation.isFinite
  }

  // MARK: Recording

  /// Takes one action and appends the frame it leads to; nothing happens after the end.
  ///
  /// - Parameters:
  ///   - action: taken in place of the pilot's; the pilot decides all the same, so that its stream of
  ///     noise goes on as it would have.
  ///   - perturbation: a hand that pulls at a body during this action.
  public func advance(action given: [Double]? = nil, perturbation: Perturbation? = nil) {
    guard canAdvance else { return }
    let last = frames.count - 1
    var noise = frames[last].noise
    var tally = frames[last].tally
    let own = pilot.act(
      observation: frames[last].observation, step: tally.length,
      actionCount: environment.spec.actionCount, noise: &noise)
    let action = given ?? own.action
    if perturbation != nil || given != nil { isTouched = true }

    environment.simulation.perturbation = perturbation
    let result = tally.step(action, in: environment)
    environment.simulation.perturbation = nil
    frames[last].step = Step(
      action: action, transition: result.transition, verdict: own.verdict)
    if episode == nil { episode = result.episode }
    appendFrame(tally, noise: noise)
    dropOldest()
  }

  /// Forgets everything after a frame; the next action goes on from there.
  ///
  /// - Throws: `EnvironmentError`, which a snapshot of this very environment does not cause.
  public func truncate(after number: Int) throws {
    guard number < lastFrame else { return }
    frames.removeSubrange((number - firstFrame + 1)...)
    frames[frames.count - 1].step = nil
    episode = nil
    revision += 1
    try environment.restore(frames[frames.count - 1].snapshot)
  }

  /// Puts the robot of the last frame elsewhere, by hand.
  ///
  /// - Precondition: the state has the model's lengths.
  /// - Throws: `EnvironmentError`, which a snapshot of this very environment does not cause.
  public func replaceLastState(with state: State) throws {
    guard let old = frames.last else { return }
    var snapshot = old.snapshot
    snapshot.state = state
    try environment.restore(snapshot)
    frames.removeLast()
    appendFrame(old.tally, noise: old.noise)
    isTouched = true
    revision += 1
  }

  private func appendFrame(_ tally: EpisodeTally, noise: NumPyGenerator) {
    frames.append(
      Frame(
        snapshot: environment.snapshot, control: environment.simulation.control,
        observation: environment.observation + (environment.goal ?? []), noise: noise,
        tally: tally))
  }

  /// A quarter at a time, so that each frame is moved few times.
  private func dropOldest() {
    guard let frameLimit, frames.count > frameLimit else { return }
    let count = max(1, frameLimit / 4)
    frames.removeFirst(count)
    firstFrame += count
  }
}

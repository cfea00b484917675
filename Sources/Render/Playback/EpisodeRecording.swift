import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRandom

/// An episode that is recorded frame by frame; each frame can be drawn, restored and continued to
/// the bit.
///
/// The environment is owned by the recording and is always at its last frame. To show another
/// frame, copy its state into another simulation, so that the episode is not affected.
public final class EpisodeRecording {
  /// The state between two actions.
  package struct Frame: Sendable {
    package let snapshot: EnvironmentSnapshot
    /// Controls of the actuators when this frame was reached.
    package let control: [Double]
    /// What the policy observes here, followed by the goal if there is one.
    package let observation: [Double]
    /// The noise stream of the episode before the policy acts here.
    package let noise: NumPyGenerator
    /// Of all earlier steps.
    let tally: EpisodeTally
    /// The step taken here; nil for the last frame.
    package internal(set) var step: Step?

    package var state: State { snapshot.state }
    /// Number of actions taken before this frame.
    package var stepCount: Int { tally.length }
    /// Sum of the rewards before this frame.
    package var totalReward: Double { tally.totalReward }
  }

  /// An action and its outcome.
  package struct Step: Sendable {
    package let action: [Double]
    package let transition: Transition
    /// Nil unless an agent with a critic decided.
    package let verdict: Verdict?
  }

  package let environment: any Environment
  package let pilot: Pilot
  /// Number of the first frame kept: 0 unless the recording exceeded `frameLimit`.
  package private(set) var firstFrame = 0
  private var frames: [Frame] = []
  /// Frames to keep of a session without end, of which the oldest are dropped; nil to keep all.
  package let frameLimit: Int?
  /// What is shown in place of an episode that was played; nil for one that was.
  package let trajectory: Trajectory?
  /// The outcome, once the episode has ended; nil before.
  public private(set) var episode: Episode?
  /// Whether the user acted or perturbed the robot, so that the outcome is not the policy's.
  package private(set) var isTouched = false
  /// Number of times that recorded frames were changed; frames of the same number may differ then.
  package private(set) var revision = 0
  private var continuesAfterEnd: Bool { frameLimit != nil }

  /// Episode `index` of the evaluation with that seed, at its first frame: `evaluate` plays the
  /// same episode, to the bit.
  ///
  /// - Parameters:
  ///   - index: of the episode in the evaluation.
  ///   - seed: of the evaluation.
  ///   - environment: is reset, and owned by the recording from now on.
  ///   - policy: nil to take the action 0 in every step.
  /// - Throws: `EvaluationError` if the policy does not fit the environment.
  public convenience init(
    episode index: Int = 0, seed: UInt64, in environment: any Environment, policy: (any Policy)?
  ) throws {
    try self.init(
      episode: index, seed: seed, in: environment, pilot: policy.map(Pilot.policy) ?? .none)
  }

  /// Episode `index` of the evaluation with that seed, at its first frame.
  ///
  /// - Parameters:
  ///   - environment: is reset, and owned by the recording from now on.
  ///   - frameLimit: nil for an episode that is kept completely and stops at its end; else the
  ///     session continues after the task has ended.
  /// - Throws: `EvaluationError.sizeMismatch` if the pilot cannot act there.
  package init(
    episode index: Int, seed: UInt64, in environment: any Environment, pilot: Pilot,
    frameLimit: Int? = nil
  ) throws {
    if case .policy(let policy) = pilot { try requireFit(policy, environment) }
    self.environment = environment
    self.pilot = pilot
    self.frameLimit = frameLimit
    trajectory = nil
    let tally = try EpisodeTally(beginning: index, seed: seed, in: environment)
    appendFrame(tally, noise: tally.noise)
  }

  /// An episode that continues from a frame of another one.
  ///
  /// - Parameters:
  ///   - environment: another one of the same id, physics and options.
  /// - Throws: `EnvironmentError` if the environment is not of the same kind.
  package init(
    from frame: Int, of other: EpisodeRecording, in environment: any Environment, pilot: Pilot
  ) throws {
    let origin = other.frame(frame)
    try environment.restore(origin.snapshot)
    self.environment = environment
    self.pilot = pilot
    frameLimit = other.frameLimit
    trajectory = nil
    firstFrame = frame
    frames = [origin]
    frames[0].step = nil
  }

  /// States that somebody recorded, each a frame; nothing is played.
  ///
  /// - Parameter environment: of the kind that the states are of, is reset, and owned by the recording from now on.
  /// - Precondition: the states have the lengths of its model's.
  /// - Throws: `EnvironmentError` for a state that it cannot be in.
  package init(showing trajectory: Trajectory, in environment: any Environment) throws {
    self.environment = environment
    self.trajectory = trajectory
    (pilot, frameLimit) = (.none, nil)
    environment.reset(seed: 0)
    var snapshot = environment.snapshot
    var total = 0.0
    for (number, state) in zip(trajectory.positions, trajectory.velocities).enumerated() {
      (snapshot.state.position, snapshot.state.velocity) = state
      snapshot.state.time = Double(number) * frameDuration
      snapshot.stepCount = number
      try environment.restore(snapshot)
      appendFrame(
        EpisodeTally(recorded: trajectory.index, length: number, totalReward: total),
        noise: NumPyGenerator(seed: 0))
      if let rewards = trajectory.rewards, number < rewards.count { total += rewards[number] }
    }
  }

  // MARK: Frames

  /// Numbers of the frames recorded; frame k is before action k.
  package var range: ClosedRange<Int> { firstFrame...lastFrame }
  package var lastFrame: Int { firstFrame + frames.count - 1 }

  /// - Precondition: `range` contains it.
  package func frame(_ number: Int) -> Frame { frames[number - firstFrame] }

  /// Simulated time between two frames, s.
  package var frameDuration: Double { trajectory?.interval ?? environment.spec.stepDuration }

  /// What the task adds to the scene; states say nothing of a goal.
  package var marks: [Shape] { trajectory == nil ? Shape.marks(of: environment) : [] }

  /// `TrajectoryHash` of everything up to the last frame.
  package var hash: String { frames[frames.count - 1].tally.hash.text }
  package var totalReward: Double { frames[frames.count - 1].tally.totalReward }
  /// Index of the episode in its evaluation, and the seed of that.
  package var index: Int { frames[0].tally.index }
  package var seed: UInt64 { frames[0].tally.seed }

  /// Whether another action can be taken: false once the episode has ended.
  public var canAdvance: Bool {
    if trajectory != nil { return false }
    guard continuesAfterEnd else { return episode == nil }
    return environment.simulation.isFinite
  }

  // MARK: Recording

  /// Takes one action and appends the frame that follows; does nothing after the end.
  ///
  /// - Parameter action: taken in place of the policy's; the policy decides as well, so that its
  ///   noise stream advances as usual. Nil for the policy's action, or for zeros if there is no
  ///   policy.
  public func advance(action: [Double]? = nil) { advance(action: action, perturbation: nil) }

  /// - Parameter perturbation: a force on a body during this action.
  package func advance(action given: [Double]? = nil, perturbation: Perturbation?) {
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

  /// Removes all frames after this one; the next action is taken here.
  ///
  /// - Throws: `EnvironmentError`, which a snapshot of this very environment does not cause.
  package func truncate(after number: Int) throws {
    guard number < lastFrame else { return }
    frames.removeSubrange((number - firstFrame + 1)...)
    frames[frames.count - 1].step = nil
    episode = nil
    revision += 1
    try environment.restore(frames[frames.count - 1].snapshot)
  }

  /// Replaces the state of the last frame.
  ///
  /// - Precondition: the state has the model's lengths.
  /// - Throws: `EnvironmentError`, which a snapshot of this very environment does not cause.
  package func replaceLastState(with state: State) throws {
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

  /// Drops a quarter at a time, so that each frame is moved few times.
  private func dropOldest() {
    guard let frameLimit, frames.count > frameLimit else { return }
    let count = max(1, frameLimit / 4)
    frames.removeFirst(count)
    firstFrame += count
  }
}

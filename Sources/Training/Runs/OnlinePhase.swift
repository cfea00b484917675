import IDQLAgent
import IDQLDatasets
import IDQLEnvs
import IDQLRandom
import IDQLTraining

/// The agent acts in the environment, and learns from its own and the recorded transitions in equal
/// parts (IDQL, online fine-tuning).
///
/// Truncation by the time limit does not mask the value of the next state; termination does.
final class OnlinePhase {
  let replay: ReplayFile
  private let environment: any Environment
  private let configuration: RunConfiguration
  private let rewards: RewardChange
  /// Of the policy's noise.
  private var noise: [NumPyGenerator]
  private var policy: IDQLPolicy

  /// The part of a run's state that belongs to this phase.
  struct State: Codable, Equatable {
    var environment: EnvironmentSnapshot
    var noise: NumPyGenerator
    var replayCount: Int
  }

  /// - Parameters:
  ///   - data: whose rewards were processed; the environment's are processed alike.
  ///   - state: to continue from; the first episode of `seed` if nil.
  init(
    _ id: EnvironmentID, configuration: RunConfiguration, seed: UInt64, data: TransitionDataset,
    replayPath: String, learner: Learner, state: State?
  ) throws {
    environment = try makeEnvironment(id, options: EnvironmentOptions(goalSeed: seed))
    self.configuration = configuration
    rewards = RewardChange(data.rules)
    replay = try ReplayFile(
      path: replayPath, observationCount: data.observationCount, actionCount: data.actionCount,
      count: state?.replayCount ?? 0)
    noise = [state?.noise ?? NumPyGenerator(seed: seed, spawnKey: [3])]
    if let state {
      try environment.restore(state.environment)
    } else {
      environment.reset(seed: seed)
    }
    var options = IDQLOptions()
    options.candidateCount = configuration.online.candidates
    options.rule = configuration.online.trainsActor ? .implicit : .argmax
    options.criticObjective = configuration.critic.objective
    options.criticParameter = configuration.critic.tau
    policy = try Self.policy(of: learner, options)
  }

  private static func policy(of learner: Learner, _ options: IDQLOptions) throws -> IDQLPolicy {
    let (tensors, metadata) = try learner.policyFile()
    return try IDQLPolicy(tensors, metadata: metadata).with(options)
  }

  var state: State {
    State(environment: environment.snapshot, noise: noise[0], replayCount: replay.count)
  }

  /// Takes one action and appends the transition to the replay file.
  func act() throws {
    let observation = environment.observation
    let action = policy.actions(
      observations: observation, steps: [environment.stepCount], noise: &noise)
    let transition = environment.step(action.map(Double.init))
    if !transition.isBroken {
      try replay.append(
        observation: observation, action: action, reward: rewards.apply(to: transition.reward),
        mask: transition.terminated ? 0 : 1, nextObservation: environment.observation)
    }
    if transition.terminated || transition.truncated { environment.reset() }
  }

  /// One update from as many own as recorded transitions; nil while there are too few.
  func update(_ learner: Learner, _ data: TrainingData) throws -> UpdateReport? {
    guard replay.count > configuration.online.updatesAfter else { return nil }
    let half = max(1, configuration.critic.batchSize / 2)
    let own = replay.batch(learner.drawRows(half, of: replay.count))
    let batch = own + data.draw(half, for: learner)
    guard configuration.online.trainsActor else {
      let report = learner.updateCritic(batch)
      policy = try policy.judged(by: learner.criticTensors)
      return report
    }
    let report = learner.update(
      batch, actorBatches: Array(repeating: batch, count: configuration.actor.stepsPerUpdate))
    policy = try Self.policy(of: learner, policy.options)
    return report
  }
}

/// What was done to the rewards of the data.
private struct RewardChange {
  private var factor: Double = 1
  private var shift: Float = 0

  init(_ rules: [DataRule]) {
    for rule in rules {
      switch rule.kind {
      case .scalesRewards(let factor): self.factor = factor
      case .shiftsRewards(let shift): self.shift = shift
      default: break
      }
    }
  }

  func apply(to reward: Double) -> Float { Float(reward * factor) + shift }
}

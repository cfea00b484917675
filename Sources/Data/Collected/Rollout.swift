import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLRandom
import IDQLTraining

/// An environment in which a policy acts, and the rows recorded from it.
///
/// Not thread-safe: one thread at a time may use it.
protocol Rollout: AnyObject, Sendable {
  /// What the policy sees.
  var observation: [Double] { get }
  /// Actions that the running episode has taken.
  var stepCount: Int { get }
  var rows: Rows { get }
  /// Takes one step, adds one row, and begins the next episode if this one has ended.
  ///
  /// - Throws: `CollectionError.brokenPolicy`.
  func take(_ action: [Float]) throws
}

/// With an action that is no number every step would be taken again, for ever.
///
/// - Throws: `CollectionError.brokenPolicy`.
func requireNumbers(_ action: [Float]) throws(CollectionError) {
  if let number = action.first(where: { !$0.isFinite }) { throw .brokenPolicy(action: "\(number)") }
}

/// A robot, recorded as D4RL records it: positions and velocities are those before the action.
final class RobotRollout: Rollout, @unchecked Sendable {
  private let environment: any Environment
  private(set) var rows: Rows

  init(_ environment: any Environment, seed: UInt64) {
    self.environment = environment
    environment.reset(seed: seed)
    rows = Rows(
      observationCount: environment.spec.observationCount,
      actionCount: environment.spec.actionCount)
  }

  /// Goes on from where a rollout was when it had those rows.
  ///
  /// - Throws: as `Environment.restore`.
  init(_ environment: any Environment, continuing snapshot: EnvironmentSnapshot, _ rows: Rows)
    throws
  {
    self.environment = environment
    self.rows = rows
    try environment.restore(snapshot)
  }

  var observation: [Double] { environment.observation }
  var stepCount: Int { environment.stepCount }
  var snapshot: EnvironmentSnapshot { environment.snapshot }

  func take(_ action: [Float]) throws {
    try requireNumbers(action)
    while true {
      let (observation, state) = (environment.observation, environment.simulation.state)
      let transition = environment.step(action.map(Double.init))
      if transition.isBroken {
        // a step with numbers that are not finite is no data: take it in a new episode instead
        rows.cutEpisode()
        environment.reset()
        continue
      }
      rows.append(
        Rows.Row(
          observation: observation.map(Float.init), action: action,
          reward: Float(transition.reward), isTerminal: transition.terminated,
          isTimeout: transition.truncated && !transition.terminated,
          nextObservation: environment.observation.map(Float.init),
          position: state.position.map(Float.init), velocity: state.velocity.map(Float.init)))
      if transition.terminated || transition.truncated { environment.reset() }
      return
    }
  }

  /// Takes the episode of that seed to its end.
  ///
  /// - Parameter action: from the observation.
  /// - Throws: `CollectionError.brokenPolicy`.
  func takeEpisode(seed: UInt64, action: ([Double]) -> [Float]) throws {
    environment.reset(seed: seed)
    repeat { try take(action(observation)) } while !rows.isEpisodeOver
  }
}

/// Rollouts that step in lockstep, with one call of the policy per step.
///
/// Each has its own generator, so what it records does not depend on the number of threads.
struct RolloutCollector {
  let rollouts: [any Rollout]
  private(set) var noise: [NumPyGenerator]

  /// Goes on with the generators of each.
  init(continuing rollouts: [any Rollout], noise: [NumPyGenerator]) {
    self.rollouts = rollouts
    self.noise = noise
  }

  /// - Parameter makeRollout: from the seed of its environment.
  init(
    count: Int, seed: UInt64, purpose: Purpose, makeRollout: (UInt64) throws -> any Rollout
  ) rethrows {
    func generator(_ kind: UInt32, _ index: Int) -> NumPyGenerator {
      NumPyGenerator(seed: seed, spawnKey: [kind, purpose.rawValue, UInt32(index)])
    }
    rollouts = try (0..<count).map { index in
      var environment = generator(1, index)
      return try makeRollout(environment.nextUInt64())
    }
    noise = rollouts.indices.map { generator(2, $0) }
  }

  /// What rollouts are recorded for; rollouts of one seed draw different numbers for each purpose.
  enum Purpose: UInt32 {
    case training, random, medium, expert, waypoints
  }

  var rowCount: Int { rollouts.reduce(0) { $0 + $1.rows.count } }

  /// Takes one step in every rollout.
  mutating func step(_ policy: any Policy, threads: Int) throws {
    let actions = policy.actions(
      observations: rollouts.flatMap(\.observation), steps: rollouts.map(\.stepCount),
      noise: &noise)
    let (rollouts, width) = (rollouts, policy.actionCount)
    let failure = Locked<(any Error)?>(nil)
    runTasks(rollouts.count, threads: threads) { index in
      do {
        try rollouts[index].take(Array(actions[index * width..<(index + 1) * width]))
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let error = failure.withLock(\.self) { throw error }
  }

  /// With how many rollouts to collect `rowCount` rows: each should have a few episodes, because
  /// its last one is cut.
  static func rolloutCount(for rowCount: Int, stepLimit: Int) -> Int {
    max(1, min(64, rowCount / (4 * stepLimit)))
  }

  /// Steps until there are `count` rows, equally many of each rollout.
  ///
  /// - Parameter name: of what is recorded, for the progress.
  /// - Returns: the rows of every rollout; nil if it was cancelled.
  mutating func collect(
    _ count: Int, _ policy: any Policy, named name: String, _ control: CollectionControl
  ) throws -> [Rows]? {
    while rowCount < count {
      if control.cancellation.isCancelled { return nil }
      try step(policy, threads: control.threads)
      control.onProgress(.recording(name: name, row: min(count, rowCount), rowCount: count))
    }
    let (share, rest) = (count / rollouts.count, count % rollouts.count)
    return rollouts.enumerated().map { index, rollout in
      rollout.rows.prefix(share + (index < rest ? 1 : 0))
    }
  }
}

import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLRandom
import IDQLTraining

/// One of several environments that step together, and every row it has given.
///
/// One thread at a time touches it.
protocol Lane: AnyObject, Sendable {
  /// What the policy sees.
  var observation: [Double] { get }
  /// Actions that the running episode has taken.
  var stepCount: Int { get }
  var rows: Rows { get }
  /// Takes one step, adds one row, and begins the next episode if this one has ended.
  func take(_ action: [Float]) throws
}

/// A robot, recorded as D4RL records it: positions and velocities are those before the action.
final class RobotLane: Lane, @unchecked Sendable {
  private let environment: any Environment
  private(set) var rows: Rows

  init(_ environment: any Environment, seed: UInt64) {
    self.environment = environment
    environment.reset(seed: seed)
    rows = Rows(
      observationCount: environment.spec.observationCount,
      actionCount: environment.spec.actionCount)
  }

  var observation: [Double] { environment.observation }
  var stepCount: Int { environment.stepCount }

  func take(_ action: [Float]) {
    while true {
      let (observation, state) = (environment.observation, environment.simulation.state)
      let transition = environment.step(action.map(Double.init))
      if transition.isBroken {
        // nothing can be learnt from numbers that are none: the step is taken in a new episode
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
  func takeEpisode(seed: UInt64, action: ([Double]) -> [Float]) {
    environment.reset(seed: seed)
    repeat { take(action(observation)) } while !rows.isEpisodeOver
  }
}

/// Lanes that step together, with one call of the policy for all of them.
///
/// Every lane draws from a generator of its own, so what it records does not depend on the number of
/// threads.
struct Lockstep {
  let lanes: [any Lane]
  private var noise: [NumPyGenerator]

  /// - Parameter makeLane: from the seed of the lane's environment.
  init(
    count: Int, seed: UInt64, purpose: Purpose, makeLane: (UInt64) throws -> any Lane
  ) rethrows {
    func generator(_ kind: UInt32, _ lane: Int) -> NumPyGenerator {
      NumPyGenerator(seed: seed, spawnKey: [kind, purpose.rawValue, UInt32(lane)])
    }
    lanes = try (0..<count).map { lane in
      var environment = generator(1, lane)
      return try makeLane(environment.nextUInt64())
    }
    noise = lanes.indices.map { generator(2, $0) }
  }

  /// What lanes of one seed are for; no two draw the same.
  enum Purpose: UInt32 {
    case training, random, medium, expert, waypoints
  }

  var rowCount: Int { lanes.reduce(0) { $0 + $1.rows.count } }

  /// One step of every lane.
  mutating func step(_ policy: any Policy, threads: Int) throws {
    let actions = policy.actions(
      observations: lanes.flatMap(\.observation), steps: lanes.map(\.stepCount), noise: &noise)
    let (lanes, width) = (lanes, policy.actionCount)
    let failure = Locked<(any Error)?>(nil)
    runTasks(lanes.count, threads: threads) { index in
      do {
        try lanes[index].take(Array(actions[index * width..<(index + 1) * width]))
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let error = failure.withLock(\.self) { throw error }
  }

  /// How many lanes to collect `rowCount` rows with: each should last for a few episodes, because its
  /// last one is cut.
  static func laneCount(for rowCount: Int, stepLimit: Int) -> Int {
    max(1, min(64, rowCount / (4 * stepLimit)))
  }

  /// Steps until there are `count` rows, shared out evenly.
  ///
  /// - Parameter name: of what is recorded, for the progress.
  /// - Returns: the rows of every lane; nil if it was cancelled.
  mutating func collect(
    _ count: Int, _ policy: any Policy, named name: String, _ control: CollectionControl
  ) throws -> [Rows]? {
    while rowCount < count {
      if control.cancellation.isCancelled { return nil }
      try step(policy, threads: control.threads)
      control.onProgress(.recording(name: name, row: min(count, rowCount), rowCount: count))
    }
    let (share, rest) = (count / lanes.count, count % lanes.count)
    return lanes.enumerated().map { index, lane in
      lane.rows.prefix(share + (index < rest ? 1 : 0))
    }
  }
}

import Foundation
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRandom
import IDQLTensors

/// Many environments of one id that step together: throughput, and results of their episodes.
package struct VectorRollout: Codable, Equatable, Sendable {
  /// The actions of the environments.
  package enum Actions: String, CaseIterable, Codable, Sendable {
    /// Uniform from -1 to 1, by NumPy's `default_rng(SeedSequence(seed, spawn_key=(i,)))` for
    /// environment i.
    case random
    case zero
  }

  package var environment: String
  package var physics: String
  package var environments: Int
  /// Of each environment, those that only begin an episode included.
  package var stepsPerEnvironment: Int
  package var actions: Actions
  package var seed: UInt64
  /// Simulations in one vector register.
  package var lanes: Int
  package var workers: Int

  /// Of the steps alone: neither of making the environments nor of drawing actions.
  package var wallSeconds: Double
  /// Of all threads.
  package var cpuSeconds: Double
  package var stepsPerSecond: Double
  package var stepsPerCPUSecond: Double

  /// Those that have ended.
  package var episodes: Int
  /// Of the episodes that have ended in numbers; nil without one.
  package var meanReturn: Double?
  package var meanLength: Double?
  /// Digest of the `TrajectoryHash` of every environment: the same for all `lanes` and `workers`.
  package var hash: String

  enum CodingKeys: String, CodingKey {
    case environment, physics, environments, actions, seed, lanes, workers, episodes, hash
    case stepsPerEnvironment = "steps_per_environment"
    case wallSeconds = "seconds"
    case cpuSeconds = "cpu_seconds"
    case stepsPerSecond = "steps_per_second"
    case stepsPerCPUSecond = "steps_per_cpu_second"
    case meanReturn = "mean_return"
    case meanLength = "mean_length"
  }

  /// Takes `steps` steps of `count` environments, of which number i begins with the episode of seed
  /// `seed` + i.
  ///
  /// - Throws: as `makeEnvironment`.
  package init(
    _ id: EnvironmentID, count: Int, steps: Int, actions kind: Actions = .random,
    seed: UInt64 = 0, physics profile: PhysicsProfile? = nil, lanes: Int, workers: Int
  ) throws {
    let vector = try VectorEnvironment(
      id, count: count, physics: profile, laneCount: lanes, workers: workers)
    vector.reset(seed: seed)
    var generators = (0..<count).map { NumPyGenerator(seed: seed, spawnKey: [UInt32($0)]) }
    var actions = Array(repeating: 0.0, count: count * vector.spec.actionCount)
    var tally = RolloutTally(vector)
    var (wall, processor) = (Duration.zero, 0.0)
    for _ in 0..<steps {
      if kind == .random {
        for k in actions.indices {
          actions[k] = generators[k / vector.spec.actionCount].uniform(-1, 1)
        }
      }
      let (start, startOfProcessor) = (ContinuousClock.now, ProcessUse.processorSeconds)
      let transitions = vector.step(actions)
      processor += ProcessUse.processorSeconds - startOfProcessor
      wall += start.duration(to: .now)
      tally.add(transitions, actions, vector.observations)
    }

    environment = vector.spec.id
    physics = vector.spec.physics.name
    environments = count
    stepsPerEnvironment = steps
    self.actions = kind
    self.seed = seed
    self.lanes = lanes
    self.workers = workers
    wallSeconds = wall / .seconds(1)
    cpuSeconds = processor
    stepsPerSecond = Double(count) * Double(steps) / wallSeconds
    stepsPerCPUSecond = Double(count) * Double(steps) / cpuSeconds
    episodes = tally.episodes
    meanReturn = Sample(tally.returns)?.mean
    meanLength = Sample(tally.lengths)?.mean
    hash = tally.hash
  }
}

/// Results of the episodes of many environments.
private struct RolloutTally {
  private(set) var episodes = 0
  private(set) var returns: [Double] = []
  private(set) var lengths: [Double] = []
  private var hashes: [TrajectoryHash]
  private var running: [(total: Double, length: Int)]
  private var begins: [Bool]

  init(_ vector: VectorEnvironment) {
    hashes = Array(repeating: TrajectoryHash(), count: vector.count)
    running = Array(repeating: (0, 0), count: vector.count)
    begins = Array(repeating: false, count: vector.count)
    let width = vector.spec.observationCount
    let observations = vector.observations
    for index in 0..<vector.count {
      hashes[index].absorb(Array(observations[index * width..<(index + 1) * width]))
    }
  }

  mutating func add(_ transitions: [Transition], _ actions: [Double], _ observations: [Double]) {
    let count = transitions.count
    let (a, o) = (actions.count / count, observations.count / count)
    for (index, transition) in transitions.enumerated() {
      for k in index * a..<(index + 1) * a { hashes[index].absorb(actions[k]) }
      for k in index * o..<(index + 1) * o { hashes[index].absorb(observations[k]) }
      hashes[index].absorb(transition.reward)

      let hasBegun = begins[index]
      begins[index] = transition.terminated || transition.truncated
      if hasBegun { continue }
      running[index].total += transition.reward
      running[index].length += 1
      guard begins[index] else { continue }
      episodes += 1
      if running[index].total.isFinite {
        returns.append(running[index].total)
        lengths.append(Double(running[index].length))
      }
      running[index] = (0, 0)
    }
  }

  var hash: String {
    hashes.flatMap { Array($0.text.utf8) }.withUnsafeBytes(SHA256.hexDigest)
  }
}

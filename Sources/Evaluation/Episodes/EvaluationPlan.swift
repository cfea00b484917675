import Foundation
import IDQLSpelling

/// How many episodes to run, and how.
public struct EvaluationPlan: Equatable, Sendable {
  /// Number of episodes, of all tasks together.
  public var episodes: Int
  /// Episode i is reset with seed + i and draws its noise from (seed, i) alone.
  public var seed: UInt64
  /// Threads. Changes the time a result takes, never the result.
  public var workers: Int
  /// Episodes that a thread runs in lockstep, with one call of the policy per step. Changes
  /// the time a result takes, never the result.
  public var batch: Int
  /// Which of the episodes are played, by index; nil for all of them.
  package var only: [Int]?

  /// One thread per processor core.
  public static let defaultWorkers = ProcessInfo.processInfo.activeProcessorCount
  /// 16 episodes per thread.
  public static let defaultBatch = 16

  /// - Parameters:
  ///   - episodes: to run; of each task, if there are any.
  ///   - tasks: how many numbered tasks the environment has, 0 for none.
  ///   - seed: of the first episode's reset.
  ///   - workers: threads, 1 to 1024.
  ///   - batch: episodes that a thread runs in lockstep, 1 to 4096.
  /// - Throws: `EvaluationError` if a count is out of range, or the last episode's seed is.
  public init(
    episodes: Int, tasks: Int = 0, seed: UInt64 = 0, workers: Int = defaultWorkers,
    batch: Int = defaultBatch
  ) throws {
    // the upper bounds refuse mistyped numbers before they exhaust the memory; an episode's index
    // also has to fit the 32-bit word that seeds its noise
    for (name, value, limit) in [
      ("episodes", episodes, 1_000_000), ("workers", workers, 1024), ("batch", batch, 4096),
    ] where !(1...limit).contains(value) {
      throw EvaluationError.countOutOfRange(name: name, found: value, limit: limit)
    }
    let episodes = episodes * max(1, tasks)
    try requireSeeds(from: seed, episodes: episodes)
    self.episodes = episodes
    self.seed = seed
    self.workers = workers
    self.batch = batch
  }

  /// How many episodes are played.
  package var playedCount: Int { only?.count ?? episodes }
}

/// Episode i is reset with seed + i, which has to be a seed as well.
///
/// - Throws: `EvaluationError.seedOutOfRange`.
package func requireSeeds(from seed: UInt64, episodes: Int) throws(EvaluationError) {
  if seed.addingReportingOverflow(UInt64(max(episodes, 1) - 1)).overflow {
    throw .seedOutOfRange(seed: seed, episodes: episodes)
  }
}

/// Why an evaluation was refused before it began.
public enum EvaluationError: Error, Equatable, CustomStringConvertible {
  /// A number of the plan is not from 1 to `limit`.
  case countOutOfRange(name: String, found: Int, limit: Int)
  /// The last episode's seed would exceed 64 bits.
  case seedOutOfRange(seed: UInt64, episodes: Int)
  /// The policy's observations or actions have other sizes than those of the environment `id`.
  case sizeMismatch(policy: Sizes, environment: Sizes, id: String)
  /// A value lies outside of the bounds that were declared before it was seen.
  case outOfBounds(Double, bounds: ClosedRange<Double>)

  /// Numbers of inputs and outputs of a policy.
  public struct Sizes: Equatable, Sendable {
    /// Numbers in an observation, without the goal.
    public var observations: Int
    /// Numbers of the goal that are appended to the observation.
    public var goal = 0
    /// Numbers in an action.
    public var actions: Int
  }

  /// One line: what was found, and what would be accepted.
  public var description: String {
    switch self {
    case .countOutOfRange(let name, let found, let limit):
      "\(name) must be from 1 to \(limit), not \(found)."
    case .seedOutOfRange(let seed, let episodes):
      "seed \(seed) leaves no room for \(episodes) episodes below 2^64."
    case .outOfBounds(let value, let bounds):
      "\(value.shortText) lies outside of the declared bounds, \(bounds.lowerBound.shortText) to "
        + "\(bounds.upperBound.shortText): no sequence of intervals holds for it."
    case .sizeMismatch(let policy, let environment, let id):
      "the policy maps \(policy.observations) observations to \(policy.actions) actions, but \(id) has "
        + (environment.goal == 0
          ? "\(environment.observations) observations"
          : "\(environment.observations + environment.goal), \(environment.observations) observations "
            + "followed by a goal of \(environment.goal),")
        + " and \(environment.actions) actions."
    }
  }
}

import Foundation

/// How many episodes to run, and how.
public struct EvaluationPlan: Equatable, Sendable {
  /// Of all tasks together.
  public var episodes: Int
  /// Episode i is reset with seed + i and draws its noise from (seed, i) alone.
  public var seed: UInt64
  /// Threads. Changes the time a result takes, never the result.
  public var workers: Int
  /// Episodes that a thread runs in lockstep, with one call of the policy for all of them. Changes
  /// the time a result takes, never the result.
  public var batch: Int

  public static let defaultWorkers = ProcessInfo.processInfo.activeProcessorCount
  public static let defaultBatch = 16

  /// - Parameters:
  ///   - episodes: to run; of each task, if there are any.
  ///   - tasks: how many tasks the environment numbers, 0 for none.
  /// - Throws: `EvaluationError` if a count is out of range, or the last episode's seed is.
  public init(
    episodes: Int, tasks: Int = 0, seed: UInt64 = 0, workers: Int = defaultWorkers,
    batch: Int = defaultBatch
  ) throws {
    // the upper bounds keep a slip of the finger from asking for memory without end; an episode's
    // index also has to fit the 32-bit word that seeds its noise
    for (name, value, limit) in [
      ("episodes", episodes, 1_000_000), ("workers", workers, 1024), ("batch", batch, 4096),
    ] where !(1...limit).contains(value) {
      throw EvaluationError.countOutOfRange(name: name, found: value, limit: limit)
    }
    let episodes = episodes * max(1, tasks)
    guard !seed.addingReportingOverflow(UInt64(episodes - 1)).overflow else {
      throw EvaluationError.seedOutOfRange(seed: seed, episodes: episodes)
    }
    self.episodes = episodes
    self.seed = seed
    self.workers = workers
    self.batch = batch
  }
}

/// Why an evaluation was refused before it began.
public enum EvaluationError: Error, Equatable, CustomStringConvertible {
  case countOutOfRange(name: String, found: Int, limit: Int)
  case seedOutOfRange(seed: UInt64, episodes: Int)
  case sizeMismatch(policy: Sizes, environment: Sizes, id: String)

  /// How many numbers go in and out.
  public struct Sizes: Equatable, Sendable {
    public var observations: Int
    /// What a goal adds to the observation.
    public var goal = 0
    public var actions: Int
  }

  public var description: String {
    switch self {
    case .countOutOfRange(let name, let found, let limit):
      "\(name) must be from 1 to \(limit), not \(found)."
    case .seedOutOfRange(let seed, let episodes):
      "seed \(seed) leaves no room for \(episodes) episodes below 2^64."
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

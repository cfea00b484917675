import IDQLAgent
import IDQLEnvs
import IDQLRandom
import IDQLThreads
import Synchronization

/// The result of an evaluation, complete or cancelled.
public struct Evaluation: Sendable {
  /// Sizes and constants of the environment.
  public var environment: EnvironmentSpec
  /// The finished episodes, by index.
  public var episodes: [Episode]
  /// Whether it was cancelled before every episode had finished.
  public var isPartial: Bool
  /// Lengths of the episodes that a cancellation cut, in no particular order.
  package var unfinishedLengths: [Int]
  /// Including the steps of episodes that a cancellation cut.
  public var environmentSteps: Int
  /// From the first reset to the last step.
  public var wallSeconds: Double
  /// Time in the policy, summed over the threads.
  public var policySeconds: Double
}

/// A flag with which another thread, or a signal handler's queue, stops an evaluation or a training
/// run.
public final class Cancellation: Sendable {
  private let flag = Atomic(false)

  /// Not set.
  public init() {}
  /// Sets the flag, for good.
  public func cancel() { flag.store(true, ordering: .relaxed) }
  /// Whether the flag is set.
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}

/// How far an evaluation has come.
public struct EvaluationProgress: Equatable, Sendable {
  /// Episodes of the plan.
  public var episodes: Int
  /// Environment steps after which an episode is truncated.
  public var stepLimit: Int
  /// Episodes that have ended.
  public var finishedEpisodes = 0
  /// Environment steps of the ended episodes.
  public var finishedSteps = 0
  /// Environment steps of all episodes so far.
  public var environmentSteps = 0

  package init(episodes: Int, stepLimit: Int) {
    self.episodes = episodes
    self.stepLimit = stepLimit
  }

  /// Estimated share of the work that is done, 0…1. An unfinished episode is taken to last as long
  /// as the finished ones did on average, with one more episode of full length counted among them.
  public var fraction: Double {
    guard finishedEpisodes < episodes else { return 1 }
    let expectedLength = Double(finishedSteps + stepLimit) / Double(finishedEpisodes + 1)
    let begun = Double(environmentSteps - finishedSteps)
    let left = max(1, expectedLength * Double(episodes - finishedEpisodes) - begun)
    return Double(environmentSteps) / (Double(environmentSteps) + left)
  }
}

/// Runs every episode of the plan once.
///
/// A policy's input is the observation and, in environments that have one, the goal after it. Where
/// the environment has n numbered tasks, episode i is one of task i mod n + 1 (OGBench's protocol).
///
/// Each thread runs a batch of episodes in lockstep, so that one call of the policy serves all
/// their observations. The slot of an ended episode goes to the next unstarted one; once there is
/// none, threads without episodes take over some of the others'. The thread and the slot of an
/// episode depend on timing; its outcome depends on the plan's seed and its index alone.
///
/// - Parameters:
///   - policy: to score.
///   - plan: how many episodes, and how.
///   - cancellation: once set, the threads stop after the step at hand.
///   - onProgress: called after every step of a batch, from any thread.
///   - onEpisodes: called with episodes that have ended, from any thread, in the order of their ends.
///   - makeEnvironment: called for every slot of every batch, from any thread.
/// - Returns: the episodes by index; with a cancellation those that had finished.
/// - Throws: `EvaluationError.sizeMismatch`, or what `makeEnvironment` throws.
public func evaluate(
  _ policy: any Policy, plan: EvaluationPlan, cancellation: Cancellation = Cancellation(),
  onProgress: @escaping @Sendable (EvaluationProgress) -> Void = { _ in },
  onEpisodes: @escaping @Sendable ([Episode]) -> Void = { _ in },
  makeEnvironment: @escaping @Sendable () throws -> any Environment
) throws -> Evaluation {
  let example = try makeEnvironment()
  let spec = example.spec
  try requireFit(policy, example)

  let queue = EpisodeQueue(plan: plan, spec: spec, onEpisodes: onEpisodes)
  let clock = ContinuousClock()
  let start = clock.now
  let workers = max(1, min(plan.workers, plan.playedCount))
  // divided evenly: the first thread must not fill its batch while the last one idles
  let slots = min(plan.batch, (plan.playedCount + workers - 1) / workers)
  let exchange = WorkExchange<Slot>()
  concurrently(workers) { _ in
    exchange.join()
    // a thread that stops before the end must not leave others waiting
    defer { exchange.close() }
    do {
      var batch = try EpisodeBatch(policy: policy, queue: queue, slots: slots, makeEnvironment)
      while !cancellation.isCancelled, !queue.hasFailed {
        if batch.slots.isEmpty { batch.slots = exchange.take() }
        if batch.slots.isEmpty { break }
        try batch.step()
        exchange.relieve(&batch.slots)
        onProgress(queue.progress)
      }
      queue.close(batch)
    } catch {
      queue.fail(with: error)
    }
  }
  return try queue.result(wallTime: start.duration(to: clock.now))
}

/// - Throws: `EvaluationError.sizeMismatch` unless the policy can act in the environment.
package func requireFit(_ policy: any Policy, _ environment: any Environment) throws {
  let (spec, goalCount) = (environment.spec, environment.goal?.count ?? 0)
  guard policy.accepts(observationCount: spec.observationCount + goalCount),
    policy.actionCount == spec.actionCount
  else {
    throw EvaluationError.sizeMismatch(
      policy: .init(observations: policy.observationCount, actions: policy.actionCount),
      environment: .init(
        observations: spec.observationCount, goal: goalCount, actions: spec.actionCount),
      id: spec.id)
  }
}

/// State that the threads share: the next episode's index, and what has finished.
private final class EpisodeQueue: Sendable {
  private struct Contents {
    var next = 0
    var finished: [Episode] = []
    var unfinishedLengths: [Int] = []
    var progress: EvaluationProgress
    var policyTime = Duration.zero
    var failure: (any Error)?
  }

  let plan: EvaluationPlan
  let spec: EnvironmentSpec
  private let onEpisodes: @Sendable ([Episode]) -> Void
  private let contents: Locked<Contents>

  init(
    plan: EvaluationPlan, spec: EnvironmentSpec,
    onEpisodes: @escaping @Sendable ([Episode]) -> Void
  ) {
    self.plan = plan
    self.spec = spec
    self.onEpisodes = onEpisodes
    contents = Locked(
      Contents(
        progress: EvaluationProgress(episodes: plan.playedCount, stepLimit: spec.stepLimit)))
  }

  /// Index of the next unstarted episode; nil if there is none.
  func takeIndex() -> Int? {
    contents.withLock { contents in
      guard contents.next < plan.playedCount else { return nil }
      contents.next += 1
      return plan.only?[contents.next - 1] ?? contents.next - 1
    }
  }

  func add(_ ended: [Episode], steps: Int) {
    contents.withLock { contents in
      contents.finished += ended
      contents.progress.environmentSteps += steps
      contents.progress.finishedEpisodes += ended.count
      contents.progress.finishedSteps += ended.reduce(0) { $0 + $1.length }
    }
    if !ended.isEmpty { onEpisodes(ended) }
  }

  /// Adds a thread's totals when it has finished or was cancelled.
  func close(_ batch: EpisodeBatch) {
    contents.withLock { contents in
      contents.policyTime += batch.policyTime
      contents.unfinishedLengths += batch.slots.map(\.tally.length)
    }
  }

  func fail(with error: any Error) { contents.withLock { $0.failure = error } }
  var hasFailed: Bool { contents.withLock { $0.failure != nil } }
  var progress: EvaluationProgress { contents.withLock { $0.progress } }

  func result(wallTime: Duration) throws -> Evaluation {
    try contents.withLock { contents in
      if let failure = contents.failure { throw failure }
      return Evaluation(
        environment: spec,
        episodes: contents.finished.sorted { $0.index < $1.index },
        isPartial: contents.finished.count < plan.playedCount,
        unfinishedLengths: contents.unfinishedLengths,
        environmentSteps: contents.progress.environmentSteps,
        wallSeconds: wallTime / .seconds(1), policySeconds: contents.policyTime / .seconds(1))
    }
  }
}

/// An environment, and the episode that runs in it.
private struct Slot {
  let environment: any Environment
  private(set) var tally: EpisodeTally
  var noise: NumPyGenerator

  init(_ environment: any Environment, episode: Int, seed: UInt64) throws {
    self.environment = environment
    tally = try EpisodeTally(beginning: episode, seed: seed, in: environment)
    noise = tally.noise
  }

  /// - Returns: the episode if this action was its last.
  mutating func step(_ action: [Double]) -> Episode? {
    tally.step(action, in: environment).episode
  }
}

/// The episodes that one thread runs in lockstep.
private struct EpisodeBatch {
  private let policy: any Policy
  private let queue: EpisodeQueue
  var slots: [Slot] = []
  private(set) var policyTime = Duration.zero

  init(
    policy: any Policy, queue: EpisodeQueue, slots count: Int,
    _ makeEnvironment: () throws -> any Environment
  ) throws {
    self.policy = policy
    self.queue = queue
    for _ in 0..<count {
      guard let index = queue.takeIndex() else { break }
      slots.append(try Slot(makeEnvironment(), episode: index, seed: queue.plan.seed))
    }
  }

  /// Takes one action in every episode.
  mutating func step() throws {
    let clock = ContinuousClock()
    let start = clock.now
    var noise = slots.map(\.noise)
    let actions = policy.actions(
      observations: slots.flatMap { $0.environment.observation + ($0.environment.goal ?? []) },
      steps: slots.map(\.tally.length),
      noise: &noise)
    for row in slots.indices { slots[row].noise = noise[row] }
    policyTime += start.duration(to: clock.now)

    var ended: [Episode] = []
    let steps = slots.count
    let width = policy.actionCount
    for row in slots.indices.reversed() {
      let action = actions[row * width..<(row + 1) * width].map(Double.init)
      guard let episode = slots[row].step(action) else { continue }
      ended.append(episode)
      if let next = queue.takeIndex() {
        slots[row] = try Slot(
          slots[row].environment, episode: next, seed: queue.plan.seed)
      } else {
        slots.remove(at: row)
      }
    }
    queue.add(ended, steps: steps)
  }
}

import Dispatch
import IDQLAgent
import IDQLEnvs
import IDQLRandom
import Synchronization

/// What an evaluation gave, finished or cut short.
public struct Evaluation: Sendable {
  public var environment: EnvironmentSpec
  /// The finished ones, by index.
  public var episodes: [Episode]
  /// Whether it was cancelled before every episode had finished.
  public var isPartial: Bool
  /// How far the episodes had come that a cancellation cut, in no particular order.
  public var unfinishedLengths: [Int]
  /// Including the steps of episodes that a cancellation cut.
  public var environmentSteps: Int
  public var wallSeconds: Double
  /// Summed over the threads.
  public var policySeconds: Double
}

/// A flag that stops an evaluation from another thread or a signal handler's queue.
public final class Cancellation: Sendable {
  private let flag = Atomic(false)

  public init() {}
  public func cancel() { flag.store(true, ordering: .relaxed) }
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}

/// How far an evaluation has come.
public struct EvaluationProgress: Equatable, Sendable {
  public var episodes: Int
  public var stepLimit: Int
  public var finishedEpisodes = 0
  public var finishedSteps = 0
  public var environmentSteps = 0

  public init(episodes: Int, stepLimit: Int) {
    self.episodes = episodes
    self.stepLimit = stepLimit
  }

  /// Share of the work that is done, 0…1. An unfinished episode is taken to last as long as the
  /// finished ones did on average, one imagined episode of full length among them.
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
/// A policy sees the observation and, in environments that have one, the goal after it. Where episodes
/// can be asked for by task, episode i is one of task i mod n + 1 of n (OGBench's protocol).
///
/// Each thread runs a batch of episodes in lockstep, so that the policy sees all their observations in
/// one call. An ended episode leaves its place to the next unstarted one; once there is none, threads
/// without episodes take over some of the others'. Which thread and which place an episode gets depends
/// on the clock; its outcome does not, for it follows from the plan's seed and its index alone.
///
/// - Parameters:
///   - cancellation: once set, the threads stop after the step at hand.
///   - onProgress: called after every step of a batch, from any thread.
///   - makeEnvironment: called for every place of every batch, from any thread.
/// - Throws: `EvaluationError.sizeMismatch`, or what `makeEnvironment` throws.
public func evaluate(
  _ policy: any Policy, plan: EvaluationPlan, cancellation: Cancellation = Cancellation(),
  onProgress: @escaping @Sendable (EvaluationProgress) -> Void = { _ in },
  makeEnvironment: @escaping @Sendable () throws -> any Environment
) throws -> Evaluation {
  let example = try makeEnvironment()
  let spec = example.spec
  try requireFit(policy, example)

  let queue = EpisodeQueue(plan: plan, spec: spec)
  let clock = ContinuousClock()
  let start = clock.now
  let workers = min(plan.workers, plan.episodes)
  // shared out evenly: the first thread must not fill its batch while the last one idles
  let places = min(plan.batch, (plan.episodes + workers - 1) / workers)
  let exchange = WorkExchange<Place>()
  DispatchQueue.concurrentPerform(iterations: workers) { _ in
    exchange.join()
    // whoever stops before the end leaves nobody waiting
    defer { exchange.close() }
    do {
      var batch = try EpisodeBatch(policy: policy, queue: queue, places: places, makeEnvironment)
      while !cancellation.isCancelled, !queue.hasFailed {
        if batch.places.isEmpty { batch.places = exchange.take() }
        if batch.places.isEmpty { break }
        try batch.step()
        exchange.relieve(&batch.places)
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

/// What the threads share: which episode comes next, and what has finished.
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
  private let contents: Locked<Contents>

  init(plan: EvaluationPlan, spec: EnvironmentSpec) {
    self.plan = plan
    self.spec = spec
    contents = Locked(
      Contents(
        progress: EvaluationProgress(episodes: plan.episodes, stepLimit: spec.stepLimit)))
  }

  /// The next episode that nobody has started.
  func takeIndex() -> Int? {
    contents.withLock { contents in
      guard contents.next < plan.episodes else { return nil }
      contents.next += 1
      return contents.next - 1
    }
  }

  func add(_ ended: [Episode], steps: Int) {
    contents.withLock { contents in
      contents.finished += ended
      contents.progress.environmentSteps += steps
      contents.progress.finishedEpisodes += ended.count
      contents.progress.finishedSteps += ended.reduce(0) { $0 + $1.length }
    }
  }

  /// A thread has come to its end, or was cancelled.
  func close(_ batch: EpisodeBatch) {
    contents.withLock { contents in
      contents.policyTime += batch.policyTime
      contents.unfinishedLengths += batch.places.map(\.tally.length)
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
        isPartial: contents.finished.count < plan.episodes,
        unfinishedLengths: contents.unfinishedLengths,
        environmentSteps: contents.progress.environmentSteps,
        wallSeconds: wallTime / .seconds(1), policySeconds: contents.policyTime / .seconds(1))
    }
  }
}

/// An environment, and the episode that runs in it.
private struct Place {
  let environment: any Environment
  private(set) var tally: EpisodeTally
  var noise: NumPyGenerator

  init(_ environment: any Environment, episode: Int, seed: UInt64) throws {
    self.environment = environment
    tally = try EpisodeTally(beginning: episode, seed: seed, in: environment)
    noise = tally.noise
  }

  /// The episode if this action was its last.
  mutating func step(_ action: [Double]) -> Episode? {
    tally.step(action, in: environment).episode
  }
}

/// The episodes of one thread, all of them at once.
private struct EpisodeBatch {
  private let policy: any Policy
  private let queue: EpisodeQueue
  var places: [Place] = []
  private(set) var policyTime = Duration.zero

  init(
    policy: any Policy, queue: EpisodeQueue, places count: Int,
    _ makeEnvironment: () throws -> any Environment
  ) throws {
    self.policy = policy
    self.queue = queue
    for _ in 0..<count {
      guard let index = queue.takeIndex() else { break }
      places.append(try Place(makeEnvironment(), episode: index, seed: queue.plan.seed))
    }
  }

  /// One action for every episode.
  mutating func step() throws {
    let clock = ContinuousClock()
    let start = clock.now
    var noise = places.map(\.noise)
    let actions = policy.actions(
      observations: places.flatMap { $0.environment.observation + ($0.environment.goal ?? []) },
      steps: places.map(\.tally.length),
      noise: &noise)
    for row in places.indices { places[row].noise = noise[row] }
    policyTime += start.duration(to: clock.now)

    var ended: [Episode] = []
    let steps = places.count
    let width = policy.actionCount
    for row in places.indices.reversed() {
      let action = actions[row * width..<(row + 1) * width].map(Double.init)
      guard let episode = places[row].step(action) else { continue }
      ended.append(episode)
      if let next = queue.takeIndex() {
        places[row] = try Place(
          places[row].environment, episode: next, seed: queue.plan.seed)
      } else {
        places.remove(at: row)
      }
    }
    queue.add(ended, steps: steps)
  }
}

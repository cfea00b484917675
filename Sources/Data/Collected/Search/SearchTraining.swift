import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLRandom
import IDQLSpelling
import IDQLTensors
import IDQLTraining

/// Trains linear policies of an environment by augmented random search, and saves a snapshot of the
/// policy at every evaluation.
///
/// A trial is one episode, with the same noise on the actions as in the data, so that the policies
/// are robust to it. Its score is its return without the healthy reward, as in the paper, or with a
/// share of it: with all of it the search converges to policies that stand still, without any to
/// ones that leap and fall.
final class SearchTraining: LevelTraining {
  private let configuration: SearchConfiguration
  /// Most rows of the training that become data.
  private let rowLimit: Int
  private let seed: UInt64
  private let makeEnvironment: @Sendable () throws -> any Environment
  private(set) var snapshots: Snapshots
  private var search: RandomSearch
  /// The search before every iteration, from which its trials can be replayed.
  private var history: [RandomSearch] = []
  /// A line of JSON for each of them.
  private let historyFile: GrowingFile
  private var writtenCount = 0
  /// Whether the last iteration was one that asks for an evaluation.
  private var isEvaluationDue = false
  /// One for each direction, so that each can have its thread.
  private let courses: [EpisodeCourse]

  /// What its future depends on beside its settings and history.
  private struct Memory: Codable {
    var search: RandomSearch
    /// Iterations.
    var historyCount: Int
    var isEvaluationDue: Bool
  }

  /// Begins a training, or goes on with the one of the folder.
  ///
  /// - Throws: `CollectionError`, `FileError`.
  init(
    _ configuration: SearchConfiguration, rowLimit: Int, seed: UInt64, snapshots: Snapshots,
    makeEnvironment: @escaping @Sendable () throws -> any Environment
  ) throws {
    try configuration.validate()
    self.configuration = configuration
    self.rowLimit = rowLimit
    self.seed = seed
    self.snapshots = snapshots
    self.makeEnvironment = makeEnvironment
    courses = try (0..<configuration.directionCount).map { _ in
      EpisodeCourse(try makeEnvironment())
    }
    let spec = courses[0].environment.spec
    search = RandomSearch(
      observationCount: spec.observationCount, actionCount: spec.actionCount,
      directionCount: configuration.directionCount, keptCount: configuration.keptCount,
      generator: NumPyGenerator(seed: seed, spawnKey: [0, 2]))
    historyFile = try GrowingFile(path: snapshots.history)
    try restore()
  }

  private func save() throws {
    for search in history[writtenCount...] { try historyFile.append(search.jsonText() + "\n") }
    try historyFile.flush()
    writtenCount = history.count
    try snapshots.save(
      Memory(
        search: search, historyCount: history.count, isEvaluationDue: isEvaluationDue))
  }

  private func restore() throws {
    guard let (memory, _) = try snapshots.restore(Memory.self) else {
      return try historyFile.cut(to: 0)
    }
    let damage = CollectionError.damaged(
      file: snapshots.history, reason: "not the history of this training")
    let text = try historyFile.contents()
    guard (0...configuration.iterations).contains(memory.historyCount),
      search.isLike(memory.search), let end = endOfLine(memory.historyCount, in: text)
    else {
      throw damage
    }
    try historyFile.cut(to: end)
    history = try text[..<end].split(separator: UInt8(ascii: "\n")).map { line in
      guard let before = try? JSONDecoder().decode(RandomSearch.self, from: Data(line)),
        search.isLike(before)
      else { throw damage }
      return before
    }
    writtenCount = history.count
    search = memory.search
    isEvaluationDue = memory.isEvaluationDue
  }

  var step: Int { search.stepCount }

  func train(
    _ control: CollectionControl, onEvaluation: (LearningCurve.Point) -> Void
  ) throws {
    let (courses, configuration) = (courses, configuration)
    while true {
      if isEvaluationDue {
        // cut short, it is made when the training is resumed
        isEvaluationDue = try !evaluatePolicy(control, onEvaluation)
        if !isEvaluationDue { try save() }
      }
      if history.count == configuration.iterations, !isEvaluationDue { return }
      if control.cancellation.isCancelled {
        try save()
        throw snapshots.interruption(
          after: "\(history.count) of \(configuration.iterations) iterations")
      }
      // the step size decays, because one long step can lose the best policy again
      let (stride, healthyShare) = configuration.settings(of: history.count)
      history.append(search)
      search.improve(stride, threads: control.threads) { index, policy, seed in
        courses[index].attempt(
          TrialActions(policy, deviation: configuration.actionNoise, seed: seed), seed: seed,
          healthyShare: healthyShare)
      }
      control.onProgress(
        .searching(iteration: history.count, iterationCount: configuration.iterations))
      isEvaluationDue =
        history.count % configuration.evaluation.every == 0
        || history.count == configuration.iterations
    }
  }

  /// - Returns: whether the evaluation was finished.
  private func evaluatePolicy(
    _ control: CollectionControl, _ onEvaluation: (LearningCurve.Point) -> Void
  ) throws -> Bool {
    let path = snapshots.policy(step: step)
    try search.policy.write(to: path, environment: courses[0].environment.spec.id)
    return try snapshots.addPoint(
      noisyPolicy(contentsOf: path), step: step,
      plan: EvaluationPlan(
        episodes: configuration.evaluation.episodes, seed: seed, workers: control.threads),
      control, onEvaluation, makeEnvironment: makeEnvironment)
  }

  func policy(at point: LearningCurve.Point) throws -> any Policy {
    try noisyPolicy(contentsOf: snapshots.policy(step: point.step))
  }

  private func noisyPolicy(contentsOf path: String) throws -> NoisyPolicy {
    NoisyPolicy(
      base: try loadPolicy(contentsOf: path), deviation: configuration.actionNoise)
  }

  /// Every k-th trial of the iterations that began before that step, with the least k for which the
  /// number of steps stays within the limit on average; rows beyond the limit are dropped.
  func rows(upTo step: Int, _ control: CollectionControl) throws -> [Rows]? {
    let interval = (step + rowLimit - 1) / rowLimit
    let rollout = RobotRollout(try makeEnvironment(), seed: seed)
    var trial = 0
    for (iteration, before) in history.enumerated() where before.stepCount < step {
      if control.cancellation.isCancelled { return nil }
      var search = before
      let noise = configuration.settings(of: iteration).stride.noise
      for direction in search.drawDirections() {
        for policy in search.sides(of: direction, noise: noise) {
          if trial % interval == 0 {
            var actions = TrialActions(
              policy, deviation: configuration.actionNoise, seed: direction.seed)
            try rollout.takeEpisode(seed: direction.seed) { actions.next($0) }
          }
          trial += 1
        }
      }
      control.onProgress(
        .recording(name: "replay", row: min(step, search.stepCount), rowCount: step))
    }
    return [rollout.rows.prefix(min(rowLimit, rollout.rows.count))]
  }
}

/// The actions of a trial, those of a policy with normal noise; the same in every replay.
private struct TrialActions {
  let policy: LinearPolicy
  let deviation: Double
  private var generator: NumPyGenerator

  /// - Parameter seed: of the trial; noise and environment draw different numbers from it.
  init(_ policy: LinearPolicy, deviation: Double, seed: UInt64) {
    self.policy = policy
    self.deviation = deviation
    generator = NumPyGenerator(seed: seed, spawnKey: [0])
  }

  mutating func next(_ observation: [Double]) -> [Float] {
    policy.action(observation).map {
      Float(max(-1, min(1, $0 + deviation * generator.standardNormal())))
    }
  }
}

/// An environment in which trials are made.
///
/// Not thread-safe: one thread at a time may use it.
private final class EpisodeCourse: @unchecked Sendable {
  let environment: any Environment

  init(_ environment: any Environment) { self.environment = environment }

  /// One episode.
  func attempt(
    _ actions: TrialActions, seed: UInt64, healthyShare: Double
  ) -> RandomSearch.Trial {
    var actions = actions
    environment.reset(seed: seed)
    var trial = RandomSearch.Trial(
      moments: ObservationMoments(observationCount: environment.spec.observationCount))
    while true {
      let observation = environment.observation
      let transition = environment.step(actions.next(observation).map(Double.init))
      if transition.isBroken { return trial }
      trial.moments.add(observation)
      trial.score += transition.reward - (1 - healthyShare) * transition.rewardParts.healthy
      if transition.terminated || transition.truncated { return trial }
    }
  }
}

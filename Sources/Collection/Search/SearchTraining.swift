import Agent
import Envs
import Evaluation
import Random
import Training

/// Looks for linear policies of an environment by augmented random search, and keeps a snapshot of the
/// policy at every evaluation.
///
/// A trial is one episode without noise on the actions; its score is its return less the bonus for
/// being healthy, as in the paper, lest the search ends at policies that stand still.
final class SearchTraining: LevelTraining {
  private let configuration: SearchConfiguration
  /// At most this many rows of the training are made into data.
  private let rowLimit: Int
  private let seed: UInt64
  private let makeEnvironment: @Sendable () throws -> any Environment
  private(set) var snapshots: Snapshots
  private var search: RandomSearch
  /// The search before every iteration: its trials can be walked again.
  private var history: [RandomSearch] = []
  /// One for each direction, so that each can have its thread.
  private let courses: [EpisodeCourse]

  /// - Throws: `CollectionError` for a setting, or if the folder exists; `FileError`.
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
    try snapshots.create()
  }

  var step: Int { search.stepCount }

  func train(
    _ control: CollectionControl, onEvaluation: (LearningCurve.Point) -> Void
  ) throws -> String? {
    let courses = courses
    while history.count < configuration.iterations {
      if control.cancellation.isCancelled {
        return "\(history.count) of \(configuration.iterations) iterations"
      }
      history.append(search)
      search.improve(
        .init(stepSize: configuration.stepSize, noise: configuration.noise),
        threads: control.threads
      ) { courses[$0].attempt($1, seed: $2) }
      control.onProgress(
        .searching(iteration: history.count, iterationCount: configuration.iterations))
      if history.count % configuration.evaluateEvery == 0
        || history.count == configuration.iterations
      {
        if let point = try evaluatePolicy(control) { onEvaluation(point) }
      }
    }
    return nil
  }

  private func evaluatePolicy(_ control: CollectionControl) throws -> LearningCurve.Point? {
    let path = snapshots.policy(step: step)
    try search.policy.write(
      to: path, environment: courses[0].environment.spec.id,
      algorithm: "augmented random search, linear")
    return try snapshots.addPoint(
      noisyPolicy(contentsOf: path), step: step,
      plan: EvaluationPlan(
        episodes: configuration.evaluationEpisodes, seed: seed, workers: control.threads),
      control, makeEnvironment: makeEnvironment)
  }

  func policy(at point: LearningCurve.Point) throws -> any Policy {
    try noisyPolicy(contentsOf: snapshots.policy(step: point.step))
  }

  private func noisyPolicy(contentsOf path: String) throws -> NoisyPolicy {
    NoisyPolicy(
      base: try loadPolicy(contentsOf: path).policy, deviation: configuration.actionNoise)
  }

  /// Every k-th trial of the iterations that began before that step, with the least k that keeps to the
  /// limit by the number of steps; what goes beyond it all the same is left out.
  func rows(upTo step: Int, _ control: CollectionControl) throws -> [Rows]? {
    let interval = (step + rowLimit - 1) / rowLimit
    let lane = RobotLane(try makeEnvironment(), seed: seed)
    var trial = 0
    for var search in history where search.stepCount < step {
      if control.cancellation.isCancelled { return nil }
      for direction in search.drawDirections() {
        for policy in search.sides(of: direction, noise: configuration.noise) {
          if trial % interval == 0 { lane.takeEpisode(policy, seed: direction.seed) }
          trial += 1
        }
      }
      control.onProgress(
        .recording(name: "replay", row: min(step, search.stepCount), rowCount: step))
    }
    return [lane.rows.prefix(min(rowLimit, lane.rows.count))]
  }
}

/// An environment in which trials are made.
///
/// One thread at a time touches it.
private final class EpisodeCourse: @unchecked Sendable {
  let environment: any Environment

  init(_ environment: any Environment) { self.environment = environment }

  /// One episode.
  func attempt(_ policy: LinearPolicy, seed: UInt64) -> RandomSearch.Trial {
    environment.reset(seed: seed)
    var trial = RandomSearch.Trial(
      moments: ObservationMoments(observationCount: policy.observationCount))
    while true {
      let observation = environment.observation
      // rounded as in data, where this may be walked again
      let action = policy.action(observation).map { Double(Float($0)) }
      let transition = environment.step(action)
      if transition.isBroken { return trial }
      trial.moments.add(observation)
      trial.score += transition.reward - transition.rewardParts.healthy
      if transition.terminated || transition.truncated { return trial }
    }
  }
}

import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLTraining

/// Trains soft actor-critic in environments that step in lockstep, and saves a snapshot of the
/// actor at every evaluation.
///
/// Environment, configuration and seed determine it to the bit; the number of threads changes only
/// the time.
final class SACTraining: LevelTraining {
  let configuration: SACConfiguration
  private(set) var snapshots: Snapshots
  private let seed: UInt64
  private let makeEnvironment: @Sendable () throws -> any Environment
  /// Id of the environment.
  private let environment: String
  let learner: SoftActorCritic
  private let randomPolicy: UniformPolicy
  private var collector: RolloutCollector
  /// Fraction of an update that is due but not yet made; below 1 between rounds.
  private var owedUpdates = 0.0

  /// - Throws: `CollectionError` for a setting, or if the folder exists; `FileError`.
  init(
    _ configuration: SACConfiguration, seed: UInt64, snapshots: Snapshots,
    makeEnvironment: @escaping @Sendable () throws -> any Environment
  ) throws {
    try configuration.validate()
    self.configuration = configuration
    self.seed = seed
    self.snapshots = snapshots
    self.makeEnvironment = makeEnvironment
    let spec = try makeEnvironment().spec
    environment = spec.id
    learner = SoftActorCritic(
      configuration, observationCount: spec.observationCount, actionCount: spec.actionCount,
      seed: seed)
    randomPolicy = UniformPolicy(
      observationCount: spec.observationCount, actionCount: spec.actionCount)
    collector = try RolloutCollector(
      count: configuration.environmentCount, seed: seed, purpose: .training
    ) { RobotRollout(try makeEnvironment(), seed: $0) }
    try snapshots.create()
  }

  /// Environment steps so far.
  var step: Int { collector.rowCount }
  var updateCount: Int { learner.stepCount }

  /// The rows of each environment, up to a step of the training.
  func rows(upTo step: Int, _ control: CollectionControl) -> [Rows]? {
    collector.rollouts.map { $0.rows.prefix(step / collector.rollouts.count) }
  }

  func train(
    _ control: CollectionControl, onEvaluation: (LearningCurve.Point) -> Void
  ) throws {
    learner.threadCount = control.threads
    let clock = ContinuousClock()
    var (mark, markedUpdates) = (clock.now, updateCount)
    while step < configuration.steps, !control.cancellation.isCancelled {
      let before = step
      let report = try advance(threads: control.threads)
      let rate = Double(updateCount - markedUpdates) / ((clock.now - mark) / .seconds(1))
      control.onProgress(
        .training(
          .init(
            step: step, stepCount: configuration.steps, updates: updateCount,
            updatesPerSecond: rate, report: report)))
      let every = configuration.evaluation.every
      if step / every > before / every || step >= configuration.steps {
        if let point = try evaluateActor(control) { onEvaluation(point) }
        (mark, markedUpdates) = (clock.now, updateCount)
      }
    }
    if step < configuration.steps {
      throw snapshots.interruption(after: "\(step) of \(configuration.steps) steps")
    }
  }

  /// One step of every environment, and the updates that belong to it.
  private func advance(threads: Int) throws -> SACReport? {
    let isRandom = step < configuration.randomSteps
    try collector.step(isRandom ? randomPolicy : SACActor(learner.actor), threads: threads)
    guard step >= configuration.randomSteps else { return nil }
    owedUpdates += configuration.updatesPerStep * Double(collector.rollouts.count)
    var report: SACReport?
    while owedUpdates >= 1 {
      report = learner.update(drawBatch())
      owedUpdates -= 1
    }
    return report
  }

  /// Transitions drawn from the newest `capacity` ones.
  func drawBatch() -> Batch {
    let sources = collector.rollouts.map(\.rows)
    let total = sources[0].count
    let window = min(total, max(1, configuration.capacity / sources.count))
    let count = configuration.batchSize
    var (observations, nextObservations, actions): ([Float], [Float], [Float]) = ([], [], [])
    var (rewards, masks): ([Float], [Float]) = ([], [])
    observations.reserveCapacity(count * learner.observationCount)
    nextObservations.reserveCapacity(count * learner.observationCount)
    actions.reserveCapacity(count * learner.actionCount)
    for index in learner.drawRows(count, of: window * sources.count) {
      let row = total - 1 - index / sources.count
      let rows = sources[index % sources.count]
      observations += rows.observation(row)
      actions += rows.action(row)
      rewards.append(rows.rewards[row])
      // a time limit does not mask the value of the next state
      masks.append(rows.terminals[row] ? 0 : 1)
      nextObservations += rows.nextObservation(row)
    }
    return Batch(
      observations: observations, actions: actions, rewards: rewards, masks: masks,
      nextObservations: nextObservations)
  }

  /// Saves a snapshot and adds a point to the curve; nil if the evaluation was cancelled.
  private func evaluateActor(_ control: CollectionControl) throws -> LearningCurve.Point? {
    let actor = SACActor(learner.actor)
    try actor.write(to: snapshots.policy(step: step), environment: environment)
    return try snapshots.addPoint(
      actor, step: step,
      plan: EvaluationPlan(
        episodes: configuration.evaluation.episodes, seed: seed, workers: control.threads),
      control, makeEnvironment: makeEnvironment)
  }

  func policy(at point: LearningCurve.Point) throws -> any Policy {
    try SACActor(contentsOf: snapshots.policy(step: point.step))
  }
}

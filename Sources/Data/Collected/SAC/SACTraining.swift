import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLRandom
import IDQLSpelling
import IDQLTensors
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
  /// Whether the last step was one that asks for an evaluation.
  private var isEvaluationDue = false
  private let sizes: Rows.Sizes
  private let rowFile: RowFile

  /// What its future depends on beside its settings, its rows and the values of its parameters.
  private struct Memory: Codable {
    var learner: SoftActorCritic.Memory
    /// Rows of each environment.
    var rowCount: Int
    var environments: [EnvironmentSnapshot]
    var noise: [NumPyGenerator]
    var owedUpdates: Double
    var isEvaluationDue: Bool
  }

  /// Begins a training, or goes on with the one of the folder.
  ///
  /// - Throws: `CollectionError`, `LearnerError`, `FileError`.
  init(
    _ configuration: SACConfiguration, seed: UInt64, snapshots: Snapshots,
    makeEnvironment: @escaping @Sendable () throws -> any Environment
  ) throws {
    try configuration.validate()
    self.configuration = configuration
    self.seed = seed
    self.snapshots = snapshots
    self.makeEnvironment = makeEnvironment
    let example = try makeEnvironment()
    let spec = example.spec
    environment = spec.id
    learner = SoftActorCritic(
      configuration, observationCount: spec.observationCount, actionCount: spec.actionCount,
      seed: seed)
    randomPolicy = UniformPolicy(
      observationCount: spec.observationCount, actionCount: spec.actionCount)
    collector = try RolloutCollector(
      count: configuration.environmentCount, seed: seed, purpose: .training
    ) { RobotRollout(try makeEnvironment(), seed: $0) }
    let start = example.simulation.state
    sizes = Rows.Sizes(
      observation: spec.observationCount, action: spec.actionCount,
      position: start.position.count, velocity: start.velocity.count)
    rowFile = try RowFile(path: snapshots.history, sizes: sizes)
    try restore()
  }

  private static let lastRows = "last_rows"

  private func save() throws {
    let rows = collector.rollouts.map(\.rows)
    try rowFile.append(rows)
    let count = rows[0].count
    var tensors = learner.parameters.tensors.sorted { $0.key < $1.key }.map {
      NamedTensor($0.key, shape: $0.value.shape, .floats($0.value.values))
    }
    if count > 0 {
      let last = rows.flatMap { $0.numbers(of: count - 1) }
      tensors.append(
        NamedTensor(Self.lastRows, shape: [rows.count, sizes.width], .floats(last)))
    }
    try snapshots.save(
      Memory(
        learner: learner.memory, rowCount: count,
        environments: collector.rollouts.compactMap { ($0 as? RobotRollout)?.snapshot },
        noise: collector.noise, owedUpdates: owedUpdates, isEvaluationDue: isEvaluationDue),
      tensors)
  }

  private func restore() throws {
    guard let (memory, file) = try snapshots.restore(Memory.self) else { return }
    let count = configuration.environmentCount
    guard memory.environments.count == count, memory.noise.count == count else {
      throw CollectionError.damaged(
        file: snapshots.path, reason: "its state is of another number of environments")
    }
    // all of its rows are steps, and at most a step of every environment is beyond the last one
    guard (0...configuration.steps / count + 1).contains(memory.rowCount),
      (0..<1).contains(memory.owedUpdates),
      Bounds(0, 1 << 53).contains(memory.learner.stepCount)
    else {
      throw CollectionError.damaged(
        file: snapshots.path,
        reason: "its state holds numbers that a training of \(configuration.steps) steps never has")
    }
    var tensors: [String: Tensor<Float>] = [:]
    for name in file.names { tensors[name] = try file.floats(name) }
    try learner.restore(memory.learner, tensors)
    var rows = collector.rollouts.map(\.rows)
    try rowFile.read(memory.rowCount, into: &rows)
    if memory.rowCount > 0 {
      guard let last = tensors[Self.lastRows], last.shape == [count, sizes.width] else {
        throw CollectionError.damaged(
          file: snapshots.path, reason: "its state lacks the last rows")
      }
      for index in rows.indices {
        rows[index].append(
          Array(last.values[index * sizes.width..<(index + 1) * sizes.width]), sizes: sizes)
      }
    }
    collector = RolloutCollector(
      continuing: try zip(memory.environments, rows).map {
        try RobotRollout(makeEnvironment(), continuing: $0, $1)
      }, noise: memory.noise)
    owedUpdates = memory.owedUpdates
    isEvaluationDue = memory.isEvaluationDue
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
    while true {
      if isEvaluationDue {
        // cut short, it is made when the training is resumed
        isEvaluationDue = try !evaluateActor(control, onEvaluation)
        if !isEvaluationDue { try save() }
        (mark, markedUpdates) = (clock.now, updateCount)
      }
      if step >= configuration.steps || control.cancellation.isCancelled { break }
      let before = step
      let report = try advance(threads: control.threads)
      let rate = Double(updateCount - markedUpdates) / ((clock.now - mark) / .seconds(1))
      control.onProgress(
        .training(
          .init(
            step: step, stepCount: configuration.steps, updates: updateCount,
            updatesPerSecond: rate, report: report)))
      let every = configuration.evaluation.every
      isEvaluationDue = step / every > before / every || step >= configuration.steps
    }
    if step < configuration.steps || isEvaluationDue {
      try save()
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

  /// A point of the curve and a snapshot.
  ///
  /// - Returns: whether the evaluation was finished.
  private func evaluateActor(
    _ control: CollectionControl, _ onEvaluation: (LearningCurve.Point) -> Void
  ) throws -> Bool {
    let actor = SACActor(learner.actor)
    try actor.write(to: snapshots.policy(step: step), environment: environment)
    return try snapshots.addPoint(
      actor, means: SACActor(learner.actor, takesMeans: true), step: step,
      plan: EvaluationPlan(
        episodes: configuration.evaluation.episodes, seed: seed, workers: control.threads),
      control, onEvaluation, makeEnvironment: makeEnvironment)
  }

  func policy(at point: LearningCurve.Point) throws -> any Policy {
    try SACActor(contentsOf: snapshots.policy(step: point.step))
  }
}

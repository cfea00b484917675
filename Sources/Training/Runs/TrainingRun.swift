import Foundation
import IDQLAgent
import IDQLDatasets
import IDQLEnvs
import IDQLEvaluation
import IDQLRandom
import IDQLTensors
import IDQLTraining

/// Trains an agent on recorded transitions, in a folder from which the run can be continued.
///
/// A run follows from its configuration, its seed and its data, to the bit: killed at any moment and
/// resumed, it ends with the weights of one that was never stopped. The number of threads changes
/// nothing but the time.
public final class TrainingRun {
  public let folder: RunFolder
  public private(set) var description: RunDescription
  public let configuration: RunConfiguration
  let data: TrainingData
  private let environment: EnvironmentID
  private let learnerConfiguration: LearnerConfiguration
  private let learner: Learner
  private var position: Position
  private let log: RunLog
  /// Begun with the first online step.
  private var online: OnlinePhase?

  /// What a state holds beside the learner's.
  struct Position: Codable, Equatable {
    /// Updates done, of either kind, and environment steps.
    var step = 0
    var log = RunLog.Lengths()
    var online: OnlinePhase.State?
    /// Score, or return without a reference, of the best evaluation.
    var bestScore: Double?
    var bestStep: Int?
    /// Step of the last evaluation.
    var evaluatedStep: Int?
  }

  /// Begins a run.
  ///
  /// - Parameters:
  ///   - path: of the folder, which must not exist.
  ///   - data: files of recorded transitions, one after the other.
  ///   - base: a run whose learner this one begins with; a new learner if nil.
  /// - Throws: `RunError`, `LearnerError`, `DatasetError`, `FileError`.
  public init(
    creating path: String, environment: EnvironmentID, data files: [String],
    configuration: RunConfiguration, seed: UInt64, base: RunFolder? = nil
  ) throws {
    folder = RunFolder(path)
    self.environment = environment
    self.configuration = configuration
    try configuration.validate()
    if FileManager.default.fileExists(atPath: folder.path) { throw RunError.folderExists(path) }
    let transitions = try Self.transitions(files, environment)
    data = try TrainingData(
      transitions, validationShare: configuration.training.validationShare, seed: seed)
    learnerConfiguration = try configuration.learner(
      observationCount: transitions.observationCount, actionCount: transitions.actionCount)
    if let base {
      var state = try LearnerState(TensorFile(contentsOf: base.state))
      // else two runs on one base would draw the same
      state.generator = NumPyGenerator(seed: seed)
      learner = try Learner(learnerConfiguration, state: state)
    } else {
      learner = try Learner(learnerConfiguration, seed: seed)
    }
    description = RunDescription(
      version: packageVersion, gitRevision: ProgramIdentity.current.sourceRevision,
      environment: environment.description,
      seed: seed, data: try files.map { .init(path: $0, sha256: try Self.digest(of: $0)) },
      trainingTransitions: data.training.count, validationTransitions: data.validation.count,
      base: base?.path)
    do {
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/policies", withIntermediateDirectories: true)
    } catch {
      throw FileError(path: path, .create, reason: error.localizedDescription)
    }
    let toml = try configuration.toml
    try writeFileAtomically(to: folder.configuration) { sink in
      try Data(toml.utf8).withUnsafeBytes { try sink.write($0) }
    }
    position = Position()
    log = try RunLog(folder: folder.path, columns: Self.columns(configuration))
    try save()
    // last: a folder with this file is one that can be resumed
    try description.write(to: folder.description)
  }

  /// Continues a run from its last state.
  ///
  /// - Throws: `RunError`, `LearnerError`, `DatasetError`, `FileError`.
  public init(resuming path: String) throws {
    folder = RunFolder(path)
    guard RunFolder.isRun(folder.path) else { throw RunError.noRun(path) }
    description = try RunDescription(contentsOf: folder.description)
    environment = try EnvironmentID(description.environment)
    configuration = try RunConfiguration(environment: environment, file: folder.configuration)
    try configuration.validate()
    for file in description.data {
      let found = try Self.digest(of: file.path)
      guard found == file.sha256 else {
        throw RunError.dataChanged(file: file.path, found: found, expected: file.sha256)
      }
    }
    let transitions = try Self.transitions(description.data.map(\.path), environment)
    data = try TrainingData(
      transitions, validationShare: configuration.training.validationShare, seed: description.seed)
    learnerConfiguration = try configuration.learner(
      observationCount: transitions.observationCount, actionCount: transitions.actionCount)

    let file = try TensorFile(contentsOf: folder.state)
    guard let text = file.metadata[Self.positionKey],
      let position = try? JSONDecoder().decode(Position.self, from: Data(text.utf8))
    else {
      throw RunError.damagedRun(
        file: folder.state, reason: "it does not say how far the run had come")
    }
    self.position = position
    learner = try Learner(learnerConfiguration, state: LearnerState(file))
    if let state = position.online {
      online = try OnlinePhase(
        environment, configuration: configuration, seed: description.seed, data: transitions,
        replayPath: folder.replay, learner: learner, state: state)
    }
    log = try RunLog(
      folder: folder.path, columns: Self.columns(configuration), lengths: position.log)
  }

  private static func transitions(
    _ files: [String], _ environment: EnvironmentID
  ) throws -> TransitionDataset {
    let rule = try TransitionDataset.RewardRule.standard(for: environment)
    let columns: RecordedDataset.Columns = if case .relabel = rule { .states } else { [] }
    let recording = try RecordedDataset(
      concatenating: files.map { try RecordedDataset(contentsOf: $0, columns: columns) })
    let example = try makeEnvironment(environment)
    let spec = example.spec
    if example.goal != nil { throw RunError.goalConditioned(spec.id) }
    let found = [recording.observations.columnCount, recording.actions.columnCount]
    guard found == [spec.observationCount, spec.actionCount] else {
      throw DatasetError(
        file: recording.name,
        .sizes(
          environment: spec.id, found: found,
          expected: [spec.observationCount, spec.actionCount]))
    }
    return try TransitionDataset(recording, rewards: rule, stepLimit: spec.stepLimit)
  }

  private static func digest(of path: String) throws -> String {
    let storage = try ByteStorage(mapping: path)
    return withExtendedLifetime(storage) { SHA256.hexDigest(of: storage.bytes) }
  }

  // MARK: Training

  /// How far a run has come.
  public struct Progress: Sendable {
    public var step: Int
    public var stepCount: Int
    /// Of updates, or of environment steps with or without one.
    public var stepsPerSecond: Double
    /// Nil for a step without an update.
    public var report: UpdateReport?
  }

  public var step: Int { position.step }
  /// Updates of both kinds and environment steps.
  public var stepCount: Int { offlineStepCount + configuration.online.steps }
  private var offlineStepCount: Int {
    configuration.training.steps + configuration.training.criticSteps
  }

  /// Trains to the end, or until it is cancelled; either way everything done so far is on the disk.
  ///
  /// - Parameters:
  ///   - onProgress: called after every step.
  ///   - onEvaluation: called after every evaluation with its report and the policy's file.
  public func train(
    threads: Int, cancellation: Cancellation = Cancellation(),
    onProgress: (Progress) -> Void = { _ in },
    onEvaluation: (Report, String) -> Void = { _, _ in }
  ) throws {
    learner.threadCount = threads
    let clock = ContinuousClock()
    var (mark, markedStep) = (clock.now, step)
    while !cancellation.isCancelled {
      // here, so that a run which was cut short in an evaluation begins with it again
      if isEvaluationDue {
        try evaluatePolicy(threads: threads, cancellation: cancellation, onEvaluation)
        (mark, markedStep) = (clock.now, step)
        continue
      }
      guard step < stepCount else { break }
      let report = step < offlineStepCount ? updateOffline() : try stepOnline()
      position.step += 1
      let rate = Double(step - markedStep) / ((clock.now - mark) / .seconds(1))
      onProgress(
        Progress(step: step, stepCount: stepCount, stepsPerSecond: rate, report: report))

      if step.isMultiple(of: configuration.training.logEvery) {
        try logLosses(report, rate: rate)
        (mark, markedStep) = (clock.now, step)
      }
      if step.isMultiple(of: configuration.training.checkpointEvery) { try save() }
    }
    try save()
  }

  private var isEvaluationDue: Bool {
    let isDue = step.isMultiple(of: configuration.evaluation.every) || step == stepCount
    return step > 0 && isDue && position.evaluatedStep != step
  }

  private func updateOffline() -> UpdateReport {
    // the reference begins its critic-only updates with a new optimiser; a run that only fine-tunes has
    // no such phase
    if step == configuration.training.steps { learner.resetCriticOptimizers() }
    let rows = learner.drawRows(learnerConfiguration.critic.batchSize, of: data.training.count)
    let batch = data.batch(rows.lazy.map { self.data.training[$0] })
    guard step < configuration.training.steps else { return learner.updateCritic(batch) }
    guard learnerConfiguration.hasActorBatches else { return learner.update(batch) }
    let batches = (0..<learnerConfiguration.actor.stepsPerUpdate).map { _ in
      let rows = learner.drawRows(learnerConfiguration.actor.batchSize, of: data.training.count)
      return data.batch(rows.lazy.map { self.data.training[$0] })
    }
    return learner.update(batch, actorBatches: batches)
  }

  private func stepOnline() throws -> UpdateReport? {
    if online == nil {
      online = try OnlinePhase(
        environment, configuration: configuration, seed: description.seed, data: data.transitions,
        replayPath: folder.replay, learner: learner, state: nil)
    }
    try online?.act()
    return try online?.update(learner, data)
  }

  // MARK: Reporting

  private static func columns(_ configuration: RunConfiguration) -> [String] {
    let losses = ["actor_loss", "value_loss", "critic_loss", "q", "v"]
    let evaluations = configuration.evaluation.candidates.flatMap { count in
      ["return", "return_error", "score", "success"].map { "\($0)_N\(count)" }
    }
    return ["steps_per_second"] + losses + losses.map { "validation_" + $0 } + evaluations
  }

  private func logLosses(_ report: UpdateReport?, rate: Double) throws {
    var values = report?.values ?? [:]
    values["steps_per_second"] = rate
    if report != nil, !data.validation.isEmpty {
      for (name, value) in try validationReport().values { values["validation_" + name] = value }
    }
    try log.append(step: step, values)
  }

  /// Losses on transitions that were kept back, without dropout, by a copy of the learner that is
  /// thrown away with its step. Nothing of it reaches the run.
  private func validationReport() throws -> UpdateReport {
    var generator = NumPyGenerator(seed: description.seed, spawnKey: [2, UInt32(step)])
    let rows = (0..<learnerConfiguration.critic.batchSize).map { _ in
      data.validation[generator.integer(below: data.validation.count)]
    }
    var configuration = learnerConfiguration
    configuration.actor.dropout = 0
    configuration.actor.stepsPerUpdate = 1
    var state = learner.state
    state.generator = generator
    let copy = try Learner(configuration, state: state)
    copy.threadCount = learner.threadCount
    return copy.update(data.batch(rows))
  }

  private func evaluatePolicy(
    threads: Int, cancellation: Cancellation, _ onEvaluation: (Report, String) -> Void
  ) throws {
    let path = folder.policy(step: step)
    // scored later without further words, it is scored as here
    var options = IDQLOptions()
    options.candidateCount = configuration.evaluation.candidates.first ?? options.candidateCount
    options.temperature = Float(configuration.evaluation.temperature)
    let (tensors, metadata) = try learner.policyFile(
      environment: environment.description, options: options)
    try writeTensorFile(tensors, metadata: metadata, to: path)
    var values: [String: Double] = [:]
    for (index, count) in configuration.evaluation.candidates.enumerated() {
      let report = try report(policy: path, candidates: count, threads: threads, cancellation)
      // a part of the episodes is no evaluation
      if report.summary.isPartial { return }
      values["return_N\(count)"] = report.summary.returns?.mean
      values["return_error_N\(count)"] = report.summary.returns?.standardError
      values["score_N\(count)"] = report.summary.scores?.mean
      values["success_N\(count)"] = report.summary.success?.rate
      let result = report.summary.scores?.mean ?? report.summary.returns?.mean
      if index == 0, let result, result >= position.bestScore ?? -.infinity {
        (position.bestScore, position.bestStep) = (result, step)
      }
      onEvaluation(report, path)
    }
    try log.append(step: step, values)
    position.evaluatedStep = step
    try save()
    if description.bestStep != position.bestStep {
      description.bestStep = position.bestStep
      try description.write(to: folder.description)
    }
  }

  private func report(
    policy path: String, candidates: Int, threads: Int, _ cancellation: Cancellation
  ) throws -> Report {
    var policy = try loadPolicy(contentsOf: path)
    var options = try policy.requireDeciding().options
    options.candidateCount = candidates
    policy = try policy.with(options)
    let (environment, seed) = (environment, UInt64(configuration.evaluation.seed))
    let example = try makeEnvironment(environment)
    let plan = try EvaluationPlan(
      episodes: configuration.evaluation.episodes, tasks: example.taskCount, seed: seed,
      workers: threads)
    let evaluation = try evaluate(policy, plan: plan, cancellation: cancellation) {
      try makeEnvironment(environment, options: EnvironmentOptions(goalSeed: seed))
    }
    return Report(evaluation, plan: plan, policy: PolicyRecord(policy))
  }

  // MARK: State

  private static let positionKey = "run"

  private func save() throws {
    try log.flush()
    try online?.replay.flush()
    position.log = log.lengths
    position.online = online?.state
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys  // the same run, the same bytes
    let text = String(decoding: try encoder.encode(position), as: UTF8.self)
    try writeTensorFile(
      try learner.state.namedTensors(), metadata: [Self.positionKey: text], to: folder.state)
  }
}

extension LearnerConfiguration {
  /// Whether the actor learns from batches of its own.
  fileprivate var hasActorBatches: Bool {
    actor.stepsPerUpdate != 1 || actor.batchSize != critic.batchSize
  }
}

extension UpdateReport {
  fileprivate var values: [String: Double] {
    var values = [
      "value_loss": Double(valueLoss), "critic_loss": Double(criticLoss), "q": Double(meanQ),
      "v": Double(meanValue),
    ]
    values["actor_loss"] = actorLoss.map(Double.init)
    return values
  }
}

import Foundation
import IDQLDatasets
import IDQLEnvs
import IDQLEvaluation
import IDQLRandom
import IDQLTensors
import IDQLTraining

/// Trains an agent on recorded transitions, in a folder from which the run can be resumed.
///
/// Configuration, seed and data determine a run to the bit: killed at any moment and resumed, it
/// ends with the same weights as one that was never stopped. The number of threads changes only the
/// time.
public final class TrainingRun {
  /// Where the run's files are.
  public let folder: RunFolder
  /// What the run was started with, and its best step so far.
  public private(set) var description: RunDescription
  /// The run's settings.
  public let configuration: RunConfiguration
  /// What `idql data` says of the recorded transitions, line by line.
  package let dataLines: [String]
  let data: TrainingData
  private let environment: EnvironmentID
  private let schedule: RunSchedule
  private let evaluator: PolicyEvaluator
  private let log: RunLog
  private let lock: FileLock
  private let learner: Learner
  private var position: RunState.Position
  /// Nil before the first online step.
  private var online: OnlinePhase?

  private init(
    _ folder: RunFolder, _ description: RunDescription, _ environment: EnvironmentID,
    _ configuration: RunConfiguration, _ inspection: DatasetInspection, _ data: TrainingData,
    _ learner: Learner, _ position: RunState.Position, _ lock: FileLock
  ) throws {
    self.lock = lock
    self.folder = folder
    self.description = description
    self.environment = environment
    self.configuration = configuration
    dataLines = inspection.lines()
    self.data = data
    self.learner = learner
    self.position = position
    schedule = RunSchedule(configuration)
    evaluator = PolicyEvaluator(environment: environment, configuration: configuration.evaluation)
    log = try RunLog(
      folder: folder.path,
      columns: RunMetrics.columns(candidates: configuration.evaluation.candidates),
      rowCount: position.logRows)
    if let state = position.online { online = try onlinePhase(from: state) }
  }

  /// Begins a run.
  ///
  /// - Parameters:
  ///   - path: of the folder, which must not exist.
  ///   - environment: in which the data was recorded and policies are evaluated.
  ///   - files: with recorded transitions, which are concatenated.
  ///   - configuration: all settings.
  ///   - seed: of everything that the run draws.
  ///   - base: a run whose learner this one begins with; a new learner if nil.
  ///   - cancellation: once set, no run is made.
  /// - Throws: `RunError`, `LearnerError`, `DatasetError`, `FileError`, `CancellationError`; then
  ///   there is no folder.
  public convenience init(
    creating path: String, environment: EnvironmentID, data files: [String],
    configuration: RunConfiguration, seed: UInt64, base: RunFolder? = nil,
    cancellation: Cancellation = Cancellation()
  ) throws {
    let folder = RunFolder(path)
    try configuration.validate()
    if files.isEmpty { throw RunError.noData }
    if FileManager.default.fileExists(atPath: folder.path) { throw RunError.folderExists(path) }
    let inspection = try DatasetInspection(
      files.map { try DatasetSource($0) }, recordedIn: environment)
    let data = try TrainingData(
      inspection.transitions, validationShare: configuration.training.validationShare, seed: seed)
    let settings = try configuration.learner(for: data)
    let learner: Learner
    if let base {
      var state = try RunState(contentsOf: base.state).learner
      // else two runs on one base would draw the same
      state.generator = NumPyGenerator(seed: seed)
      learner = try Learner(settings, state: state)
    } else {
      learner = try Learner(settings, seed: seed)
    }
    var description = RunDescription(
      version: packageVersion, gitRevision: ProgramIdentity.current.sourceRevision,
      environment: environment.description, seed: seed,
      data: inspection.files.map { .init(path: $0.path, sha256: $0.sha256) },
      dataReport: .init(
        rules: inspection.transitions.rules.map { "\($0.name): \($0)" },
        problems: inspection.problems),
      trainingTransitions: data.training.count, validationTransitions: data.validation.count,
      kernels: .current,
      arithmetic: settings.precision.arithmetic.rawValue,
      base: base?.path)
    if cancellation.isCancelled { throw CancellationError() }
    let draft = try PartialFolder(for: folder.path)
    description.data = description.data.map { $0.relative(to: folder) }
    try RunFolder(draft.name).begin(configuration, description, learner.state)
    try draft.commit()
    try self.init(
      folder, description, environment, configuration, inspection, data, learner,
      RunState.Position(), folder.lock())
  }

  /// Resumes a run from its last checkpoint.
  ///
  /// - Parameters:
  ///   - path: of the run's folder.
  ///   - moved: where its data is now, in the same order; where it was if empty.
  /// - Throws: `RunError`, `LearnerError`, `DatasetError`, `FileError`.
  public convenience init(resuming path: String, data moved: [String] = []) throws {
    let folder = RunFolder(path)
    guard RunFolder.isRun(folder.path) else { throw RunError.noRun(path) }
    let lock = try folder.lock()
    var description = try RunDescription(contentsOf: folder.description)
    let environment = try EnvironmentID(description.environment)
    let configuration = try folder.readConfiguration(environment)
    try configuration.validate()
    let files = moved.isEmpty ? description.data.map { $0.location(in: folder) } : moved
    guard files.count == description.data.count else {
      throw RunError.dataCount(found: files.count, expected: description.data.count)
    }
    let inspection = try DatasetInspection(
      zip(description.data, files).map { try $0.source(at: $1) }, recordedIn: environment)
    let data = try TrainingData(
      inspection.transitions, validationShare: configuration.training.validationShare,
      seed: description.seed)
    let settings = try configuration.learner(for: data)
    let arithmetic = settings.precision.arithmetic.rawValue
    if let begun = description.arithmetic, begun != arithmetic {
      throw RunError.otherArithmetic(file: folder.description, begun: begun, here: arithmetic)
    }
    let state = try RunState(contentsOf: folder.state)
    try state.require(in: RunSchedule(configuration), file: folder.state)
    if !moved.isEmpty {
      for index in moved.indices { description.data[index].path = moved[index] }
      description.data = description.data.map { $0.relative(to: folder) }
      try description.write(to: folder.description)
    }
    try self.init(
      folder, description, environment, configuration, inspection, data,
      Learner(settings, state: state.learner), state.position, lock)
  }

  // MARK: Training

  /// How far a run has come.
  public struct Progress: Sendable {
    /// Steps done, from 1 to `stepCount`.
    public var step: Int
    /// Steps of the whole run: updates of both kinds and environment steps.
    public var stepCount: Int
    /// Rate since the last row of the log or the last evaluation.
    public var stepsPerSecond: Double
    /// Losses of this step's update; nil for a step without an update.
    public var report: UpdateReport?
  }

  /// Steps done.
  public var step: Int { position.step }
  /// Steps of the whole run: updates of both kinds and environment steps.
  public var stepCount: Int { schedule.stepCount }

  /// Trains to the end, or until it is cancelled; in both cases the state is saved before it
  /// returns.
  ///
  /// - Parameters:
  ///   - threads: for updates and evaluations.
  ///   - cancellation: once set, training stops after the step at hand.
  ///   - onProgress: called after every step.
  ///   - onEvaluation: called after every evaluation with its report and the policy file's path.
  /// - Throws: `FileError`, or what an evaluation throws.
  public func train(
    threads: Int, cancellation: Cancellation = Cancellation(),
    onProgress: (Progress) -> Void = { _ in },
    onEvaluation: (Report, String) -> Void = { _, _ in }
  ) throws {
    learner.threadCount = threads
    let clock = ContinuousClock()
    var (mark, markedStep) = (clock.now, step)
    while !cancellation.isCancelled {
      // here, so that a run that was stopped during an evaluation begins with it again
      if schedule.isEvaluationDue(step), position.evaluatedStep != step {
        try evaluatePolicy(threads: threads, cancellation: cancellation, onEvaluation)
        (mark, markedStep) = (clock.now, step)
        continue
      }
      guard let phase = schedule.phase(of: step) else { break }
      let report = try advance(phase)
      position.step += 1
      let rate = Double(step - markedStep) / ((clock.now - mark) / .seconds(1))
      onProgress(
        Progress(step: step, stepCount: stepCount, stepsPerSecond: rate, report: report))

      if schedule.isLogDue(step) {
        try logLosses(report, rate: rate)
        (mark, markedStep) = (clock.now, step)
      }
      if schedule.isCheckpointDue(step) { try save() }
    }
    try save()
  }

  /// - Returns: nil if there was no update.
  private func advance(_ phase: RunSchedule.Phase) throws -> UpdateReport? {
    switch phase {
    case .training:
      return learner.update(from: data)
    case .critic:
      // the reference begins its critic-only updates with a new optimiser
      if step == configuration.training.steps { learner.resetCriticOptimizers() }
      return learner.updateCritic(from: data)
    case .online:
      let online = try online ?? onlinePhase(from: nil)
      self.online = online
      try online.act()
      return try online.update(learner, data)
    }
  }

  /// - Parameter state: to continue from; the beginning of the phase if nil.
  private func onlinePhase(from state: OnlinePhase.State?) throws -> OnlinePhase {
    try OnlinePhase(
      environment, configuration: configuration, seed: description.seed, data: data.transitions,
      replayPath: folder.replay, learner: learner, state: state)
  }

  private func logLosses(_ report: UpdateReport?, rate: Double) throws {
    var metrics = RunMetrics()
    metrics.add(stepsPerSecond: rate)
    if let report {
      metrics.add(report)
      if let validation = try data.validationReport(
        of: learner, step: step, seed: description.seed)
      {
        metrics.add(validation, isValidation: true)
      }
    }
    try log.append(step: step, metrics.values)
  }

  private func evaluatePolicy(
    threads: Int, cancellation: Cancellation, _ onEvaluation: (Report, String) -> Void
  ) throws {
    let path = folder.policy(step: step)
    let (tensors, metadata) = try learner.policyFile(
      environment: environment.description, options: evaluator.options)
    try writeTensorFile(tensors, metadata: metadata, to: path)
    let summaries = try evaluator.evaluate(
      policy: path, threads: threads, cancellation: cancellation
    ) { onEvaluation($0, path) }?.map(\.summary)
    guard let summaries else { return }
    var metrics = RunMetrics()
    for (count, summary) in zip(configuration.evaluation.candidates, summaries) {
      metrics.add(summary, candidates: count)
    }
    try log.append(step: step, metrics.values)
    // the first N decides which policy is the best
    let result = (summaries.first?.scores ?? summaries.first?.returns)?.mean
    if let result, result >= position.bestScore ?? -.infinity {
      (position.bestScore, position.bestStep) = (result, step)
    }
    position.evaluatedStep = step
    try save()
  }

  private func save() throws {
    try log.flush()
    try online?.replay.flush()
    position.logRows = log.rowCount
    position.online = online?.state
    try RunState(position, learner.state).write(to: folder.state)
    if description.bestStep != position.bestStep {
      description.bestStep = position.bestStep
      try description.write(to: folder.description)
    }
  }
}

import Agent
import Datasets
import Envs
import Evaluation
import Foundation
import Tensors

/// Makes data sets by D4RL's recipe for locomotion: soft actor-critic is trained, and its policies of
/// several levels are recorded (Fu et al. 2020, §5).
public struct SACCollection: Sendable {
  public let environment: EnvironmentID
  public let configuration: SACConfiguration
  public let levels: [DataLevel]
  /// Of each set that a fixed policy makes.
  public let rowCount: Int
  public let seed: UInt64
  /// What the names of all files begin with.
  public let prefix: String

  /// - Throws: `CollectionError`, `EnvironmentError`, or `FileError` if a file could not be written.
  public init(
    environment: EnvironmentID, configuration: SACConfiguration, levels: [DataLevel],
    rowCount: Int, seed: UInt64, prefix: String
  ) throws {
    try configuration.validate()
    if !(1...1_000_000_000).contains(rowCount) {
      throw CollectionError.setting(
        "rows", found: "\(rowCount)", expected: "from 1 to 1000000000")
    }
    if try makeEnvironment(environment) is any MazeEnvironment {
      throw CollectionError.wrongRecipe(
        "sac", environment: environment.description, expected: "robots outside of mazes")
    }
    self.environment = environment
    self.configuration = configuration
    self.levels = levels
    self.rowCount = rowCount
    self.seed = seed
    self.prefix = prefix
    for level in levels { try requireWritable(path(of: level)) }
  }

  public func path(of level: DataLevel) -> String { "\(prefix)-\(level.rawValue).hdf5" }
  /// Folder of the actors' snapshots and the learning curve.
  public var snapshotPath: String { "\(prefix)-training" }

  /// Trains if a level asks for it, then writes every level's file.
  ///
  /// - Throws: `CollectionError`, also if it was interrupted; `FileError`.
  public func run(
    threads: Int, cancellation: Cancellation = Cancellation(),
    onProgress: (CollectionProgress) -> Void = { _ in },
    onEvaluation: (LearningCurve.Point) -> Void = { _ in },
    onFile: (String, RecordedDataset) -> Void = { _, _ in }
  ) throws {
    var training: SACTraining?
    if levels.contains(where: { $0 != .random }) {
      training = try train(threads, cancellation, onProgress, onEvaluation)
    }
    var made: [DataLevel: RecordedDataset] = [:]
    func dataset(_ level: DataLevel) throws -> RecordedDataset {
      if let dataset = made[level] { return dataset }
      let dataset = try make(level, training, threads, cancellation, onProgress, dataset)
      // those that a mixed set needs again
      if level == .medium || level == .expert, levels.contains(.mediumExpert) {
        made[level] = dataset
      }
      return dataset
    }
    for level in levels {
      let dataset = try dataset(level)
      try dataset.writeD4RL(to: path(of: level), attributes: attributes(level, training?.curve))
      onFile(path(of: level), dataset)
    }
  }

  private func train(
    _ threads: Int, _ cancellation: Cancellation, _ onProgress: (CollectionProgress) -> Void,
    _ onEvaluation: (LearningCurve.Point) -> Void
  ) throws -> SACTraining {
    let environment = environment
    let training = try SACTraining(
      configuration, seed: seed, snapshots: SnapshotFolder(creating: snapshotPath)
    ) { try makeEnvironment(environment) }
    try training.train(
      threads: threads, cancellation: cancellation, onProgress: { onProgress(.training($0)) },
      onEvaluation: onEvaluation)
    if training.step < configuration.steps {
      throw CollectionError.interrupted(
        "after \(training.step) of \(configuration.steps) steps; the actors of "
          + "\(training.curve.points.count) evaluations are in \(snapshotPath)")
    }
    return training
  }

  private func make(
    _ level: DataLevel, _ training: SACTraining?, _ threads: Int, _ cancellation: Cancellation,
    _ onProgress: (CollectionProgress) -> Void,
    _ dataset: (DataLevel) throws -> RecordedDataset
  ) throws -> RecordedDataset {
    func snapshot(_ point: LearningCurve.Point?) throws -> any Policy {
      guard let training, let point else {
        throw CollectionError.interrupted("before an evaluation had finished")
      }
      return try SACActor(contentsOf: training.snapshots.actor(step: point.step))
    }
    switch level {
    case .random:
      let policy = UniformPolicy(
        observationCount: configuration.observationCount, actionCount: configuration.actionCount)
      return try record(level, .random, policy, threads, cancellation, onProgress)
    case .medium:
      let policy = try snapshot(training?.curve.medium())
      return try record(level, .medium, policy, threads, cancellation, onProgress)
    case .expert:
      let policy = try snapshot(training?.curve.expert)
      return try record(level, .expert, policy, threads, cancellation, onProgress)
    case .mediumReplay, .fullReplay:
      let step = level == .fullReplay ? training?.step : try training?.curve.medium().step
      return RecordedDataset(name: level.rawValue, training?.rows(upTo: step ?? 0) ?? [])
    case .mediumExpert:
      return try RecordedDataset(concatenating: [dataset(.medium), dataset(.expert)])
    }
  }

  /// What a policy does, in environments that step together.
  private func record(
    _ level: DataLevel, _ purpose: Lockstep.Purpose, _ policy: any Policy, _ threads: Int,
    _ cancellation: Cancellation, _ onProgress: (CollectionProgress) -> Void
  ) throws -> RecordedDataset {
    let stepLimit = try makeEnvironment(environment).spec.stepLimit
    var lockstep = try Lockstep(
      count: Lockstep.laneCount(for: rowCount, stepLimit: stepLimit), seed: seed, purpose: purpose
    ) { RobotLane(try makeEnvironment(environment), seed: $0) }
    do {
      let lanes = try lockstep.collect(
        rowCount, policy, threads: threads, cancellation: cancellation
      ) { onProgress(.recording(name: level.rawValue, row: $0, rowCount: rowCount)) }
      return RecordedDataset(name: level.rawValue, lanes)
    } catch is CancellationError {
      throw CollectionError.interrupted(
        "while \(level.rawValue) was recorded; what is finished stays")
    }
  }

  private func attributes(
    _ level: DataLevel, _ curve: LearningCurve?
  ) -> [(name: String, text: String)] {
    var attributes = provenance(of: environment, seed: seed)
    attributes.append(("level", level.rawValue))
    if level != .random, let curve, let medium = try? curve.medium(), let expert = curve.expert {
      attributes += [
        ("recipe", "soft actor-critic"), ("medium_step", "\(medium.step)"),
        ("expert_step", "\(expert.step)"),
      ]
    }
    return attributes
  }
}

/// How far a collection has come.
public enum CollectionProgress: Sendable {
  case training(Training)
  case recording(name: String, row: Int, rowCount: Int)

  public struct Training: Sendable {
    /// Environment steps.
    public var step: Int
    public var stepCount: Int
    public var updates: Int
    public var updatesPerSecond: Double
    /// Nil before the first update.
    public var report: SACReport?
  }
}

/// Texts on a file's origin.
func provenance(of environment: EnvironmentID, seed: UInt64) -> [(name: String, text: String)] {
  [
    ("environment", environment.description), ("physics", environment.defaultPhysics.name),
    ("seed", "\(seed)"), ("generator", "idql \(packageVersion) (\(sourceRevision()))"),
  ]
}

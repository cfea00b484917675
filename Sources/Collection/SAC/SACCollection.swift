import Agent
import Datasets
import Envs
import Evaluation
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
    if trains { try SnapshotFolder(path: snapshotPath).requireNew() }
  }

  private var trains: Bool { levels.contains { $0 != .random } }

  public func path(of level: DataLevel) -> String { "\(prefix)-\(level.rawValue).hdf5" }
  /// Folder of the actors' snapshots and the learning curve.
  public var snapshotPath: String { "\(prefix)-training" }

  /// Trains if a level asks for it, then writes every level's file.
  ///
  /// - Throws: `CollectionError`, also if it was interrupted; `FileError`.
  public func run(
    _ control: CollectionControl, onEvaluation: (LearningCurve.Point) -> Void = { _ in },
    onFile: (String, RecordedDataset) -> Void = { _, _ in }
  ) throws {
    func write(_ level: DataLevel, _ dataset: RecordedDataset, _ origin: [String: String]) throws {
      let attributes =
        provenance(of: environment, seed: seed) + [("level", level.rawValue)]
        + origin.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      try dataset.writeD4RL(to: path(of: level), attributes: attributes)
      onFile(path(of: level), dataset)
    }
    if levels.contains(.random) {
      let policy = UniformPolicy(
        observationCount: configuration.observationCount, actionCount: configuration.actionCount)
      try write(.random, record(.random, .random, policy, control), ["recipe": "uniform actions"])
    }
    if !trains { return }

    let training = try train(control, onEvaluation)
    var origin = ["recipe": "soft actor-critic"]
    origin["expert_step"] = "\(try training.curve.expert().step)"
    // there need not be a medium policy unless a level asks for it
    origin["medium_step"] = (try? training.curve.medium()).map { "\($0.step)" }
    for level in levels where level != .random {
      try write(level, make(level, training, control), origin)
    }
  }

  private func train(
    _ control: CollectionControl, _ onEvaluation: (LearningCurve.Point) -> Void
  ) throws -> SACTraining {
    let environment = environment
    let training = try SACTraining(
      configuration, seed: seed, snapshots: SnapshotFolder(path: snapshotPath)
    ) { try makeEnvironment(environment) }
    try training.train(control, onEvaluation: onEvaluation)
    if training.step < configuration.steps {
      throw CollectionError.interrupted(
        "after \(training.step) of \(configuration.steps) steps; the actors of "
          + "\(training.curve.points.count) evaluations are in \(snapshotPath)")
    }
    return training
  }

  private func make(
    _ level: DataLevel, _ training: SACTraining, _ control: CollectionControl
  ) throws -> RecordedDataset {
    func record(_ purpose: Lockstep.Purpose, _ point: LearningCurve.Point) throws
      -> RecordedDataset
    {
      let actor = try SACActor(contentsOf: training.snapshots.actor(step: point.step))
      return try self.record(level, purpose, actor, control)
    }
    switch level {
    case .random: preconditionFailure("made without training")
    case .medium: return try record(.medium, training.curve.medium())
    case .expert: return try record(.expert, training.curve.expert())
    case .mediumExpert:
      return try RecordedDataset(concatenating: [
        record(.medium, training.curve.medium()), record(.expert, training.curve.expert()),
      ])
    case .mediumReplay:
      let step = try training.curve.medium().step
      return RecordedDataset(name: level.rawValue, training.rows(upTo: step))
    case .fullReplay:
      return RecordedDataset(name: level.rawValue, training.rows(upTo: training.step))
    }
  }

  /// What a policy does, in environments that step together.
  private func record(
    _ level: DataLevel, _ purpose: Lockstep.Purpose, _ policy: any Policy,
    _ control: CollectionControl
  ) throws -> RecordedDataset {
    let stepLimit = try makeEnvironment(environment).spec.stepLimit
    var lockstep = try Lockstep(
      count: Lockstep.laneCount(for: rowCount, stepLimit: stepLimit), seed: seed, purpose: purpose
    ) { RobotLane(try makeEnvironment(environment), seed: $0) }
    guard
      let lanes = try lockstep.collect(rowCount, policy, named: level.rawValue, control)
    else {
      throw CollectionError.interrupted(
        "after \(lockstep.rowCount) of \(rowCount) rows of \(level.rawValue); finished files stay")
    }
    return RecordedDataset(name: level.rawValue, lanes)
  }
}

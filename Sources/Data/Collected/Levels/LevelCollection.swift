import Foundation
import IDQLAgent
import IDQLDatasets
import IDQLEnvs
import IDQLEvaluation
import IDQLTensors
import IDQLTraining

/// How the policies of the levels are trained.
public enum TrainingRecipe: Sendable {
  /// Soft actor-critic, as in D4RL.
  case softActorCritic(SACConfiguration)
  /// Augmented random search of linear policies, which takes minutes.
  case randomSearch(SearchConfiguration)

  func validate() throws(CollectionError) {
    switch self {
    case .softActorCritic(let configuration): try configuration.validate()
    case .randomSearch(let configuration): try configuration.validate()
    }
  }

  /// Name of the subcommand of `idql collect`.
  var name: String {
    switch self {
    case .softActorCritic: "sac"
    case .randomSearch: "ars"
    }
  }

  /// How its networks round here; nil without networks.
  var arithmetic: String? {
    switch self {
    case .softActorCritic(let configuration): configuration.precision.arithmetic.rawValue
    case .randomSearch: nil
    }
  }

  /// For a data file's attributes.
  var text: String {
    switch self {
    case .softActorCritic(let configuration):
      configuration.precision == .float32
        ? "soft actor-critic" : "soft actor-critic, \(configuration.precision.arithmetic.rawValue)"
    case .randomSearch(let configuration):
      "augmented random search, linear policies, action noise \(configuration.actionNoise)"
    }
  }
}

/// Makes data sets by D4RL's recipe for locomotion: a policy is trained, and its episodes at
/// several levels of skill are recorded (Fu et al. 2020, §5).
public struct LevelCollection: Sendable {
  package let environment: EnvironmentID
  package let recipe: TrainingRecipe
  package let levels: [DataLevel]
  package let rowCount: Int
  package let seed: UInt64
  package let prefix: String
  private let isResumed: Bool

  /// - Parameters:
  ///   - environment: a robot outside of mazes.
  ///   - recipe: how the policies are trained.
  ///   - levels: the data sets to make.
  ///   - rowCount: rows of each set that a fixed policy makes, and the most that the replay of a
  ///     random search has; 1 to 1e9.
  ///   - seed: of the training and the recorded episodes.
  ///   - prefix: of all files' paths; the data sets are `PREFIX-LEVEL.hdf5`.
  /// - Throws: `CollectionError`, `EnvironmentError`, or `FileError` if a file could not be
  ///   written.
  public init(
    environment: EnvironmentID, recipe: TrainingRecipe, levels: [DataLevel], rowCount: Int,
    seed: UInt64, prefix: String
  ) throws {
    try self.init(
      environment: environment, recipe: recipe, levels: levels, rowCount: rowCount, seed: seed,
      prefix: prefix, isResumed: false)
  }

  /// Goes on with a collection that was interrupted or killed; what it writes is what it would have
  /// written undisturbed, to the bit.
  ///
  /// - Parameter path: of its `snapshotPath`.
  /// - Throws: as the other; `CollectionError.noCollection`, `CollectionError.damaged`.
  public init(resuming path: String) throws {
    let snapshots = try Snapshots(existing: path)
    let settings = try snapshots.read(CollectionSettings.self, from: snapshots.settings)
    guard let recipe = settings.recipe else {
      throw CollectionError.damaged(file: snapshots.settings, reason: "it names no recipe")
    }
    if let begun = settings.arithmetic, let here = recipe.arithmetic, begun != here {
      throw CollectionError.otherArithmetic(file: snapshots.settings, begun: begun, here: here)
    }
    try self.init(
      environment: EnvironmentID(settings.environment), recipe: recipe, levels: settings.levels,
      rowCount: settings.rows, seed: settings.seed,
      prefix: String(snapshots.path.dropLast(Snapshots.ending.count)),
      isResumed: true)
  }

  private init(
    environment: EnvironmentID, recipe: TrainingRecipe, levels: [DataLevel], rowCount: Int,
    seed: UInt64, prefix: String, isResumed: Bool
  ) throws {
    try recipe.validate()
    if !(1...1_000_000_000).contains(rowCount) {
      throw CollectionError.setting(
        "rows", found: "\(rowCount)", expected: "from 1 to 1000000000")
    }
    if try makeEnvironment(environment).maze != nil {
      throw CollectionError.wrongRecipe(
        recipe.name, environment: environment.description, expected: "robots outside of mazes")
    }
    self.environment = environment
    self.recipe = recipe
    self.levels = levels
    self.rowCount = rowCount
    self.seed = seed
    self.prefix = prefix
    self.isResumed = isResumed
    for level in levels { try requireWritable(path(of: level)) }
    if trains, !isResumed { try Snapshots(path: snapshotPath).requireNew() }
  }

  private var trains: Bool { levels.contains { $0 != .random } }

  /// Path of the file of a level.
  package func path(of level: DataLevel) -> String { "\(prefix)-\(level.rawValue).hdf5" }
  /// Folder of the policies' snapshots and the learning curve.
  package var snapshotPath: String { prefix + Snapshots.ending }

  /// Trains if a level needs it, then writes every level's file.
  ///
  /// - Parameters:
  ///   - control: threads, cancellation and progress.
  ///   - onEvaluation: called with every evaluation of the training.
  ///   - onFile: called with the path and content of every file that was written.
  /// - Throws: `CollectionError`, also if it was interrupted; `FileError`.
  public func run(
    _ control: CollectionControl, onEvaluation: (LearningCurve.Point) -> Void = { _ in },
    onFile: (String, RecordedDataset) -> Void = { _, _ in }
  ) throws {
    let snapshots = Snapshots(path: snapshotPath)
    if trains, !isResumed { try snapshots.create(CollectionSettings(self)) }
    let lock = try trains ? snapshots.lock() : nil
    defer { withExtendedLifetime(lock) {} }
    var finished = try trains ? snapshots.finishedLevels() : []
    let left = levels.filter { level in !finished.contains { $0.level == level } }

    func write(_ level: DataLevel, _ dataset: RecordedDataset, _ origin: [String: String]) throws {
      let attributes =
        provenance(of: environment, seed: seed) + [("level", level.rawValue)]
        + origin.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      try dataset.writeD4RL(to: path(of: level), attributes: attributes)
      finished.append(.init(level: level, sha256: try DatasetSource(path(of: level)).sha256.get()))
      if trains { try snapshots.write(finishedLevels: finished) }
      onFile(path(of: level), dataset)
    }
    if left.contains(.random) {
      let spec = try makeEnvironment(environment).spec
      let policy = UniformPolicy(
        observationCount: spec.observationCount, actionCount: spec.actionCount)
      try write(.random, record(.random, .random, policy, control), ["recipe": "uniform actions"])
    }
    if left.allSatisfy({ $0 == .random }) {
      // it may have been killed before it could
      snapshots.removeState()
      return
    }

    let training = try makeTraining(snapshots)
    try training.train(control, onEvaluation: onEvaluation)
    let curve = training.snapshots.curve
    var origin = ["recipe": recipe.text]
    origin["expert_step"] = "\(try curve.expert().step)"
    // there need not be a medium policy unless a level asks for it
    origin["medium_step"] = (try? curve.medium()).map { "\($0.step)" }
    for level in left where level != .random {
      try write(level, make(level, training, control), origin)
    }
    snapshots.removeState()
  }

  private func interruption(after progress: String) -> CollectionError {
    trains
      ? Snapshots(path: snapshotPath).interruption(after: progress)
      : .interrupted("after \(progress); nothing was written")
  }

  private func makeTraining(_ snapshots: Snapshots) throws -> any LevelTraining {
    let environment = environment
    switch recipe {
    case .softActorCritic(let configuration):
      return try SACTraining(configuration, seed: seed, snapshots: snapshots) {
        try makeEnvironment(environment)
      }
    case .randomSearch(let configuration):
      return try SearchTraining(
        configuration, rowLimit: rowCount, seed: seed, snapshots: snapshots
      ) { try makeEnvironment(environment) }
    }
  }

  private func make(
    _ level: DataLevel, _ training: any LevelTraining, _ control: CollectionControl
  ) throws -> RecordedDataset {
    func record(_ purpose: RolloutCollector.Purpose, _ point: LearningCurve.Point) throws
      -> RecordedDataset
    {
      try self.record(level, purpose, training.policy(at: point), control)
    }
    func replay(upTo step: Int) throws -> RecordedDataset {
      guard let rows = try training.rows(upTo: step, control) else {
        throw interruption(after: "a part of \(level.rawValue)")
      }
      return RecordedDataset(name: level.rawValue, rows)
    }
    let curve = training.snapshots.curve
    switch level {
    case .random: preconditionFailure("made without training")
    case .medium: return try record(.medium, curve.medium())
    case .expert: return try record(.expert, curve.expert())
    case .mediumExpert:
      return try RecordedDataset(concatenating: [
        record(.medium, curve.medium()), record(.expert, curve.expert()),
      ])
    case .mediumReplay: return try replay(upTo: curve.medium().step)
    case .fullReplay: return try replay(upTo: training.step)
    }
  }

  /// Records a policy's episodes, in environments that step in lockstep.
  private func record(
    _ level: DataLevel, _ purpose: RolloutCollector.Purpose, _ policy: any Policy,
    _ control: CollectionControl
  ) throws -> RecordedDataset {
    let stepLimit = try makeEnvironment(environment).spec.stepLimit
    var collector = try RolloutCollector(
      count: RolloutCollector.rolloutCount(for: rowCount, stepLimit: stepLimit), seed: seed,
      purpose: purpose
    ) { RobotRollout(try makeEnvironment(environment), seed: $0) }
    guard let rows = try collector.collect(rowCount, policy, named: level.rawValue, control) else {
      throw interruption(
        after: "\(collector.rowCount) of \(rowCount) rows of \(level.rawValue)")
    }
    return RecordedDataset(name: level.rawValue, rows)
  }
}

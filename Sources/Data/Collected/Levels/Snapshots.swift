import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLSpelling
import IDQLTensors

/// A training from which data sets of several levels are made.
protocol LevelTraining: AnyObject {
  var snapshots: Snapshots { get }
  /// Environment steps so far.
  var step: Int { get }
  /// Trains to the end.
  ///
  /// - Throws: `CollectionError.interrupted`, `FileError`.
  func train(
    _ control: CollectionControl, onEvaluation: (LearningCurve.Point) -> Void
  ) throws
  /// The policy of an evaluation, with the action noise of the data.
  func policy(at point: LearningCurve.Point) throws -> any Policy
  /// All rows up to a step of the training.
  ///
  /// - Returns: nil if it was cancelled.
  func rows(upTo step: Int, _ control: CollectionControl) throws -> [Rows]?
}

/// The folder of a training: its settings, the policies of every evaluation, the curve of their
/// returns, and, until all levels are written, the state from which it can be resumed.
struct Snapshots {
  let path: String
  private(set) var curve = LearningCurve()

  init(path: String) { self.path = path }

  /// What follows a collection's prefix in the name of its folder.
  static let ending = "-training"

  /// Of a collection that was begun.
  ///
  /// - Throws: `CollectionError.noCollection`.
  init(existing path: String) throws(CollectionError) {
    self.init(path: path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path)
    guard self.path.hasSuffix(Self.ending), FileManager.default.fileExists(atPath: settings) else {
      throw .noCollection(self.path)
    }
  }

  // MARK: Files

  /// What the training is, and never changes.
  var settings: String { "\(path)/collection.json" }
  private var finished: String { "\(path)/finished.json" }
  private var state: String { "\(path)/state.safetensors" }
  /// What was collected up to the state; it only grows.
  var history: String { "\(path)/history.bin" }
  private var curveFile: String { "\(path)/curve.csv" }
  /// A policy's file.
  func policy(step: Int) -> String { "\(path)/step-\(step).safetensors" }

  /// - Throws: `CollectionError.folderExists`.
  func requireNew() throws(CollectionError) {
    if FileManager.default.fileExists(atPath: path) { throw .folderExists(path) }
  }

  /// Makes the folder, complete or not at all.
  ///
  /// - Throws: `CollectionError.folderExists`, `FileError`.
  func create(_ settings: some Encodable) throws {
    try requireNew()
    let draft = try PartialFolder(for: path)
    try writeFileAtomically(
      settings.jsonText(indented: true) + "\n", to: Snapshots(path: draft.name).settings)
    try draft.commit()
  }

  /// Becomes the owner of the folder.
  ///
  /// - Returns: what has to live as long as the ownership.
  /// - Throws: `CollectionError.inUse`, `CollectionError.damaged` for a symbolic link, `FileError`.
  func lock() throws -> FileLock {
    for file in [settings, finished, state, history] where isLink(file) {
      throw CollectionError.damaged(
        file: file, reason: "a symbolic link, which is no part of a collection")
    }
    guard let lock = try FileLock(settings) else { throw CollectionError.inUse(path) }
    removeAbandonedFiles(in: path)
    return lock
  }

  private func isLink(_ file: String) -> Bool {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: file)) != nil
  }

  // MARK: Progress

  /// - Parameter progress: how far the training came.
  func interruption(after progress: String) -> CollectionError {
    .interrupted("after \(progress); 'idql collect resume \(path)' continues")
  }

  /// Levels whose files are written.
  ///
  /// - Throws: `CollectionError.damaged`, `FileError`.
  func finishedLevels() throws -> [CollectionRecord.File] {
    guard FileManager.default.fileExists(atPath: finished) else { return [] }
    return try read([CollectionRecord.File].self, from: finished)
  }

  /// - Throws: `FileError`.
  func write(finishedLevels levels: [CollectionRecord.File]) throws {
    try writeFileAtomically(levels.jsonText() + "\n", to: finished)
  }

  /// The curve as it was written last.
  ///
  /// - Throws: `CollectionError.damaged`, `FileError`.
  func writtenCurve() throws -> LearningCurve {
    guard FileManager.default.fileExists(atPath: curveFile) else { return LearningCurve() }
    let storage = try ByteStorage(contentsOf: curveFile)
    let text = withExtendedLifetime(storage) { String(decoding: storage.bytes, as: UTF8.self) }
    guard let curve = LearningCurve(csv: text) else {
      throw CollectionError.damaged(file: curveFile, reason: "not what a collection writes")
    }
    return curve
  }

  /// - Throws: `CollectionError.damaged`, `FileError`.
  func read<Value: Decodable>(_: Value.Type, from file: String) throws -> Value {
    let storage = try ByteStorage(contentsOf: file)
    let data = withExtendedLifetime(storage) { Data(storage.bytes) }
    guard let value = try? JSONDecoder().decode(Value.self, from: data) else {
      throw CollectionError.damaged(file: file, reason: "not what a collection writes")
    }
    return value
  }

  /// Has the disk keep all that the training's future depends on, beside its settings and history.
  ///
  /// - Throws: `FileError`.
  func save(_ memory: some Encodable, _ tensors: [NamedTensor] = []) throws {
    try writeTensorFile(
      tensors,
      metadata: ["training": memory.jsonText(), "curve": curve.points.jsonText()], to: state)
  }

  /// What was saved last, with the curve of then; nil for a training that has not begun.
  ///
  /// - Throws: `CollectionError.damaged`, `TensorFileError`, `FileError`.
  mutating func restore<Memory: Decodable>(
    _: Memory.Type
  ) throws -> (memory: Memory, tensors: TensorFile)? {
    guard FileManager.default.fileExists(atPath: state) else { return nil }
    let file = try TensorFile(contentsOf: state)
    func decode<Value: Decodable>(_: Value.Type, _ key: String) throws -> Value {
      guard let text = file.metadata[key],
        let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
      else {
        throw CollectionError.damaged(
          file: state, reason: "it does not say how far the training had come")
      }
      return value
    }
    curve.points = try decode([LearningCurve.Point].self, "curve")
    guard curve.points.allSatisfy(\.isPossible) else {
      throw CollectionError.damaged(file: state, reason: "its curve holds impossible numbers")
    }
    return (try decode(Memory.self, "training"), file)
  }

  /// Removes what only a resumed training needs.
  func removeState() {
    for file in [state, history] { try? FileManager.default.removeItem(atPath: file) }
  }

  /// Adds a point to the curve, the mean return of a policy whose file is there already, unless
  /// every episode broke.
  ///
  /// - Parameters:
  ///   - means: the same policy without the noise of its actions, where that is evaluated as well.
  ///   - plan: how it is evaluated.
  /// - Returns: whether the evaluation was finished; if not, nothing was added.
  mutating func addPoint(
    _ policy: any Policy, means: (any Policy)? = nil, step: Int, plan: EvaluationPlan,
    _ control: CollectionControl, _ onEvaluation: (LearningCurve.Point) -> Void,
    makeEnvironment: @escaping @Sendable () throws -> any Environment
  ) throws -> Bool {
    func score(_ policy: any Policy) throws -> Evaluation {
      try evaluate(
        policy, plan: plan, cancellation: control.cancellation, makeEnvironment: makeEnvironment)
    }
    func mean(_ values: [Double]) -> Double? {
      values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    let evaluation = try score(policy)
    if evaluation.isPartial { return false }
    guard let meanReturn = mean(evaluation.episodes.compactMap(\.totalReward)),
      let meanLength = mean(evaluation.episodes.map { Double($0.length) })
    else { return true }
    var meanActionReturn: Double?
    if let means {
      let evaluation = try score(means)
      if evaluation.isPartial { return false }
      meanActionReturn = mean(evaluation.episodes.compactMap(\.totalReward))
    }
    let point = LearningCurve.Point(
      step: step, meanReturn: meanReturn, meanActionReturn: meanActionReturn,
      meanLength: meanLength)
    curve.points.append(point)
    try writeFileAtomically(curve.csv, to: curveFile)
    onEvaluation(point)
    return true
  }
}

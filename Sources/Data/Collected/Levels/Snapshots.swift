import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
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

/// The policies of a training at every evaluation, in a folder with the curve of their returns.
struct Snapshots {
  let path: String
  private(set) var curve = LearningCurve()

  init(path: String) { self.path = path }

  /// - Throws: `CollectionError.folderExists`.
  func requireNew() throws(CollectionError) {
    if FileManager.default.fileExists(atPath: path) { throw .folderExists(path) }
  }

  /// - Throws: `CollectionError.folderExists`, `FileError`.
  func create() throws {
    try requireNew()
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FileError(path: path, .create, reason: error.localizedDescription)
    }
  }

  /// Path of a policy's file.
  func policy(step: Int) -> String { "\(path)/step-\(step).safetensors" }

  /// - Parameter progress: how far the training came.
  func interruption(after progress: String) -> CollectionError {
    .interrupted(
      "after \(progress); the policies of \(curve.points.count) evaluations are in \(path)")
  }

  /// Adds a point to the curve: the mean return of a policy whose file is there already.
  ///
  /// - Parameter plan: how it is evaluated.
  /// - Returns: nil if the evaluation was cancelled, or every episode broke.
  mutating func addPoint(
    _ policy: any Policy, step: Int, plan: EvaluationPlan, _ control: CollectionControl,
    makeEnvironment: @escaping @Sendable () throws -> any Environment
  ) throws -> LearningCurve.Point? {
    let evaluation = try evaluate(
      policy, plan: plan, cancellation: control.cancellation, makeEnvironment: makeEnvironment)
    let returns = evaluation.episodes.compactMap { $0.totalReward }
    if evaluation.isPartial || returns.isEmpty { return nil }
    let lengths = evaluation.episodes.map { Double($0.length) }
    let point = LearningCurve.Point(
      step: step, meanReturn: returns.reduce(0, +) / Double(returns.count),
      meanLength: lengths.reduce(0, +) / Double(lengths.count))
    curve.points.append(point)
    try writeFileAtomically(curve.csv, to: "\(path)/curve.csv")
    return point
  }
}

import Foundation
import IDQLSpelling
import IDQLTensors
import IDQLTraining

/// A checkpoint of a run: everything that its continuation depends on, apart from its configuration
/// and data.
struct RunState {
  var position: Position
  var learner: LearnerState

  /// How far the run has come.
  struct Position: Codable, Equatable {
    /// Updates done, of either kind, and environment steps.
    var step = 0
    /// Of the log.
    var logRows = 0
    var online: OnlinePhase.State?
    /// Score, or return without a reference, of the best evaluation.
    var bestScore: Double?
    var bestStep: Int?
    /// Step of the last evaluation.
    var evaluatedStep: Int?
  }

  init(_ position: Position, _ learner: LearnerState) {
    self.position = position
    self.learner = learner
  }

  private static let positionKey = "run"

  /// - Throws: `RunError.damagedRun`, `FileError`, `TensorFileError`, `LearnerError`.
  init(contentsOf path: String) throws {
    let file = try TensorFile(contentsOf: path)
    guard let text = file.metadata[Self.positionKey],
      let position = try? JSONDecoder().decode(Position.self, from: Data(text.utf8))
    else {
      throw RunError.damagedRun(file: path, reason: "it does not say how far the run had come")
    }
    self.init(position, try LearnerState(file))
  }

  /// The same state gives the same bytes.
  ///
  /// - Throws: `FileError`.
  func write(to path: String) throws {
    try writeTensorFile(
      learner.namedTensors(), metadata: [Self.positionKey: position.jsonText()], to: path)
  }
}

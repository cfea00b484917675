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

    /// Whether a run of that schedule can have come so far. A run logs at most its losses and an
    /// evaluation at a step, and its online phase takes at most one action.
    func isPossible(in schedule: RunSchedule) -> Bool {
      guard (0...schedule.stepCount).contains(step) else { return false }
      let isOnline = step > schedule.offlineStepCount
      return (0...2 * (step + 1)).contains(logRows)
        && [bestStep, evaluatedStep].allSatisfy { (0...step).contains($0 ?? 0) }
        && bestScore?.isFinite != false && (online != nil) == isOnline
        && (0...step).contains(online?.replayCount ?? 0)
    }
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

  /// - Throws: `RunError.damagedRun` for numbers that no run of that schedule has.
  func require(in schedule: RunSchedule, file: String) throws(RunError) {
    if !position.isPossible(in: schedule) {
      throw .damagedRun(
        file: file, reason: "it holds numbers that a run of \(schedule.stepCount) steps never has")
    }
  }

  /// The same state gives the same bytes.
  ///
  /// - Throws: `FileError`.
  func write(to path: String) throws {
    try writeTensorFile(
      learner.namedTensors(), metadata: [Self.positionKey: position.jsonText()], to: path)
  }
}

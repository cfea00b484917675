import Foundation
import IDQLSpelling
import IDQLTensors

/// What a run reports as it goes, in three files with the same numbers: `log.csv`, `log.jsonl` and
/// a TensorBoard event file.
///
/// A row holds the values measured at its step; its other columns are empty in the CSV file.
package final class RunLog {
  /// Columns of the CSV file after `step`, in order.
  private let columns: [String]
  private let table: GrowingFile
  private let lines: GrowingFile
  private let events: GrowingFile

  /// Of the steps in a log: what the phases of a run can have together.
  package static let stepBounds = Bounds(0, 3_000_000_000)

  /// Rows so far: what a checkpoint remembers to continue the log where it was.
  private(set) var rowCount: Int

  static func files(in folder: String) -> [String] {
    ["log.csv", "log.jsonl", "events.out.tfevents.0.idql"].map { "\(folder)/\($0)" }
  }

  /// Continues the logs in `folder` after so many rows; from nothing by default.
  ///
  /// - Throws: `FileError`; `RunError.damagedRun` if a log has fewer.
  init(folder: String, columns: [String], rowCount: Int = 0) throws {
    self.columns = columns
    self.rowCount = rowCount
    let files = Self.files(in: folder)
    table = try GrowingFile(path: files[0])
    lines = try GrowingFile(path: files[1])
    events = try GrowingFile(path: files[2])
    if rowCount == 0 {
      for file in [table, lines, events] { try file.cut(to: 0) }
      try table.append((["step"] + columns).joined(separator: ",") + "\n")
      try append(TensorBoardRecord.header(time: .now))
      return
    }
    // each of two begins with a line or record that is no row
    for (path, file, end) in [
      (files[0], table, try endOfLine(rowCount + 1, in: table.contents())),
      (files[1], lines, try endOfLine(rowCount, in: lines.contents())),
      (files[2], events, try TensorBoardRecord.end(rowCount + 1, in: events.contents())),
    ] {
      guard let end else {
        throw RunError.damagedRun(
          file: path, reason: "it has fewer than the \(rowCount) rows of the last checkpoint")
      }
      try file.cut(to: end)
    }
  }

  /// - Parameter values: by names among the columns.
  func append(step: Int, _ values: [String: Double]) throws {
    assert(values.keys.allSatisfy(columns.contains), "a value without a column")
    let present = columns.compactMap { name in values[name].map { (name: name, value: $0) } }
    let cells = columns.map { values[$0].map { "\($0)" } ?? "" }
    try table.append((["\(step)"] + cells).joined(separator: ",") + "\n")
    // JSON has no number for what is not finite
    let members = present.map { "\"\($0.name)\":\($0.value.isFinite ? "\($0.value)" : "null")" }
    try lines.append("{\((["\"step\":\(step)"] + members).joined(separator: ","))}\n")
    try append(TensorBoardRecord.scalars(present, step: step, time: .now))
    rowCount += 1
  }

  private func append(_ record: [UInt8]) throws {
    try record.withUnsafeBytes { try events.append($0) }
  }

  /// Returns when the disk has every row.
  func flush() throws {
    for file in [table, lines, events] { try file.flush() }
  }
}

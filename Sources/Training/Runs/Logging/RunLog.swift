import Foundation
import IDQLTensors

/// What a run reports as it goes, in three files with the same numbers: `log.csv`, `log.jsonl` and
/// a TensorBoard event file.
///
/// A row holds the values measured at its step; its other columns are empty in the CSV file.
final class RunLog {
  /// Columns of the CSV file after `step`, in order.
  private let columns: [String]
  private let table: GrowingFile
  private let lines: GrowingFile
  private let events: GrowingFile

  /// Bytes in each file: what a checkpoint remembers to continue the log where it was.
  struct Lengths: Codable, Equatable, Sendable {
    var table: UInt64 = 0
    var lines: UInt64 = 0
    var events: UInt64 = 0
  }

  /// Continues the logs in `folder` from those lengths; from nothing by default.
  ///
  /// - Throws: `FileError`.
  init(folder: String, columns: [String], lengths: Lengths = Lengths()) throws {
    self.columns = columns
    table = try GrowingFile(path: "\(folder)/log.csv", length: lengths.table)
    lines = try GrowingFile(path: "\(folder)/log.jsonl", length: lengths.lines)
    events = try GrowingFile(path: "\(folder)/events.out.tfevents.0.idql", length: lengths.events)
    if lengths == Lengths() {
      try table.append(Data("\((["step"] + columns).joined(separator: ","))\n".utf8))
      try events.append(TensorBoardRecord.header(time: .now))
    }
  }

  var lengths: Lengths {
    Lengths(table: table.length, lines: lines.length, events: events.length)
  }

  /// - Parameter values: by names among the columns.
  func append(step: Int, _ values: [String: Double]) throws {
    assert(values.keys.allSatisfy(columns.contains), "a value without a column")
    let present = columns.compactMap { name in values[name].map { (name: name, value: $0) } }
    let cells = columns.map { values[$0].map { "\($0)" } ?? "" }
    try table.append(Data("\((["\(step)"] + cells).joined(separator: ","))\n".utf8))
    // JSON has no number for what is not finite
    let members = present.map { "\"\($0.name)\":\($0.value.isFinite ? "\($0.value)" : "null")" }
    try lines.append(Data("{\((["\"step\":\(step)"] + members).joined(separator: ","))}\n".utf8))
    try events.append(TensorBoardRecord.scalars(present, step: step, time: .now))
  }

  /// Returns when the disk has every row.
  func flush() throws {
    for file in [table, lines, events] { try file.flush() }
  }
}

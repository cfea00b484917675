import Foundation
import IDQLAgent
import IDQLSpelling
import IDQLTensors
import IDQLThreads

/// The result of a study: of every cell the report that one machine would give. The same parts, on whatever
/// machines they were played, give the same bytes.
package struct StudyReport: Codable, Equatable, Sendable {
  /// Id of the plan.
  package var plan: String
  /// By index of the cell.
  package var cells: [Report]

  package init(plan: String, cells: [Report]) {
    self.plan = plan
    self.cells = cells
  }

  /// As a JSON document.
  package var jsonFile: String {
    get throws { try jsonDocument(.study) }
  }

  /// For a terminal: the report of a single cell, or one line for each.
  package var table: String {
    if cells.count == 1 { return cells[0].table }
    let names = ["cell", "policy", "environment", "seed", "episodes", "score or return", "success"]
    let rows = cells.enumerated().map { index, report in
      [
        "\(index)", report.provenance.policyName ?? report.provenance.policy.file,
        report.provenance.environment,
        "\(report.provenance.seed)",
        "\(report.summary.finishedEpisodes)"
          + (report.summary.isPartial ? " of \(report.summary.requestedEpisodes)" : ""),
        (report.summary.scores ?? report.summary.returns).map(Self.text) ?? "-",
        report.summary.success.map {
          "\((100 * $0.rate).text(decimals: 1)) % (\($0.successes) of \($0.count))"
        } ?? "-",
      ]
    }
    return alignedColumns([names] + rows).joined(separator: "\n")
      + "\nintervals of 95 %, as the report of each cell names them"
  }

  private static func text(_ statistics: Summary.Statistics) -> String {
    let mean = statistics.mean.text(decimals: 2)
    guard let interval = statistics.meanInterval?.interval else { return mean }
    return "\(mean) [\(interval.lower.text(decimals: 2)), \(interval.upper.text(decimals: 2))]"
  }
}

extension StudyReport {
  /// Merges what the parts hold so far; a cell with missing episodes is marked as partial.
  ///
  /// Cells are read, summarised and written some at a time, so that memory does not grow with their number.
  ///
  /// - Parameters:
  ///   - path: of the file that is written, the JSON of the report; nil for none.
  ///   - threads: never change the result.
  ///   - onCell: called with every cell's whole report, in order.
  /// - Returns: the report, of which the cells have no episodes, unless there is one cell.
  /// - Throws: `StudyError` for a part that does not belong, or contradicts another; `FileError`; what `onCell` throws.
  package static func merging(
    _ folder: StudyFolder, writingTo path: String?, threads: Int = EvaluationPlan.defaultWorkers,
    onCell: (Report) throws -> Void = { _ in }
  ) throws -> (report: StudyReport, results: StudyResults) {
    guard let path else { return try merging(folder, into: nil, threads: threads, onCell: onCell) }
    return try writeFileAtomically(to: path) {
      try merging(folder, into: $0, threads: threads, onCell: onCell)
    }
  }

  private static func merging(
    _ folder: StudyFolder, into file: FileSink?, threads: Int, onCell: (Report) throws -> Void
  ) throws -> (report: StudyReport, results: StudyResults) {
    var report = StudyReport(plan: folder.id, cells: [])
    // the JSON of a report without cells has an empty line where they stand
    let frame = try report.jsonFile
    guard let place = frame.firstRange(of: "\n\n") else {
      preconditionFailure("a list without elements is written without an empty line")
    }
    try file?.write(frame[..<place.lowerBound] + "\n")
    var waiting: [Cell] = []
    func finish() throws {
      let (cells, isWritten) = (waiting, file != nil)
      waiting = []
      let finished = Locked([Int: Result<(Report, String), any Error>]())
      concurrently(cells.count) { index in
        let result = Result {
          let report = cells[index].report(in: folder)
          return (report, isWritten ? try report.jsonText(indented: true) : "")
        }
        finished.withLock { $0[index] = result }
      }
      for result in finished.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
        let (whole, text) = try result.value.get()
        try onCell(whole)
        if let file {
          // as the encoder writes the elements of a list in an object
          try file.write((report.cells.isEmpty ? "" : ",\n") + text.indented(by: 4))
        }
        var cell = whole
        if folder.plan.cells.count > 1 { cell.episodes = [] }
        report.cells.append(cell)
      }
    }
    let results = try StudyResults(folder) { index, episodes, arithmetic in
      waiting.append(Cell(index: index, episodes: episodes, arithmetic: arithmetic))
      if waiting.count == 8 * threads { try finish() }
    }
    try finish()
    try file?.write("\n" + frame[place.upperBound...])
    return (report, results)
  }

  /// A cell whose parts were read.
  private struct Cell: Sendable {
    var index: Int
    var episodes: [Episode]
    var arithmetic: Arithmetic?

    func report(in folder: StudyFolder) -> Report {
      let plan = folder.plan
      let cell = plan.cells[index]
      return Report(
        episodes: episodes,
        summary: Summary(
          episodes, of: cell.episodes, seed: cell.seed,
          reference: plan.environments[cell.environment].reference),
        provenance: Provenance(
          cell: cell, of: plan, policyName: folder.policyNames[cell.policy],
          policyStep: folder.policySteps[cell.policy], arithmetic: arithmetic))
    }
  }
}

extension String {
  /// With so many spaces before every line that is not empty.
  fileprivate func indented(by count: Int) -> String {
    let spaces = String(repeating: " ", count: count)
    return split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : spaces + $0 }.joined(separator: "\n")
  }
}

/// Rows with every column as wide as its widest text, two spaces apart; the last column ends where its text ends.
package func alignedColumns(_ rows: [[String]]) -> [String] {
  let widths = (rows.first ?? []).indices.map { column in
    rows.map { $0[column].count }.max() ?? 0
  }
  return rows.map { row in
    let texts = zip(row, widths).map { text, width in
      text + String(repeating: " ", count: width - text.count)
    }
    let line = texts.joined(separator: "  ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}

/// Reads the result of `idql eval --json` or of `idql merge --json`.
///
/// - Returns: one report, or those of a study's cells.
/// - Throws: `FileError`, `StudyError.notAReport`.
package func readReports(_ path: String) throws -> [Report] {
  let file = try ByteStorage(contentsOf: path)
  return try decodedReports(withExtendedLifetime(file) { Data(file.bytes) }, named: path)
}

/// The same for a text in memory, which errors call `name`.
package func decodedReports(_ data: Data, named name: String) throws -> [Report] {
  let decoder = JSONDecoder()
  if let study = try? decoder.decode(StudyReport.self, from: data) { return study.cells }
  guard let report = try? decoder.decode(Report.self, from: data) else {
    throw StudyError.notAReport(file: name)
  }
  return [report]
}

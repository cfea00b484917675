import Foundation
import IDQLSpelling
import IDQLTensors

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

  /// What the parts hold so far; a cell with missing episodes is marked as partial.
  package init(_ results: StudyResults) {
    let (folder, plan) = (results.folder, results.folder.plan)
    self.plan = folder.id
    cells = zip(plan.cells, results.episodes).map { cell, episodes in
      let finished = episodes.compactMap(\.self)
      return Report(
        episodes: finished,
        summary: Summary(
          finished, of: cell.episodes, seed: cell.seed,
          reference: plan.environments[cell.environment].reference),
        provenance: Provenance(
          cell: cell, of: plan, policyName: folder.policyNames[cell.policy],
          policyStep: folder.policySteps[cell.policy],
          arithmetic: results.arithmetic))
    }
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

import ArgumentParser
import Foundation
import IDQLEvaluation
import IDQLResults
import IDQLSpelling
import IDQLTensors

struct ResultsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "results", abstract: "Keep the episodes of many results in a file of SQLite.",
    discussion: """
      The table 'evaluation' has a row for every policy, environment and seed, 'episode' one for every episode; \
      the view 'result' has the means.

      Example: idql results add report.json --database results.sqlite
      """,
    subcommands: [ResultsAddCommand.self, ResultsQueryCommand.self])
}

struct DatabaseOption: ParsableArguments {
  @Option(help: "File of SQLite.", completion: .file()) var database: String
}

struct ResultsAddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Import results of 'idql eval --json' or 'idql merge --json'.",
    discussion: """
      An episode that is there already counts once; one that came out differently by the same policy, seed, physics and \
      program revision is refused, and then nothing is added.

      Example: idql results add studies/*/report.json --database results.sqlite
      """)

  @Argument(help: "Results.", completion: .file()) var results: [String]
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let files = try results.map { (name: $0, reports: try readReports($0)) }
    let path = database.database
    if files.contains(where: { fileIdentity($0.name) == fileIdentity(path) }) {
      throw Failure(.usage, "--database would change \(path), which is an input.")
    }
    try makeParentFolders(of: path)
    let added = try ResultsDatabase(path, .write).add(files)
    try printOut(
      "\(path): \(added.episodes) episodes added, of \(added.evaluations) new evaluations; "
        + "\(added.duplicates) were there already")
  }
}

struct ResultsQueryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query", abstract: "Print what a statement of SQL finds.",
    discussion: """
      Without one, the view 'result': of every evaluation the means. Nothing can be changed.

      Example: idql results query --database results.sqlite "SELECT environment, avg(score) FROM evaluation \
      JOIN episode ON id = evaluation GROUP BY environment"
      """)

  @Argument(help: "One statement of SQL.", completion: .list(["SELECT * FROM result"]))
  var statement = "SELECT * FROM result"
  @OptionGroup var database: DatabaseOption
  @Option(help: "Also write the rows to this file; \(jsonHelp)", completion: .file())
  var json: String?

  func run() throws {
    try requireOutputs(["--json": json], besides: [database.database])
    guard FileManager.default.fileExists(atPath: database.database) else {
      throw Failure(
        .noInput, "\(database.database): no such file; 'idql results add' makes one.")
    }
    let (columns, rows) = try ResultsDatabase(database.database, .read).query(statement)
    let document = QueryDocument(columns: columns, rows: rows)
    try deliver(json: json, document.jsonDocument(.query)) {
      alignedColumns([columns] + rows.map { $0.map(\.text) }).joined(separator: "\n")
    }
  }
}

/// The result of `idql results query --json`.
private struct QueryDocument: Encodable {
  var columns: [String]
  var rows: [[SQLiteValue]]
}

extension SQLiteValue {
  /// For a terminal.
  fileprivate var text: String {
    switch self {
    case .null: "-"
    case .integer(let number): "\(number)"
    case .real(let number): number.text(decimals: 2)
    case .text(let text): text.printable
    }
  }
}

import ArgumentParser
import Foundation
import IDQLEvaluation
import IDQLTensors

extension ScoreTable.Format: ExpressibleByArgument {}

struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "Scores of methods by task, from any number of results.",
    discussion: """
      A run is one policy: its score is the mean over its episodes, and runs, never episodes, are what aggregates resample. \
      Each result is a method of its own, named after its file or, if that is report.json, its folder, with the folders \
      above it where several have that name; --method puts policies together by how they were named, and --by policy makes \
      each a column. Episodes that several results have count once.

      Example: idql table report.json --method 'idql=runs/idql-*' --method 'bc=runs/bc-*' --format latex
      """)

  enum Beside: String, ExpressibleByArgument, CaseIterable { case published }

  @Argument(help: "Results of 'idql eval --json' or 'idql merge --json'.", completion: .file())
  var results: [String]
  @OptionGroup var methods: MethodOptions
  @Option(help: "How it is written.") var format = ScoreTable.Format.markdown
  @Option(help: "Put the published scores of IDQL beside, and say where protocols differ.")
  var beside: Beside?
  @Option(help: "Seed of the resampling.", within: .seeds) var seed: UInt64 = 0
  @Option(help: "Write the table to this file instead.", completion: .file()) var out: String?

  func run() throws {
    try requireOutputs(["--out": out], besides: results)
    let names = MethodOptions.names(of: results)
    let entries = try zip(results, names).flatMap { path, name in
      try readReports(path).map {
        (method: try methods.method(of: $0, in: path, named: name), report: $0)
      }
    }
    let text = try ScoreTable(entries, publishedBeside: beside != nil, seed: seed).text(format)
    if let out { return try writeFileAtomically(text + "\n", to: out) }
    try printOut(text)
  }
}

/// Which policies are one method.
struct MethodOptions: ParsableArguments {
  enum Columns: String, ExpressibleByArgument, CaseIterable { case method, policy }

  @Option(help: "What a column is.") var by = Columns.method
  @Option(
    name: .customLong("method"),
    help: """
      NAME=PATTERN: policies whose name matches the pattern (*, ?, […]) are runs of this method; may be given several times.
      """)
  var patterns: [MethodPattern] = []

  /// The method that a report is of.
  ///
  /// - Parameters:
  ///   - path: of its file or study.
  ///   - name: of that, among all, as from ``names(of:)``.
  /// - Throws: `Failure` if its policy matches no pattern.
  func method(of report: Report, in path: String, named name: String) throws -> String {
    let policy = report.provenance.policyName ?? report.provenance.policy.file
    guard by == .method else { return policy }
    guard patterns.isEmpty else {
      guard let found = patterns.first(where: { fnmatch($0.pattern, policy, 0) == 0 }) else {
        throw Failure(
          .usage,
          "\(path): policy \(policy) matches no --method; '--method other=*' takes what is left.")
      }
      return found.name
    }
    return name
  }

  /// The last names on the way to each file or study, as few as tell it from all others: without the ending, and
  /// without `report`, which is the usual name of a study's result.
  static func names(of paths: [String]) -> [String] {
    let ways = paths.map { path in
      let way = URL(fileURLWithPath: path).standardizedFileURL.deletingPathExtension()
        .pathComponents
        .filter { $0 != "/" }
      return way.last == "report" && way.count > 1 ? Array(way.dropLast()) : way
    }
    return ways.map { way in
      let count =
        (1...max(1, way.count)).first { count in
          ways.allSatisfy { $0 == way || $0.suffix(count) != way.suffix(count) }
        } ?? way.count
      return way.suffix(count).joined(separator: "/")
    }
  }
}

/// As `idql=runs/idql-*`.
struct MethodPattern: ExpressibleByArgument {
  let name, pattern: String

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else {
      return nil
    }
    name = String(argument[..<equals])
    pattern = String(argument[argument.index(after: equals)...])
    if pattern.isEmpty { return nil }
  }
}

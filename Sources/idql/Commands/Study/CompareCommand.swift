import ArgumentParser
import IDQLEvaluation
import IDQLSpelling
import IDQLTensors

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Judge a result beside another one, paired by seed.",
    discussion: """
      Both are results of 'idql eval --json' or 'idql merge --json'. Episodes with equal seeds began in the same state and \
      drew the same noise. Better and worse are said at p < 0.05 with Holm's adjustment over environments, by \
      McNemar's exact test of successes, or the randomisation test of the differences' signs; equivalent, if the interval of \
      95 % of the difference lies within the margin.

      Status 0: equivalent or better; 1: worse; 2: cannot be told.

      Example: idql compare new.json old.json --margin 1
      """)

  @Argument(help: "The result that is judged.", completion: .file()) var first: String
  @Argument(help: "The result beside which it is judged.", completion: .file()) var second: String
  @Option(
    help: """
      Differences up to this are equivalent: in points of score, per cent of successes, or return.
      """, within: Bounds(0, 1e300))
  var margin = 0.0
  @Option(help: "Lost and won seeds to list of each environment.", within: 0...1_000_000) var list =
    3
  @Flag(
    help:
      "Compare what is not comparable, too: other physics, timing, arithmetic or version, partial results."
  )
  var anyway = false
  @Option(help: "Also write the comparison to this file; \(jsonHelp)", completion: .file())
  var json: String?

  func run() throws {
    try requireOutputs(["--json": json], besides: [first, second])
    let comparison = try Comparison(
      readReports(first), readReports(second), margin: margin, anyway: anyway)
    try deliver(json: json, comparison.jsonDocument(.comparison)) {
      comparison.table(files: (first, second), listed: list)
    }
    switch comparison.verdict {
    case .better, .equivalent: break
    case .worse: throw ExitCode(1)
    case .undecided: throw ExitCode(2)
    }
  }
}

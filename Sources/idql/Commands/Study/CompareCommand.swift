import ArgumentParser
import IDQLEvaluation
import IDQLRender
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

      The listed episodes are played again up to the first step in which they differ, if the policies are found where \
      'idql replay' looks for them.

      Status 0: equivalent or better; 1: worse; 2: cannot be told; 65 if episodes broke, which count as the worst.

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
      "Compare what is not comparable, too: other physics, timing, arithmetic or version, partial results, results of which one lacks an environment."
  )
  var anyway = false
  @Option(help: "Also write the comparison to this file; \(jsonHelp)", completion: .file())
  var json: String?

  func run() throws {
    try requireOutputs(["--json": json], besides: [first, second])
    let (mine, theirs) = (try readReports(first), try readReports(second))
    let comparison = try Comparison(mine, theirs, margin: margin, anyway: anyway)
    var unplayable: String?
    try deliver(json: json, comparison.jsonDocument(.comparison)) {
      let table = comparison.table(files: (first, second), listed: list) { pair in
        guard unplayable == nil else { return nil }
        do {
          let replays = (
            try Replay(
              mine[pair.firstCell], of: first, episode: pair.episode, scoredFile: scoredFile),
            try Replay(
              theirs[pair.secondCell], of: second, episode: pair.episode, scoredFile: scoredFile)
          )
          return try Parting.of(replays.0, replays.1)?.text
            ?? "nowhere when they are played again: their files are of other programs or machines"
        } catch {
          unplayable = Failure(error, of: Self.self).description
          return nil
        }
      }
      let note = unplayable.map {
        "parting      not said, for the episodes cannot be played again: \($0)\n\n"
      }
      return (note ?? "") + table
    }
    try requireWhole(mine + theirs)
    try end(by: comparison.verdict)
  }
}

/// Ends the command with the status of a verdict.
///
/// - Throws: `ExitCode`: 1 for worse, 2 if it cannot be told; nothing for equivalent or better.
func end(by verdict: Comparison.Verdict) throws {
  switch verdict {
  case .better, .equivalent: break
  case .worse: throw ExitCode(1)
  case .undecided: throw ExitCode(2)
  }
}

import ArgumentParser
import IDQLEvaluation
import IDQLSpelling
import IDQLTensors

struct BenchIntervalsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "intervals",
    abstract:
      "Simulate studies whose truth is known, and count how often intervals of 95 % hold it.",
    discussion: """
      Docs/Statistics.md shows the table of 10,000 studies.

      Example: idql bench intervals --studies 1000
      """)

  @Option(help: "Studies to simulate of each kind.", within: 1...1_000_000) var studies = 10_000
  @Option(help: "Resamples of every bootstrap.", within: 1...1_000_000) var resamples = 1000
  @Option(help: "Seed of the simulation.", within: .seeds) var seed: UInt64 = 0
  @Option(help: "Also write the result to this file; \(jsonHelp)", completion: .file()) var json:
    String?

  func run() throws {
    try requireOutputs(["--json": json], besides: [])
    let found = Coverage.all(studies: studies, resamples: resamples, seed: seed)
    let rows = found.map {
      "| \($0.name) | \((100 * $0.share).text(decimals: 1)) | \($0.width.text(digits: 3)) |"
    }
    let document = CoverageDocument(
      studies: studies, resamples: resamples, seed: seed, intervals: found)
    try deliver(json: json, document.jsonDocument(.benchIntervals)) {
      (["| interval | holds, % | mean width |", "|---|---|---|"] + rows).joined(separator: "\n")
    }
  }
}

import ArgumentParser
import IDQLSpelling

struct BenchMachineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine",
    abstract: "Measure everything on this machine: networks, training, physics, an evaluation.",
    discussion: """
      The processor's peak and memory, the blocks that its trial chose, layers, actions and updates in every \
      precision that is of use here, physics of five robots, and how long 100 episodes would take.

      Example: idql bench machine --json machine.json
      """)

  @Option(
    help: "For how long to take each of some twenty measurements, in seconds.", within: .seconds)
  var seconds = 1.0
  @Option(help: "Also write the result to this file; \(jsonHelp)", completion: .file()) var json:
    String?

  func run() throws {
    try requireOutputs(["--json": json], besides: [])
    let result = try MachineBenchmark(seconds: seconds)
    try deliver(json: json, result.jsonDocument(.benchMachine)) { result.table }
  }
}

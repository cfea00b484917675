import ArgumentParser
import IDQLAgent
import IDQLCollection
import IDQLEnvs
import IDQLEvaluation
import IDQLRuns

struct CollectWaypointsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "waypoints",
    abstract:
      "Data of an ant that is led through a maze of D4RL or OGBench, with noise on its actions.",
    discussion: """
      For D4RL's ids an HDF5 file with rewards, for OGBench's antmaze-...-navigate an npz file without, which all of its \
      tasks learn from.

      Example: idql collect waypoints --env antmaze-umaze-v2 --rows 1e6 --out data/umaze.hdf5
      """)

  @Option(
    help: "Environment: one of D4RL's antmaze ids, or of OGBench's antmaze-...-navigate.",
    completion: .environments)
  var env: String
  @Option(help: "Rows of the file.", within: .many) var rows = 1_000_000
  @Option(help: "File to write.", completion: .file()) var out: String
  @Option(help: "The walker that is led; the bundled one if left out.", completion: .file())
  var policy: String?
  @Option(help: "Seed of everything that is drawn.", within: .seeds) var seed: UInt64 = 0
  @OptionGroup(title: "Execution") var execution: ExecutionOptions

  func run() throws {
    guard let path = try policy.map(policyPath) ?? BundledPolicy.antWalker.path else {
      throw Failure(
        .noInput, "the bundled walker is not beside the program; name one with --policy.")
    }
    try requireOutputs(["--out": out], besides: policyFiles(of: path))
    let collection = try WaypointCollection(
      environment: EnvironmentID(env), walker: loadPolicy(contentsOf: path),
      rowCount: rows, seed: seed, path: out)
    let display = Display(quiet: execution.quiet)
    try display.follow {
      let dataset = try collection.run(execution.control(display))
      let goals = dataset.terminals.count { $0 }
      display.print("\(out): \(dataset.rowCount) rows, \(goals) of them at the goal")
    }
  }
}

import ArgumentParser
import IDQLCollection
import IDQLSpelling

struct CollectWalkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "walker",
    abstract: "Look for a walker that recipe waypoints can lead, by augmented random search.",
    discussion: """
      The bundled one is that of --iterations 100 --seed 0.

      Example: idql collect walker --iterations 100 --out walker.safetensors
      """)

  @Option(help: "Iterations of the search.", within: 1...1_000_000) var iterations = 1500
  @Option(help: "File to write (safetensors): the best walker so far.", completion: .file())
  var out: String
  @Option(help: "Seed of everything that is drawn.", within: .seeds) var seed: UInt64 = 0
  @OptionGroup(title: "Execution") var execution: ExecutionOptions

  func run() throws {
    let search = try WalkerSearch(
      stages: WalkerSearch.Stage.standard(iterations: iterations), seed: seed, path: out)
    let display = Display(quiet: execution.quiet)
    try display.follow {
      try search.run(
        execution.control(display),
        onEvaluation: {
          display.print(
            "iteration \($0.iteration)   score \($0.score.rounded(decimals: 1))   "
              + "speed \($0.speed.rounded(decimals: 2)) m/s")
        })
    }
  }
}

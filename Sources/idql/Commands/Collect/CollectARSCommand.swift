import ArgumentParser
import IDQLCollection

struct CollectARSCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ars",
    abstract: "Data of linear policies that augmented random search finds, outside of mazes.",
    discussion:
      "Example: idql collect ars --env hopper-medium-v2 --rows 1e6 --save-levels medium,expert --out data/hopper"
  )

  private static let defaults = SearchConfiguration()

  @OptionGroup(title: "Data") var levels: LevelOptions
  @Option(help: "Iterations of the search.", within: 1...1_000_000)
  var iterations = Self.defaults.iterations
  @Option(help: "Directions tried in an iteration, on both sides.", within: 1...4096)
  var directions = Self.defaults.directionCount
  @Option(help: "The best of the directions, which are followed.", within: 1...4096)
  var kept = Self.defaults.keptCount
  @Option(help: "How far the first iteration follows them.", within: .finite)
  var stepSize = Self.defaults.stepSize
  @Option(help: "How far off a direction is tried.", within: .finite)
  var noise = Self.defaults.noise
  @Option(help: "How far off in the end, if not as far as in the beginning.", within: .finite)
  var finalNoise: Double?
  @Option(
    help: "Share of the bonus for being healthy that the first trials' scores have.",
    within: .finite)
  var healthyShare = Self.defaults.healthyShare
  @Option(
    help: "Standard deviation of the noise on actions, in the search as in the data.",
    within: .finite)
  var actionNoise = Self.defaults.actionNoise
  @Option(help: "Iterations from one evaluation to the next.", within: .many)
  var evalEvery = Self.defaults.evaluation.every
  @Option(help: "Episodes of an evaluation.", within: 1...10_000)
  var evalEpisodes = Self.defaults.evaluation.episodes
  @OptionGroup(title: "Execution") var execution: ExecutionOptions

  func run() throws {
    var search = SearchConfiguration()
    search.iterations = iterations
    search.directionCount = directions
    search.keptCount = kept
    search.stepSize = stepSize
    search.noise = noise
    search.finalNoise = finalNoise
    search.healthyShare = healthyShare
    search.actionNoise = actionNoise
    search.evaluation = EvaluationSchedule(every: evalEvery, episodes: evalEpisodes)
    try levels.collect(by: .randomSearch(search), execution)
  }
}

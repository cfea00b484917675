import ArgumentParser
import IDQLCollection
import IDQLTraining

struct CollectSACCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sac",
    abstract: "Data of policies that soft actor-critic trains, outside of mazes.",
    discussion: "Example: idql collect sac --env hopper-medium-v2 --steps 1e6 --out data/hopper-sac"
  )

  private static let defaults = SACConfiguration()

  @OptionGroup(title: "Data") var levels: LevelOptions
  @Option(help: "Environment steps of the training.", within: .many)
  var steps = Self.defaults.steps
  @Option(
    help: "Steps of uniform actions before the first update.",
    within: 0...1_000_000_000)
  var randomSteps = Self.defaults.randomSteps
  @Option(help: "Environments that step together.", within: 1...4096)
  var environments = Self.defaults.environmentCount
  @Option(help: "Updates for every environment step.", within: .finite)
  var updatesPerStep = Self.defaults.updatesPerStep
  @Option(help: "Transitions of an update.", within: 1...65536)
  var batch = Self.defaults.batchSize
  @Option(help: "Numbers that layers multiply: float32 or bf16.")
  var precision = LearnerPrecision.float32
  @Option(help: "Environment steps from one evaluation to the next.", within: .many)
  var evalEvery = Self.defaults.evaluation.every
  @Option(help: "Episodes of an evaluation.", within: 1...10_000)
  var evalEpisodes = Self.defaults.evaluation.episodes
  @OptionGroup(title: "Execution") var execution: ExecutionOptions

  func run() throws {
    var training = SACConfiguration()
    training.steps = steps
    training.randomSteps = randomSteps
    training.environmentCount = environments
    training.updatesPerStep = updatesPerStep
    training.batchSize = batch
    training.precision = precision
    training.evaluation = EvaluationSchedule(every: evalEvery, episodes: evalEpisodes)
    try levels.collect(by: .softActorCritic(training), execution)
  }
}

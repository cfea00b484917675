import ArgumentParser
import IDQLCollection

struct CollectSACCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sac",
    abstract: "Data of policies that soft actor-critic trains, outside of mazes.")

  private static let defaults = SACConfiguration()

  @OptionGroup var levels: LevelOptions
  @Option(help: "Environment steps of the training.") var steps = Count(Self.defaults.steps)
  @Option(help: "Steps of uniform actions before the first update.")
  var randomSteps = Count(Self.defaults.randomSteps)
  @Option(help: "Environments that step together.") var environments = Self.defaults
    .environmentCount
  @Option(help: "Updates for every environment step.") var updatesPerStep = Self.defaults
    .updatesPerStep
  @Option(help: "Transitions of an update.") var batch = Self.defaults.batchSize
  @Option(help: "Environment steps from one evaluation to the next.")
  var evalEvery = Count(Self.defaults.evaluation.every)
  @Option(help: "Episodes of an evaluation.") var evalEpisodes = Self.defaults.evaluation.episodes
  @OptionGroup var execution: ExecutionOptions

  func run() throws {
    var training = SACConfiguration()
    training.steps = steps.value
    training.randomSteps = randomSteps.value
    training.environmentCount = environments
    training.updatesPerStep = updatesPerStep
    training.batchSize = batch
    training.evaluation = EvaluationSchedule(every: evalEvery.value, episodes: evalEpisodes)
    try levels.collect(by: .softActorCritic(training), execution)
  }
}

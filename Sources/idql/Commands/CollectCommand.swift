import ArgumentParser
import Foundation
import IDQLAgent
import IDQLCollection
import IDQLDatasets
import IDQLEnvs
import IDQLEvaluation
import IDQLRuns

/// A count that may be written as 1e6.
struct Count: ExpressibleByArgument, CustomStringConvertible {
  var value: Int

  init(_ value: Int) { self.value = value }

  init?(argument: String) {
    guard let number = Double(argument), let value = Int(exactly: number) else { return nil }
    self.value = value
  }

  var description: String { "\(value)" }
  var defaultValueDescription: String { description }
}

struct CollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect", abstract: "Make data sets by D4RL's recipes, in D4RL's layout.",
    discussion: """
      Recipes ars and sac train a policy and write PREFIX-LEVEL.hdf5 for every level: random, medium \
      (the first policy whose return is a third of the best), expert (the best), medium-replay (or \
      replay: the training up to medium), full-replay, medium-expert. PREFIX-training keeps the policy \
      of every evaluation and the curve of their returns. Recipe ars, augmented random search, has \
      linear policies and takes minutes; sac, soft actor-critic, D4RL's own, takes hours. Recipe \
      waypoints leads a walker through an antmaze, with noise on its actions, and writes one file. In a \
      maze, recipe ars looks for such a walker and writes the policy; the bundled one is that of \
      --steps 100 --seed 0.
      """)

  enum Recipe: String, CaseIterable, ExpressibleByArgument { case sac, waypoints, ars }

  @Option(help: "Environment.") var env: String
  @Option(help: "How the data is made.") var recipe: Recipe
  @Option(
    help: """
      Environment steps of recipe sac, 1e6 if left out; rows of recipe waypoints, 1e6; iterations of \
      recipe ars, 300, in a maze 1500.
      """)
  var steps: Count?

  @Option(help: "Levels to write, separated by commas; recipes ars and sac.")
  var saveLevels = "medium,expert"

  @Option(help: "Prefix of all files; of recipe waypoints, the file.") var out: String
  @Option(help: "Rows of random, medium and expert; the most of a replay of recipe ars.")
  var rows = Count(1_000_000)
  @Option(help: "Walker of recipe waypoints; the bundled one if left out.") var policy: String?
  @Option(help: "Standard deviation of the noise on actions; recipe ars, 0.1 if left out.")
  var actionNoise: Double?
  @Option(help: "Directions tried in an iteration, on both sides; recipe ars.")
  var directions: Int?
  @Option(help: "The best of the directions, which are followed; recipe ars.") var kept: Int?
  @Option(help: "How far the first iteration follows them; recipe ars.") var stepSize: Double?
  @Option(help: "How far off a direction is tried; recipe ars.") var noise: Double?
  @Option(help: "How far off in the end, if not as far as in the beginning; recipe ars.")
  var finalNoise: Double?
  @Option(
    help: "Share of the bonus for being healthy that the first trials' scores have; recipe ars, 0.")
  var healthyShare: Double?
  @Option(help: "Updates for every environment step; recipe sac.") var updatesPerStep: Double?
  @Option(help: "Transitions of an update; recipe sac.") var batch: Int?
  @Option(help: "Environments that step together; recipe sac.") var environments: Int?
  @Option(help: "Steps of uniform actions before the first update; recipe sac.")
  var randomSteps: Count?
  @Option(help: "Steps from one evaluation to the next, as --steps counts them.")
  var evalEvery: Count?
  @Option(help: "Episodes of an evaluation.") var evalEpisodes: Int?
  @Option(help: "Seed of everything that is drawn.") var seed: UInt64 = 0
  @Option(help: "Threads; never changes a result.") var workers = EvaluationPlan.defaultWorkers
  @Flag(help: "Draw no progress bar.") var quiet = false

  func validate() throws {
    if !(1...1024).contains(workers) {
      throw ValidationError("--workers must be from 1 to 1024, not \(workers).")
    }
  }

  func run() throws {
    switch recipe {
    case .sac: try runSoftActorCritic()
    case .waypoints: try runWaypoints()
    case .ars: try runRandomSearch()
    }
  }

  private func runSoftActorCritic() throws {
    let id = try EnvironmentID(env)
    let spec = try makeEnvironment(id).spec
    var configuration = SACConfiguration(
      observationCount: spec.observationCount, actionCount: spec.actionCount)
    if let steps { configuration.steps = steps.value }
    if let updatesPerStep { configuration.updatesPerStep = updatesPerStep }
    if let batch { configuration.batchSize = batch }
    if let environments { configuration.environmentCount = environments }
    if let randomSteps { configuration.randomSteps = randomSteps.value }
    if let evalEvery { configuration.evaluateEvery = evalEvery.value }
    if let evalEpisodes { configuration.evaluationEpisodes = evalEpisodes }
    try run(.softActorCritic(configuration), in: id)
  }

  private func runRandomSearch() throws {
    let id = try EnvironmentID(env)
    if try makeEnvironment(id).maze != nil { return try runWalkerSearch() }
    var configuration = SearchConfiguration()
    if let steps { configuration.iterations = steps.value }
    if let evalEvery { configuration.evaluateEvery = evalEvery.value }
    if let evalEpisodes { configuration.evaluationEpisodes = evalEpisodes }
    if let actionNoise { configuration.actionNoise = actionNoise }
    if let directions { configuration.directionCount = directions }
    if let kept { configuration.keptCount = kept }
    if let stepSize { configuration.stepSize = stepSize }
    if let noise { configuration.noise = noise }
    configuration.finalNoise = finalNoise
    if let healthyShare { configuration.healthyShare = healthyShare }
    try run(.randomSearch(configuration), in: id)
  }

  private func run(_ recipe: TrainingRecipe, in id: EnvironmentID) throws {
    let levels = try saveLevels.split(separator: ",").map { try DataLevel(named: String($0)) }
    let collection = try LevelCollection(
      environment: id, recipe: recipe, levels: levels, rowCount: rows.value, seed: seed,
      prefix: out)
    let bar = ProgressBar.ifWatched(quiet: quiet)
    try collection.run(
      control(bar),
      onEvaluation: {
        Self.show(
          "step \($0.step)   return \(Self.fixed($0.meanReturn))   length \($0.meanLength)", bar)
      },
      onFile: { Self.show(Self.line(path: $0, $1), bar) })
  }

  private func runWaypoints() throws {
    let path = try policy.map(policyPath) ?? BundledPolicy.antWalker.path
    guard let path else {
      throw Failure(
        .noInput, "the bundled walker is not beside the program; name one with --policy.")
    }
    let collection = try WaypointCollection(
      environment: EnvironmentID(env), walker: loadPolicy(contentsOf: path),
      rowCount: steps?.value ?? 1_000_000, seed: seed, path: out)
    let bar = ProgressBar.ifWatched(quiet: quiet)
    let dataset = try collection.run(control(bar))
    let count = dataset.terminals.count { $0 }
    Self.show("\(out): \(dataset.rowCount) rows, \(count) of them at the goal", bar)
  }

  private func runWalkerSearch() throws {
    let search = try WalkerSearch(
      stages: WalkerSearch.Stage.standard(iterations: steps?.value ?? 1500), seed: seed, path: out)
    let bar = ProgressBar.ifWatched(quiet: quiet)
    try search.run(
      control(bar),
      onEvaluation: {
        Self.show(
          "iteration \($0.iteration)   score \(Self.fixed($0.score))   "
            + "speed \(Self.fixed($0.speed, digits: 100)) m/s", bar)
      })
    bar?.clear()
  }

  private func control(_ bar: ProgressBar?) -> CollectionControl {
    CollectionControl(
      threads: workers, cancellation: cancellationOnInterrupt(), onProgress: { bar?.update($0) })
  }

  /// `data/hopper-medium.hdf5: 1000000 rows, 1874 episodes, mean return 1422.1`
  private static func line(path: String, _ dataset: RecordedDataset) -> String {
    let episodes = dataset.episodes
    let mean = episodes.reduce(0) { $0 + $1.total } / Double(max(1, episodes.count))
    return "\(path): \(dataset.rowCount) rows, \(episodes.count) episodes, mean return "
      + fixed(mean)
  }

  /// Prints a line at once, for those who follow a log of hours.
  private static func show(_ line: String, _ bar: ProgressBar?) {
    bar?.clear()
    print(line)
    fflush(nil)
  }

  private static func fixed(_ value: Double, digits: Double = 10) -> String {
    "\((value * digits).rounded() / digits)"
  }
}

import Agent
import ArgumentParser
import CommandSupport
import Collection
import Datasets
import Envs
import Evaluation
import Foundation
import Runs

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
      Recipe sac trains soft actor-critic for --steps environment steps and writes PREFIX-LEVEL.hdf5 \
      for every level: random, medium (the first policy whose return is a third of the best), expert \
      (the best), medium-replay (or replay: the training up to medium), full-replay, medium-expert. \
      PREFIX-training keeps the actor of every evaluation and the curve of their returns. Recipe \
      waypoints leads a walker through an antmaze, with noise on its actions, and writes one file. \
      Recipe ars looks for such a walker by random search and writes the policy; the bundled one is \
      that of --steps 100 --seed 0.
      """)

  enum Recipe: String, CaseIterable, ExpressibleByArgument { case sac, waypoints, ars }

  @Option(help: "Environment.") var env: String
  @Option(help: "How the data is made.") var recipe: Recipe
  @Option(
    help: """
      Environment steps of the training, 1e6 if left out; rows of recipe waypoints, 1e6; iterations \
      of recipe ars, 1500.
      """)
  var steps: Count?

  @Option(help: "Levels to write, separated by commas; recipe sac.")
  var saveLevels = "medium,expert"

  @Option(help: "Prefix of all files; of recipe waypoints, the file.") var out: String
  @Option(help: "Rows of random, medium and expert.") var rows = Count(1_000_000)
  @Option(help: "Walker of recipe waypoints; the bundled one if left out.") var policy: String?
  @Option(help: "Updates for every environment step.") var updatesPerStep: Double?
  @Option(help: "Transitions of an update.") var batch: Int?
  @Option(help: "Environments that step together.") var environments: Int?
  @Option(help: "Steps of uniform actions before the first update.") var randomSteps: Count?
  @Option(help: "Steps from one evaluation to the next.") var evalEvery: Count?
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
    case .sac: try runSAC()
    case .waypoints: try runWaypoints()
    case .ars: try runSearch()
    }
  }

  private func runSAC() throws {
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
    let levels = try saveLevels.split(separator: ",").map { try DataLevel(named: String($0)) }
    let collection = try SACCollection(
      environment: id, configuration: configuration, levels: levels, rowCount: rows.value,
      seed: seed, prefix: out)

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
      environment: EnvironmentID(env), walker: loadPolicy(contentsOf: path).policy,
      rowCount: steps?.value ?? 1_000_000, seed: seed, path: out)
    let bar = ProgressBar.ifWatched(quiet: quiet)
    let dataset = try collection.run(control(bar))
    let count = dataset.terminals.count { $0 }
    Self.show("\(out): \(dataset.rowCount) rows, \(count) of them at the goal", bar)
  }

  private func runSearch() throws {
    guard try makeEnvironment(EnvironmentID(env)) is any MazeEnvironment else {
      throw Failure(.usage, "recipe ars finds walkers for the ant's mazes; \(env) is none.")
    }
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

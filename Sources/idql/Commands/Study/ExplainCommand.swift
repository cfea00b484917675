import ArgumentParser
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRuns
import IDQLSpelling
import IDQLTensors

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Tell which rule of the physics moved a score.",
    discussion: """
      Plays the same episodes under every profile on the way from one to the other, which switches one rule after the \
      other, and under the first one with each rule alone. Changes are of the mean, paired by seed; a rule \
      under which every trajectory stays the same, to the bit, is told apart from one whose change is not shown.

      Example: idql explain --env Ant-v4 --policy ant.safetensors --from mujoco2.1 --to mujoco4
      """)

  @Option(help: "Environment; 'idql envs' lists them.", completion: .environments) var env: String
  @Option(help: "Policy file, or folder of a training run.", completion: .file()) var policy: String
  @Option(help: "Physics at the beginning.") var from: PhysicsProfile
  @Option(help: "Physics at the end.") var to: PhysicsProfile
  @Option(
    name: [.long, .customShort("n")],
    help: "Episodes to run under each; of each task, where an environment has numbered tasks.",
    within: 1...1_000_000)
  var episodes = 20
  @Option(help: "Seed S; episode i is reset with S + i.", within: .seeds) var seed: UInt64 = 0
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var timing: SuccessTimingOption
  @Flag(help: "Lead the ant of a maze along waypoints, as 'idql eval --waypoints' does.")
  var waypoints = false
  @OptionGroup(title: "Execution") var execution: BatchedOptions
  @Option(help: "Also write the explanation to this file; \(jsonHelp)", completion: .file())
  var json: String?

  func validate() throws { try validateSeeds(from: seed, episodes: episodes) }

  func run() throws {
    let id = try EnvironmentID(env)
    let loaded = try selection.load(policy, in: id)
    try requireOutputs(["--json": json], besides: policyFiles(of: policy))
    let cancellation = Interruption.awaited()
    let bar = ProgressBar.ifWatched(quiet: execution.quiet)
    var played: [Episode] = []
    let explanation = try Explanation(from: from, to: to, seed: seed) { profile in
      do { _ = try make(id, profile) } catch let error as MJCFError { return "\(error)" }
      return nil
    } play: { profile in
      let plan = try EvaluationPlan(
        episodes: episodes, tasks: make(id, profile).taskCount, seed: seed,
        workers: execution.workers, batch: execution.batch)
      let evaluation = try evaluate(
        loaded, plan: plan, cancellation: cancellation, onProgress: { bar?.update($0) }
      ) { try make(id, profile) }
      if evaluation.isPartial {
        throw Failure(Interruption.status, "interrupted; nothing is explained by halves.")
      }
      played += evaluation.episodes
      return evaluation.episodes
    }
    try deliver(json: json, explanation.jsonDocument(.explanation)) {
      """
      policy       \(loaded.source.name)
      environment  \(env), \(episodes) episodes under each profile, from seed \(seed)
      \(explanation.table)
      """
    }
    try requireWhole(played)
  }

  private func make(_ id: EnvironmentID, _ profile: PhysicsProfile) throws -> any Environment {
    let options = EnvironmentOptions(successTiming: timing.successTiming, goalSeed: seed)
    let environment = try makeEnvironment(id, physics: profile, options: options)
    return waypoints ? try WaypointEnvironment(environment) : environment
  }
}

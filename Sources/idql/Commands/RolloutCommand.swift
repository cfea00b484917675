import ArgumentParser
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLPhysicsLanes
import IDQLSpelling
import IDQLTensors

struct RolloutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollout",
    abstract: "Apply actions to an environment, or to many at once.",
    discussion: """
      With --out: reads actions (T,a), or (E,T,a) for episodes with the seeds S…S+E-1. Writes \
      observations, qpos and qvel, which begin with the state after the reset, rewards, terminated, \
      truncated, and the length of each episode; beyond it, numbers are NaN and flags zero.

      With --envs: that many environments with the seeds S, S+1, … step together, several in each vector \
      register, as Gymnasium's vector environments do; the step after the last one of an episode begins \
      the next. Prints the speed and a digest of all that happened, which depends on neither --lanes nor \
      --workers.

      Example: idql rollout Ant-v5 --envs 1024 --steps 1000
      """)

  @Argument(
    help: "Environment; with --envs, Hopper-v4 if it is left out.", completion: .environments)
  var env: String?
  @Option(
    help: "Actions: a file (safetensors), or with --envs random or zero.", completion: .file())
  var actions: String?
  @Option(
    help: "File to write (safetensors); it appears complete or not at all.", completion: .file())
  var out: String?
  @Option(help: "Seed of the first reset.", within: .seeds) var seed: UInt64 = 0
  @Option(help: "Physics profile; the environment's own if it is left out.")
  var physics: PhysicsProfile?

  @Option(
    help: "Environments to step together; without it, one, by the actions of a file.",
    within: 1...1_000_000) var envs: Int?
  @Option(help: "With --envs: steps of each environment.", within: .many)
  var steps = 1000
  @Option(
    help: "With --envs: simulations in a vector register; the most that the processor can do.",
    within: .lanes)
  var lanes: Int?
  @Option(help: "With --envs: threads.", within: .threads)
  var workers = EvaluationPlan.defaultWorkers
  @Option(help: "With --envs: also write the result to this file; \(jsonHelp)", completion: .file())
  var json: String?

  func validate() throws {
    guard let envs else {
      guard env != nil, actions != nil, out != nil else {
        throw ValidationError(
          "Give an environment, --actions with a file and --out, or --envs with a number.")
      }
      return
    }
    try validateSeeds(from: seed, episodes: envs)
    guard out == nil else { throw ValidationError("--envs writes no file: leave out --out.") }
    _ = try vectorActions()
    let counts = WideStepper.supportedLaneCounts
    if let lanes, !counts.contains(lanes) {
      let list = counts.map(String.init).joined(separator: ", ")
      throw ValidationError("--lanes must be one of \(list) on this processor, not \(lanes).")
    }
  }

  private func vectorActions() throws -> VectorRollout.Actions {
    let name = actions ?? VectorRollout.Actions.random.rawValue
    guard let actions = VectorRollout.Actions(rawValue: name) else {
      throw ValidationError("--actions must be random or zero with --envs, not \(name).")
    }
    return actions
  }

  func run() throws {
    if let envs {
      try requireOutputs(["--json": json], besides: [])
      let result = try VectorRollout(
        EnvironmentID(env ?? "Hopper-v4"), count: envs, steps: steps, actions: vectorActions(),
        seed: seed, physics: physics, lanes: lanes ?? WideStepper.supportedLaneCounts.last ?? 1,
        workers: workers)
      try show(result)
    } else if let env, let actions, let out {
      try replayFile(env, actions, to: out)
    }
  }

  private func replayFile(_ env: String, _ actions: String, to out: String) throws {
    try requireOutputs(["--out": out], besides: [actions])
    let environment = try makeEnvironment(id: env, physics: physics)
    let sequences = try ActionSequences(TensorFile(contentsOf: actions), spec: environment.spec)
    let tensors = try replay(sequences, in: environment, seed: seed)
    var metadata = metadata(physics: environment.spec.physics)
    metadata["environment"] = environment.spec.id
    metadata["seed"] = String(seed)
    try writeTensorFile(tensors, metadata: metadata, to: out)
  }

  private func show(_ result: VectorRollout) throws {
    func text(_ number: Double?) -> String { number?.text(decimals: 2) ?? "-" }
    try deliver(json: json, result.jsonDocument(.rollout)) {
      """
      \(result.environment), \(result.physics): \(result.environments) environments, \
      \(result.stepsPerEnvironment) steps each, \(result.actions.rawValue) actions, \
      seed \(result.seed), lanes \(result.lanes), workers \(result.workers)
      \(rate(result.stepsPerSecond)) environment steps per second, \
      \(rate(result.stepsPerCPUSecond)) per processor second
      \(result.episodes) episodes ended, mean return \(text(result.meanReturn)), \
      mean length \(text(result.meanLength))
      hash \(result.hash)
      """
    }
  }
}

/// Per second, for a terminal; a time too short to be measured gives no rate.
func rate(_ number: Double) -> String { number.isFinite ? number.text(decimals: 0) : "-" }

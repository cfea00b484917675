import ArgumentParser
import Foundation
import IDQLAgent
import IDQLCollection
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLPhysicsLanes
import IDQLRender
import IDQLRuns
import IDQLSpelling
import IDQLTensors
import IDQLTraining

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure speed, and how often intervals hold.",
    subcommands: [
      BenchMachineCommand.self, BenchPhysicsCommand.self, BenchInferenceCommand.self,
      BenchTrainingCommand.self, BenchSACCommand.self, BenchPicturesCommand.self,
      BenchIntervalsCommand.self,
    ], defaultSubcommand: BenchMachineCommand.self)
}

struct BenchPhysicsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "physics", abstract: "Time steps per second of processor time, on one thread.",
    discussion: """
      Of an MJCF document under random controls, drawn anew for every step from the controls' ranges, with \
      a reset every 10 simulated seconds; or with --env and --policy of what that policy does there.

      Example: idql bench physics model.xml --steps 1e5
      """)

  @Argument(help: "MJCF document.", completion: .file()) var model: String?
  @Option(help: "Time steps to take under random controls.", within: .many)
  var steps = 16_000
  @Option(
    help: "Environment to record motions in, instead of a document.", completion: .environments)
  var env: String?
  @Option(help: "Policy to record motions of.", completion: .file()) var policy: String?
  @Option(help: "Episodes to record.", within: 1...1_000_000) var episodes = 16
  @Option(help: "Seed of the controls, or of the episodes.", within: .seeds) var seed: UInt64 = 0
  @Option(
    help: """
      Simulations that step together in one vector register: 1, or what the processor can do of 2, 4, 8.
      """, within: .lanes)
  var lanes = 1
  @Option(help: "Physics profile; mujoco4, or the environment's own.") var physics: PhysicsProfile?
  @Option(help: "Also write the result to this file; \(jsonHelp)", completion: .file()) var json:
    String?

  func validate() throws {
    if env != nil { try validateSeeds(from: seed, episodes: episodes) }
    let counts = WideStepper.supportedLaneCounts
    guard counts.contains(lanes) else {
      let list = counts.map(String.init).joined(separator: ", ")
      throw ValidationError("--lanes must be one of \(list) on this processor, not \(lanes).")
    }
    guard (model == nil) == (env != nil), (env == nil) == (policy == nil) else {
      throw ValidationError("Give an MJCF document, or --env and --policy.")
    }
  }

  func run() throws {
    try requireOutputs(["--json": json], besides: [])
    let result = try measure()
    try deliver(json: json, result.jsonDocument(.benchPhysics)) {
      "\(rate(result.stepsPerCPUSecond)) steps per processor second "
        + "(\(result.model), \(result.physics), \(result.steps) steps, "
        + "\(lanes) \(lanes == 1 ? "lane" : "lanes"))"
    }
  }

  private func measure() throws -> PhysicsBenchmark {
    guard let env, let policy else {
      let document = try Model(contentsOf: model ?? "", profile: physics ?? .mujoco4)
      return PhysicsBenchmark(document, steps: steps, seed: seed, lanes: lanes)
    }
    let environment = try makeEnvironment(EnvironmentID(env), physics: physics)
    let motions = DrivenMotion.recorded(
      in: environment, policy: try loadPolicy(contentsOf: policyPath(policy)),
      episodes: episodes, seed: seed)
    return PhysicsBenchmark(environment.simulation.model, motions, lanes: lanes)
  }
}

struct BenchInferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inference",
    abstract: "Time an IDQL agent's actions on one thread, as a share of the processor's peak.",
    discussion: """
      Random observations, in calls of --batch environments each, by turns with multiply-adds in registers, which \
      measure the peak.

      Example: idql bench inference --policy policy.safetensors
      """)

  @Option(
    help: "Policy: safetensors, flax msgpack, or the folder of a training run.",
    completion: .file())
  var policy: String
  @OptionGroup var selection: SelectionOptions
  @Option(help: "Environments in one call of the policy.", within: 1...4096)
  var batch = EvaluationPlan.defaultBatch
  @Option(help: "For how long to measure, in seconds.", within: .seconds)
  var seconds = 5.0
  @Option(help: "Also write the result to this file; \(jsonHelp)", completion: .file()) var json:
    String?

  func run() throws {
    try requireOutputs(["--json": json], besides: [])
    let agent = try selection.load(policy)
      .requireDeciding()
    let result = InferenceBenchmark(agent, batch: batch, seconds: seconds)
    try deliver(json: json, result.jsonDocument(.benchInference)) {
      String(
        format: "%.2f ms an action, %.1f of %.1f GFLOP/s, %.0f %% of the float32 peak",
        1000 * result.secondsPerAction, result.gflops, result.peakGflops, 100 * result.shareOfPeak)
        + " (\(result.instructionSet), blocks of \(result.blocks), batch \(batch), "
        + "N = \(result.candidates))"
    }
  }
}

struct BenchTrainingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "training", abstract: "Updates of a learner per second of wall time.",
    discussion: """
      A new agent of the published sizes for Hopper (11 observations, 3 actions), random transitions.

      Example: idql bench training --workers 2
      """)

  @Option(help: "Family: simple or full.") var family = LearnerFamily.simple
  @Option(help: "Transitions per update.", within: 1...65536) var batch = 512
  @Option(help: "Threads.", within: .threads) var workers = 1
  @Option(help: "Numbers that layers multiply: float32 or bf16.")
  var precision = LearnerPrecision.float32
  @Option(help: "For how long to measure, in seconds.", within: .seconds)
  var seconds = 5.0
  @Option(help: "Also write the result to this file; \(jsonHelp)", completion: .file()) var json:
    String?

  func run() throws {
    try requireOutputs(["--json": json], besides: [])
    var configuration = LearnerConfiguration(family: family, observationCount: 11, actionCount: 3)
    configuration.critic.batchSize = batch
    configuration.actor.batchSize = batch
    configuration.precision = precision
    let result = try TrainingBenchmark(configuration, workers: workers, seconds: seconds)
    try deliver(json: json, result.jsonDocument(.benchTraining)) {
      "\(result.updatesPerSecond.text(decimals: 1)) updates per second "
        + "(\(result.family), batch \(batch), workers \(workers), \(result.arithmetic))"
    }
  }
}

struct BenchSACCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sac",
    abstract: "Updates of soft actor-critic per second of wall time, and the cost of an action.",
    discussion: """
      A new learner of the sizes that 'idql collect sac' uses, for Hopper (11 observations, 3 actions), random \
      transitions; then actions of its policy, --environments in a call.

      Example: idql bench sac --workers 2
      """)

  private static let defaults = SACConfiguration()

  @Option(help: "Transitions per update.", within: 1...65536) var batch = Self.defaults.batchSize
  @Option(help: "Environments in one call of the policy.", within: 1...4096)
  var environments = Self.defaults.environmentCount
  @Option(help: "Threads.", within: .threads) var workers = 1
  @Option(help: "Numbers that layers multiply: float32 or bf16.")
  var precision = LearnerPrecision.float32
  @Option(help: "For how long to measure, in seconds.", within: .seconds)
  var seconds = 5.0
  @Option(help: "Also write the result to this file; \(jsonHelp)", completion: .file()) var json:
    String?

  func run() throws {
    try requireOutputs(["--json": json], besides: [])
    var configuration = SACConfiguration()
    configuration.batchSize = batch
    configuration.environmentCount = environments
    configuration.precision = precision
    let result = try SACBenchmark(configuration, workers: workers, seconds: seconds)
    try deliver(json: json, result.jsonDocument(.benchSAC)) {
      "\(result.updatesPerSecond.text(decimals: 1)) updates per second, "
        + "\(result.actionMicroseconds.text(decimals: 1)) microseconds of processor time an action "
        + "(batch \(batch), workers \(workers), \(environments) environments, \(result.arithmetic))"
    }
  }
}

struct BenchPicturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pictures",
    abstract: "Pictures per second, drawn and read back without a display.",
    discussion: """
      Moments of an episode in which nobody acts, one after the other.

      Example: idql bench pictures --env antmaze-large-play-v2
      """)

  @Option(help: "Environment; 'idql envs' lists them.", completion: .environments)
  var env = "Hopper-v4"
  @Option(help: "Pictures to draw.", within: .many) var pictures = 200
  @Option(help: "Width and height in pixels.") var size = PictureSize.usual
  @OptionGroup(title: "Scenery") var scenery: SceneryOptions
  @Option(help: "Also write the result to this file; \(jsonHelp)", completion: .file()) var json:
    String?

  func run() throws {
    try requireOutputs(["--json": json], besides: [])
    let id = try EnvironmentID(env)
    let session = Session(title: env, pilot: .none) { try makeEnvironment(id) }
    let result = try PictureBenchmark(
      of: session.play(0), scenery.settings(size), pictures: pictures)
    let rate = result.picturesPerSecond.text(decimals: 1)
    let cost = (1000 * result.processorSecondsPerPicture).text(decimals: 1)
    let early = result.megabytesEarly.text(decimals: 1)
    let end = result.megabytesAtEnd.text(decimals: 1)
    try deliver(json: json, result.jsonDocument(.benchPictures)) {
      "\(rate) pictures a second, \(cost) ms of processor time each (\(env), \(result.shapes) shapes, "
        + "\(size.width)x\(size.height), \(result.device)); \(early) MB after a tenth, "
        + "\(end) MB at the end"
    }
  }
}

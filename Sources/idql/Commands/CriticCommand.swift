import ArgumentParser
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRuns
import IDQLSpelling

struct CriticCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "critic",
    abstract: "Compare a critic's Q of candidates with what they earn in the simulator.",
    discussion: """
      At states of episodes every candidate of the decision is taken, each from the same state, and the \
      policy acts from there on, with the same noise for all. Correlations are of ranks (Spearman). Each \
      candidate is continued several times, and how far the halves of these agree says what a critic \
      without error would reach.

      Example: idql critic --env hopper-medium-expert-v2 --policy runs/h0 -N 16
      """)

  private static let defaults = CriticCheck.Plan()

  @Option(help: "Environment; 'idql envs' lists them.", completion: .environments) var env: String
  @Option(
    help: "Policy: safetensors, flax msgpack, or the folder of a training run.",
    completion: .file())
  var policy: String
  @OptionGroup var selection: SelectionOptions
  @Option(help: "Physics profile; the environment's own if left out.")
  var physics: PhysicsProfile?
  @Option(help: "Episodes on whose way the states lie.", within: 1...1_000_000)
  var episodes = Self.defaults.episodes
  @Option(help: "Seed of the first episode.", within: .seeds) var seed: UInt64 = 0
  @Option(help: "Steps from one state to the next.", within: 1...1_000_000)
  var interval = Self.defaults.interval
  @Option(help: "Steps that a candidate is followed for at most.", within: 1...1_000_000)
  var horizon = Self.defaults.horizon
  @Option(help: "Continuations of every candidate.", within: 1...1000)
  var repeats = Self.defaults.repeats
  @Option(help: "Discount of a step's reward after the first, from 0 to 1.", within: .finite)
  var discount = Self.defaults.discount
  @OptionGroup(title: "Execution") var execution: ExecutionOptions
  @Option(help: "Also write the result to this file; \(jsonHelp)", completion: .file()) var json:
    String?

  func validate() throws {
    try validateSeeds(from: seed, episodes: episodes)
    guard (0...1).contains(discount) else {
      throw ValidationError("--discount must be from 0 to 1, not \(discount).")
    }
  }

  func run() throws {
    let path = try policyPath(policy)
    try requireOutputs(["--json": json], besides: policyFiles(of: path))
    let id = try EnvironmentID(env)
    let agent = try selection.load(path, in: id).requireDeciding()
    let physics = physics
    var plan = CriticCheck.Plan()
    (plan.episodes, plan.seed, plan.interval) = (episodes, seed, interval)
    (plan.horizon, plan.repeats, plan.discount) = (horizon, repeats, discount)
    plan.workers = execution.workers
    let check = try CriticCheck(agent, plan: plan) {
      try makeEnvironment(id, physics: physics)
    }
    guard !check.moments.isEmpty else {
      throw Failure(
        .badData, "no episode lasted \(interval / 2) steps; --interval must be smaller.")
    }
    let document = CriticDocument(check, agent, id: id, policy: policy, plan)
    try deliver(json: json, document.jsonDocument(.critic)) { document.text }
  }
}

/// The result of `idql critic --json`.
struct CriticDocument: Encodable {
  var environment, policy: String
  var candidates, states, episodes, interval, horizon, repeats: Int
  var seed: UInt64
  var discount: Double
  var correlation, repeatability, gain, possibleGain: CriticCheck.Mean?
  var correlationOfStates: Double?

  init(
    _ check: CriticCheck, _ agent: any DecidingPolicy, id: EnvironmentID, policy: String,
    _ plan: CriticCheck.Plan
  ) {
    environment = id.description
    self.policy = policy
    candidates = agent.options.candidateCount
    (states, episodes) = (check.moments.count, plan.episodes)
    (interval, horizon, repeats) = (plan.interval, plan.horizon, plan.repeats)
    (seed, discount) = (plan.seed, plan.discount)
    (correlation, repeatability) = (check.correlation, check.repeatability)
    (gain, possibleGain) = (check.gain, check.possibleGain)
    correlationOfStates = check.correlationOfStates
  }

  enum CodingKeys: String, CodingKey {
    case environment, policy, candidates, states, episodes, interval, horizon, repeats, seed
    case discount, correlation, repeatability, gain
    case possibleGain = "possible_gain"
    case correlationOfStates = "correlation_of_states"
  }

  var text: String {
    func number(_ mean: CriticCheck.Mean?) -> String {
      guard let mean else { return "none: all alike" }
      let interval = mean.interval.map {
        " [\($0.lower.text(decimals: 3)), \($0.upper.text(decimals: 3))]"
      }
      return mean.mean.text(decimals: 3) + (interval ?? "")
    }
    return """
      states          \(states) of \(episodes) episodes, \(candidates) candidates each, \(repeats) times \
      \(horizon) steps, discount \(discount)
      correlation     \(number(correlation)) of Q and return, over the candidates of a state
      repeatability   \(number(repeats > 1 ? repeatability : nil)) of returns with other noise
      gain            \(number(gain)) of the largest Q over the mean candidate, in return
      possible gain   \(number(possibleGain)) of the best candidate
      between states  \(correlationOfStates?.text(decimals: 3) ?? "none: all alike")
      """
  }
}

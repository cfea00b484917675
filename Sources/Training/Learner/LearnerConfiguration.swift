import IDQLAgent

/// The two published variants of the agent, which differ in more than their sizes.
public enum LearnerFamily: String, Codable, CaseIterable, Sendable {
  /// swish; LayerNorm on the value network's input (`ddpm_iql_simple`, December 2023).
  case simple
  /// mish; no such LayerNorm (`ddpm_iql`, the line of the paper).
  case full

  var activation: Activation { self == .simple ? .swish : .mish }
}

/// How much each transition counts when the diffusion policy learns from it, by its advantage
/// A = min Q(s, a) - V(s) (IDQL, appendix).
public enum ActorObjective: String, Codable, CaseIterable, Sendable {
  /// 1: cloning of the data's behaviour.
  case behaviourCloning = "bc"
  /// τ if A > 0, else 1 - τ, with the critic's parameter for τ.
  case softAdvantage = "soft_adv"
  /// 1 if A ≥ -0.01, else 0.
  case hardAdvantage = "hard_adv"
  /// exp(3 A), at most 100.
  case exponentialAdvantage = "exp_adv"
}

/// Everything that decides how an IDQL agent learns, but for the data and the seed.
///
/// The initial values are those of the reference's published training; `init(family:…)` sets what
/// differs between its two variants.
public struct LearnerConfiguration: Codable, Equatable, Sendable {
  public var family: LearnerFamily
  public var observationCount: Int
  public var actionCount: Int

  // MARK: networks

  /// F, even: width of the time's Fourier features.
  public var timeFeatureCount: Int
  /// Widths of the MLP that makes the condition from them.
  public var conditionWidths: [Int]
  /// H; each residual block expands to four times as much.
  public var actorWidth = 256
  public var actorBlockCount = 3
  /// Chance of an element to be dropped in front of each block's LayerNorm; 0 drops none.
  public var dropoutRate: Double = 0.1
  /// Of each Q head and of the value network.
  public var criticWidths = [256, 256]
  public var headCount = 2
  public var normalizesValueInput: Bool

  // MARK: diffusion

  /// T.
  public var diffusionStepCount = 5
  public var noiseSchedule = NoiseSchedule.Kind.vp

  // MARK: objectives

  public var actorObjective = ActorObjective.behaviourCloning
  public var criticObjective = CriticObjective.expectile
  /// The objective's τ (expectile, quantile) or α (exponential).
  public var criticParameter: Double = 0.7
  /// γ.
  public var discount: Double = 0.99

  // MARK: optimisation

  /// Falls to 0 along half a cosine over `actorDecaySteps` steps of the actor.
  public var actorRate: Double = 3e-4
  public var actorDecaySteps = 3_000_000
  /// Decoupled, on every parameter of the actor.
  public var actorWeightDecay: Double = 1e-4
  public var criticRate: Double = 3e-4
  public var valueRate: Double = 3e-4
  /// Share of the online network that enters the average at each step.
  public var actorAverageRate: Double = 0.001
  public var criticAverageRate: Double = 0.005
  /// Transitions per update of value network and critic.
  public var batchSize = 512
  /// Transitions per step of the actor, and its steps per update. One step on as many transitions
  /// as the critic learns from is the public code: it takes the same batch. The paper's appendix has
  /// 1024 and 2, beside 256 for the critic.
  public var actorBatchSize = 512
  public var actorStepsPerUpdate = 1

  public init(family: LearnerFamily, observationCount: Int, actionCount: Int) {
    self.family = family
    self.observationCount = observationCount
    self.actionCount = actionCount
    timeFeatureCount = family == .simple ? 128 : 64
    conditionWidths = family == .simple ? [256, 256] : [128, 128]
    normalizesValueInput = family == .simple
  }

  /// - Throws: `LearnerError.configuration` for the first value out of range.
  public func validate() throws(LearnerError) {
    func require(
      _ holds: Bool, _ name: String, _ found: some CustomStringConvertible, _ expected: String
    ) throws(LearnerError) {
      if !holds {
        throw .configuration(name: name, found: found.description, expected: expected)
      }
    }
    for (name, count) in [
      ("observationCount", observationCount), ("actionCount", actionCount),
      ("actorWidth", actorWidth), ("headCount", headCount), ("batchSize", batchSize),
      ("actorBatchSize", actorBatchSize), ("actorStepsPerUpdate", actorStepsPerUpdate),
      ("actorDecaySteps", actorDecaySteps),
    ] {
      try require(count > 0, name, count, "at least 1")
    }
    try require(actorBlockCount >= 0, "actorBlockCount", actorBlockCount, "at least 0")
    try require(
      timeFeatureCount > 0 && timeFeatureCount % 2 == 0, "timeFeatureCount", timeFeatureCount,
      "an even number, at least 2")
    for (name, widths) in [("conditionWidths", conditionWidths), ("criticWidths", criticWidths)] {
      try require(
        !widths.isEmpty && widths.allSatisfy { $0 > 0 }, name, widths, "widths of at least 1")
    }
    try require(
      (1...1000).contains(diffusionStepCount), "diffusionStepCount", diffusionStepCount,
      "1 to 1000")
    try require(
      dropoutRate >= 0 && dropoutRate < 1, "dropoutRate", dropoutRate, "a number from 0, below 1")
    switch criticObjective {
    case .expectile, .quantile:
      try require(
        criticParameter > 0 && criticParameter < 1, "criticParameter", criticParameter,
        "a number between 0 and 1 for the objective \(criticObjective.rawValue)")
    case .exponential:
      try require(
        criticParameter > 0 && criticParameter.isFinite, "criticParameter", criticParameter,
        "a number above 0 for the objective exponential")
    }
    for (name, share) in [
      ("discount", discount), ("actorAverageRate", actorAverageRate),
      ("criticAverageRate", criticAverageRate),
    ] {
      try require(share >= 0 && share <= 1, name, share, "a number from 0 to 1")
    }
    for (name, rate) in [
      ("actorRate", actorRate), ("criticRate", criticRate), ("valueRate", valueRate),
      ("actorWeightDecay", actorWeightDecay),
    ] {
      try require(rate >= 0 && rate.isFinite, name, rate, "a number from 0")
    }
  }
}

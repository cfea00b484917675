import IDQLAgent

/// All settings of IDQL's learner, apart from data and seed.
///
/// The initial values are those of the reference's published training; `init(family:…)` sets what
/// differs between its two variants. Actor, critic and diffusion are also sections of a run's TOML
/// file.
public struct LearnerConfiguration: Equatable, Sendable {
  /// Which of the two published variants.
  public var family: LearnerFamily
  /// o: length of an observation.
  public var observationCount: Int
  /// a: length of an action.
  public var actionCount: Int
  /// F, even: number of Fourier features of the diffusion step.
  public var timeFeatureCount: Int
  /// Widths of the MLP that maps them to the condition.
  public var conditionWidths: [Int]
  /// Whether the value network begins with a LayerNorm.
  public var normalizesValueInput: Bool
  /// The diffusion policy.
  public var actor = Actor()
  /// The Q heads and the value network.
  public var critic = Critic()
  /// The noise schedule of the diffusion policy.
  public var diffusion = Diffusion()
  /// γ: discount per environment step.
  public var discount: Double = 0.99
  /// Of products.
  public var precision = LearnerPrecision.float32

  /// The published training of that variant.
  public init(family: LearnerFamily, observationCount: Int, actionCount: Int) {
    self.family = family
    self.observationCount = observationCount
    self.actionCount = actionCount
    timeFeatureCount = family == .simple ? 128 : 64
    conditionWidths = family == .simple ? [256, 256] : [128, 128]
    normalizesValueInput = family == .simple
  }

  /// The diffusion policy.
  public struct Actor: Codable, Equatable, Sendable {
    /// H: width of the residual stream; each block expands it to four times as much.
    public var width = 256
    /// Number of residual blocks.
    public var blocks = 3
    /// Dropout rate in front of each block's LayerNorm, 0 for none.
    public var dropout = 0.1
    /// Weight of each transition in the loss.
    public var objective = ActorObjective.behaviourCloning
    /// Adam's rate, which decays to 0 by half a cosine over `decaySteps` steps of the actor.
    public var learningRate = 3e-4
    /// Steps over which the rate decays.
    public var decaySteps = 3_000_000
    /// Decoupled weight decay (AdamW), on every parameter.
    public var weightDecay = 1e-4
    /// Rate of the target network's moving average, per step.
    public var averageRate = 0.001
    /// Transitions per step. With the critic's batch size and one step per update the actor takes
    /// the critic's batch, as in the public code; the paper's appendix has 1024 and two steps, and
    /// 256 for the critic.
    public var batchSize = 512
    /// Steps of the actor per step of the critic.
    public var stepsPerUpdate = 1

    /// The published values.
    public init() {}

    enum CodingKeys: String, CodingKey {
      case width, blocks, dropout, objective
      case learningRate = "learning_rate"
      case decaySteps = "decay_steps"
      case weightDecay = "weight_decay"
      case averageRate = "average_rate"
      case batchSize = "batch_size"
      case stepsPerUpdate = "steps_per_update"
    }
  }

  /// The Q heads and the value network.
  public struct Critic: Codable, Equatable, Sendable {
    /// Widths of the hidden layers of each head and of the value network.
    public var widths = [256, 256]
    /// Number of Q heads; targets use their minimum.
    public var heads = 2
    /// The loss of V.
    public var objective = CriticObjective.expectile
    /// The objective's τ (expectile, quantile) or α (exponential).
    public var tau = 0.7
    /// Adam's rate for the heads.
    public var learningRate = 3e-4
    /// Adam's rate for the value network.
    public var valueLearningRate = 3e-4
    /// Rate of the target heads' moving average, per step.
    public var averageRate = 0.005
    /// Transitions per update.
    public var batchSize = 512

    /// The published values.
    public init() {}

    enum CodingKeys: String, CodingKey {
      case widths, heads, objective, tau
      case learningRate = "learning_rate"
      case valueLearningRate = "value_learning_rate"
      case averageRate = "average_rate"
      case batchSize = "batch_size"
    }

    /// The loss of V.
    var valueLoss: ValueLoss { ValueLoss(objective, tau) }
  }

  /// Section `[diffusion]`: the noise schedule.
  public struct Diffusion: Codable, Equatable, Sendable {
    /// T: number of diffusion steps.
    public var steps = 5
    /// Noise of each step.
    public var schedule = NoiseSchedule.Kind.vp

    /// The published values.
    public init() {}
  }
}

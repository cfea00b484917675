import IDQLAgent
import IDQLEnvs
import IDQLTraining

/// All settings of a training run, in the sections of its TOML file. Settings that a file leaves
/// out keep the defaults here.
///
/// With its data and its seed a configuration determines a run to the bit.
public struct RunConfiguration: Codable, Equatable, Sendable {
  /// Which published variant of the agent.
  public var family = LearnerFamily.simple
  /// Lengths of the offline phases, logging and checkpoints.
  public var training = Training()
  /// The diffusion policy's network and optimiser.
  public var actor = LearnerConfiguration.Actor()
  /// The networks and optimisers of critic and value function.
  public var critic = LearnerConfiguration.Critic()
  /// The diffusion process.
  public var diffusion = LearnerConfiguration.Diffusion()
  /// The online phase.
  public var online = Online()
  /// How and how often policies are scored on the way.
  public var evaluation = Evaluation()

  /// Section `[training]`: the offline phases, logging and checkpoints.
  public struct Training: Codable, Equatable, Sendable {
    /// Updates of actor, value network and critic.
    public var steps = 1_000_000
    /// Further updates of value network and critic alone, with a frozen actor and fresh moments.
    public var criticSteps = 0
    /// γ, per environment step.
    public var discount = 0.99
    /// In which numbers layers multiply.
    public var precision = LearnerPrecision.float32
    /// Share of the transitions, 0 up to but not including 1, that is held out to validate the
    /// losses.
    public var validationShare = 0.05
    /// Steps between rows of the log.
    public var logEvery = 1000
    /// Steps between checkpoints from which the run can be resumed.
    public var checkpointEvery = 10_000

    enum CodingKeys: String, CodingKey {
      case steps, discount, precision
      case criticSteps = "critic_steps"
      case validationShare = "validation_share"
      case logEvery = "log_every"
      case checkpointEvery = "checkpoint_every"
    }
  }

  /// Section `[online]`: learning from the agent's own transitions, after all offline updates.
  public struct Online: Codable, Equatable, Sendable {
    /// Environment steps.
    public var steps = 0
    /// Environment steps before the first update.
    public var updatesAfter = 5000
    /// Whether the actor is trained as well. If it is, actions are chosen by the implicit rule,
    /// otherwise by argmax.
    public var trainsActor = false
    /// N: candidates drawn per action.
    public var candidates = 128

    enum CodingKeys: String, CodingKey {
      case steps, candidates
      case updatesAfter = "updates_after"
      case trainsActor = "train_actor"
    }
  }

  /// Section `[evaluation]`: scoring of the exported policies.
  public struct Evaluation: Codable, Equatable, Sendable {
    /// Steps between evaluations; the last step is always evaluated.
    public var every = 250_000
    /// Episodes of an evaluation; of each task, where the environment has numbered tasks.
    public var episodes = 50
    /// N: candidates drawn per observation. There is an evaluation for each of these; the first one
    /// decides which policy is the best, and is stored in the policy files.
    public var candidates = [64]
    /// Factor of the noise that the diffusion steps add; also stored in the policy files.
    public var temperature = 1.0
    /// Of the evaluation: episode i is reset with `seed` + i.
    public var seed = 0
  }

  /// The settings with which the reference implementation trains in that environment: an expectile
  /// of 0.9 in the mazes of D4RL's ant and of OGBench, 0.7 elsewhere (`DataConventions`).
  public init(environment: EnvironmentID) {
    critic.tau = environment.entry.conventions.expectile
  }
}

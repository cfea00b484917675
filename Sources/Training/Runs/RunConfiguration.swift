import IDQLAgent
import IDQLEnvs
import IDQLTraining

/// Everything that decides how a run trains, but for its data, as a TOML file has it. What a file
/// leaves out keeps the value here.
public struct RunConfiguration: Codable, Equatable, Sendable {
  /// Which published variant of the agent.
  public var family = LearnerFamily.simple
  public var training = Training()
  public var actor = LearnerConfiguration.Actor()
  public var critic = LearnerConfiguration.Critic()
  public var diffusion = LearnerConfiguration.Diffusion()
  public var online = Online()
  public var evaluation = Evaluation()

  public struct Training: Codable, Equatable, Sendable {
    /// Updates of actor, value network and critic.
    public var steps = 1_000_000
    /// Further updates of value network and critic alone, with a frozen actor and fresh moments.
    public var criticSteps = 0
    public var discount = 0.99
    /// Share of the transitions that is kept back to watch the losses on.
    public var validationShare = 0.05
    /// Steps between rows of the log.
    public var logEvery = 1000
    /// Steps between states from which the run can go on.
    public var checkpointEvery = 10_000

    enum CodingKeys: String, CodingKey {
      case steps, discount
      case criticSteps = "critic_steps"
      case validationShare = "validation_share"
      case logEvery = "log_every"
      case checkpointEvery = "checkpoint_every"
    }
  }

  /// Learning from what the agent itself does, after all other updates.
  public struct Online: Codable, Equatable, Sendable {
    /// Environment steps.
    public var steps = 0
    /// Steps that are only collected, before the first update.
    public var updatesAfter = 5000
    /// Whether the actor learns as well. If it does, actions are chosen by the implicit rule, else by
    /// argmax.
    public var trainsActor = false
    /// N: candidates drawn per action.
    public var candidates = 128

    enum CodingKeys: String, CodingKey {
      case steps, candidates
      case updatesAfter = "updates_after"
      case trainsActor = "train_actor"
    }
  }

  public struct Evaluation: Codable, Equatable, Sendable {
    /// Steps between evaluations; one is made at the end whatever this says.
    public var every = 250_000
    public var episodes = 50
    /// N: candidates drawn per observation. An evaluation is made with each of these; the first one
    /// decides which policy is the best, and stands in the policies' files.
    public var candidates = [64]
    /// The share of their noise that the diffusion steps add; stands in the policies' files as well.
    public var temperature = 1.0
    public var seed = 0
  }

  /// What the reference trains with in that environment: an expectile of 0.9 in the mazes of D4RL's
  /// ant and of OGBench, 0.7 elsewhere (`DataConventions`).
  public init(environment: EnvironmentID) {
    critic.tau = environment.entry.conventions.expectile
  }
}

import IDQLPhysics
import IDQLRandom

/// A task with Gymnasium's semantics: seeded resets, and `terminated` kept apart from `truncated`.
///
/// An environment belongs to one thread at a time. Everything that happens in it follows from its
/// id, its physics profile, the seed and the actions; the same binary repeats it to the bit.
public protocol Environment: AnyObject {
  /// What is constant about it.
  var spec: EnvironmentSpec { get }
  /// The physics. An episode continues from whatever state is set here.
  var simulation: Simulation { get }

  /// How many actions the running episode has taken.
  var stepCount: Int { get }

  /// Starts the episode that Gymnasium's `reset(seed: seed)` starts.
  func reset(seed: UInt64)

  /// Starts the next episode of the stream that the last seed began, as Gymnasium's `reset()`.
  func reset()

  /// Length `spec.observationCount`: what the policy sees now (Gymnasium's `obs`).
  var observation: [Double] { get }

  /// Applies one action (length `spec.actionCount`) for `spec.substeps` physics steps.
  ///
  /// It may be called after the end of an episode, as in Gymnasium; only a broken episode stays as
  /// it is until the next reset. All arithmetic is in double precision. Differs from Gymnasium: the
  /// cost of a float32 action is computed in float32 there, which moves a reward by some 1e-8; and it
  /// goes on after an infinite action, with a reward of minus infinity, where the episode is broken
  /// here.
  func step(_ action: [Double]) -> Transition

  /// All that the future of the episode depends on. Restoring it, here or in another environment of
  /// the same id and physics, continues the episode bit for bit.
  var snapshot: EnvironmentSnapshot { get }

  /// Continues the episode of a snapshot.
  ///
  /// - Throws: `EnvironmentError.foreignSnapshot` if it was taken under another id or physics,
  ///   `EnvironmentError.unfitSnapshot` if its arrays have other lengths than the model's.
  func restore(_ snapshot: EnvironmentSnapshot) throws

  /// The goal of this episode as the policy observes it (OGBench's `info["goal"]`, the
  /// `desired_goal` of Gymnasium-Robotics). Nil where it observes none, as in D4RL's mazes.
  var goal: [Double]? { get }

  /// The exact rules as text for a reader, generated from the constants that `step` uses.
  var rules: String { get }

  /// How many numbered tasks there are, 0 for none: OGBench's goal-conditioned ids have 5, and its
  /// protocol runs a number of episodes of each.
  var taskCount: Int { get }

  /// The number of this episode's task, from 1; nil where tasks have none.
  var task: Int? { get }

  /// Starts the episode of that seed and task. `reset(seed:)` draws the task where there are
  /// several.
  ///
  /// - Parameters:
  ///   - seed: as of `reset(seed:)`.
  ///   - task: from 1.
  /// - Throws: `EnvironmentError.noTask` unless `task` is one of 1 to `taskCount`.
  func reset(seed: UInt64, task: Int) throws

  /// Names of what a step tells besides observation and reward (Gymnasium `info`); by default none.
  var informationNames: [String] { get }
  /// How many of these, the first ones, a reset tells too.
  var informationCountAtReset: Int { get }
  /// By `informationNames`, of the state at hand; NaN for what is not known.
  var information: [Double] { get }

  /// The environment as one whose robot moves through a maze; nil for any other.
  var maze: (any MazeEnvironment)? { get }

  /// The environment as one whose physics a `VectorEnvironment` may run together with that of
  /// others; nil if it can only be stepped as a whole.
  var divided: (any DividedEnvironment)? { get }
}

extension Environment {
  /// Nil: the policy observes no goal.
  public var goal: [Double]? { nil }
  /// 0: tasks have no numbers.
  public var taskCount: Int { 0 }
  /// Nil: tasks have no numbers.
  public var task: Int? { nil }
  /// None.
  public var informationNames: [String] { [] }
  /// None.
  public var informationCountAtReset: Int { 0 }
  /// None.
  public var information: [Double] { [] }
  /// Nil: no maze.
  public var maze: (any MazeEnvironment)? { nil }
  /// Nil: it can only be stepped as a whole.
  public var divided: (any DividedEnvironment)? { nil }

  /// Tasks have no numbers.
  ///
  /// - Throws: `EnvironmentError.noTask`, always.
  public func reset(seed: UInt64, task: Int) throws {
    throw EnvironmentError.noTask(task, id: spec.id, count: 0)
  }
}

/// What one environment step gave, besides the new observation.
public struct Transition: Equatable, Sendable {
  /// NaN if the episode is broken.
  public var reward: Double
  /// The terms of the reward.
  public var rewardParts: RewardParts
  /// The task ended: nothing after this state counts.
  public var terminated: Bool
  /// The time limit cut the episode. May coincide with `terminated`, as in Gymnasium.
  public var truncated: Bool
  /// A number in the state or in the action is not finite; such an episode has `terminated` set as
  /// well.
  public var isBroken: Bool
  /// Whether the goal counts as reached in this step; nil for a task without one.
  public var isSuccess: Bool?

  /// - Parameters: as the properties.
  public init(
    reward: Double, rewardParts: RewardParts = RewardParts(), terminated: Bool, truncated: Bool,
    isBroken: Bool = false, isSuccess: Bool? = nil
  ) {
    self.reward = reward
    self.rewardParts = rewardParts
    self.terminated = terminated
    self.truncated = truncated
    self.isBroken = isBroken
    self.isSuccess = isSuccess
  }
}

/// The terms of a robot's reward (Gymnasium `reward_forward`, `reward_survive`, `reward_ctrl`,
/// `reward_contact` of `info`). The reward of a maze has a single term, and all of these are 0.
public struct RewardParts: Equatable, Sendable {
  /// Speed along +x, m/s.
  public var forward: Double
  /// Bonus for a healthy state.
  public var healthy: Double
  /// Minus the cost of the action.
  public var control: Double
  /// Minus the cost of contact forces.
  public var contact: Double
  /// Sum of all other terms.
  public var other: Double

  /// - Parameters: as the properties.
  public init(
    forward: Double = 0, healthy: Double = 0, control: Double = 0, contact: Double = 0,
    other: Double = 0
  ) {
    self.forward = forward
    self.healthy = healthy
    self.control = control
    self.contact = contact
    self.other = other
  }

  /// Gains first, then costs, as Gymnasium adds them.
  var sum: Double { forward + healthy + (control + contact) + other }
}

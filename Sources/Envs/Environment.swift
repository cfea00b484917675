import Physics

/// A task with Gymnasium's semantics: seeded resets, and `terminated` kept apart from `truncated`.
public protocol Environment: AnyObject {
  var spec: EnvironmentSpec { get }
  var simulation: Simulation { get }

  /// Starts the episode that Gymnasium's `reset(seed: seed)` starts.
  func reset(seed: UInt64)

  /// Length `spec.observationCount`: what the policy sees now (Gymnasium's `obs`).
  var observation: [Double] { get }

  /// Applies one action (length `spec.actionCount`) for `spec.substeps` physics steps.
  func step(_ action: [Double]) -> Transition
}

/// What one environment step gave, besides the new observation.
public struct Transition: Equatable, Sendable {
  public var reward: Double
  /// The task ended: nothing after this state counts.
  public var terminated: Bool
  /// The time limit cut the episode.
  public var truncated: Bool
  /// The state is no longer finite; such an episode has `terminated` set as well.
  public var isBroken: Bool

  public init(reward: Double, terminated: Bool, truncated: Bool, isBroken: Bool = false) {
    self.reward = reward
    self.terminated = terminated
    self.truncated = truncated
    self.isBroken = isBroken
  }
}

/// What an environment is, apart from its state.
public struct EnvironmentSpec: Equatable, Sendable {
  /// As asked for: `hopper-medium-v2`, `Walker2d-v5`.
  public var id: String
  public var observationCount: Int
  public var actionCount: Int
  /// Physics steps per action (Gymnasium `frame_skip`).
  public var substeps: Int
  public var stepLimit: Int
  /// Returns of D4RL's random and expert policies: `100 (return - minimum) / (maximum - minimum)`.
  public var referenceScore: ReferenceScore?

  public init(id: String, observationCount: Int, actionCount: Int, substeps: Int, stepLimit: Int, referenceScore: ReferenceScore?) {
    self.id = id
    self.observationCount = observationCount
    self.actionCount = actionCount
    self.substeps = substeps
    self.stepLimit = stepLimit
    self.referenceScore = referenceScore
  }
}

public struct ReferenceScore: Equatable, Sendable {
  public var minimum: Double
  public var maximum: Double

  public init(minimum: Double, maximum: Double) {
    self.minimum = minimum
    self.maximum = maximum
  }
}

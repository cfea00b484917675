import IDQLPhysics

/// What is constant about an environment (Gymnasium `spec`, with the spaces).
public struct EnvironmentSpec: Equatable, Sendable {
  /// The id: `hopper-medium-v2`, `Walker2d-v5`.
  public var id: String
  /// The rules of the MuJoCo release that it runs on.
  public var physics: PhysicsProfile
  /// By index of `Environment.observation`.
  public var observation: [Quantity]
  /// By index of an action; the unit is what a number of 1 stands for.
  public var action: [Quantity]
  /// Physics steps per action (Gymnasium `frame_skip`).
  public var substeps: Int
  /// Seconds per physics step.
  public var timestep: Double
  /// Actions of an episode at most (Gymnasium `max_episode_steps`).
  public var stepLimit: Int
  /// The returns of scores 0 and 100; nil if none are published.
  public var referenceScore: ReferenceScore?
  /// When success is tested; nil where there is no choice.
  public var successTiming: SuccessTiming?

  /// - Parameters: as the properties.
  public init(
    id: String, physics: PhysicsProfile, observation: [Quantity], action: [Quantity],
    substeps: Int, timestep: Double, stepLimit: Int, referenceScore: ReferenceScore? = nil,
    successTiming: SuccessTiming? = nil
  ) {
    self.id = id
    self.physics = physics
    self.observation = observation
    self.action = action
    self.substeps = substeps
    self.timestep = timestep
    self.stepLimit = stepLimit
    self.referenceScore = referenceScore
    self.successTiming = successTiming
  }

  /// Length of an observation.
  public var observationCount: Int { observation.count }
  /// Length of an action.
  public var actionCount: Int { action.count }
  /// Seconds per action (Gymnasium `dt`).
  public var stepDuration: Double { timestep * Double(substeps) }

  /// One number of an observation or an action.
  public struct Quantity: Equatable, Sendable {
    /// For a reader: `torso height`.
    public var name: String
    /// `m`, `rad/s`; `1` for a number without one.
    public var unit: String

    /// - Parameters: as the properties.
    public init(name: String, unit: String) {
      self.name = name
      self.unit = unit
    }
  }
}

/// The returns that D4RL puts at 0 and 100.
public struct ReferenceScore: Hashable, Sendable {
  /// Return of score 0, that of a random policy.
  public var minimum: Double
  /// Return of score 100, that of an expert.
  public var maximum: Double
  /// Where the two are published.
  public var source: String

  /// - Parameters: as the properties.
  public init(minimum: Double, maximum: Double, source: String) {
    self.minimum = minimum
    self.maximum = maximum
    self.source = source
  }

  /// Normalized score: 100 (R - minimum) / (maximum - minimum). D4RL's own function leaves out the
  /// factor 100.
  ///
  /// - Parameter episodeReturn: R, the sum of rewards of an episode.
  public func normalized(_ episodeReturn: Double) -> Double {
    100 * (episodeReturn - minimum) / (maximum - minimum)
  }
}

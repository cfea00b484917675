import IDQLPhysics

/// What an environment is, apart from its state.
public struct EnvironmentSpec: Equatable, Sendable {
  /// As asked for: `hopper-medium-v2`, `Walker2d-v5`.
  public var id: String
  public var physics: PhysicsProfile
  public var observation: [Quantity]
  public var action: [Quantity]
  /// Physics steps per action (Gymnasium `frame_skip`).
  public var substeps: Int
  /// Seconds per physics step.
  public var timestep: Double
  public var stepLimit: Int
  public var referenceScore: ReferenceScore?
  /// When success is tested; nil where there is no choice.
  public var successTiming: SuccessTiming?

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

  public var observationCount: Int { observation.count }
  public var actionCount: Int { action.count }
  /// Seconds per action (Gymnasium `dt`).
  public var stepDuration: Double { timestep * Double(substeps) }

  /// One number of an observation or an action.
  public struct Quantity: Equatable, Sendable {
    public var name: String
    public var unit: String

    public init(name: String, unit: String) {
      self.name = name
      self.unit = unit
    }
  }
}

/// The returns that D4RL puts at 0 and 100.
public struct ReferenceScore: Hashable, Sendable {
  public var minimum: Double
  public var maximum: Double
  public var source: String

  public init(minimum: Double, maximum: Double, source: String) {
    self.minimum = minimum
    self.maximum = maximum
    self.source = source
  }

  /// 100 (R - minimum) / (maximum - minimum). D4RL's own function leaves out the factor 100.
  public func normalized(_ episodeReturn: Double) -> Double {
    100 * (episodeReturn - minimum) / (maximum - minimum)
  }
}

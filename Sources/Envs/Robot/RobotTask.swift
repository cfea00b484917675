import IDQLPhysics

/// The common kind of environment: a robot in MJCF with its observation, reward, termination and
/// start distribution. `RobotEnvironment` runs it and generates its rules text from it.
///
/// ```swift
/// let swimmer = RobotTask(
///   title: "Swimmer by the rules of Gym v5", mjcf: document, substeps: 4,
///   observation: [.positions(hiding: 2), .velocities()],
///   reward: [.forwardSpeed(), .controlCost(weight: 0.0001)],
///   start: .noise(0.1, velocity: .uniform))
/// try environments.register("MySwimmer-v0") { try RobotEnvironment(swimmer, $0) }
/// ```
public struct RobotTask: Sendable {
  /// For a reader, after the id: `Hopper by the rules of Gym v2`.
  public var title: String
  /// The robot and its surroundings.
  public var mjcf: String
  /// What errors call the document; nil for the id with `.xml`.
  public var documentName: String?
  /// Physics steps per action (Gymnasium `frame_skip`).
  public var substeps: Int
  /// Actions of an episode at most (Gymnasium `max_episode_steps`).
  public var stepLimit: Int
  /// What the positions of the first joints are, for a reader: `torso x`, `torso height`, `torso
  /// pitch` of a planar robot.
  public var jointLabels: [String]
  /// The observation is the numbers of these parts, in this order.
  public var observation: [ObservationPart]
  /// Length `controlCount`; nil for the names and units of the model's actuators.
  public var action: [EnvironmentSpec.Quantity]?
  /// Whether an action is clamped to -1 ... 1 before anything else, as by D4RL's wrapper. Otherwise
  /// the reward uses the action as given, and only the motors clamp it.
  public var clipsAction: Bool
  /// The terms whose sum is the reward.
  public var reward: [RewardTerm]
  /// What a step tells besides; those first that a reset tells too.
  public var information: [StepInformation] = []
  /// An episode terminates unless all of these hold after a step.
  public var healthy: [HealthCondition]
  /// Distribution of the initial state.
  public var start: StartDistribution
  /// The returns of scores 0 and 100; nil if none are published.
  public var referenceScore: ReferenceScore?
  /// Lines of the rules on what is easily mistaken.
  public var notes: @Sendable (Model) -> [String]

  /// - Parameters: as the properties.
  public init(
    title: String, mjcf: String, documentName: String? = nil, substeps: Int, stepLimit: Int = 1000,
    jointLabels: [String] = [], observation: [ObservationPart],
    action: [EnvironmentSpec.Quantity]? = nil, clipsAction: Bool = false, reward: [RewardTerm],
    healthy: [HealthCondition] = [], start: StartDistribution,
    referenceScore: ReferenceScore? = nil,
    notes: @escaping @Sendable (Model) -> [String] = { _ in [] }
  ) {
    self.title = title
    self.mjcf = mjcf
    self.documentName = documentName
    self.substeps = substeps
    self.stepLimit = stepLimit
    self.jointLabels = jointLabels
    self.observation = observation
    self.action = action
    self.clipsAction = clipsAction
    self.reward = reward
    self.healthy = healthy
    self.start = start
    self.referenceScore = referenceScore
    self.notes = notes
  }

  /// What its parts read besides positions and velocities.
  var reads: Set<RobotReading> {
    (observation.map(\.reads) + reward.map(\.reads) + healthy.map(\.reads)
      + information.map(\.reads))
      .reduce([]) { $0.union($1) }
  }
}

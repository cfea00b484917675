import IDQLPhysics
import IDQLRandom
import IDQLSpelling

/// What a walker for mazes is trained in: the ant of D4RL's largest maze, led from one random cell to another by
/// waypoints, with a reward for every step towards the next one.
///
/// The policy observes what it observes in a `WaypointEnvironment`, so that one that was trained here can be led
/// through every maze. D4RL and OGBench made the data of their mazes with walkers of soft actor-critic too (Fu et al.
/// 2020, §5; Park et al. 2025, §5).
final class WaypointCourse: Environment {
  static let entry = {
    var entry = EnvironmentEntry(WaypointEnvironment.course, defaultPhysics: .mujoco2_1) {
      try WaypointCourse($0)
    }
    entry.suite = .own
    return entry
  }()
  /// Of D4RL's `antmaze-large`.
  private static let maze = "antmaze-large-diverse-v2"

  let spec: EnvironmentSpec
  private let guided: WaypointEnvironment
  private var generator = NumPyGenerator(seed: 0)

  /// A reward for being on its feet, in every step, and the weight of Σa² in its cost.
  private static let (healthyReward, controlWeight) = (1.0, 0.05)
  /// Cosine of the torso's inclination below which it has fallen.
  private static let leastUpright = 0.2

  init(_ request: EnvironmentRequest) throws {
    guided = try WaypointEnvironment(
      makeEnvironment(id: Self.maze, physics: request.physics))
    let inner = guided.spec
    spec = EnvironmentSpec(
      id: request.name, physics: request.physics, observation: inner.observation,
      action: inner.action, substeps: inner.substeps, timestep: inner.timestep,
      stepLimit: inner.stepLimit)
    reset(seed: 0)
  }

  /// Where it is led now, and where in the end.
  var nextWaypoint: MazePoint { guided.nextWaypoint }
  var goalOfCourse: MazePoint { guided.target }

  var simulation: Simulation { guided.simulation }
  var stepCount: Int { guided.stepCount }
  var observation: [Double] { guided.observation }

  func reset(seed: UInt64) {
    generator = NumPyGenerator(seed: seed, spawnKey: [1])
    guided.reset(seed: seed)
    start()
  }

  func reset() {
    guided.reset()
    start()
  }

  private func start() { guided.start(from: drawPlace(), to: drawPlace()) }

  private func drawPlace() -> MazePoint {
    generator.place(in: guided.layout.freeCells, of: guided.layout)
  }

  func step(_ action: [Double]) -> Transition {
    let waypoint = guided.nextWaypoint
    let before = guided.place.distance(to: waypoint)
    let transition = guided.step(action)
    if transition.isBroken {
      return Transition(
        reward: .nan, terminated: true, truncated: transition.truncated, isBroken: true)
    }
    let parts = RewardParts(
      forward: (before - guided.place.distance(to: waypoint)) / spec.stepDuration,
      healthy: Self.healthyReward,
      control: -Self.controlWeight * action.reduce(0) { $0 + $1 * $1 })
    if transition.terminated { guided.start(from: nil, to: drawPlace()) }
    let p = simulation.state.position
    let upright = Quaternion(p[3], p[4], p[5], p[6]).rotate(Vector3(0, 0, 1)).z
    return Transition(
      reward: parts.sum, rewardParts: parts, terminated: upright < Self.leastUpright,
      truncated: transition.truncated)
  }

  var snapshot: EnvironmentSnapshot { guided.snapshot.wrapped(id: spec.id, memory: generator) }

  func restore(_ snapshot: EnvironmentSnapshot) throws {
    try requireFit(snapshot)
    let (inner, generator) = try snapshot.unwrapped(
      id: guided.spec.id, memoryAs: NumPyGenerator.self)
    try guided.restore(inner)
    self.generator = generator
  }

  var rules: String {
    let sections = [
      [
        "\(spec.id): an ant led through the maze of \(Self.maze)",
        "At most \(spec.stepLimit) steps of \(spec.stepDuration.shortText) s, each \(spec.substeps)"
          + " physics steps of \(spec.timestep.shortText) s.",
      ],
      ["Observation: \(spec.observationCount) numbers"] + RulesText.table(spec.observation)
        + indented(WaypointEnvironment.frameText + guided.waypointText),
      ["Action: \(spec.actionCount) numbers; 1 stands for"] + RulesText.table(spec.action)
        + ["  Each motor clamps its number to -1 ... 1; the legs are those of the frame."],
      [
        "Reward",
        "  metres gained towards the next waypoint / \(spec.stepDuration.shortText) s"
          + " + \(Self.healthyReward.shortText) - \(Self.controlWeight.shortText) * sum(action^2)",
      ],
      [
        "End of an episode",
        "  terminated when cos(inclination of the torso) < \(Self.leastUpright.shortText)",
        "  truncated after step \(spec.stepLimit); both may come together",
      ] + RulesText.broken,
      [
        "Start and goals",
        "  the start of \(Self.maze), moved to a free cell, within 1 m of its",
        "  centre along each axis; goals are drawn likewise, the next one when one is reached",
      ],
      RulesText.physics(spec, standard: Self.entry.defaultPhysics),
      RulesText.score(nil),
    ]
    return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private func indented(_ lines: [String]) -> [String] { lines.map { "  " + $0 } }
}

import IDQLPhysics
import IDQLRandom

extension MazeTask {
  /// The robot: its model, initial state, actions and observation.
  enum Body: Hashable, Sendable {
    /// The ant of D4RL and OGBench: 0.1 s a step, 30 N m.
    case ant
    /// The same with a ball, which has to reach the goal.
    case antWithBall
    /// Gym's Ant: 0.05 s a step, 150 N m.
    case gymAnt(version: Int)
    /// The Control Suite's: 0.025 s a step.
    case humanoid
    /// A point mass driven by forces.
    case pushedPoint
    /// A point whose position the action changes directly.
    case shiftedPoint

    /// Name of the robot's document among the resources, without suffix.
    var model: String {
      switch self {
      case .ant, .antWithBall: "ant_maze"
      case .gymAnt: "ant"
      case .humanoid: "humanoid_maze"
      case .pushedPoint: "point_force"
      case .shiftedPoint: "point_shift"
      }
    }

    /// MJCF of the robot, with its ball, without walls.
    var document: String {
      let robot = RobotModels.document(model)
      guard self == .antWithBall else { return robot }
      return robot.replacing("  </worldbody>", with: Self.ball + "\n  </worldbody>")
    }

    /// Its priority gives all its contacts its own condim 6: torsional and rolling friction too.
    private static let ball = """
          <body name="ball" pos="0 0 0.5">
            <freejoint name="ball_root"/>
            <geom name="ball" type="sphere" size="0.25" conaffinity="1" condim="6" priority="1"
              material="torso"/>
          </body>
      """

    /// Physics steps per action.
    var substeps: Int { self == .pushedPoint ? 1 : 5 }

    /// Velocities are clamped to plus and minus this before each step, m/s; nil for no clamping.
    var velocityLimit: Double? { self == .pushedPoint ? 5 : nil }

    /// Index of the x of the ball, which y follows, among the positions; nil without a ball.
    var ballPosition: Int? { self == .antWithBall ? 15 : nil }

    /// How many random actions precede OGBench's observation at the goal.
    var actionsBeforeGoalObservation: Int {
      switch self {
      case .humanoid: 40
      case .antWithBall: 10
      default: 5
      }
    }

    /// For a reader: `an ant`.
    var title: String {
      switch self {
      case .ant, .gymAnt: "an ant"
      case .antWithBall: "an ant with a ball"
      case .humanoid: "a humanoid"
      case .pushedPoint, .shiftedPoint: "a ball"
      }
    }

    /// Whether contact forces are observed.
    var observesForces: Bool { self == .gymAnt(version: 5) }
  }
}

extension MazeTask.Body {
  // MARK: Motion

  /// Draws the initial state; the rules of the maze then replace x and y.
  func start(
    _ simulation: Simulation, _ generator: inout NumPyGenerator
  ) -> (position: [Double], velocity: [Double]) {
    let model = simulation.model
    guard self == .humanoid else { return generator.start(of: model, .large) }
    while true {
      // the quaternion has four positive components, so not all orientations are drawn
      let direction = (0..<4).map { _ in generator.uniform(0, 1) }
      let unit = Quaternion(direction[0], direction[1], direction[2], direction[3]).normalized
      let velocity = (0..<model.velocityCount).map { _ in 0.1 * generator.standardNormal() }
      let angles = model.joints.dropFirst().map { generator.uniform($0.lower, $0.upper) }
      let position = model.initialPosition.prefix(3) + [unit.w, unit.x, unit.y, unit.z] + angles
      simulation.reset(position: Array(position), velocity: velocity)
      if simulation.contactCount == 0 { return (Array(position), velocity) }
    }
  }

  /// Applies an action before the physics.
  func begin(_ action: [Double], _ simulation: Simulation) {
    switch self {
    case .ant, .antWithBall, .gymAnt, .humanoid:
      simulation.control = action
    case .pushedPoint:
      var state = simulation.state
      if let limit = velocityLimit {
        // with the velocity as first argument a NaN stays one
        state.velocity = state.velocity.map { max(min($0, limit), -limit) }
      }
      simulation.state = state
      simulation.control = action
    case .shiftedPoint:
      var state = simulation.state
      state.position = zip(state.position, action).map { $0 + 0.2 * $1 }
      state.velocity = [0, 0]
      simulation.state = state
      simulation.control = [0, 0]
    }
  }

  /// Completes a step after the physics.
  func finish(_ simulation: Simulation) { if self == .humanoid { simulation.placeBodies() } }

  // MARK: Observation

  func observation(of simulation: Simulation, _ evaluation: LastEvaluation) -> [Double] {
    let state = simulation.state
    switch self {
    case .ant, .antWithBall, .pushedPoint: return state.position + state.velocity
    case .shiftedPoint: return state.position
    case .gymAnt:
      var values = state.position.dropFirst(2) + state.velocity
      if observesForces {
        let forces = RobotMoment(simulation, evaluation).contactForces
        values += forces.dropFirst(6).map { max(min($0, 1), -1) }
      }
      return Array(values)
    case .humanoid: return HumanoidObservation.values(simulation)
    }
  }

  func observedQuantities(of model: Model) -> [EnvironmentSpec.Quantity] {
    let place: [EnvironmentSpec.Quantity] = [
      .init(name: "x", unit: "m"), .init(name: "y", unit: "m"),
    ]
    switch self {
    case .ant, .antWithBall:
      return ModelQuantities.positions(of: model) + ModelQuantities.velocities(of: model)
    case .gymAnt:
      return ModelQuantities.stateWithoutPlace(of: model) + observedForces(of: model)
    case .humanoid: return HumanoidObservation.quantities(of: model)
    case .pushedPoint:
      return place + place.map { .init(name: "velocity \($0.name)", unit: "m/s") }
    case .shiftedPoint: return place
    }
  }

  /// The last numbers of the observation.
  func observedForces(of model: Model) -> [EnvironmentSpec.Quantity] {
    observesForces ? ModelQuantities.contactForces(of: model) : []
  }

  func actedQuantities(of model: Model) -> [EnvironmentSpec.Quantity] {
    switch self {
    case .ant, .antWithBall, .gymAnt, .humanoid: ModelQuantities.actions(of: model)
    case .pushedPoint: ["x", "y"].map { .init(name: "force \($0)", unit: "100 N") }
    case .shiftedPoint: ["x", "y"].map { .init(name: "move \($0)", unit: "0.2 m") }
    }
  }
}

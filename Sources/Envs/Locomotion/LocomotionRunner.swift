import IDQLPhysics
import IDQLRandom

/// Runs one of Gym's robots, rewarded for its way along +x, by the rules of a `LocomotionTask`.
///
/// Observation: all positions but the place (x, of a free torso also y), then all velocities, for some
/// robots clamped, then for some contact forces. Reward: forward speed + bonus while healthy - costs
/// of action and contact forces.
final class LocomotionRunner: DividedEnvironment {
  let id: LocomotionID
  let spec: EnvironmentSpec
  let simulation: Simulation
  let task: LocomotionTask

  private(set) var stepCount = 0
  private var isBroken = false
  private var generator = NumPyGenerator(seed: 0)
  /// Nil for a planar torso, of which nothing is read that a state does not hold.
  private var afterimage: Afterimage?
  /// Where the step at hand began, and its action.
  private var beginning = (x: 0.0, action: [Double]())

  init(id: LocomotionID, physics: PhysicsProfile) throws {
    let task = LocomotionTask(id)
    let model = try RobotModels.compile(task.model, profile: physics)
    self.id = id
    self.task = task
    simulation = Simulation(model: model)
    if task.torso == .free {
      afterimage = Afterimage(readsForces: task.observedForces == .contacts)
    }
    spec = EnvironmentSpec(
      id: id.description, physics: physics,
      observation: task.observedQuantities(of: model), action: ModelQuantities.actions(of: model),
      substeps: task.substeps, timestep: model.options.timestep, stepLimit: task.stepLimit,
      referenceScore: id.robot.referenceScore)
    reset(seed: 0)
  }

  /// Another one of the same kind.
  init(like other: LocomotionRunner) {
    id = other.id
    spec = other.spec
    task = other.task
    simulation = Simulation(model: other.simulation.model)
    afterimage = other.afterimage
    reset(seed: 0)
  }

  func another() -> LocomotionRunner { LocomotionRunner(like: self) }

  // MARK: Episode

  func reset(seed: UInt64) {
    generator = NumPyGenerator(seed: seed)
    reset()
  }

  func reset() {
    let start = generator.start(of: simulation.model, task.startNoise)
    simulation.reset(position: start.position, velocity: start.velocity)
    afterimage?.forget()
    stepCount = 0
    isBroken = false
  }

  var observation: [Double] {
    let model = simulation.model
    let limit = task.observedSpeedLimit ?? .infinity
    var values: [Double] = []
    values.reserveCapacity(spec.observationCount)
    for i in task.hiddenPositions..<model.positionCount { values.append(simulation.position(i)) }
    for i in 0..<model.velocityCount {
      // with the velocity as first argument a NaN stays one
      values.append(max(min(simulation.velocity(i), limit), -limit))
    }
    switch task.observedForces {
    case .none: break
    case .zeros: values += Array(repeating: 0, count: 6 * model.bodies.count)
    case .contacts: values += contactForces.dropFirst(6)
    }
    return values
  }

  func begin(_ action: [Double]) -> Bool {
    precondition(
      action.count == spec.actionCount,
      "\(spec.id) takes \(spec.actionCount) actions, not \(action.count)")
    stepCount += 1
    // before anything clamps it to a number
    isBroken = isBroken || !action.allSatisfy(\.isFinite)
    let action = id.clipsAction ? action.map { max(-1, min(1, $0)) } : action
    beginning = (torsoX, action)
    if !isBroken { simulation.control = action }
    return !isBroken
  }

  func finish() -> Transition {
    let truncated = stepCount >= task.stepLimit
    isBroken = isBroken || !simulation.isFinite
    afterimage?.forget()
    if isBroken {
      return Transition(reward: .nan, terminated: true, truncated: truncated, isBroken: true)
    }

    let isHealthy = isHealthy
    let parts = RewardParts(
      forward: (torsoX - beginning.x) / spec.stepDuration,
      healthy: bonus(isHealthy: isHealthy),
      control: -task.controlCostWeight * beginning.action.sumOfSquares,
      contact: -task.contactCostWeight * contactForces.sumOfSquares)
    return Transition(
      reward: parts.sum, rewardParts: parts, terminated: !isHealthy, truncated: truncated)
  }

  /// The planar robots' own coordinate; of a free torso, where MuJoCo last computed it.
  private var torsoX: Double {
    afterimage?.values(simulation).torsoX ?? simulation.position(0)
  }

  private var contactForces: [Double] { afterimage?.values(simulation).contactForces ?? [] }

  // MARK: Health

  /// Gym also asks for finite numbers in some robots: such a state is broken here.
  var isHealthy: Bool {
    guard let health = task.health else { return true }
    return health.height.contains(simulation.position(task.hiddenPositions))
      && (health.pitch?.contains(simulation.position(2)) ?? true)
      && (health.restOfState.map(restOfStateIsInside) ?? true)
  }

  private func restOfStateIsInside(_ bounds: LocomotionTask.Bounds) -> Bool {
    (2..<simulation.model.positionCount).allSatisfy { bounds.contains(simulation.position($0)) }
      && (0..<simulation.model.velocityCount).allSatisfy {
        bounds.contains(simulation.velocity($0))
      }
  }

  private func bonus(isHealthy: Bool) -> Double {
    guard let health = task.health else { return 0 }
    return isHealthy || health.bonusIncludesFailure ? health.bonus : 0
  }

  // MARK: Snapshot

  var snapshot: EnvironmentSnapshot {
    EnvironmentSnapshot(
      id: spec.id, physics: spec.physics, state: simulation.state, stepCount: stepCount,
      isBroken: isBroken, generator: generator, memory: afterimage?.memory(simulation) ?? [])
  }

  func restore(_ snapshot: EnvironmentSnapshot) throws {
    try requireFit(snapshot, memory: afterimage?.memoryCounts(simulation) ?? [])
    simulation.state = snapshot.state
    // what the simulation holds may have been normalized
    afterimage?.restore(snapshot.memory, simulation.state)
    stepCount = snapshot.stepCount
    isBroken = snapshot.isBroken
    generator = snapshot.generator
  }
}

extension [Double] {
  var sumOfSquares: Double { reduce(0) { $0 + $1 * $1 } }
}

// MARK: Names

extension LocomotionTask {
  fileprivate func observedQuantities(of model: Model) -> [EnvironmentSpec.Quantity] {
    let state =
      torso == .free ? ModelQuantities.stateWithoutPlace(of: model) : planarState(of: model)
    switch observedForces {
    case .none: return state
    case .zeros:
      return state
        + (0..<6 * model.bodies.count).map { .init(name: "always zero (\($0))", unit: "1") }
    case .contacts: return state + ModelQuantities.contactForces(of: model)
    }
  }

  private func planarState(of model: Model) -> [EnvironmentSpec.Quantity] {
    // the first three joints of a planar robot carry its torso, each under its own name
    let torso = ["torso x", "torso height", "torso pitch"]
    let joints = zip(model.joints, model.names.joints).enumerated().map { index, joint in
      (kind: joint.0.kind, name: index < 3 ? "\(torso[index]) (\(joint.1))" : joint.1)
    }
    let positions = joints.dropFirst().map { joint in
      EnvironmentSpec.Quantity(name: joint.name, unit: joint.kind == .slide ? "m" : "rad")
    }
    let velocities = joints.map { joint in
      EnvironmentSpec.Quantity(
        name: "velocity of \(joint.name)", unit: joint.kind == .slide ? "m/s" : "rad/s")
    }
    return positions + velocities
  }
}

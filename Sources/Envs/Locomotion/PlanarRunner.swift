import Physics
import Random

/// Runs a planar robot, rewarded for its way along +x, by the rules of a `PlanarTask`.
///
/// Observation: all positions but the first (the way along x), then all velocities, the latter
/// clamped for some robots. Reward: forward speed + bonus while healthy - cost of the action.
final class PlanarRunner: Environment {
  let id: LocomotionID
  let spec: EnvironmentSpec
  let simulation: Simulation
  let task: PlanarTask

  private(set) var stepCount = 0
  private var isBroken = false
  private var generator = NumPyGenerator(seed: 0)

  init(id: LocomotionID, task: PlanarTask, physics: PhysicsProfile) throws {
    let model = try RobotModels.compile(task.model, profile: physics)
    self.id = id
    self.task = task
    simulation = Simulation(model: model)
    spec = EnvironmentSpec(
      id: id.description, physics: physics,
      observation: Self.observedQuantities(of: model),
      action: ModelQuantities.actions(of: model),
      substeps: task.substeps, timestep: model.options.timestep, stepLimit: task.stepLimit,
      referenceScore: id.robot.referenceScore)
    reset(seed: 0)
  }

  // MARK: Episode

  func reset(seed: UInt64) {
    generator = NumPyGenerator(seed: seed)
    reset()
  }

  func reset() {
    // all positions are drawn before the first velocity
    let scale = task.resetNoise.scale
    let position = simulation.model.initialPosition.map { $0 + generator.uniform(-scale, scale) }
    let velocity = (0..<simulation.model.velocityCount).map { _ in
      switch task.resetNoise.velocity {
      case .uniform: generator.uniform(-scale, scale)
      case .normal: scale * generator.standardNormal()
      }
    }
    simulation.reset(position: position, velocity: velocity)
    stepCount = 0
    isBroken = false
  }

  var observation: [Double] {
    let model = simulation.model
    let limit = task.observedSpeedLimit ?? .infinity
    var values: [Double] = []
    values.reserveCapacity(spec.observationCount)
    for i in 1..<model.positionCount { values.append(simulation.position(i)) }
    for i in 0..<model.velocityCount {
      // with the velocity as first argument a NaN stays one
      values.append(max(min(simulation.velocity(i), limit), -limit))
    }
    return values
  }

  func step(_ action: [Double]) -> Transition {
    precondition(
      action.count == spec.actionCount,
      "\(spec.id) takes \(spec.actionCount) actions, not \(action.count)")
    stepCount += 1
    let truncated = stepCount >= task.stepLimit
    // before anything clamps it to a number
    isBroken = isBroken || !action.allSatisfy(\.isFinite)
    let action = id.clipsAction ? action.map { max(-1, min(1, $0)) } : action

    let before = simulation.position(0)
    if !isBroken { isBroken = !simulation.advance(action, substeps: task.substeps) }
    if isBroken {
      return Transition(reward: .nan, terminated: true, truncated: truncated, isBroken: true)
    }

    let isHealthy = isHealthy
    let parts = RewardParts(
      forward: (simulation.position(0) - before) / spec.stepDuration,
      healthy: bonus(isHealthy: isHealthy),
      control: -task.controlCostWeight * action.sumOfSquares)
    return Transition(
      reward: parts.sum, rewardParts: parts,
      terminated: !isHealthy, truncated: truncated)
  }

  // MARK: Health

  var isHealthy: Bool {
    guard let health = task.health else { return true }
    return health.height.contains(simulation.position(1))
      && health.pitch.contains(simulation.position(2))
      && (health.restOfState.map(restOfStateIsInside) ?? true)
  }

  private func restOfStateIsInside(_ range: PlanarTask.OpenRange) -> Bool {
    (2..<simulation.model.positionCount).allSatisfy { range.contains(simulation.position($0)) }
      && (0..<simulation.model.velocityCount).allSatisfy { range.contains(simulation.velocity($0)) }
  }

  private func bonus(isHealthy: Bool) -> Double {
    guard let health = task.health else { return 0 }
    return isHealthy || health.bonusIncludesFailure ? health.bonus : 0
  }

  // MARK: Snapshot

  var snapshot: EnvironmentSnapshot {
    EnvironmentSnapshot(
      id: spec.id, physics: spec.physics, state: simulation.state, stepCount: stepCount,
      isBroken: isBroken, generator: generator)
  }

  func restore(_ snapshot: EnvironmentSnapshot) throws {
    try requireFit(snapshot, memory: [])
    simulation.state = snapshot.state
    stepCount = snapshot.stepCount
    isBroken = snapshot.isBroken
    generator = snapshot.generator
  }

  // MARK: Names

  private static func observedQuantities(of model: Model) -> [EnvironmentSpec.Quantity] {
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

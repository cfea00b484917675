import Physics
import Random

/// Gym's Ant: a free body on four legs, rewarded for its way along +x.
///
/// Observation: all positions but x and y, all velocities, then by version nothing, zeros or
/// contact forces. Reward: forward speed + bonus while healthy - costs of action and contact
/// forces.
final class AntRunner: Environment {
  let id: LocomotionID
  let spec: EnvironmentSpec
  let simulation: Simulation
  let task: AntTask

  private(set) var stepCount = 0
  private var isBroken = false
  private var generator = NumPyGenerator(seed: 0)
  private var afterimage: Afterimage

  init(id: LocomotionID, physics: PhysicsProfile) throws {
    let task = AntTask(version: id.rulesVersion)
    let model = try RobotModels.compile(task.model, profile: physics)
    self.id = id
    self.task = task
    simulation = Simulation(model: model)
    afterimage = Afterimage(readsForces: task.observedForces == .contacts)
    spec = EnvironmentSpec(
      id: id.description, physics: physics,
      observation: Self.observedQuantities(of: model, task.observedForces),
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
    let start = generator.noisyStart(of: simulation.model, scale: task.resetNoise)
    simulation.reset(position: start.position, velocity: start.velocity)
    afterimage.forget()
    stepCount = 0
    isBroken = false
  }

  var observation: [Double] {
    let state = simulation.state
    var values = Array(state.position.dropFirst(2)) + state.velocity
    switch task.observedForces {
    case .none: break
    case .zeros: values += Array(repeating: 0, count: 6 * simulation.model.bodies.count)
    case .contacts: values += afterimage.values(simulation).contactForces.dropFirst(6)
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

    let before = afterimage.values(simulation).torsoX
    if !isBroken { isBroken = !simulation.advance(action, substeps: task.substeps) }
    afterimage.forget()
    if isBroken {
      return Transition(reward: .nan, terminated: true, truncated: truncated, isBroken: true)
    }

    let after = afterimage.values(simulation)
    let isHealthy = isHealthy
    let parts = RewardParts(
      forward: (after.torsoX - before) / spec.stepDuration,
      healthy: isHealthy || task.bonusIncludesFailure ? task.bonus : 0,
      control: -task.controlCostWeight * action.sumOfSquares,
      contact: -task.contactCostWeight * after.contactForces.sumOfSquares)
    return Transition(
      reward: parts.sum, rewardParts: parts, terminated: !isHealthy, truncated: truncated)
  }

  /// Gym also asks for finite numbers: such a state is broken here.
  var isHealthy: Bool { task.healthyHeight.contains(simulation.position(2)) }

  // MARK: Snapshot

  var snapshot: EnvironmentSnapshot {
    EnvironmentSnapshot(
      id: spec.id, physics: spec.physics, state: simulation.state, stepCount: stepCount,
      isBroken: isBroken, generator: generator, memory: afterimage.memory(simulation))
  }

  func restore(_ snapshot: EnvironmentSnapshot) throws {
    try requireFit(snapshot, memory: afterimage.memoryCounts(simulation))
    simulation.state = snapshot.state
    // what the simulation holds may have been normalized
    afterimage.restore(snapshot.memory, simulation.state)
    stepCount = snapshot.stepCount
    isBroken = snapshot.isBroken
    generator = snapshot.generator
  }

  // MARK: Names

  private static func observedQuantities(
    of model: Model, _ forces: AntTask.ObservedForces
  ) -> [EnvironmentSpec.Quantity] {
    let state = ModelQuantities.stateWithoutPlace(of: model)
    switch forces {
    case .none: return state
    case .zeros:
      return state
        + (0..<6 * model.bodies.count).map { .init(name: "always zero (\($0))", unit: "1") }
    case .contacts: return state + ModelQuantities.contactForces(of: model)
    }
  }
}

extension Simulation {
  /// Physics steps under one action; false as soon as a number is not finite.
  func advance(_ action: [Double], substeps: Int) -> Bool {
    control = action
    for _ in 0..<substeps where isFinite { step() }
    return isFinite
  }
}

extension NumPyGenerator {
  /// The model's initial configuration + uniform(-scale, scale), then velocities of scale · normal:
  /// as Gymnasium draws them, all positions before the first velocity.
  mutating func noisyStart(
    of model: Model, scale: Double
  ) -> (position: [Double], velocity: [Double]) {
    let position = model.initialPosition.map { $0 + uniform(-scale, scale) }
    let velocity = (0..<model.velocityCount).map { _ in scale * standardNormal() }
    return (position, velocity)
  }
}

extension [Double] {
  var sumOfSquares: Double { reduce(0) { $0 + $1 * $1 } }
}

import IDQLEnvs
import IDQLPhysics
import IDQLRandom

/// Common part of two environments written as by a user, with the public interface only.
class PendulumTask {
  static func model(mass: Double) throws -> Model {
    let document = """
      <mujoco><option timestep="0.02"/><worldbody><body><joint name="hinge" axis="0 1 0"/>
      <geom type="capsule" fromto="0 0 0 0 0 1" size="0.05" mass="\(mass)"/></body></worldbody>
      <actuator><motor joint="hinge" ctrlrange="-1 1" ctrllimited="true"/></actuator></mujoco>
      """
    return try Model(mjcf: document, named: "pendulum", profile: .mujoco4)
  }

  let spec = EnvironmentSpec(
    id: "Pendulum-v0", physics: .mujoco4,
    observation: [.init(name: "angle", unit: "rad"), .init(name: "speed", unit: "rad/s")],
    action: [.init(name: "hinge", unit: "N m")], substeps: 2, timestep: 0.02, stepLimit: 20)
  let rules = "A rod on a hinge, paid for standing upright."
  let simulation: Simulation
  private(set) var stepCount = 0
  private var generator = NumPyGenerator(seed: 0)
  /// What makes an episode end early depends on more than the state.
  private var patience = 0.0

  private struct Memory: Codable { var patience: Double }

  init(_ model: Model) {
    simulation = Simulation(model: model)
    reset(seed: 0)
  }

  func reset(seed: UInt64) {
    generator = NumPyGenerator(seed: seed)
    reset()
  }

  func reset() {
    simulation.reset(position: [generator.uniform(-0.1, 0.1)], velocity: [0])
    patience = generator.uniform(1, 6)
    stepCount = 0
  }

  var observation: [Double] { [simulation.position(0), simulation.velocity(0)] }

  func begin(_ action: [Double]) -> Bool {
    simulation.control = action
    patience -= abs(action[0])
    return true
  }

  func finish() -> Transition {
    stepCount += 1
    return Transition(
      reward: 1 - simulation.position(0) * simulation.position(0), terminated: patience < 0,
      truncated: stepCount >= spec.stepLimit)
  }

  var snapshot: EnvironmentSnapshot {
    EnvironmentSnapshot(
      id: spec.id, physics: spec.physics, state: simulation.state, stepCount: stepCount,
      isBroken: false, generator: generator, memory: Memory(patience: patience))
  }

  func restore(_ snapshot: EnvironmentSnapshot) throws {
    patience = try snapshot.memory(as: Memory.self).patience
    simulation.state = snapshot.state
    stepCount = snapshot.stepCount
    generator = snapshot.generator
  }
}

/// It can only be stepped as a whole.
final class OwnPendulum: PendulumTask, Environment {
  func step(_ action: [Double]) -> Transition {
    if begin(action) {
      for _ in 0..<spec.substeps { simulation.step() }
    }
    return finish()
  }
}

/// It can share vector registers.
final class OwnDividedPendulum: PendulumTask, DividedEnvironment {}

import IDQLEnvs
import IDQLPhysics
import IDQLRandom

/// A rod on a hinge, paid for standing upright: an environment in which something can be learnt in
/// seconds.
final class Balance: Environment {
  static let document = """
    <mujoco><option timestep="0.02"/><worldbody><body><joint name="hinge" axis="0 1 0"/>
    <geom type="capsule" fromto="0 0 0 0 0 1" size="0.02"/></body></worldbody>
    <actuator><motor joint="hinge" gear="20" ctrlrange="-1 1" ctrllimited="true"/></actuator>
    </mujoco>
    """

  let spec: EnvironmentSpec
  let simulation: Simulation
  let rules = "A rod on a hinge, paid for standing upright."
  private(set) var stepCount = 0
  private var generator = NumPyGenerator(seed: 0)
  /// After this many steps of an episode numbers are none.
  private let breaksAt: Int?

  init(breaksAt: Int? = nil) throws {
    self.breaksAt = breaksAt
    simulation = Simulation(
      model: try Model(mjcf: Self.document, named: "balance", profile: .mujoco4))
    spec = EnvironmentSpec(
      id: "Balance-v0", physics: .mujoco4,
      observation: [.init(name: "angle", unit: "rad"), .init(name: "speed", unit: "rad/s")],
      action: [.init(name: "hinge", unit: "N m")], substeps: 2, timestep: 0.02, stepLimit: 100)
    reset(seed: 0)
  }

  func reset(seed: UInt64) {
    generator = NumPyGenerator(seed: seed)
    reset()
  }

  func reset() {
    simulation.reset(position: [generator.uniform(-0.1, 0.1)], velocity: [0])
    stepCount = 0
  }

  var observation: [Double] { [simulation.position(0), simulation.velocity(0)] }

  func step(_ action: [Double]) -> Transition {
    stepCount += 1
    simulation.control = action
    for _ in 0..<spec.substeps { simulation.step() }
    let angle = simulation.position(0)
    let bonus = 1 - angle * angle
    return Transition(
      reward: bonus, rewardParts: RewardParts(healthy: bonus), terminated: abs(angle) > 0.5,
      truncated: stepCount >= spec.stepLimit, isBroken: stepCount == breaksAt)
  }

  var snapshot: EnvironmentSnapshot {
    EnvironmentSnapshot(
      id: spec.id, physics: spec.physics, state: simulation.state, stepCount: stepCount,
      isBroken: false, generator: generator)
  }

  func restore(_ snapshot: EnvironmentSnapshot) throws {
    simulation.state = snapshot.state
    stepCount = snapshot.stepCount
    generator = snapshot.generator
  }
}

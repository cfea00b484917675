import IDQLEnvs
import IDQLPhysics
import IDQLRandom

/// An environment as a user would write it, with the public interface only; and variants with
/// faults.
final class Pendulum: Environment {
  enum Fault: CaseIterable {
    case none
    case longObservation, infiniteObservation, growingGoal, noTimeLimit
    case oneStart, wideStart, startFollowsHistory, repeatedReset, startsLate
    case sharedWind, blinkingObservation, hiddenMemory
    case forgottenGenerator, forgottenSteps, refusesItself, takesAnything
    case cutEarly, neverCut, terminatedByTime, paidByTime, uncounted, successSometimes
    case infiniteReward, sleepsThroughNaN, staysBroken
  }

  static let document = """
    <mujoco><option timestep="0.02"/><worldbody><body><joint name="hinge" axis="0 1 0"/>
    <geom type="capsule" fromto="0 0 0 0 0 1" size="0.05"/></body></worldbody>
    <actuator><motor joint="hinge" ctrlrange="-1 1" ctrllimited="true"/></actuator></mujoco>
    """

  let spec: EnvironmentSpec
  let simulation: Simulation
  let rules = "A rod on a hinge, paid for standing upright."
  private(set) var stepCount = 0
  private let fault: Fault
  private var generator = NumPyGenerator(seed: 0)
  private var isBroken = false

  // what only broken pendulums use
  nonisolated(unsafe) private static var wind = 0.0
  private var resets = 0.0
  private var everBroken = false
  private var push = 0.0
  private var looks = 0.0

  init(_ fault: Fault = .none) throws {
    self.fault = fault
    let model = try Model(mjcf: Self.document, named: "pendulum", profile: .mujoco4)
    simulation = Simulation(model: model)
    spec = EnvironmentSpec(
      id: "Pendulum-v0", physics: .mujoco4,
      observation: [.init(name: "angle", unit: "rad"), .init(name: "speed", unit: "rad/s")],
      action: [.init(name: "hinge", unit: "N m")], substeps: 2, timestep: 0.02,
      stepLimit: fault == .noTimeLimit ? 0 : 200)
    reset(seed: 0)
  }

  func reset(seed: UInt64) {
    if fault != .startFollowsHistory || resets == 0 { generator = NumPyGenerator(seed: seed) }
    if fault == .oneStart { generator = NumPyGenerator(seed: 7) }
    reset()
  }

  func reset() {
    if fault == .repeatedReset && stepCount == 0 && resets > 0 { return }
    var start = generator
    let angle = generator.uniform(-0.1, 0.1) * (fault == .wideStart ? 3 : 1)
    if fault == .repeatedReset { swap(&start, &generator) }
    simulation.reset(position: [angle], velocity: [0])
    stepCount = fault == .startsLate ? 1 : 0
    isBroken = fault == .staysBroken && everBroken
    resets += 1
  }

  var observation: [Double] {
    let state = simulation.state
    if fault == .blinkingObservation { looks += 1 }
    let angle = fault == .infiniteObservation && stepCount == 3 ? .infinity : state.position[0]
    return [angle, state.velocity[0] + looks] + (fault == .longObservation ? [0] : [])
  }

  var goal: [Double]? { fault == .growingGoal && stepCount == 2 ? [0] : nil }

  func step(_ action: [Double]) -> Transition {
    if fault != .uncounted { stepCount += 1 }
    let isLast = stepCount >= spec.stepLimit - (fault == .cutEarly ? 1 : 0)
    if fault != .sleepsThroughNaN { isBroken = isBroken || !action.allSatisfy(\.isFinite) }
    everBroken = everBroken || isBroken
    var torque = [action[0].isFinite ? action[0] : 0]
    switch fault {
    case .sharedWind:
      torque[0] += Self.wind
      Self.wind = 0.5 - Self.wind
    case .hiddenMemory:
      torque[0] += push
      push = 0.5 * action[0]
    default: break
    }
    if !isBroken {
      simulation.control = torque
      for _ in 0..<spec.substeps { simulation.step() }
      isBroken = !simulation.isFinite
    }
    if isBroken {
      return Transition(reward: .nan, terminated: true, truncated: isLast, isBroken: true)
    }

    let angle = simulation.position(0)
    var reward = 1 - angle * angle
    if fault == .paidByTime && isLast { reward += 5 }
    if fault == .infiniteReward && stepCount == 4 { reward = .infinity }
    return Transition(
      reward: reward, terminated: abs(angle) > 1 || fault == .terminatedByTime && isLast,
      truncated: isLast && fault != .neverCut,
      isSuccess: fault == .successSometimes && isLast ? true : nil)
  }

  var snapshot: EnvironmentSnapshot {
    EnvironmentSnapshot(
      id: spec.id, physics: spec.physics, state: simulation.state, stepCount: stepCount,
      isBroken: isBroken,
      generator: fault == .forgottenGenerator ? NumPyGenerator(seed: 0) : generator)
  }

  struct Refused: Error {}

  func restore(_ snapshot: EnvironmentSnapshot) throws {
    if snapshot.id != spec.id && fault != .takesAnything { throw Refused() }
    if fault == .refusesItself { throw Refused() }
    simulation.state = snapshot.state
    if fault != .forgottenSteps { stepCount = snapshot.stepCount }
    isBroken = snapshot.isBroken
    generator = snapshot.generator
  }
}

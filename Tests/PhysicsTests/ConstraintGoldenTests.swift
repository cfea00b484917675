import Foundation
import IDQLPhysics
import IDQLPhysicsLanes
import IDQLRandom
import TestSupport
import Testing

/// Tendons, equalities, dry friction, elliptic cones, the removal of slip, implicit integrators and
/// states of actuators: recordings of MuJoCo, lanes, and closed forms.
@Suite struct ConstraintGoldenTests {
  struct Recording: Decodable {
    struct Next: Decodable { let position, velocity, activation: [Double] }
    struct Step: Decodable {
      let position, velocity, control, activation: [Double]
      let next: Next

      func start(_ simulation: Simulation) {
        simulation.reset(position: position, velocity: velocity)
        simulation.state.activation = activation
        simulation.control = control
      }
    }
    struct Sample: Decodable, CustomTestStringConvertible {
      let name: String
      let document: String
      let steps: [Step]

      var testDescription: String { name }
    }

    let samples: [Sample]

    static let all = ["constraints", "spatial-tendons", "no-slip"].flatMap {
      (goldenJSON("\($0).json") as Recording).samples
    }
  }

  @Test(arguments: Recording.all)
  func oneStepMatchesMuJoCo(_ sample: Recording.Sample) throws {
    let model = try Model(mjcf: sample.document, named: sample.name, profile: .mujoco4)
    let simulation = Simulation(model: model)
    for step in sample.steps {
      step.start(simulation)
      simulation.step()
      let scale = step.next.velocity.reduce(1) { max($0, abs($1)) }
      // both solve to rounding, which the stiffest of these rows amplify to 1e-12
      expectClose(simulation.state.position, step.next.position, within: 1e-10 * scale)
      expectClose(simulation.state.velocity, step.next.velocity, within: 1e-10 * scale)
      expectClose(simulation.state.activation, step.next.activation, within: 1e-13)
      #expect(simulation.unconvergedSolveCount == 0)
    }
  }

  @Test(arguments: Recording.all)
  func lanesMoveAsSingleSimulations(_ sample: Recording.Sample) throws {
    let model = try Model(mjcf: sample.document, named: sample.name, profile: .mujoco4)
    for laneCount in WideStepper.supportedLaneCounts where laneCount > 1 {
      let stepper = WideStepper(model: model, laneCount: laneCount)
      let together = sample.steps.map { _ in Simulation(model: model) }
      let singles = sample.steps.map { _ in Simulation(model: model) }
      for (index, step) in sample.steps.enumerated() {
        step.start(together[index])
        step.start(singles[index])
      }
      for _ in 0..<10 {
        stepper.step(together)
        for simulation in singles { simulation.step() }
      }
      for (a, b) in zip(together, singles) {
        #expect(a.state == b.state && a.isFinite == b.isFinite)
        #expect(a.constraints == b.constraints && a.constraintForce == b.constraintForce)
      }
    }
  }

  private func simulation(_ content: String) throws -> Simulation {
    Simulation(
      model: try Model(
        mjcf: "<mujoco><option timestep='0.001' gravity='0 0 0'/>\(content)</mujoco>",
        profile: .mujoco4))
  }

  /// A block of 2 kg that is pulled against dry friction of 3 N: by more it accelerates by the
  /// difference, by less it creeps to rest at a force that balances the pull.
  @Test func dryFrictionTakesItsShare() throws {
    let block = try simulation(
      """
      <worldbody><body><joint name='x' type='slide' axis='1 0 0' frictionloss='3'/>
        <geom size='.1' mass='2'/></body></worldbody><actuator><motor joint='x'/></actuator>
      """)
    block.control = [5]
    for _ in 0..<100 { block.step() }
    #expect(abs(block.velocity(0) - 0.1 * (5 - 3) / 2) < 1e-12)
    #expect(block.constraints.map(\.force) == [-3])

    block.control = [2]
    for _ in 0..<3000 { block.step() }
    #expect(abs(block.constraintForce[0] + 2) < 1e-6)
    #expect(block.acceleration[0].magnitude < 1e-6)
  }

  /// Two masses that a spring of a fixed tendon couples: the relative motion has the frequency
  /// √(k / m) of the reduced mass, the common one is free.
  @Test func aTendonIsASpring() throws {
    let pair = try simulation(
      """
      <worldbody><body><joint name='a' type='slide'/><geom size='.1' mass='1'/></body>
        <body><joint name='b' type='slide'/><geom size='.1' mass='3' pos='1 0 0'/></body></worldbody>
      <tendon><fixed stiffness='12'><joint joint='a' coef='1'/><joint joint='b' coef='-1'/></fixed>
      </tendon>
      """)
    pair.reset(position: [0.4, 0], velocity: [0.5, 2])
    #expect(pair.tendonLengths == [0.4] && pair.tendonSpeeds == [-1.5])
    pair.reset(position: [0.4, 0], velocity: [0, 0])
    let omega = (12 / (1 * 3.0 / 4)).squareRoot()
    for step in 1...500 {
      let before = pair.state
      pair.step()
      // of the last evaluation of forces, which was where the step began
      #expect(pair.tendonLengths == [before.position[0] - before.position[1]])
      #expect(pair.tendonSpeeds == [before.velocity[0] - before.velocity[1]])
      let expected = 0.4 * cos(omega * 0.001 * Double(step))
      // semi-implicit Euler: half a step of phase
      #expect(abs(pair.position(0) - pair.position(1) - expected) < 2e-3)
      #expect(abs(pair.velocity(0) + 3 * pair.velocity(1)) < 1e-13)
    }
  }

  /// A block on a slope of 30°, whose friction coefficient 0.5 is below its tangent: with an elliptic
  /// cone it slides down at g (sin - 0.5 cos), in a direction askew to the axes of the pyramid too.
  @Test(arguments: [0.0, 0.4, 0.785]) func anEllipticConeHasOneFriction(_ turn: Double) throws {
    let g = 9.81
    let (down, across) = (g * sin(Double.pi / 6), g * cos(Double.pi / 6))
    let model = try Model(
      mjcf: """
        <mujoco><option timestep='0.002' cone='elliptic' impratio='100'
          gravity='\(down * cos(turn)) \(down * sin(turn)) \(-across)'/>
        <worldbody><geom type='plane' size='9 9 1' friction='0.5'/>
          <body pos='0 0 .1'><joint type='slide' axis='1 0 0'/><joint type='slide' axis='0 1 0'/>
            <joint type='slide'/><geom size='.1' friction='0.5'/></body></worldbody></mujoco>
        """, profile: .mujoco4)
    let simulation = Simulation(model: model)
    for _ in 0..<500 { simulation.step() }
    let speed =
      (simulation.velocity(0) * simulation.velocity(0)
      + simulation.velocity(1) * simulation.velocity(1)).squareRoot()
    // the cone is soft: the normal force oscillates at first
    #expect(abs(speed - (down - 0.5 * across)) < 0.02)
    #expect(abs(simulation.velocity(1) * cos(turn) - simulation.velocity(0) * sin(turn)) < 1e-9)
  }

  /// Damping 1/s of 50 times the step rate: an explicit method would diverge.
  @Test(arguments: ["implicit", "implicitfast"]) func implicitMethodsAreStable(_ name: String)
    throws
  {
    let model = try Model(
      mjcf: """
        <mujoco><option timestep='0.01' integrator='\(name)' gravity='0 0 0'/>
        <worldbody><body><joint name='j' type='slide'/><geom size='.1' mass='1'/></body></worldbody>
        <actuator><velocity joint='j' kv='5000'/></actuator></mujoco>
        """, profile: .mujoco4)
    let simulation = Simulation(model: model)
    simulation.reset(position: [0], velocity: [1])
    for step in 1...3 {
      simulation.step()
      #expect(abs(simulation.velocity(0) - pow(1 / 51, Double(step))) < 1e-15)
    }
  }

  /// A filter follows a constant control exactly, an integrator sums it up to its range.
  @Test func statesFollowTheirControls() throws {
    let model = try Model(
      mjcf: """
        <mujoco><option timestep='0.01'/><worldbody><body><joint name='j' type='slide'/>
          <geom size='.1'/></body></worldbody><actuator>
          <general joint='j' dyntype='filterexact' dynprm='0.2'/>
          <general joint='j' dyntype='filter' dynprm='0.2'/>
          <general joint='j' dyntype='integrator' actrange='-0.3 0.3'/></actuator></mujoco>
        """, profile: .mujoco4)
    let simulation = Simulation(model: model)
    simulation.control = [1, 1, 1]
    for step in 1...50 {
      simulation.step()
      let found = simulation.state.activation
      #expect(abs(found[0] - (1 - exp(-0.05 * Double(step)))) < 1e-14)
      #expect(abs(found[1] - (1 - pow(0.95, Double(step)))) < 1e-14)
      #expect(abs(found[2] - min(0.3, 0.01 * Double(step))) < 1e-14)
    }
    let restored = Simulation(model: model)
    restored.state = try JSONDecoder().decode(
      State.self, from: JSONEncoder().encode(simulation.state))
    #expect(restored.state == simulation.state)
  }

  /// A gear: the second joint turns by a polynomial of the first, against a torque.
  @Test func anEqualityIsAGear() throws {
    let gear = try simulation(
      """
      <worldbody><body><joint name='a' axis='0 1 0' damping='1'/><geom size='.1' pos='.2 0 0'/></body>
        <body><joint name='b' axis='0 1 0' damping='1'/><geom size='.1' pos='.2 0 0'/></body></worldbody>
      <equality><joint joint1='b' joint2='a' polycoef='0.1 2 0.5 0 0' solimp='.9999 .9999 1'/></equality>
      <actuator><motor joint='a'/></actuator>
      """)
    gear.control = [1]
    for _ in 0..<2000 { gear.step() }
    let a = gear.position(0)
    #expect(a > 0.1)
    #expect(abs(gear.position(1) - (0.1 + 2 * a + 0.5 * a * a)) < 1e-3)
  }

  /// A weld to the world carries a weight, and a connect is a ball joint.
  @Test func bodiesAreHeldWhereTheyWere() throws {
    let held = try Model(
      mjcf: """
        <mujoco><worldbody>
          <body name='a' pos='0 0 1'><freejoint/><geom size='.1' mass='2'/></body>
          <body name='b' pos='1 0 1'><freejoint/><geom type='capsule' size='.05 .2' mass='1'/></body>
        </worldbody><equality><weld body1='a'/><connect body1='b' anchor='0 0 .25'/></equality></mujoco>
        """, profile: .mujoco4)
    let simulation = Simulation(model: held)
    for _ in 0..<3000 { simulation.step() }
    #expect(abs(simulation.constraintForce[2] - 2 * 9.81) < 1e-6)
    #expect(abs(simulation.constraintForce[8] - 9.81) < 1e-6)
    let top =
      simulation.frame(ofBody: 2).origin + simulation.frame(ofBody: 2).rotation
      * Vector3(0, 0, 0.25)
    #expect((top - Vector3(1, 0, 1.25)).length < 1e-3)
  }
}

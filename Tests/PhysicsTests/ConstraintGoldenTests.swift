import Foundation
import IDQLPhysics
import IDQLPhysicsLanes
import IDQLRandom
import TestSupport
import Testing

/// Tendons, equalities and dry friction: recordings of MuJoCo, lanes, and closed forms.
@Suite struct ConstraintGoldenTests {
  struct Recording: Decodable {
    struct Next: Decodable { let position, velocity: [Double] }
    struct Step: Decodable {
      let position, velocity, control: [Double]
      let next: Next
    }
    struct Sample: Decodable, CustomTestStringConvertible {
      let name: String
      let document: String
      let steps: [Step]

      var testDescription: String { name }
    }

    let samples: [Sample]

    static let shared: Recording = goldenJSON("constraints.json")
  }

  @Test(arguments: Recording.shared.samples)
  func oneStepMatchesMuJoCo(_ sample: Recording.Sample) throws {
    let model = try Model(mjcf: sample.document, named: sample.name, profile: .mujoco4)
    let simulation = Simulation(model: model)
    for step in sample.steps {
      simulation.reset(position: step.position, velocity: step.velocity)
      simulation.control = step.control
      simulation.step()
      let scale = step.next.velocity.reduce(1) { max($0, abs($1)) }
      // both solve to rounding, which the stiffest of these rows amplify to 1e-12
      expectClose(simulation.state.position, step.next.position, within: 1e-10 * scale)
      expectClose(simulation.state.velocity, step.next.velocity, within: 1e-10 * scale)
      #expect(simulation.unconvergedSolveCount == 0)
    }
  }

  @Test(arguments: Recording.shared.samples)
  func lanesMoveAsSingleSimulations(_ sample: Recording.Sample) throws {
    let model = try Model(mjcf: sample.document, named: sample.name, profile: .mujoco4)
    for laneCount in WideStepper.supportedLaneCounts where laneCount > 1 {
      let stepper = WideStepper(model: model, laneCount: laneCount)
      let together = sample.steps.map { _ in Simulation(model: model) }
      let singles = sample.steps.map { _ in Simulation(model: model) }
      for (index, step) in sample.steps.enumerated() {
        for simulation in [together[index], singles[index]] {
          simulation.reset(position: step.position, velocity: step.velocity)
          simulation.control = step.control
        }
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
    pair.reset(position: [0.4, 0], velocity: [0, 0])
    let omega = (12 / (1 * 3.0 / 4)).squareRoot()
    for step in 1...500 {
      pair.step()
      let expected = 0.4 * cos(omega * 0.001 * Double(step))
      // semi-implicit Euler: half a step of phase
      #expect(abs(pair.position(0) - pair.position(1) - expected) < 2e-3)
      #expect(abs(pair.velocity(0) + 3 * pair.velocity(1)) < 1e-13)
    }
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

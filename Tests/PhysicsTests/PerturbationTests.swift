// Properties are named as the keys of the file.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import TestSupport
import Testing

@testable import IDQLPhysics

/// Perturbations as of MuJoCo's viewer (`Scripts/record_perturbations.py`).
@Suite struct PerturbationTests {
  struct Sample: Decodable {
    var model: String
    var kind: String
    var position, velocity, grip, target, orientation, wrench: [Double]
    var body: Int
    var mass: Double
    var next_position, next_velocity: [Double]

    func simulation() throws -> Simulation {
      let model = try Model(mjcf: model, named: "held.xml", profile: .mujoco4)
      let simulation = Simulation(model: model)
      simulation.reset(position: position, velocity: velocity)
      return simulation
    }

    func hold(in simulation: Simulation) -> Perturbation {
      var hold = Perturbation(
        body: body, grip: Vector3(grip[0], grip[1], grip[2]), in: simulation)
      if kind != "turn" { hold.target = Vector3(target[0], target[1], target[2]) }
      if kind != "pull" {
        hold.orientation = Quaternion(
          orientation[0], orientation[1], orientation[2], orientation[3])
      }
      return hold
    }
  }

  static let samples: [Sample] = {
    struct File: Decodable { var samples: [Sample] }
    return goldenJSON("perturbations.json", as: File.self).samples
  }()

  @Test func everyKindIsRecorded() {
    #expect(Set(Self.samples.map(\.kind)) == ["pull", "turn", "both"])
    #expect(Set(Self.samples.map(\.body)) == [1, 2, 3])
  }

  @Test(arguments: samples.indices)
  func forcesAndStepsAreMuJoCos(_ index: Int) throws {
    let sample = Self.samples[index]
    let simulation = try sample.simulation()
    let hold = sample.hold(in: simulation)
    // rounding of some dozens of operations
    expectClose([hold.mass], [sample.mass], within: 0, relative: 1e-11, "mass")
    let wrench = hold.wrench(in: simulation)
    expectClose(
      wrench.linear.components + wrench.angular.components, sample.wrench, within: 1e-9,
      relative: 1e-11, "wrench")

    simulation.perturbation = hold
    simulation.step()
    // the same, through a step of a stiff mechanism; measured 3e-13
    expectClose(
      simulation.state.position, sample.next_position, within: 1e-11, "position")
    expectClose(
      simulation.state.velocity, sample.next_velocity, within: 1e-9, "velocity")
  }

  @Test func aRemovedPerturbationLeavesNoTrace() throws {
    let sample = Self.samples[0]
    let (held, free) = (try sample.simulation(), try sample.simulation())
    held.perturbation = sample.hold(in: held)
    held.step()
    held.perturbation = nil
    held.state = free.state
    for _ in 0..<20 {
      held.step()
      free.step()
    }
    #expect(held.state == free.state)
  }

  /// The force is determined by the state: a restored simulation has the same future to the bit.
  @Test func aRestoredSimulationIsPulledToTheBit() throws {
    let sample = Self.samples[12]  // Runge-Kutta: what is left of its last stage must not matter
    let simulation = try sample.simulation()
    simulation.perturbation = sample.hold(in: simulation)
    for _ in 0..<10 { simulation.step() }
    let other = try sample.simulation()
    other.perturbation = simulation.perturbation
    other.state = simulation.state
    simulation.step()
    other.step()
    #expect(simulation.state == other.state)
  }

  /// A damped spring whose rest position is the target: the body moves there and stays.
  @Test func aPulledBodyComesToRestAtTheTarget() throws {
    let model = try Model(
      mjcf: """
        <mujoco><option gravity="0 0 0"/><worldbody><body><freejoint/>
        <geom type="sphere" size="0.1"/></body></worldbody></mujoco>
        """, named: "ball.xml", profile: .mujoco4)
    let simulation = Simulation(model: model)
    var hold = Perturbation(body: 1, grip: .zero, in: simulation)
    hold.target = Vector3(1, -2, 0.5)
    simulation.perturbation = hold
    for _ in 0..<2000 { simulation.step() }
    // damping ratio 1/2 at 10 rad/s: exp(-5 · 4) of the distance is left
    expectClose(Array(simulation.state.position[0..<3]), [1, -2, 0.5], within: 1e-7)
  }

  @Test func theWorldCannotBeMoved() throws {
    let sample = Self.samples[0]
    let simulation = try sample.simulation()
    var hold = Perturbation(body: 0, grip: .zero, in: simulation)
    hold.target = Vector3(1, 1, 1)
    #expect(hold.mass == 0)
    let free = try sample.simulation()
    simulation.perturbation = hold
    simulation.step()
    free.step()
    #expect(simulation.state == free.state)
  }
}

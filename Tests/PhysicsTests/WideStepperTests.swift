import Foundation
import IDQLPhysics
import IDQLPhysicsLanes
import IDQLRandom
import IDQLTensors
import Testing

/// Simulations in lanes against single ones, to the bit.
@Suite struct WideStepperTests {
  /// States and controls differ between lanes, one lane starts anew on the way, and the count is no
  /// multiple of any number of lanes.
  @Test(arguments: Golden.models, Golden.profiles)
  func everyLaneMovesAsASingleSimulation(_ name: String, _ profile: PhysicsProfile) throws {
    let golden = try Golden(name, profile)
    try compare(
      golden.model, positions: golden.table("case/qpos"),
      velocities: golden.table("case/qvel"), steps: 120)
  }

  /// Ball and free joints, contacts of all dimensions between all shapes, actuators, fluid and
  /// wind.
  @Test(arguments: 0..<40, VariedModelsTests.files.indices)
  func variedMechanismsMoveAsSingleOnes(_ index: Int, _ fileIndex: Int) throws {
    let file = try VariedModelsTests.files[fileIndex].get()
    let name = "model" + String(String(1000 + index).dropFirst())
    let model = try Model(mjcf: #require(file.metadata[name]), named: name, profile: .mujoco4)
    try compare(
      model, positions: Golden.Table(try file.doubles("\(name)/qpos")),
      velocities: Golden.Table(try file.doubles("\(name)/qvel")), steps: 40)
  }

  private func compare(
    _ model: Model, positions: Golden.Table, velocities: Golden.Table, steps: Int
  ) throws {
    let count = 11
    for laneCount in WideStepper.supportedLaneCounts where laneCount > 1 {
      var generator = NumPyGenerator(seed: 7)
      let stepper = WideStepper(model: model, laneCount: laneCount)
      let together = (0..<count).map { _ in Simulation(model: model) }
      let singles = (0..<count).map { _ in Simulation(model: model) }

      func start(_ index: Int) {
        let row = generator.integer(below: positions.count)
        let state = State(
          position: positions[row], velocity: velocities[row],
          warmStart: Array(repeating: 0, count: model.velocityCount))
        singles[index].state = state
        together[index].state = state
      }

      for index in 0..<count { start(index) }
      var step = 0
      while step < steps {
        if step % 25 == 24 { start(step % count) }
        let times = 1 + generator.integer(below: 3)
        for index in 0..<count {
          let control = model.actuators.map { _ in generator.uniform(-1.2, 1.2) }
          singles[index].control = control
          together[index].control = control
          for _ in 0..<times { singles[index].step() }
        }
        stepper.step(together, times: times)
        step += times
        guard step % 4 == 0 || step >= steps else { continue }
        for index in 0..<count {
          #expect(
            hasSameBits(together[index], singles[index]),
            "\(model.name), \(laneCount) lanes, step \(step), simulation \(index)")
        }
      }
    }
  }

  /// A simulation that is not finite, from the start or after some steps, stops as a single one
  /// does; the others continue.
  @Test(arguments: WideStepper.supportedLaneCounts)
  func aStateThatIsNotFiniteStops(_ laneCount: Int) throws {
    let model = try Golden.model("hopper", .mujoco4)
    let stepper = WideStepper(model: model, laneCount: laneCount)
    // the first is beyond all bounds, the next get there after some steps, the last ones move
    // slowly
    let speeds = [1e300, 9.9e9, 4e9, 1e6, 0, 1]
    func simulations() -> [Simulation] {
      speeds.map { speed in
        let simulation = Simulation(model: model)
        var velocity = Array(repeating: 0.0, count: model.velocityCount)
        velocity[0] = speed
        simulation.reset(position: model.initialPosition, velocity: velocity)
        return simulation
      }
    }
    let (together, singles) = (simulations(), simulations())
    #expect(!together[0].isFinite)
    for _ in 0..<700 {
      stepper.step(together, times: 3)
      for single in singles { for _ in 0..<3 { single.step() } }
      for (a, b) in zip(together, singles) { #expect(hasSameBits(a, b)) }
    }
    #expect(!together[2].isFinite && together[2].time > 0)
    #expect(together[4].isFinite)
  }

  /// A perturbed simulation is stepped by itself.
  @Test func aPerturbedSimulationStepsAsASingleOne() throws {
    let model = try Golden.model("ant", .mujoco4)
    let stepper = WideStepper(model: model)
    let (together, singles) = (
      (0..<5).map { _ in Simulation(model: model) }, (0..<5).map { _ in Simulation(model: model) }
    )
    for simulation in [together[2], singles[2]] {
      var spring = Perturbation(body: 1, grip: .zero, in: simulation)
      spring.target = Vector3(0, 0, 2)
      simulation.perturbation = spring
    }
    stepper.step(together, times: 20)
    for single in singles { for _ in 0..<20 { single.step() } }
    for (a, b) in zip(together, singles) { #expect(hasSameBits(a, b)) }
    #expect(together[2].position(2) != together[1].position(2))
  }
}

/// All derived quantities of a simulation, as text: zeros of different signs differ, and a NaN
/// equals itself.
private func hasSameBits(_ a: Simulation, _ b: Simulation) -> Bool {
  func bits(_ simulation: Simulation) -> [[UInt64]] {
    readings(of: simulation).map { numbers in numbers.map(\.bitPattern) }
  }
  return a.isFinite == b.isFinite && bits(a) == bits(b)
}

private func readings(of simulation: Simulation) -> [[Double]] {
  let state = simulation.state
  var numbers: [[Double]] = [[state.time], state.position, state.velocity, state.warmStart]
  numbers += [simulation.control, simulation.acceleration, simulation.biasForce]
  numbers += [simulation.passiveForce, simulation.actuatorForce, simulation.constraintForce]
  numbers += [simulation.tendonLengths, simulation.tendonSpeeds, simulation.massMatrix]
  for force in simulation.contactForces {
    numbers.append(force.angular.components + force.linear.components)
  }
  for body in simulation.model.bodies.indices {
    let frame = simulation.frame(ofBody: body)
    numbers.append(frame.origin.components + frame.centerOfMass.components)
    numbers.append([frame.orientation.w, frame.rotation.yAxis.z])
  }
  for row in simulation.constraints {
    numbers.append([row.position, row.margin, row.inverseRegularizer, row.referenceAcceleration])
    numbers.append([row.force] + row.jacobian)
  }
  for contact in simulation.contacts {
    numbers.append([contact.distance, Double(contact.pair), Double(contact.firstRow)])
    numbers.append(contact.position.components + contact.normal.components)
    numbers.append(contact.firstTangent.components + contact.secondTangent.components)
  }
  return numbers
}

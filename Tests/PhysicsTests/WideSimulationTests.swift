import Foundation
import Physics
import PhysicsLanes
import Random
import Tensors
import Testing

/// Simulations side by side against single ones, to the bit.
@Suite struct WideSimulationTests {
  /// States and controls differ between lanes, one lane starts anew on the way, and the count is no
  /// multiple of any number of lanes.
  @Test(arguments: Golden.models, Golden.profiles)
  func everyLaneMovesAsASingleSimulation(_ name: String, _ profile: PhysicsProfile) throws {
    let golden = try Golden(name, profile)
    try compare(
      golden.model, positions: golden.table("case/qpos"),
      velocities: golden.table("case/qvel"), steps: 120)
  }

  /// Ball and free joints, contacts of all dimensions between all shapes, actuators, fluid and wind.
  @Test(arguments: 0..<40)
  func variedMechanismsMoveAsSingleOnes(_ index: Int) throws {
    let file = try VariedModelsTests.file.get()
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
    for laneCount in WideSimulation.supportedLaneCounts {
      var generator = NumPyGenerator(seed: 7)
      let wide = WideSimulation(model: model, count: count, laneCount: laneCount)
      let singles = (0..<count).map { _ in Simulation(model: model) }

      func start(_ index: Int) {
        let row = generator.integer(below: positions.count)
        let state = State(
          position: positions[row], velocity: velocities[row],
          warmStart: Array(repeating: 0, count: model.velocityCount))
        singles[index].state = state
        wide.setState(state, of: index)
      }

      for index in 0..<count { start(index) }
      for step in 0..<steps {
        if step % 25 == 24 { start(step % count) }
        for index in 0..<count {
          let control = model.actuators.map { _ in generator.uniform(-1.2, 1.2) }
          singles[index].control = control
          wide.setControl(control, of: index)
          singles[index].step()
        }
        wide.step()
        guard step % 8 == 7 || step == steps - 1 else { continue }
        for index in 0..<count {
          let (found, expected) = (wide.state(of: index), singles[index].state)
          #expect(
            hasSameBits(found, expected),
            "\(model.name), \(laneCount) lanes, step \(step), simulation \(index)")
          #expect(wide.isFinite(index) == singles[index].isFinite)
        }
      }
    }
  }

  /// A lane that leaves the numbers stops as a single simulation does, and the others go on.
  @Test(arguments: WideSimulation.supportedLaneCounts)
  func aStateThatIsNotFiniteStops(_ laneCount: Int) throws {
    let model = try Golden.model("hopper", .mujoco4)
    let wide = WideSimulation(model: model, count: laneCount, laneCount: laneCount)
    let single = Simulation(model: model)
    var velocity = Array(repeating: 0.0, count: model.velocityCount)
    velocity[0] = 1e300
    let wild = State(
      position: model.initialPosition, velocity: velocity,
      warmStart: Array(repeating: 0, count: model.velocityCount))
    wide.setState(wild, of: 1)
    #expect(!wide.isFinite(1))
    for _ in 0..<50 {
      wide.step()
      single.step()
    }
    #expect(hasSameBits(wide.state(of: 1), wild))
    #expect(wide.isFinite(0))
    #expect(hasSameBits(wide.state(of: 0), single.state))

    wide.setState(single.state, of: 1)
    wide.step()
    single.step()
    #expect(hasSameBits(wide.state(of: 1), single.state))
  }
}

/// Also tells zeros of different signs apart, and takes what is not a number for equal to itself.
private func hasSameBits(_ a: State, _ b: State) -> Bool {
  func bits(_ state: State) -> [UInt64] {
    ([state.time] + state.position + state.velocity + state.warmStart).map(\.bitPattern)
  }
  return bits(a) == bits(b)
}

import IDQLPhysics
import IDQLPhysicsLanes
import Testing

/// The same state and controls give the same bits, whatever came before.
@Suite struct DeterminismTests {
  /// A periodic control without random numbers.
  private func control(_ step: Int, _ count: Int) -> [Double] {
    (0..<count).map { Double((step * (7 + 4 * $0)) % 41 - 20) / 20 }
  }

  private func run(_ simulation: Simulation, _ steps: Range<Int>) {
    for step in steps {
      simulation.control = control(step, simulation.model.controlCount)
      simulation.step()
    }
  }

  @Test(arguments: Golden.models, PhysicsProfile.all)
  func restoredStateHasTheSameFuture(_ name: String, _ profile: PhysicsProfile) throws {
    let model = try Golden.model(name, profile)
    let original = Simulation(model: model)
    run(original, 0..<200)
    let snapshot = original.state
    run(original, 200..<400)

    let restored = Simulation(model: model)
    run(restored, 50..<90)  // some other past
    restored.state = snapshot
    #expect(restored.state == snapshot)
    run(restored, 200..<400)
    #expect(restored.state == original.state)
  }

  /// FNV-1a of the bits of every position and velocity of 1,000 steps: the same in debug and
  /// release builds. A change of the arithmetic changes it; say in the changelog why, and what it
  /// does to scores.
  @Test(arguments: zip(Golden.models, Self.hashes))
  func trajectoriesKeepTheirHashes(_ name: String, _ expected: UInt64) throws {
    let simulation = Simulation(model: try Golden.model(name, .mujoco4))
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for step in 0..<1000 {
      run(simulation, step..<(step + 1))
      for value in simulation.state.position + simulation.state.velocity {
        hash = (hash ^ value.bitPattern) &* 0x100_0000_01b3
      }
    }
    #expect(hash == expected, "\(name): 0x\(String(hash, radix: 16))")
  }

  static let hashes: [UInt64] = [
    0xb503_10e6_aaa0_f399, 0xefae_adb1_9f0c_61a5, 0x7c64_e9d7_d877_84e2, 0x5371_1128_cd6b_08e9,
    0x59f2_6c8f_21f1_a969, 0xd737_157e_5ea7_2f7b, 0xd737_157e_5ea7_2f7b,
  ]

  @Test func brokenStateIsReportedAndStays() throws {
    let simulation = Simulation(model: try Golden.model("hopper", .mujoco4))
    var state = simulation.state
    state.velocity[2] = .nan
    simulation.state = state
    #expect(!simulation.isFinite)
    simulation.step()
    #expect(simulation.time == 0)

    // centrifugal forces of 1e9, which the next steps multiply
    state.velocity[2] = 3e4
    simulation.state = state
    #expect(simulation.isFinite)
    for _ in 0..<50 { simulation.step() }
    #expect(!simulation.isFinite)
    #expect(simulation.time < 0.1)

    simulation.reset(
      position: simulation.model.initialPosition, velocity: Array(repeating: 0, count: 6))
    #expect(simulation.isFinite)
  }

  /// A mass of 1 kg on a slide joint, without gravity or limits.
  private static let slide = Result {
    try Model(
      mjcf: """
        <mujoco><option timestep="0.01" gravity="0 0 0"/><worldbody><body>
          <joint name="x" type="slide"/><geom size="0.1" mass="1"/></body></worldbody>
          <actuator><motor joint="x"/></actuator></mujoco>
        """, profile: .mujoco4)
  }

  /// Position, velocity and acceleration each have the bound 1e10 of MuJoCo's checks.
  @Test(arguments: [(0.0, 0.0, 0.0), (1, 0, 0), (0, 1, 0), (0, 0, 1)], [1.0, -1])
  func eachQuantityHasItsBound(_ share: (Double, Double, Double), _ sign: Double) throws {
    let simulation = Simulation(model: try Self.slide.get())
    for (size, isFinite) in [(1e10, true), (1.0000001e10, false)] {
      let value = sign * size
      simulation.reset(position: [value * share.0], velocity: [value * share.1])
      simulation.control = [value * share.2]
      simulation.refresh()
      #expect(simulation.acceleration == [value * share.2])
      #expect(simulation.isFinite == (isFinite || share == (0, 0, 0)))
    }
  }

  /// A force of 9e9 N takes the velocity beyond its bound in the second step, when the position is
  /// still below 1e9 m.
  @Test(arguments: WideStepper.supportedLaneCounts)
  func aVelocityThatGrowsBeyondItsBoundStops(_ laneCount: Int) throws {
    let model = try Self.slide.get()
    let simulations = (0..<laneCount + 1).map { index in
      let simulation = Simulation(model: model)
      simulation.reset(position: [0], velocity: [9.85e9])
      // no force on the last one
      simulation.control = [index < laneCount ? 9e9 : 0]
      return simulation
    }
    let stepper = WideStepper(model: model, laneCount: laneCount)
    for step in 1...4 {
      stepper.step(simulations)
      for simulation in simulations.dropLast() {
        #expect(simulation.isFinite == (step < 2))
        #expect(simulation.velocity(0) == 9.85e9 + 9e7 * Double(min(step, 2)))
        #expect(simulation.position(0) < 1e9)
      }
      #expect(simulations[laneCount].isFinite && simulations[laneCount].velocity(0) == 9.85e9)
    }
  }
}

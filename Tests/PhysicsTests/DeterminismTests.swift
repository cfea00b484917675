import IDQLPhysics
import Testing

/// The same state and controls give the same bits, whatever came before.
@Suite struct DeterminismTests {
  /// A gait-like control that needs no random numbers.
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

  /// FNV-1a of the bits of every position and velocity of 1,000 steps: the same in debug and release builds.
  /// A change of the arithmetic changes it; say in the changelog why, and what it does to scores.
  @Test(arguments: zip(Golden.models, Self.hashes))
  func trajectoryHash(_ name: String, _ expected: UInt64) throws {
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
}

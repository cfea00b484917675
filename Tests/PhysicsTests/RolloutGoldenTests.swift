import IDQLPhysics
import TestSupport
import Testing

/// Rollouts leave the recorded ones no faster than a perturbation of 1e-12 in the initial position
/// does inside MuJoCo itself.
@Suite struct RolloutGoldenTests {
  /// Ten times the recorded growth, in the median over 20 rollouts: the engines differ by some
  /// 1e-14 in every step, a hundredth of that perturbation, but do so again and again.
  @Test(arguments: Golden.models, Golden.profiles)
  func rolloutsDivergeNoFasterThanMuJoCo(_ name: String, _ profile: PhysicsProfile) throws {
    let golden = try Golden(name, profile)
    let simulation = Simulation(model: golden.model)
    let horizons = try golden.integers("roll/at")
    let positions = try golden.table("roll/qpos")
    let velocities = try golden.table("roll/qvel")
    let controls = try golden.table("roll/ctrl")
    let growth = try golden.table("roll/div_qpos")
    let (nq, nv, nu) = (
      golden.model.positionCount, golden.model.velocityCount, golden.model.controlCount
    )
    let last = horizons.count - 1

    var ours: [Double] = []
    var recorded: [Double] = []
    for rollout in 0..<positions.count {
      simulation.reset(
        position: Array(positions[rollout][..<nq]), velocity: Array(velocities[rollout][..<nv]))
      for step in 0..<horizons[last] {
        simulation.control = Array(controls[rollout][(step * nu)..<((step + 1) * nu)])
        for _ in 0..<golden.substeps { simulation.step() }
      }
      let end = positions[rollout][(last * nq)...]
      ours.append(zip(simulation.state.position, end).map { abs($0 - $1) }.max() ?? 0)
      // four perturbations a rollout: their median
      let grown = (0..<4).map { growth[rollout][$0 * horizons.count + last] }
      recorded.append(median(grown))
    }
    #expect(median(ours) <= 10 * median(recorded))
  }

  private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return 0.5 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
  }
}

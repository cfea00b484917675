import Foundation
import IDQLPhysics
import IDQLTensors
import TestSupport
import Testing

/// Features that the robots do not have: 40 random mechanisms with ball and free joints, several
/// joints on a body, springs, limits with margins, every actuator kind, contacts of dimension 1, 3,
/// 4 and 6 between moving bodies, priorities, gaps, fluid and wind; and 40 more of which ellipsoids
/// and cylinders are part. Recorded by `Scripts/record_varied_models.py`.
@Suite struct VariedModelsTests {
  static let files = ["varied", "varied-convex"].map { name in
    Result { try TensorFile(contentsOf: goldenPath("\(name).safetensors")) }
  }

  /// 1e-11 relative for accelerations, which reach 1e4 and end a chain of ill-conditioned solves;
  /// one step of at most 0.01 s divides that by a hundred. Where rounded positions move MuJoCo's own
  /// accelerations by more (the depth of convex shapes is found by a search), ten times as far.
  @Test(arguments: 0..<40, files.indices)
  func oneStepMatchesMuJoCo(_ index: Int, _ fileIndex: Int) throws {
    let file = try Self.files[fileIndex].get()
    let name = "model" + String(String(1000 + index).dropFirst())
    let model = try Model(mjcf: #require(file.metadata[name]), named: name, profile: .mujoco4)
    let simulation = Simulation(model: model)
    func rows(_ key: String) throws -> [[Double]] {
      guard file.contains("\(name)/\(key)") else { return [] }
      let tensor = try file.doubles("\(name)/\(key)")
      let width = tensor.shape[1]
      return (0..<tensor.shape[0]).map { Array(tensor.values[($0 * width)..<(($0 + 1) * width)]) }
    }
    let (positions, velocities, controls) = (try rows("qpos"), try rows("qvel"), try rows("ctrl"))
    let accelerations = try rows("qacc")
    let (nextPositions, nextVelocities) = (try rows("next_qpos"), try rows("next_qvel"))
    let (contacts, constraints) = (try rows("contacts"), try rows("rows"))
    let spreads = try rows("spread")

    for row in positions.indices {
      let label = "\(name) #\(row)"
      let spread = spreads.isEmpty ? 0 : spreads[row][0]
      // where it is not determined
      if !(spread < 1e-3) { continue }
      simulation.reset(position: positions[row], velocity: velocities[row])
      if !controls.isEmpty { simulation.control = controls[row] }
      simulation.refresh()
      #expect(Double(simulation.contactCount) == contacts[row][0], "\(label): contacts")
      #expect(Double(simulation.constraints.count) == constraints[row][0], "\(label): rows")
      let scale = 1 + (accelerations[row].map { abs($0) }.max() ?? 0)
      expectClose(
        simulation.acceleration, accelerations[row], within: 1e-11 * scale + 10 * spread,
        "\(label) qacc")
      simulation.step()
      expectClose(
        simulation.state.position, nextPositions[row], within: 1e-12 * scale + spread,
        "\(label) qpos")
      expectClose(
        simulation.state.velocity, nextVelocities[row], within: 1e-12 * scale + spread,
        "\(label) qvel")
    }
  }
}

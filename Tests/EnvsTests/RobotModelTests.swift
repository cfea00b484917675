import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLEnvs

/// Our documents, compiled by us, against MuJoCo's own models, compiled by MuJoCo.
@Suite struct RobotModelTests {
  @Test(arguments: CompiledModels.shared.models)
  func compilesToMuJoCosArrays(_ golden: CompiledModels.Compiled) throws {
    let profile = try #require(PhysicsProfile(named: golden.profile))
    let model = try RobotModels.compile(golden.model, profile: profile)
    try expectArrays(mujocoArrays(of: model), golden.arrays)
  }

  @Test func footOfVersion5IsTheOnlyDifferenceOfItsModel() {
    let old = RobotModels.document("walker2d").split(separator: "\n")
    let new = RobotModels.document("walker2d_v5").split(separator: "\n")
    #expect(old.count == new.count)
    let changed = zip(old, new).filter { $0 != $1 }.map {
      $0.1.trimmingCharacters(in: .whitespaces)
    }
    #expect(
      changed == [
        "Both feet grip alike (1.9): so it is in Gymnasium v5.", #"friction="1.9 0.1 0.1"/>"#,
      ])
  }

  @Test(arguments: [
    "hopper", "walker2d", "walker2d_v5", "half_cheetah", "ant", "ant_maze", "point_force",
    "point_shift", "humanoid_maze", "swimmer", "humanoid", "humanoid_standup",
  ])
  func aModelCanBeLookedAt(_ name: String) throws {
    let model = try RobotModels.compile(name, profile: .mujoco4)
    let camera = try #require(model.visuals.cameras.first { $0.name == "track" })
    #expect(camera.tracking == .trackcom)
    #expect(camera.body == model.bodies.names.firstIndex(of: "torso"))
    #expect(model.visuals.lights.count == 1)
    #expect(model.visuals.textures.contains { $0.pattern == "checker" })
    #expect(model.geoms.allSatisfy { $0.material >= 0 })
  }
}

import Foundation
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLEnvs
@testable import IDQLPhysics

@Suite struct MazeModelTests {
  /// The documents that the physics tests read, so that recorded steps test the product's own
  /// mazes.
  @Test(arguments: [("ant_umaze", "antmaze-umaze-v2"), ("ant_large", "antmaze-large-play-v2")])
  func theRecordedMazesAreTheProducts(_ name: String, _ id: String) throws {
    let layout = try #require(try makeEnvironment(id: id) as? MazeRunner).layout
    let document = layout.addingWalls(to: RobotModels.document("ant_maze"))
    let recorded = try goldenBytes("\(name).xml", of: "PhysicsTests")
    #expect(String(decoding: recorded, as: UTF8.self) == document)
  }

  /// Near walls, looking up candidate pairs in the grid gives the contacts of testing every pair,
  /// to the bit.
  @Test(arguments: [
    "antsoccer-medium-stitch-v0", "humanoidmaze-giant-stitch-v0", "pointmaze-large-stitch-v0",
  ])
  func theWallGridGivesTheContactsOfEveryPair(_ id: String) throws {
    let model = try makeMaze(id).simulation.model
    let (quick, plain) = (Simulation(model: model), Simulation(model: model))
    plain.testEveryPair()
    let walls = model.geoms.filter { $0.shape == .box }
    let freeJoints = model.joints.filter { $0.kind == .free }
    var generator = NumPyGenerator(seed: 5)
    var wallContacts: [Int: Int] = [:]
    for _ in 0..<1000 {
      var position = model.initialPosition.map { $0 + generator.uniform(-1.2, 1.2) }
      for first in [0] + freeJoints.map(\.firstPosition) {
        let wall = generator.choice(walls).position
        position[first] = wall.x + generator.uniform(-3, 3)
        position[first + 1] = wall.y + generator.uniform(-3, 3)
      }
      let velocity = Array(repeating: 0.0, count: model.velocityCount)
      quick.reset(position: position, velocity: velocity)
      plain.reset(position: position, velocity: velocity)
      #expect(quick.contacts == plain.contacts)
      for contact in quick.contacts {
        let pair = model.pairs[contact.pair]
        if model.geoms[pair.second].shape == .box { wallContacts[pair.first, default: 0] += 1 }
      }
    }
    // every moving geom has touched walls
    let moving = model.geoms.indices.filter { model.bodies[model.geoms[$0].body].weld != 0 }
    #expect(moving.allSatisfy { wallContacts[$0, default: 0] > 100 })
  }
}

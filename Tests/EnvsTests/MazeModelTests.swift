import Foundation
import Physics
import TestSupport
import Testing

@testable import Envs

@Suite struct MazeModelTests {
  /// The documents that the physics tests read, so that recorded steps test the product's own
  /// mazes.
  @Test(arguments: [("ant_umaze", "antmaze-umaze-v2"), ("ant_large", "antmaze-large-play-v2")])
  func theRecordedMazesAreTheProducts(_ name: String, _ id: String) throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../PhysicsTests/Golden/\(name).xml")
    let layout = try #require(try makeEnvironment(id: id) as? MazeRunner).layout
    let document = layout.addingWalls(to: RobotModels.document("ant_maze"))
    #expect(try String(contentsOf: golden, encoding: .utf8) == document)
  }
}

import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLEnvs

@Suite struct CatalogTests {
  @Test func listsEveryPublishedIdOnce() {
    let names = EnvironmentID.all.map(\.description)
    #expect(Set(names).count == names.count)
    for recorded in Spaces.shared.environments { #expect(names.contains(recorded.id)) }
    for name in [
      "hopper-full-replay-v0", "antmaze-giant-explore-v0", "AntMaze_UMaze_Diverse_G-v4",
      "humanoidmaze-teleport-navigate-v0", "antsoccer-large-navigate-v0",
    ] {
      #expect(!names.contains(name))
    }
  }

  @Test(arguments: EnvironmentID.all)
  func aNameReadsBack(_ id: EnvironmentID) throws {
    #expect(try EnvironmentID(id.description) == id)
  }

  @Test(arguments: [
    ("hoper-medium-v2", "hopper-medium-v2, hopper-medium-v0, hopper-medium-v1"),
    ("HOPPER-V4", "Hopper-v4, Hopper-v2, Hopper-v3"),
    (
      "halfcheetah-full-replay-v0",
      "halfcheetah-full-replay-v1, halfcheetah-full-replay-v2, halfcheetah-medium-replay-v0"
    ),
    ("", "Ant-v2, Ant-v3, Ant-v4"),
  ])
  func anUnknownNameIsAnsweredWithTheNearest(_ name: String, _ nearest: String) {
    expectMessage("No environment is named '\(name)'. The nearest names are \(nearest).") {
      _ = try makeEnvironment(id: name)
    }
  }

  @Test func physicsCanBeChosen() throws {
    let environment = try makeEnvironment(id: "hopper-medium-v2", physics: .mujoco4)
    #expect(environment.spec.physics == .mujoco4)
    #expect(environment.simulation.model.profile == .mujoco4)
  }

  @Test func aForeignSnapshotIsRefused() throws {
    let environment = try makeEnvironment(id: "Hopper-v4")
    let snapshot = try makeEnvironment(id: "Hopper-v5").snapshot
    expectMessage(
      "The snapshot was taken in Hopper-v5 with mujoco4 physics; it cannot be restored in "
        + "Hopper-v4 with mujoco4 physics."
    ) {
      try environment.restore(snapshot)
    }
    var damaged = environment.snapshot
    damaged.state.position.removeLast()
    expectMessage(
      "The snapshot holds [5, 6, 6] positions, velocities, warm start values and further "
        + "numbers; Hopper-v4 has [6, 6, 6]."
    ) {
      try environment.restore(damaged)
    }
    let other = try makeEnvironment(id: "Hopper-v4", physics: .mujoco3).snapshot
    #expect(throws: EnvironmentError.self) { try environment.restore(other) }
  }

  /// D4RL's published scores of its own reference policies are 0 and 100 by definition.
  @Test(arguments: [
    ("hopper-expert-v2", -20.272305, 3234.3), ("Walker2d-v4", 1.629008, 4592.3),
    ("halfcheetah-random-v0", -280.178953, 12135.0),
  ])
  func scoresAreD4RLs(_ id: String, _ minimum: Double, _ maximum: Double) throws {
    let score = try #require(try makeEnvironment(id: id).spec.referenceScore)
    #expect(score.normalized(minimum) == 0)
    #expect(score.normalized(maximum) == 100)
    #expect(abs(score.normalized((minimum + maximum) / 2) - 50) < 1e-12)
  }
}

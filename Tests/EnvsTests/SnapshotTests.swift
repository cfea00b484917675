import Foundation
import IDQLPhysics
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLEnvs

@Suite struct SnapshotTests {
  private struct Memory: Codable, Equatable {
    var numbers: [Double]
    var name: String?
    var parts: [String: Int]
  }

  private func snapshot(_ memory: some Encodable, id: String = "Mine-v0") -> EnvironmentSnapshot {
    EnvironmentSnapshot(
      id: id, physics: .mujoco4, state: State(position: [], velocity: [], warmStart: []),
      stepCount: 3, isBroken: false, generator: NumPyGenerator(seed: 0), memory: memory)
  }

  private func copied(_ snapshot: EnvironmentSnapshot) throws -> EnvironmentSnapshot {
    try JSONDecoder().decode(EnvironmentSnapshot.self, from: JSONEncoder().encode(snapshot))
  }

  /// Including numbers that JSON cannot write.
  @Test func keepsTheBitsOfWhatAnEnvironmentCarries() throws {
    var generator = NumPyGenerator(seed: 1)
    var numbers = (0..<1000).map { _ in generator.standardNormal() }
    numbers += [-0.0, 0, .infinity, -.infinity, .leastNonzeroMagnitude, 1e300, 0.1 + 0.2]
    let memory = Memory(numbers: numbers, name: nil, parts: ["a": 1, "b": -2])
    let saved = try copied(snapshot(memory))
    let found = try saved.memory(as: Memory.self)
    #expect(found == memory)
    #expect(found.numbers.map(\.bitPattern) == numbers.map(\.bitPattern))
    #expect(saved == snapshot(memory))
    #expect(try snapshot([Double.nan]).memory(as: [Double].self)[0].isNaN)
    #expect(snapshot([Double.nan]) == snapshot([Double.nan]))
    #expect(snapshot([0.0]) != snapshot([-0.0]))
  }

  @Test func refusesAMemoryOfAnotherType() throws {
    expectMessage(
      "What the snapshot keeps besides the state is no Array<Double>, as Mine-v0 keeps."
    ) {
      _ = try snapshot("text").memory(as: [Double].self)
    }
    let bare = EnvironmentSnapshot(
      id: "Mine-v0", physics: .mujoco4, state: State(position: [], velocity: [], warmStart: []),
      stepCount: 0, isBroken: false, generator: NumPyGenerator(seed: 0))
    #expect(throws: EnvironmentError.unreadableMemory(id: "Mine-v0", type: "Int")) {
      try bare.memory(as: Int.self)
    }
    // a maze's own, with a list cut short
    let maze = try makeEnvironment(id: "antmaze-medium-navigate-v0")
    try maze.restore(maze.snapshot)
    var other = try makeEnvironment(id: "antmaze-medium-navigate-singletask-v0").snapshot
    other.id = maze.spec.id
    expectMessage(
      "The snapshot holds [15, 14, 14, 0] positions, velocities, warm start values and further "
        + "numbers; antmaze-medium-navigate-v0 has [15, 14, 14, 29]."
    ) { try maze.restore(other) }
  }

  /// Counts go on by one with every step, and a cell of a maze is looked up in its rows.
  @Test func refusesNumbersThatNoEpisodeHas() throws {
    let environment = try makeEnvironment(id: "Hopper-v4")
    for count in [-1, Int.min, Int.max] {
      var changed = environment.snapshot
      changed.stepCount = count
      #expect(throws: EnvironmentError.impossibleStep(count, id: "Hopper-v4")) {
        try environment.restore(changed)
      }
    }
    let led = try WaypointEnvironment(makeEnvironment(id: "antmaze-umaze-v2"))
    let maze = try led.snapshot.unwrapped(
      id: "antmaze-umaze-v2", memoryAs: MazeLayout.Cell.self
    ).inner
    for (row, column) in [(-1, 0), (0, Int.max), (Int.min, Int.min), (99, 0)] {
      let changed = maze.wrapped(id: led.spec.id, memory: MazeLayout.Cell(row, column))
      #expect(throws: EnvironmentError.self) { try led.restore(changed) }
    }
    try led.restore(led.snapshot)
  }

  @Test func aWrapperKeepsTheInnerSnapshot() throws {
    for inner in [snapshot([1.5, 2]), try makeEnvironment(id: "Ant-v5").snapshot] {
      let outer = try copied(inner.wrapped(id: "outer", memory: 7))
      #expect(outer.id == "outer" && outer.state == inner.state)
      let (found, memory) = try outer.unwrapped(id: inner.id, memoryAs: Int.self)
      #expect(found == inner && memory == 7)
      // a change of the outer state is one of the inner state
      var moved = outer
      moved.stepCount = 9
      #expect(try moved.unwrapped(id: inner.id, memoryAs: Int.self).inner.stepCount == 9)
    }
    #expect(throws: EnvironmentError.self) {
      try snapshot(7).unwrapped(id: "inner", memoryAs: Int.self)
    }
  }
}

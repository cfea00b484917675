import Foundation
import TestSupport
import Testing

@testable import IDQLDatasets

@Suite struct WriteD4RLTests {
  @Test func whatIsWrittenReadsBack() throws {
    let original = try RecordedDataset(
      contentsOf: goldenPath("hopper.hdf5"), columns: [.states, .nextObservations])
    try withTemporaryFolder { folder in
      let path = "\(folder)/copy.hdf5"
      try original.writeD4RL(to: path, attributes: [("source", "größer"), ("empty", "")])
      let copy = try RecordedDataset(contentsOf: path, columns: [.states, .nextObservations])
      #expect(copy.observations == original.observations)
      #expect(copy.actions == original.actions)
      #expect(copy.rewards == original.rewards)
      #expect(copy.terminals == original.terminals)
      #expect(copy.timeouts == original.timeouts)
      #expect(copy.nextObservations == original.nextObservations)
      // recorded in 32 bits, so nothing is lost
      #expect(copy.positions == original.positions && copy.velocities == original.velocities)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["copy.hdf5"])
    }
  }

  /// More rows than a chunk has, compressed, and written again to the same bytes.
  @Test func manyRowsAndDeterminism() throws {
    let rows = 10_000
    let dataset = RecordedDataset(
      name: "made",
      observations: Table(columnCount: 3, values: (0..<3 * rows).map { Float($0 % 7) }),
      actions: Table(columnCount: 1, values: (0..<rows).map { Float($0) }),
      rewards: (0..<rows).map { Float($0) }, terminals: (0..<rows).map { $0 % 9 == 0 },
      timeouts: Array(repeating: false, count: rows))
    try withTemporaryFolder { folder in
      let paths = ["\(folder)/a.hdf5", "\(folder)/b.hdf5"]
      for path in paths { try dataset.writeD4RL(to: path) }
      let files = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
      #expect(files[0] == files[1])
      #expect(files[0].count < 6 * rows)
      let copy = try RecordedDataset(contentsOf: paths[0])
      #expect(copy.observations == dataset.observations && copy.actions == dataset.actions)
      #expect(copy.terminals == dataset.terminals)
    }
  }

  @Test func aFileThatWasThereSurvivesAFailure() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/data.hdf5"
      try Data("before".utf8).write(to: URL(fileURLWithPath: path))
      struct Stop: Error {}
      #expect(throws: Stop.self) { try Fixture.write(to: path) { _ in throw Stop() } }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["data.hdf5"])
    }
    let ogbench = try RecordedDataset(contentsOf: goldenPath("ogbench.npz"))
    expectMessage(
      "\(goldenPath("ogbench.npz")): the file has no column 'rewards', which is needed to write "
        + "D4RL's layout."
    ) { try ogbench.writeD4RL(to: "/nonexistent/x") }
  }
}

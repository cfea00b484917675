import Foundation
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLDatasets

@Suite struct RecordedStatesTests {
  private let hopper = RecordedStates.Sizes(positions: 6, velocities: 6, areObserved: false)

  /// The episodes of a data set are those that are reported of it, with the states as stored.
  @Test func episodesAreThoseOfTheDataset() throws {
    let path = goldenPath("hopper.hdf5")
    let states = try RecordedStates(contentsOf: path, for: hopper, of: "Hopper-v4")
    let recording = try RecordedDataset(contentsOf: path)
    let episodes = try recording.episodes()
    #expect(states.episodes.count == episodes.count && episodes.count > 1)
    #expect(states.positions == recording.positions && states.velocities == recording.velocities)
    #expect(states.episodes.map(\.rows.count) == episodes.map(\.length))
    for (mine, theirs) in zip(states.episodes, episodes) where theirs.ending != .terminated {
      #expect(mine.rewards?.reduce(0, +) == theirs.total)
    }
    #expect(states.episodes.map(\.rows.lowerBound).first == 0)
    #expect(states.episodes.last?.rows.upperBound == recording.rowCount)
  }

  /// OGBench marks rows of final states, which are shown as well.
  @Test func finalStatesAreStates() throws {
    let states = try RecordedStates(
      contentsOf: goldenPath("ogbench.npz"),
      for: RecordedStates.Sizes(positions: 4, velocities: 4, areObserved: false), of: "x")
    let recording = try RecordedDataset(contentsOf: goldenPath("ogbench.npz"))
    #expect(states.episodes.map(\.rows.count).reduce(0, +) == recording.rowCount)
    let last = states.episodes.map { $0.rows.upperBound - 1 }
    #expect(last.allSatisfy { recording.isFinalState?[$0] == true } && last.count > 1)
    #expect(states.episodes.allSatisfy { $0.rewards == nil })
  }

  /// Where the observation is all of the state, nothing else is needed.
  @Test func observationsMayBeStates() throws {
    let path = goldenPath("minari", of: "DatasetsTests")
    let states = try RecordedStates(
      contentsOf: path,
      for: RecordedStates.Sizes(positions: 2, velocities: 1, areObserved: true), of: "x")
    let recording = try RecordedDataset(contentsOf: path)
    #expect(states.episodes.map(\.rows.count) == [6, 4, 13])
    for row in 0..<states.positions.rowCount {
      #expect(
        Array(states.positions[row]) + Array(states.velocities[row])
          == recording.observations[row].map(Double.init))
    }
    expectMessage(
      "\(path)/data/main_data.hdf5: the file has no column 'infos/qpos', which is needed to show the states; the "
        + "observations of x do not hold all of them."
    ) {
      _ = try RecordedStates(
        contentsOf: path,
        for: RecordedStates.Sizes(positions: 2, velocities: 1, areObserved: false), of: "x")
    }
  }

  /// Six rows until the task ended, three until a jump that only the next observations tell of.
  private func writeUnmarked(
    to path: String, velocities: [Int] = [12, 1]
  ) throws {
    try Fixture.write(to: path) {
      try $0.write(
        "next_observations", (0..<24).map { Float($0 / 2 == 8 ? 0 : $0 + 2) }, shape: [12, 2])
      try $0.write("infos/qpos", (0..<24).map { Float($0) }, shape: [12, 2])
      try $0.write(
        "infos/qvel", Array(repeating: 0, count: velocities[0] * velocities[1]),
        shape: velocities)
    }
  }

  @Test func unmarkedEndsAreEnds() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/d.hdf5"
      try writeUnmarked(to: path)
      let states = try RecordedStates(contentsOf: path, for: small, of: "x")
      #expect(states.episodes.map(\.rows) == [0..<6, 6..<9, 9..<12])
      #expect(
        try RecordedDataset(contentsOf: path).episodes().map(\.length)
          == states.episodes.map(\.rows.count))
    }
  }

  /// What cannot be read stops only those who need it, with the true reason.
  @Test func statesThatCannotBeReadAreNamed() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/d.hdf5"
      try writeUnmarked(to: path, velocities: [11, 1])
      let problem = "column 'infos/qvel' has the shape [11, 1]; it must be [12, numbers]."
      expectMessage("\(path): \(problem)") {
        _ = try RecordedStates(contentsOf: path, for: small, of: "x")
      }
      let inspection = try DatasetInspection(contentsOf: path, id: nil)
      #expect(inspection.problems.contains("not used: \(problem)"))
      #expect(inspection.recording.positions == nil && inspection.transitions.count == 12)
    }
  }

  private func write(
    _ folder: String, _ tensors: [(String, [Int], [Double])], name: String = "s.safetensors"
  ) throws -> String {
    let path = "\(folder)/\(name)"
    try writeTensorFile(
      tensors.map { NamedTensor($0.0, shape: $0.1, .doubles($0.2)) },
      metadata: ["environment": "Hopper-v4"], to: path)
    return path
  }

  private let small = RecordedStates.Sizes(positions: 2, velocities: 1, areObserved: false)

  /// Beyond the length of an episode rows have no meaning.
  @Test func arraysAreReadToTheirLengths() throws {
    try withTemporaryFolder { folder in
      let nan = Double.nan
      let path = try write(
        folder,
        [
          ("qpos", [2, 3, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, nan, nan]),
          ("qvel", [2, 3, 1], [1, 2, 3, 4, 5, nan]), ("length", [2], [2, 1]),
          ("rewards", [2, 2], [0.5, 0.25, 3, nan]),
        ])
      let states = try RecordedStates(contentsOf: path, for: small, of: "x")
      #expect(states.episodes.map(\.rows) == [0..<3, 3..<5])
      #expect(states.episodes.map(\.rewards) == [[0.5, 0.25], [3]])
      #expect(Array(states.positions[4]) == [9, 10] && Array(states.velocities[3]) == [4])
      #expect(try RecordedStates.environment(ofFile: path) == "Hopper-v4")

      // one episode has no axis of its own
      let one = try write(folder, [("qpos", [2, 2], [1, 2, 3, 4]), ("qvel", [2, 1], [5, 6])])
      let alone = try RecordedStates(contentsOf: one, for: small, of: "x")
      #expect(alone.episodes == [.init(rows: 0..<2, rewards: nil)])
      // the same arrays in HDF5
      let hdf5 = "\(folder)/s.hdf5"
      try HDF5Writer.write(to: hdf5) { writer in
        try writer.write("qpos", [1, 2, 3, 4] as [Float], shape: [2, 2])
        try writer.write("qvel", [5, 6] as [Float], shape: [2, 1])
      }
      let other = try RecordedStates(contentsOf: hdf5, for: small, of: "x")
      #expect(other.positions == alone.positions && other.episodes == alone.episodes)
    }
  }

  @Test func whatDoesNotFitIsNamed() throws {
    try withTemporaryFolder { folder in
      func refused(_ message: String, _ tensors: [(String, [Int], [Double])]) throws {
        let path = try write(folder, tensors)
        expectMessage("\(path): \(message)") {
          _ = try RecordedStates(contentsOf: path, for: small, of: "x")
        }
      }
      let qpos = ("qpos", [2, 2], [1.0, 2, 3, 4])
      try refused(
        "no column is named 'qvel'; the file holds 'qpos'.", [qpos])
      try refused(
        "column 'qvel' has the shape [3, 1]; it must be [2, velocities].",
        [qpos, ("qvel", [3, 1], [1, 2, 3])])
      try refused(
        "column 'qpos' has the shape [2]; it must be [rows, positions] or [episodes, rows, positions].",
        [("qpos", [2], [1, 2]), ("qvel", [2, 1], [1, 2])])
      try refused(
        "states have 2 positions and 2 velocities; x has 2 and 1.",
        [qpos, ("qvel", [2, 2], [1, 2, 3, 4])])
      try refused(
        "row 1 of column 'qvel' holds inf; numbers must be finite.",
        [qpos, ("qvel", [2, 1], [1, .infinity])])
      try refused(
        "'length' says that episode 0 has 2 steps; its rows hold 0 to 1.",
        [qpos, ("qvel", [2, 1], [1, 2]), ("length", [1], [2])])
    }
  }
}

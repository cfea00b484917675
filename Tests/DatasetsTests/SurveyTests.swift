import Foundation
import TestSupport
import Testing

@testable import IDQLDatasets
@testable import IDQLEnvs

/// Read in parts or at once, the same is said of a file.
@Suite struct SurveyTests {
  @Test(arguments: [
    "hopper.hdf5", "d4rl.hdf5", "layouts/hopper.hdf5", "layouts/hopper-latest.hdf5",
    "layouts/hopper-lzf.hdf5", "layouts/hopper-view.hdf5", "d4rl-without-timeouts.hdf5",
    "layouts/antmaze.npz", "layouts/minari-hopper", "five-numbers.hdf5", "layouts/hopper.npz",
    "ogbench.npz", "ogbench-stored.npz", "layouts/antmaze-text.npz", "layouts/antmaze-fortran.npz",
    "layouts/antmaze-regular.npz", "layouts/antmaze-compact.npz",
  ])
  func inPartsOfEveryLength(_ name: String) throws {
    let path = goldenPath(name)
    for id in [
      nil, "Hopper-v5", "hopper-medium-v2", "antmaze-medium-navigate-v0",
      "antmaze-medium-navigate-singletask-v0",
    ] as [String?] {
      let id = try id.map { try EnvironmentID($0) }
      guard let whole = try? DatasetInspection(contentsOf: path, id: id) else { continue }
      for length in [1, 7, 30, 100, 1000] {
        let survey = try DatasetSummary(surveying: path, id: id, partLength: length)
        #expect(survey.text == whole.text, "\(name), \(id?.description ?? "-"), \(length)")
      }
    }
  }

  /// 900 rows of episodes of 20, among them unmarked jumps, repeated rows, actions beyond 1 and runs of
  /// terminals, in a file without chunks.
  @Test(arguments: [false, true])
  func everyKindOfRow(_ goesOn: Bool) throws {
    let rows = 900
    var observations = (0..<rows).map { Float($0) }
    observations[400] = observations[399]
    var next = observations.dropFirst() + [0]
    for row in [205, 611] { next[row] = -5 }
    let recording = RecordedDataset(
      name: "rows", observations: Table(columnCount: 1, values: observations),
      actions: Table(columnCount: 1, values: (0..<rows).map { $0 % 90 == 3 ? 1.5 : 0 }),
      rewards: (0..<rows).map { Float($0 % 7) },
      terminals: (0..<rows).map { goesOn ? $0 % 20 >= 15 : $0 % 60 == 30 },
      timeouts: (0..<rows).map { $0 % 20 == 19 })
    try withTemporaryFolder { folder in
      for withNext in [false, true] {
        var recording = recording
        if withNext { recording.nextObservations = Table(columnCount: 1, values: Array(next)) }
        let path = "\(folder)/\(withNext).hdf5"
        try HDF5Writer.write(to: path) { writer in
          writer.isPacked = false
          try recording.writeD4RL(with: writer)
        }
        let whole = try DatasetInspection(contentsOf: path, id: nil)
        #expect(whole.problems.count == (withNext ? 3 : 2), "\(whole.problems)")
        for length in [1, 20, 50, 333, 899] {
          let survey = try DatasetSummary(surveying: path, id: nil, partLength: length)
          #expect(survey.text == whole.text, "\(length)")
        }
      }
    }
  }

  /// A column that one part cannot read is left out of all, for the same reason.
  @Test func whatOnePartCannotRead() throws {
    let rows = 300
    var recording = RecordedDataset(
      name: "rows", observations: Table(columnCount: 1, values: (0..<rows).map { Float($0) }),
      actions: Table(columnCount: 1, values: Array(repeating: 0, count: rows)),
      rewards: (0..<rows).map { Float($0 % 7) }, terminals: Array(repeating: false, count: rows),
      timeouts: (0..<rows).map { $0 % 20 == 19 })
    let states = Table(columnCount: 1, values: (0..<rows).map { $0 == 287 ? .nan : Double($0) })
    (recording.positions, recording.velocities) = (states, states)
    try withTemporaryFolder { folder in
      let path = "\(folder)/d.hdf5"
      try HDF5Writer.write(to: path) { writer in
        writer.isPacked = false
        try recording.writeD4RL(with: writer)
      }
      let whole = try DatasetInspection(contentsOf: path, id: nil)
      #expect(
        whole.problems == [
          "not used: row 287 of column 'infos/qpos' holds nan; numbers must be finite."
        ])
      for length in [20, 100] {
        let survey = try DatasetSummary(surveying: path, id: nil, partLength: length)
        #expect(survey.text == whole.text, "\(length)")
      }
    }
  }

  /// A bit of a number that nobody would miss.
  @Test func damageIsFoundByTheChecksum() throws {
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: goldenPath("ogbench-stored.npz"))))
    let name = Array("observations.npy".utf8)
    let start = try #require(
      bytes.indices.first { bytes[$0...].starts(with: name) })
    bytes[start + 400] ^= 1
    try withTemporaryFolder { folder in
      let path = "\(folder)/d.npz"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      for length in [1, 1000] {
        expectMessage(
          "\(path): 'observations' cannot be read: its bytes do not have the checksum that the archive "
            + "names."
        ) { _ = try DatasetSummary(surveying: path, id: nil, partLength: length) }
      }
    }
  }

  @Test func errorsNameTheRowOfTheFile() throws {
    let rows = 300
    try withTemporaryFolder { folder in
      let path = "\(folder)/d.hdf5"
      var observations = (0..<rows).map { Float($0) }
      observations[287] = .nan
      try HDF5Writer.write(to: path) { writer in
        writer.isPacked = false
        try writer.write("observations", observations, shape: [rows, 1])
        try writer.write("actions", Array(repeating: 0, count: rows), shape: [rows, 1])
        try writer.write("rewards", Array(repeating: 0, count: rows), shape: [rows])
        try writer.write("terminals", Array(repeating: false, count: rows))
        try writer.write("timeouts", (0..<rows).map { $0 % 10 == 9 })
      }
      expectMessage(
        "\(path): row 287 of column 'observations' holds nan; numbers must be finite."
      ) { _ = try DatasetSummary(surveying: path, id: nil, partLength: 50) }
    }
  }
}

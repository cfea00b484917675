import Foundation
import IDQLRandom
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLDatasets

@Suite struct DatasetErrorTests {
  private func refuses(
    _ problem: String, _ write: (String) throws -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/d.hdf5"
      try write(path)
      expectMessage("\(path): \(problem)", sourceLocation: sourceLocation) {
        _ = try RecordedDataset(contentsOf: path, columns: [.states, .nextObservations, .goals])
      }
    }
  }

  @Test func namesWhatIsMissing() throws {
    try refuses(
      "no column is named 'actions'; the file holds 'observations', 'rewards', 'terminals'."
    ) { try Fixture.write(to: $0, leavingOut: "actions") }
    try refuses("no column is named 'terminals'; did you mean 'terminal'?") { path in
      try Fixture.write(to: path, leavingOut: "terminals") { try $0.write("terminal", [true]) }
    }
  }

  @Test func namesShapesAndTypes() throws {
    try refuses("column 'actions' has the shape [12, 1]; it must be [6, numbers].") {
      try Fixture.write(to: $0, shape: [6, 4])
    }
    try refuses("column 'observations' has the shape [24]; it must be [rows, numbers].") {
      try Fixture.write(to: $0, shape: [24])
    }
    try refuses("column 'timeouts' has the shape [3]; it must be [12].") { path in
      try Fixture.write(to: path) { try $0.write("timeouts", [true, false, true]) }
    }
  }

  @Test(arguments: [(Float.nan, "nan"), (-.infinity, "-inf")])
  func namesTheRowOfANumberThatIsNone(_ value: Float, _ text: String) throws {
    var observations = (0..<24).map { Float($0) }
    observations[15] = value
    try refuses("row 7 of column 'observations' holds \(text); numbers must be finite.") {
      try Fixture.write(to: $0, observations: observations)
    }
  }

  @Test func refusesWhatIsNoDataSet() throws {
    try refuses(
      "neither an HDF5 file (D4RL), an npz file (OGBench) nor a folder with data/main_data.hdf5 "
        + "(Minari)."
    ) { try Data("hello, world".utf8).write(to: URL(fileURLWithPath: $0)) }
    try refuses(
      "the file cannot be read: it was cut short: 4000 of \(goldenBytes("d4rl.hdf5").count) bytes are there."
    ) {
      let bytes = try goldenBytes("d4rl.hdf5").prefix(4000)
      try Data(bytes).write(to: URL(fileURLWithPath: $0))
    }
    expectMessage("/nonexistent.hdf5: cannot open the file: No such file or directory.") {
      _ = try RecordedDataset(contentsOf: "/nonexistent.hdf5")
    }
    try withTemporaryFolder { folder in
      expectMessage("\(folder): the folder holds no data/main_data.hdf5.") {
        _ = try RecordedDataset(contentsOf: folder)
      }
      // episode_0 and episode_2
      let data = "\(folder)/data"
      try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
      try HDF5Writer.write(to: "\(data)/main_data.hdf5") { writer in
        for episode in [0, 2] {
          try writer.write("episode_\(episode)/observations", [1, 2], shape: [2, 1])
          try writer.write("episode_\(episode)/actions", [1], shape: [1, 1])
          try writer.write("episode_\(episode)/rewards", [1], shape: [1])
          try writer.write("episode_\(episode)/terminations", [true])
          try writer.write("episode_\(episode)/truncations", [false])
        }
      }
      expectMessage(
        "\(data)/main_data.hdf5: episode_1 is missing; 2 episodes must be numbered from 0 without "
          + "a gap."
      ) { _ = try RecordedDataset(contentsOf: folder) }
    }
  }

  @Test func refusesARecordingWithoutTransitions() throws {
    let one = RecordedDataset(
      name: "one", observations: Table(columnCount: 1, values: [0]),
      actions: Table(columnCount: 1, values: [0]), rewards: [0], terminals: [false],
      timeouts: [false])
    expectMessage("one: no transition is left; two rows of one episode are the least.") {
      _ = try TransitionDataset(one)
    }
    let none = RecordedDataset(
      name: "none", observations: Table(columnCount: 1, values: []),
      actions: Table(columnCount: 1, values: []), rewards: [], terminals: [], timeouts: [])
    #expect(throws: DatasetError.self) { try TransitionDataset(none) }
  }

  // MARK: npz

  private func archive(
    replacing old: String, with new: String, in name: String = "ogbench-stored.npz"
  ) throws -> [UInt8] {
    let (old, new) = (Array(old.utf8), Array(new.utf8))
    var bytes = try goldenBytes(name)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: old) })
    bytes.replaceSubrange(start..<start + old.count, with: new)
    return bytes
  }

  @Test(arguments: [
    ("(40, 3)", "(40, 4)", "480 bytes do not make the shape [40, 4]"),
    ("'descr'", "'descx'", "its header has a key 'descx'"),
    ("(40, 3)", "(40; 3)", "its header lacks a ')'"),
    ("(40, 3)", "(-4, 3)", "its header has no numbers as 'shape'"),
    ("NUMPY\u{1}", "NUMPY\u{9}", "its format is version 9; 1 to 3 are supported"),
    ("NUMPY", "NUMPI", "it does not begin as a .npy array does"),
  ])
  func explainsAMalformedArray(_ old: String, _ new: String, _ reason: String) throws {
    let bytes = try archive(replacing: old, with: new)
    expectMessage("f.npz: 'observations' cannot be read: \(reason).") {
      _ = try NumPyArchive(bytes: bytes, named: "f.npz").floats("observations")
    }
  }

  /// It stops nothing unless it is asked for.
  @Test func elementsOfAnotherKindAreRefusedWhenRead() throws {
    let archive = try NumPyArchive(
      bytes: archive(replacing: "'<f4'", with: "'<U1'"), named: "f.npz")
    #expect(!archive.contains("observations") && archive.contains("actions"))
    expectMessage(
      "f.npz: 'observations' cannot be read: its elements are '<U1'; numbers and booleans are "
        + "supported."
    ) { _ = try archive.floats("observations") }
  }

  /// NumPy's values of either byte order, beside entries that are damaged, packed otherwise or no
  /// arrays.
  @Test func eitherOrderOfBytesIsRead() throws {
    let path = goldenPath("big-endian.npz")
    let recording = try RecordedDataset(contentsOf: path)
    #expect(recording.observations.values == (0..<24).map { Float($0) })
    #expect(recording.actions.values == (0..<12).map { Float($0) / 16 })
    #expect(recording.rewards == (0..<12).map { Float($0) })
    #expect(
      recording.unused == [
        "'__MACOSX/._observations', it does not begin as a .npy array does",
        "'cut', 67 bytes do not make the shape [9]",
        "'packed', compression method 14; stored (0) and deflate (8) are supported",
      ])
    // in parts
    let rows = try NumPyArchive(DataFile(path)).numbers("observations", rows: 3..<5) as [Float]
    #expect(rows == [6, 7, 8, 9])
  }

  /// NumPy reads the first two, of Python 2 and of another writer, as the last.
  @Test(arguments: [
    "{'descr': '<f4', 'fortran_order': False, 'shape': (200L, 11L), }",
    "{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (200, 11)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (200, 11), }",
  ])
  func headersOfOtherWriters(_ text: String) throws {
    let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
    let header = try NumPyHeader(bytes)
    #expect(header.shape == [200, 11] && header.type == .float32)
    #expect(!header.isBigEndian && !header.isColumnMajor && header.byteCount == bytes.count)
  }

  @Test func explainsADamagedArchive() throws {
    let whole = try goldenBytes("ogbench.npz")
    expectMessage(
      "f.npz: the archive cannot be read: its directory is missing, so it was cut short."
    ) { _ = try NumPyArchive(bytes: Array(whole.dropLast(30)), named: "f.npz") }

    // a flipped bit in the numbers
    var stored = try goldenBytes("ogbench-stored.npz")
    let header = try #require(
      stored.indices.first { stored[$0...].starts(with: Array("'shape'".utf8)) })
    stored[header + 200] ^= 1
    let archive = try NumPyArchive(bytes: stored, named: "f.npz")
    expectMessage(
      "f.npz: 'observations' cannot be read: its bytes do not have the checksum that the archive "
        + "names."
    ) { _ = try archive.floats("observations") }
    expectMessage("f.npz: no column is named 'qpo'; did you mean 'qpos'?") {
      _ = try archive.shape("qpo")
    }
  }

  @Test func anOpenEpisodeHasAMessage() {
    let error = DatasetError(file: "o.npz", .openEpisode(row: 39, column: false))
    #expect(
      "\(error)" == "o.npz: the last row, 39, does not end an episode; its 'terminals' must be 1.")
  }

  // MARK: Damage

  /// Damage of every kind is refused in one line or does not matter; it never stops the program.
  @Test(arguments: ["ogbench.npz", "ogbench-stored.npz"])
  func damagedArchivesAreRefusedOrRead(_ name: String) throws {
    let whole = try goldenBytes(name)
    var generator = NumPyGenerator(seed: 5)
    var (read, refused) = (0, 0)
    for round in 0..<3000 {
      let bytes = mutilated(whole, &generator, round)
      do {
        let archive = try NumPyArchive(bytes: bytes, named: "f.npz")
        for column in archive.columns { _ = try archive.doubles(column) }
        read += 1
      } catch {
        #expect(isOneLine(error), "\(error)")
        refused += 1
      }
    }
    // it would prove nothing if all or none were read
    #expect(read > 10 && refused > 1500)
  }

  @Test func anHDF5FileCutAnywhereIsRefused() throws {
    let whole = try goldenBytes("d4rl.hdf5")
    var generator = NumPyGenerator(seed: 6)
    try withTemporaryFolder { folder in
      let path = "\(folder)/d.hdf5"
      for _ in 0..<200 {
        let length = generator.integer(below: whole.count)
        try Data(whole.prefix(length)).write(to: URL(fileURLWithPath: path))
        do {
          _ = try RecordedDataset(contentsOf: path, columns: .states)
          Issue.record("read from \(length) of \(whole.count) bytes")
        } catch {
          #expect(isOneLine(error), "\(error)")
        }
      }
    }
  }

  private func isOneLine(_ error: any Error) -> Bool {
    let line = String(describing: error)
    return (error is DatasetError || error is FileError) && !line.isEmpty
      && !line.contains(where: \.isNewline)
  }

  /// Cut at a random place, or with some random bytes.
  private func mutilated(
    _ whole: [UInt8], _ generator: inout NumPyGenerator, _ round: Int
  ) -> [UInt8] {
    if round.isMultiple(of: 2) { return Array(whole.prefix(generator.integer(below: whole.count))) }
    var bytes = whole
    for _ in 0...generator.integer(below: 4) {
      bytes[generator.integer(below: bytes.count)] = UInt8(generator.integer(below: 256))
    }
    return bytes
  }
}

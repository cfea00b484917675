import Foundation
import TestSupport
import Testing

@Suite struct DataCommandTests {
  static let hopper = goldenPath("hopper.hdf5", of: "DatasetsTests")

  @Test func describesADataSet() throws {
    let result = try Command.run("data", Self.hopper, "--env", "hopper-medium-v2")
    #expect(result.status == 0 && result.error == "")
    for part in [
      "file         \(Self.hopper)\n"
        + "sha256       4f512529d5197af52a1b948578b9255fb97283ef0b8a72ebf58729a702682b94\n"
        + "layout       D4RL HDF5\n",
      "Episodes by score", "Rules applied", "Problems\n  none found",
    ] { #expect(result.output.contains(part), "\(part)") }
  }

  @Test func goesByTheNameOfTheFile() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/hopper_medium_expert.hdf5"
      try FileManager.default.copyItem(atPath: Self.hopper, toPath: path)
      let result = try Command.run("data", path)
      #expect(result.output.contains("environment  hopper-medium-expert-v0\n"))
      #expect(
        result.output.contains(
          "  known of hopper-medium-expert-v0: it is hopper-expert with hopper-medium-replay"))
    }
  }

  @Test func readsOtherLayouts() throws {
    for (name, layout) in [("ogbench.npz", "OGBench npz"), ("minari-goals", "Minari folder")] {
      let result = try Command.run("data", goldenPath(name, of: "DatasetsTests"))
      #expect(result.status == 0 && result.output.contains("layout       \(layout)\n"))
    }
  }

  /// A card repeats the command that made the data, and it makes the same bytes.
  @Test func aCardSaysHowTheDataWereMade() throws {
    try withTemporaryFolder { folder in
      func run(_ arguments: [String]) throws {
        let result = try Command.start(arguments, directory: folder).finish()
        #expect(result.status == 0, "\(result.error)")
      }
      try run([
        "collect", "sac", "--env", "Hopper-v5", "--steps", "300", "--random-steps", "200",
        "--batch", "8", "--eval-every", "100", "--eval-episodes", "2", "--save-levels",
        "expert,full-replay", "--rows", "200", "--seed", "3", "--out", "hopper",
      ])
      try run([
        "data", "hopper-expert.hdf5", "--card", "card.md", "--collection", "hopper-training",
      ])
      let card = try String(contentsOfFile: "\(folder)/card.md", encoding: .utf8)
      let lines = card.split(separator: "\n").map(String.init)
      for line in [
        "# hopper-expert.hdf5", "| environment | Hopper-v5 |", "| level | expert |",
        "| recipe | soft actor-critic |", "| seed | 3 |",
        "| step | return | length | return without noise |",
      ] { #expect(lines.contains(line), "\(line)\n\(card)") }
      let points = lines.filter { $0.hasPrefix("| 104 |") || $0.hasPrefix("| 304 |") }
      #expect(points.count == 2 && points.allSatisfy { $0.split(separator: "|").count == 4 })
      let command = try #require(lines.first { $0.hasPrefix("idql collect sac") })
      let data = try Data(contentsOf: URL(filePath: "\(folder)/hopper-expert.hdf5"))
      for name in ["hopper-expert.hdf5", "hopper-training"] {
        try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
      }
      try run(command.split(separator: " ").dropFirst().map(String.init))
      #expect(try Data(contentsOf: URL(filePath: "\(folder)/hopper-expert.hdf5")) == data)
      let other = try Command.start(
        [
          "data", Self.hopper, "--env", "Hopper-v5", "--card", "c.md", "--collection",
          "hopper-training",
        ], directory: folder
      ).finish()
      #expect(other.status == 65)
      #expect(
        other.error.contains(
          "none of the files that hopper-training made, by its SHA-256; they are expert, "
            + "full-replay."), "\(other.error)")
    }
  }

  @Test func refusesWhatItCannotRead() throws {
    try expectRefusal(
      66, "/nonexistent: cannot open the file: No such file or directory.",
      ["data", "/nonexistent"])
    try expectRefusal(
      65, "\(Self.hopper): observations and actions have 11 and 3 numbers; Ant-v4 has 27 and 8.",
      ["data", Self.hopper, "--env", "Ant-v4"])
    try withTemporaryFolder { folder in
      let path = "\(folder)/cut.hdf5"
      let whole = try Data(contentsOf: URL(fileURLWithPath: Self.hopper))
      try whole.prefix(30_000).write(to: URL(fileURLWithPath: path))
      try expectRefusal(
        65,
        "\(path): the file cannot be read: it was cut short: 30000 of \(whole.count) bytes are "
          + "there.", ["data", path])
    }
  }

  @Test func verifiesAgainstADataSet() throws {
    let same = try Command.run("verify", "--env", "Hopper-v4", "--against", Self.hopper)
    #expect(same.status == 0 && same.error == "")
    #expect(same.output.contains("322 single steps from recorded states; 18 rows left out"))
    #expect(!same.output.contains("BEYOND"))
    let other = try Command.run(
      "verify", "--env", "Hopper-v4", "--against", Self.hopper, "--physics", "mujoco2.1")
    #expect(other.status == 1 && other.error == "" && other.output.contains("BEYOND"))
    try expectRefusal(
      64, "--against needs --env: the environment that was recorded.",
      ["verify", "--against", Self.hopper])
  }
}

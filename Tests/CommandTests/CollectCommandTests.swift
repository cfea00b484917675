import Foundation
import TestSupport
import Testing

@Suite struct CollectCommandTests {
  @Test func randomDataOfARobot() throws {
    try withTemporaryFolder { folder in
      let result = try Command.run(
        "collect", "--env", "Hopper-v5", "--recipe", "sac", "--save-levels", "random", "--rows",
        "1e3", "--out", "\(folder)/hopper")
      #expect(result.status == 0 && result.error == "")
      let path = "\(folder)/hopper-random.hdf5"
      #expect(result.output.hasPrefix("\(path): 1000 rows, "))
      // the name of the file says whose data it is
      let data = try Command.run("data", path)
      #expect(data.output.contains("environment  hopper-random-v0\n"))
      #expect(data.output.contains("Problems\n  none found"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["hopper-random.hdf5"])
    }
  }

  @Test func levelsOfARandomSearch() throws {
    try withTemporaryFolder { folder in
      let result = try Command.run(
        "collect", "--env", "Hopper-v5", "--recipe", "ars", "--steps", "2", "--eval-every", "1",
        "--save-levels", "expert,replay", "--rows", "1e3", "--out", "\(folder)/h")
      #expect(result.status == 0 && result.error == "")
      let lines = result.output.split(separator: "\n")
      #expect(lines.count == 4 && lines[0].hasPrefix("step ") && lines[1].hasPrefix("step "))
      #expect(lines[2].hasPrefix("\(folder)/h-expert.hdf5: 1000 rows, "))
      #expect(lines[3].hasPrefix("\(folder)/h-medium-replay.hdf5: "))
      let data = try Command.run("data", "\(folder)/h-medium-replay.hdf5")
      #expect(data.output.contains("Problems\n  none found"))
    }
  }

  @Test func anInterruptionSaysWhatIsLeft() throws {
    try withTemporaryFolder { folder in
      let running = try Command.start([
        "collect", "--env", "Hopper-v5", "--recipe", "sac", "--out", "\(folder)/hopper",
      ])
      try running.interrupt(after: 0.5)
      let result = try running.finish()
      #expect(result.status == 130)
      #expect(result.error.hasPrefix("idql: interrupted after "))
      #expect(result.error.hasSuffix(" evaluations are in \(folder)/hopper-training.\n"))
    }
  }

  @Test func badInput() throws {
    let rest = ["--out", "/tmp/never"]
    try expectRefusal(
      64,
      "no level is named 'mediun'; there are random, medium, medium-replay, full-replay, expert, "
        + "medium-expert.",
      ["collect", "--env", "Hopper-v5", "--recipe", "sac", "--save-levels", "mediun"] + rest)
    try expectRefusal(
      64, "recipe waypoints does not fit Hopper-v5; it is for D4RL's antmaze ids.",
      ["collect", "--env", "Hopper-v5", "--recipe", "waypoints"] + rest)
    try expectRefusal(
      64, "recipe sac does not fit antmaze-umaze-v2; it is for robots outside of mazes.",
      ["collect", "--env", "antmaze-umaze-v2", "--recipe", "sac"] + rest)
    try expectRefusal(
      64, "action-noise is 2.0; it must be from 0 to 1.",
      ["collect", "--env", "Hopper-v5", "--recipe", "ars", "--action-noise", "2"] + rest)
    try expectRefusal(
      64, "steps is 0; it must be from 1 to 1000000000.",
      ["collect", "--env", "Hopper-v5", "--recipe", "sac", "--steps", "0"] + rest)
  }
}

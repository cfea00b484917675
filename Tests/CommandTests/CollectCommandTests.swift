import Foundation
import TestSupport
import Testing

@Suite struct CollectCommandTests {
  @Test func randomDataOfARobot() throws {
    try withTemporaryFolder { folder in
      let result = try Command.run(
        "collect", "sac", "--env", "Hopper-v5", "--save-levels", "random", "--rows", "1e3",
        "--out", "\(folder)/hopper")
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
        "collect", "ars", "--env", "Hopper-v5", "--iterations", "2", "--eval-every", "1",
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
        "collect", "sac", "--env", "Hopper-v5", "--out", "\(folder)/hopper",
      ])
      try running.interrupt(after: 0.5, once: "\(folder)/hopper-training/collection.json")
      let result = try running.finish()
      #expect(result.status == 130)
      #expect(result.error.hasPrefix("idql: interrupted after "))
      #expect(
        result.error.hasSuffix("'idql collect resume \(folder)/hopper-training' continues.\n"))
    }
  }

  @Test func aMazeByWaypointsWithAWalkerOfItsOwn() throws {
    try withTemporaryFolder { folder in
      let data = "\(folder)/umaze.hdf5"
      let training = try Command.run(
        "collect", "sac", "--env", "AntWaypoints-v0", "--steps", "200", "--random-steps", "100",
        "--batch", "8", "--eval-every", "200", "--eval-episodes", "1", "--rows", "100",
        "--save-levels", "expert", "--out", "\(folder)/walker")
      #expect(training.status == 0 && training.error == "")
      let result = try Command.run(
        "collect", "waypoints", "--env", "antmaze-umaze-v2", "--policy",
        "\(folder)/walker-training/step-200.safetensors", "--rows", "1e3", "--out", data)
      #expect(result.status == 0 && result.error == "")
      #expect(result.output == "\(data): 1000 rows, 0 of them at the goal\n")
    }
  }

  @Test func badInputIsRefused() throws {
    let rest = ["--out", "/tmp/never"]
    let hopper = ["--env", "Hopper-v5"] + rest
    try expectRefusal(
      64,
      "no level is named 'mediun'; there are random, medium, medium-replay, full-replay, expert, "
        + "medium-expert.",
      ["collect", "sac", "--save-levels", "mediun"] + hopper)
    try expectRefusal(
      64,
      "recipe waypoints does not fit Hopper-v5; it is for D4RL's antmaze ids and "
        + "OGBench's antmaze-…-navigate.",
      ["collect", "waypoints"] + hopper)
    for recipe in ["sac", "ars"] {
      try expectRefusal(
        64, "recipe \(recipe) does not fit antmaze-umaze-v2; it is for robots outside of mazes.",
        ["collect", recipe, "--env", "antmaze-umaze-v2"] + rest)
    }
    try expectRefusal(
      64, "action-noise is 2.0; it must be from 0 to 1.",
      ["collect", "ars", "--action-noise", "2"] + hopper)
    try expectRefusal(
      64, "The value '0' is invalid for '--steps <steps>': it must be from 1 to 1000000000.",
      ["collect", "sac", "--steps", "0"] + hopper)
    try expectRefusal(
      64,
      "The value '0' is invalid for '--eval-every <eval-every>': it must be from 1 to 1000000000.",
      ["collect", "ars", "--eval-every", "0"] + hopper)
    try expectRefusal(
      64, "The value '0' is invalid for '--iterations <iterations>': it must be from 1 to 1000000.",
      ["collect", "ars", "--iterations", "0"] + hopper)
    try expectRefusal(
      64, "The value '0' is invalid for '--workers <workers>': it must be from 1 to 1024.",
      ["collect", "ars", "--workers", "0"] + hopper)
  }

  /// An option that a recipe has no use for is no option of it.
  @Test(arguments: [
    ("sac", "--noise"), ("sac", "--policy"), ("ars", "--batch"), ("ars", "--steps"),
    ("waypoints", "--save-levels"),
  ])
  func optionsOfOtherRecipesAreRefused(_ recipe: String, _ option: String) throws {
    let result = try Command.start([
      "collect", recipe, option, "1", "--out", "/tmp/never", "--env", "Hopper-v5",
    ]).finish()
    #expect(result.status == 64)
    #expect(result.error.hasPrefix("idql: Unknown option '\(option)'"), "\(result.error)")
  }

  @Test func recipesAreNoOptionAnyMore() throws {
    try expectRefusal(
      64, "--recipe ars is now a command, 'idql collect ars', with options of its own.",
      ["collect", "--env", "Hopper-v5", "--recipe", "ars", "--steps", "300", "--out", "/tmp/never"])
  }
}

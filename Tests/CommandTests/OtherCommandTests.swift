import Foundation
import IDQLAgent
import IDQLCommandLine
import IDQLEvaluation
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLCommandLine

@Suite struct InspectCommandTests {
  @Test func describesAnAgent() throws {
    for (policy, format, origin) in [
      (Fixture.agent, "safetensors", "stored"),
      (Fixture.agentMessagePack, "flax msgpack", "assumed"),
    ] {
      let result = try Command.run("inspect", policy)
      #expect(result.status == 0 && result.error == "")
      #expect(result.output.hasPrefix("\(policy)\n  IDQL agent in \(format), "))
      for part in [
        "observations 5, actions 2", "fits no environment of the catalog", "Networks", "score",
        "critic", "value", "noise schedule", "diffusion steps (T)", "5 (\(origin))",
        "vp (\(origin))",
      ] { #expect(result.output.contains(part), "\(part)") }
    }
  }

  @Test func describesAnActorAndWhatItFits() throws {
    let result = try Command.run("inspect", Fixture.hopperActor)
    #expect(result.status == 0)
    #expect(result.output.contains("\n  deterministic actor in safetensors, "))
    #expect(result.output.contains("\n  observations 11, actions 3\n"))
    #expect(
      result.output.contains(
        "\n  fits, by its sizes:\n    Gym   Hopper-v2, Hopper-v3, Hopper-v4, Hopper-v5\n    D4RL  hopper-"
      ))
    #expect(result.output.contains("\nTensors that acting does not use\n  log_std  1 tensors, "))
    let cheetah = try Command.run(
      "inspect", goldenPath("actor_halfcheetah_ppo.safetensors", of: "AgentTests"))
    #expect(cheetah.output.contains("Walker2d-v5, HalfCheetah-v2"))
  }

  /// Every suite's sizes, goals included, from the catalog itself.
  @Test(arguments: [
    (29, 8, ["D4RL", "antmaze-umaze-v2"]), (58, 8, ["OGBench"]),
    (4, 2, ["D4RL", "maze2d-umaze-v1"]),
    (27, 8, ["Gym", "Ant-v4"]), (111, 8, ["Gym", "Ant-v2", "D4RL", "ant-medium-v2"]),
  ])
  func namesWhatAnActorFits(_ o: Int, _ a: Int, _ parts: [String]) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/actor.safetensors"
      let weight = NamedTensor(
        "net.0.weight", shape: [a, o], .floats([Float](repeating: 3e38, count: a * o)))
      try writeTensorFile(
        [weight],
        metadata: [
          "policy": #"{"env":"antmaze-umaze-v2","activation":"none","squash":true,"x":1}"#
        ],
        to: path)
      let output = try Command.run("inspect", path).output
      for part in parts { #expect(output.contains(part), "\(part)") }
      #expect(output.contains("\nSettings that are not known here\n  x\n"))
    }
  }

  @Test func warnsOfNumbersThatAreNone() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/actor.safetensors"
      func weight(_ name: String, _ shape: [Int], _ values: Float...) -> NamedTensor {
        let count = shape.reduce(1, *)
        return NamedTensor(
          name, shape: shape, .floats((0..<count).map { values[$0 % values.count] }))
      }
      // infinity less infinity
      try writeTensorFile(
        [
          weight("net.0.weight", [2, 4], 1e30), weight("net.1.weight", [2, 2], 1e30),
          weight("net.2.weight", [1, 2], 1, -1),
        ], metadata: ["policy": #"{"activation":"none","squash":true}"#], to: path)
      #expect(try Command.run("inspect", path).output.contains("WARNING: its actions are NaN."))
    }
  }

  @Test func convertsWhatItReads() throws {
    try withTemporaryFolder { folder in
      let (source, target) = (Fixture.agentMessagePack, "\(folder)/agent.safetensors")
      let refused = try Command.run("convert", source, target)
      #expect(refused.status == 65 && refused.error.contains("--diffusion-steps"))
      #expect(!FileManager.default.fileExists(atPath: target))
      let result = try Command.run(
        "convert", source, target, "--diffusion-steps", "5", "--schedule", "vp")
      #expect(result.status == 0 && result.error == "")
      #expect(!(try Command.run("inspect", target).output.contains("assumed")))
    }
  }

  /// What is scored in another environment than the file names is told, and scored.
  @Test func evaluationsTellOfAnotherEnvironment() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/actor.safetensors"
      try writeTensorFile(
        [NamedTensor("net.0.weight", shape: [8, 29], .floats([Float](repeating: 0, count: 232)))],
        metadata: ["policy": #"{"env":"antmaze-umaze-v2","activation":"none","squash":true}"#],
        to: path)
      for (id, note) in [
        ("antmaze-umaze-v2", ""),
        (
          "antmaze-medium-play-v2",
          "idql: note: the policy's file says that it was trained on antmaze-umaze-v2, not on "
            + "antmaze-medium-play-v2.\n"
        ),
      ] {
        let result = try Command.run(
          "eval", "--env", id, "--policy", path, "-n", "1", "--estimate", "--trial-seconds", "0.1")
        #expect(result.status == 0 && result.error == note)
      }
    }
  }
}

@Suite struct EnvsCommandTests {
  @Test func listsEveryEnvironmentOncePerLine() throws {
    let result = try Command.run("envs")
    let lines = result.output.split(separator: "\n")
    #expect(result.status == 0 && result.error == "")
    // four robots: Gym v2 to v5, and six data sets of which one has no v0; then the mazes of D4RL,
    // OGBench and Gymnasium-Robotics; Gym's other robots, five of which have no v3; and the walkers' own
    #expect(lines.count == 4 * (4 + 17) + 40 + 203 + 60 + (7 * 4 - 5) + 1)
    #expect(Set(lines).count == lines.count)
    #expect(lines.contains("Walker2d-v5") && lines.contains("halfcheetah-medium-expert-v0"))
  }

  @Test func printsTheRulesOfOne() throws {
    let rules = try Command.run("envs", "hopper-medium-v2").output
    for part in ["mujoco2.1", "11 numbers", "3234.3", "-20.272305", "1000 steps"] {
      #expect(rules.contains(part), "\(part)")
    }
    #expect(try Command.run("envs", "hopper-medium-v2", "--physics", "mujoco4").output != rules)
  }
}

@Suite struct BenchCommandTests {
  @Test func timesThePhysics() throws {
    try withTemporaryFolder { folder in
      func run(_ arguments: String...) throws -> [String: Any] {
        let result = try Command.start(
          ["bench", "physics", Fixture.hopperModel, "--json", "-"] + arguments
        ).finish()
        #expect(result.status == 0 && result.error == "")
        try Fixture.write(result.output, to: "\(folder)/b.json")
        return try Fixture.json("\(folder)/b.json")
      }
      let first = try run("--steps", "6000")
      #expect(first["steps"] as? Int == 6000)
      #expect(first["nonfinite_resets"] as? Int == 0)
      #expect(try #require(first["steps_per_cpu_second"] as? Double) > 0)
      let hash = try #require(first["state_sha256"] as? String)
      #expect(hash.count == 64)
      #expect(try run("--steps", "6000")["state_sha256"] as? String == hash)
      #expect(try run("--steps", "6000", "--seed", "1")["state_sha256"] as? String != hash)
      // six thousand steps are twelve seconds: the last two follow a reset, not the first ten
      #expect(try run("--steps", "5999")["state_sha256"] as? String != hash)
      #expect(try run("--steps", "6000", "--lanes", "2")["state_sha256"] as? String == hash)
    }
  }

  @Test func saysItInWordsOtherwise() throws {
    let result = try Command.run("bench", "physics", Fixture.hopperModel, "--steps", "100")
    #expect(
      result.output.hasSuffix("steps per processor second (hopper, mujoco4, 100 steps, 1 lane)\n"))
  }
}

@Suite struct BenchInferenceTests {
  /// One round with no time for another: ten observations, whatever the clock says.
  @Test func countsActionsAndOperations() throws {
    try withTemporaryFolder { folder in
      let result = try Command.run(
        "bench", "inference", "--policy", Fixture.agent, "-N", "5", "--batch", "10", "--seconds",
        "0", "--json", "-")
      #expect(result.status == 0 && result.error == "")
      try Fixture.write(result.output, to: "\(folder)/b.json")
      let found = try Fixture.json("\(folder)/b.json")
      #expect(found["actions"] as? Int == 10)
      #expect(found["candidates"] as? Int == 5)
      #expect(try #require(found["gflop_per_action"] as? Double) > 0)
      #expect(try #require(found["share_of_peak"] as? Double) > 0)
    }
  }

  @Test func refusesAPolicyThatDoesNotDiffuse() throws {
    let result = try Command.run("bench", "inference", "--policy", Fixture.hopperActor)
    #expect(result.status == 65)
    #expect(
      result.error.hasSuffix(
        "holds a deterministic actor, which does not choose among candidates; an IDQL agent does.\n"
      ))
  }
}

@Suite struct BenchTrainingTests {
  @Test func threadsChangeNothingButTheTime() throws {
    try withTemporaryFolder { folder in
      func run(_ arguments: String...) throws -> [String: Any] {
        let result = try Command.start(
          ["bench", "training", "--batch", "70", "--seconds", "0", "--json", "-"] + arguments
        ).finish()
        #expect(result.status == 0 && result.error == "")
        try Fixture.write(result.output, to: "\(folder)/b.json")
        return try Fixture.json("\(folder)/b.json")
      }
      let one = try run()
      #expect(one["updates"] as? Int == 10)
      #expect(one["family"] as? String == "simple")
      #expect(try #require(one["updates_per_second"] as? Double) > 0)
      let sum = try #require(one["checksum"] as? Double)
      #expect(try run("--workers", "2")["checksum"] as? Double == sum)
      #expect(try run("--family", "full")["checksum"] as? Double != sum)
    }
  }

  @Test func saysItInWordsOtherwise() throws {
    let result = try Command.run("bench", "training", "--batch", "8", "--seconds", "0")
    let arithmetic = Arithmetic.current(for: nil).rawValue
    let words = "(simple, batch 8, workers 1, \(arithmetic))"
    #expect(result.output.hasSuffix(" updates per second \(words)\n"))
  }
}

@Suite struct HelpTests {
  @Test func everyCommandExplainsItself() throws {
    for command in EveryCommand.leaves {
      let result = try Command.start(command.path + ["--help"]).finish()
      #expect(result.status == 0 && result.error == "")
      #expect(result.output.contains("USAGE: idql \(command)"))
    }
    #expect(try Command.run("--version").output == "\(packageVersion)\n")
  }
}

@Suite struct ProgressBarTests {
  private func line(_ progress: EvaluationProgress, elapsed: Double) -> String {
    ProgressBar.content(progress, elapsed: elapsed).line(width: 100)
  }

  @Test func showsWhatIsDoneAndWhatIsLeft() {
    var progress = EvaluationProgress(episodes: 4, stepLimit: 100)
    #expect(
      line(progress, elapsed: 0)
        == "[..............................]   0 %  0/4 episodes, 0 steps, ? left")
    progress.finishedEpisodes = 1
    progress.finishedSteps = 20
    progress.environmentSteps = 100
    #expect(
      line(progress, elapsed: 61)
        == "[###############...............]  50 %  1/4 episodes, 100 steps, 1:01 left")
    #expect(line(progress, elapsed: 7322).hasSuffix("2:02:02 left"))
    progress.finishedEpisodes = 4
    #expect(
      line(progress, elapsed: 9)
        == "[##############################] 100 %  4/4 episodes, 100 steps, 0:00 left")
  }

  @Test func isNotDrawnWhenNobodyWatches() {
    #expect(ProgressBar.ifWatched(quiet: true) == nil)
  }
}

@Suite struct FailureTests {
  @Test func isOneLineWhateverItHolds() {
    #expect(Failure(.badData, "a\nb\r\nc").line == "idql: a b c")
  }
}

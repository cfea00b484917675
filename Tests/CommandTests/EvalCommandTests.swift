import Foundation
import IDQLAgent
import IDQLEvaluation
import IDQLTensors
import TestSupport
import Testing

@Suite struct EvalCommandTests {
  func evaluate(_ arguments: String..., json: String) throws -> Report {
    let result = try Command.start(
      ["eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor, "--json", json] + arguments
    ).finish()
    #expect(result.status == 0 && result.error == "")
    return try JSONDecoder().decode(
      Report.self, from: Data(contentsOf: URL(fileURLWithPath: json)))
  }

  @Test func scoresTheBundledPolicy() throws {
    let result = try Command.run("eval", "--episodes", "2", "-N", "1")
    #expect(result.status == 0)
    #expect(result.error == "")
    let lines = result.output.split(separator: "\n")
    #expect(
      lines.first?.hasPrefix("policy       hopper-medium-expert.safetensors, IDQL, argmax of 1")
        == true)
    #expect(
      lines.contains(
        "environment  hopper-medium-expert-v2, physics mujoco2.1, reset seeds 0 to 1"))
    for row in ["return", "score", "length", "endings", "time"] {
      #expect(lines.contains { $0.hasPrefix(row) }, "\(row)")
    }
    #expect(result.output.contains("x100 scale"))
    // nobody watches a pipe
    #expect(result.output.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
  }

  @Test(arguments: BundledPolicy.allCases.filter { $0 != .antWalker })
  func scoresTheAgentOfTheEnvironment(_ agent: BundledPolicy) throws {
    let result = try Command.run("eval", "--env", agent.environment, "--episodes", "1", "-N", "1")
    #expect(result.status == 0 && result.error == "")
    #expect(result.output.hasPrefix("policy       \(agent.rawValue).safetensors, IDQL"))
    #expect(result.output.contains("environment  \(agent.environment)"))
  }

  @Test func agentsOfTwoEnvironmentsAreNotMixed() throws {
    try expectRefusal(
      64,
      "without --policy each of these environments has its own bundled agent; name one environment.",
      ["eval", "--env", "hopper-medium-v2", "hopper-medium-replay-v2"])
  }

  @Test(arguments: NetworkKernels.supported)
  func theReportNamesTheKernels(_ set: NetworkKernels) throws {
    try withTemporaryFolder { folder in
      let json = "\(folder)/r.json"
      let result = try Command.start(
        [
          "eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor, "--episodes", "1",
          "--json", json,
        ], environment: ["IDQL_KERNELS": set.name]
      ).finish()
      #expect(result.status == 0 && result.error == "")
      let row = "networks     \(set.name), \(set.isFused ? "fused" : "multiplication and addition")"
      #expect(result.output.contains(row))
      let provenance = try #require(try Fixture.json(json)["provenance"] as? [String: Any])
      let kernels = try #require(provenance["kernels"] as? [String: Any])
      #expect(kernels["name"] as? String == set.name && kernels["fused"] as? Bool == set.isFused)
    }
  }

  /// Before anything is read.
  @Test func unknownKernelsAreRefused() throws {
    let known = NetworkKernels.supported.map { "'\($0.name)'" }.joined(separator: ", ")
    for command in [["eval", "--policy", "/missing"], ["envs"], ["train"]] {
      try expectRefusal(
        64, "IDQL_KERNELS is 'avx1024', but this processor computes networks with \(known).",
        command, environment: ["IDQL_KERNELS": "avx1024"])
    }
  }

  /// A trial long enough for everything is the evaluation itself.
  @Test func estimatesTimeAndInterval() throws {
    let result = try Command.run(
      "eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor, "--episodes", "3",
      "--estimate", "--trial-seconds", "1e6")
    #expect(result.status == 0 && result.error == "")
    let lines = result.output.split(separator: "\n")
    #expect(lines.map { $0.prefix(8) } == ["trial   ", "length  ", "time    ", "interval"])
    #expect(lines[0].hasSuffix("3 of 3 episodes finished"))
    #expect(lines[3].hasSuffix("by the spread of 3 episodes"))
  }

  @Test func reportHoldsEpisodesSummaryAndProvenance() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/r.json"
      let report = try evaluate("--episodes", "3", "--seed", "7", json: path)
      #expect(report.episodes.map(\.index) == [0, 1, 2])
      #expect(report.episodes.map(\.seed) == [7, 8, 9])
      #expect(report.summary.finishedEpisodes == 3 && !report.summary.isPartial)
      let provenance = report.provenance
      #expect(provenance.environment == "Hopper-v4" && provenance.physics == "mujoco4")
      #expect(provenance.version == packageVersion)
      #expect(try provenance.gitRevision == Command.sourceRevision())
      #expect(provenance.policy.file == "actor_hopper_a2c.safetensors")
      #expect(provenance.policy.sha256?.count == 64 && provenance.policy.selection == nil)
      #expect(provenance.date.flatMap { ISO8601DateFormatter().date(from: $0) } != nil)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["r.json"])

      // the documented names, as another program sees them
      let root = try Fixture.json(path)
      #expect(
        root.keys.sorted() == ["episodes", "provenance", "schema", "schema_version", "summary"])
      let episode = try #require((root["episodes"] as? [[String: Any]])?.first)
      for key in ["index", "seed", "return", "length", "terminated", "truncated", "score"] {
        #expect(episode[key] != nil, "\(key)")
      }
    }
  }

  /// An agent draws noise, and its large products could depend on their number of rows.
  @Test(arguments: [("1", "3"), ("2", "1"), ("2", "16"), ("3", "2")])
  func workersAndBatchNeverChangeAResult(_ workers: String, _ batch: String) throws {
    try withTemporaryFolder { folder in
      func run(_ workers: String, _ batch: String) throws -> Report {
        let json = "\(folder)/\(workers)-\(batch).json"
        let result = try Command.run(
          "eval", "--episodes", "5", "-N", "3", "--rule", "softmax", "--workers", workers,
          "--batch", batch, "--json", json)
        #expect(result.status == 0)
        return try JSONDecoder().decode(
          Report.self, from: Data(contentsOf: URL(fileURLWithPath: json)))
      }
      let (one, other) = (try run("1", "1"), try run(workers, batch))
      #expect(one.episodes == other.episodes)
      #expect(one.summary == other.summary)
    }
  }

  @Test func anotherPhysicsIsNamedAndGivesOtherReturns() throws {
    try withTemporaryFolder { folder in
      let usual = try evaluate("--episodes", "2", json: "\(folder)/a.json")
      let old = try evaluate("--episodes", "2", "--physics", "mujoco2.1", json: "\(folder)/b.json")
      #expect(old.provenance.physics == "mujoco2.1")
      #expect(old.episodes.map(\.totalReward) != usual.episodes.map(\.totalReward))
    }
  }

  @Test func everySelectionOptionIsRecorded() throws {
    try withTemporaryFolder { folder in
      let json = "\(folder)/r.json"
      let result = try Command.run(
        "eval", "--episodes", "1", "-N", "2", "--rule", "softmax", "--temperature", "0.5",
        "--softmax-scale", "3", "--json", json)
      #expect(result.status == 0)
      let provenance = try #require(try Fixture.json(json)["provenance"] as? [String: Any])
      let policy = try #require(provenance["policy"] as? [String: Any])
      let selection = try #require(policy["selection"] as? [String: Any])
      #expect(selection["rule"] as? String == "softmax")
      #expect(selection["candidates"] as? Int == 2)
      #expect(selection["temperature"] as? Double == 0.5)
      #expect(selection["softmax_scale"] as? Double == 3)
      #expect(selection["diffusion_steps"] as? Int == 5)
      #expect(selection["clips_every_step"] as? Bool == true)
      #expect(selection["extra_final_steps"] as? Int == 0)
      #expect(selection["precision"] as? String == "float32")
    }
  }

  @Test(.timeLimit(.minutes(5))) func controlCReportsTheFinishedEpisodes() throws {
    try withTemporaryFolder { folder in
      let json = "\(folder)/r.json"
      // how long the first episode takes depends on the machine, so wait longer until it was enough
      var patience = 0.25
      while true {
        let running = try Command.start([
          "eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor, "--episodes", "900000",
          "--workers", "2", "--batch", "2", "--json", json,
        ])
        try running.interrupt(after: patience)
        let result = try running.finish()
        #expect(result.status == 130)
        if result.output.isEmpty {
          // the signal may come before the command has begun
          #expect(
            [
              "idql: interrupted before an episode had finished.\n",
              "idql: interrupted before anything was finished.\n",
            ].contains(result.error))
          #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
          patience *= 2
          continue
        }
        let report = try JSONDecoder().decode(
          Report.self, from: Data(contentsOf: URL(fileURLWithPath: json)))
        let count = report.episodes.count
        #expect(
          result.error == "idql: interrupted: \(count) of 900000 episodes finished.\n")
        #expect(result.output.contains("PARTIAL      \(count) of 900000 episodes finished"))
        #expect(report.summary.isPartial && report.summary.finishedEpisodes == count)

        let whole = try evaluate("--episodes", "4", json: "\(folder)/whole.json").episodes
        for episode in report.episodes where episode.index < 4 {
          #expect(episode == whole[episode.index])
        }
        return
      }
    }
  }
}

/// Evaluations that end when the mean is known well enough.
@Suite struct UntilWidthTests {
  @Test func itEndsWithAnIntervalThatIsNarrowEnough() throws {
    try withTemporaryFolder { folder in
      let json = "\(folder)/r.json"
      let result = try Command.run(
        "eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor, "--episodes", "3000",
        "--until-width", "20", "--bounds=-5..130", "--json", json)
      #expect(result.status == 0 && result.error == "", "\(result)")
      let report = try JSONDecoder().decode(
        Report.self, from: Data(contentsOf: URL(fileURLWithPath: json)))
      let count = report.episodes.count
      #expect(count < 3000 && report.summary.requestedEpisodes == count)
      #expect(
        result.output.contains(
          "until        at a width of 20, after \(count) episodes: ["))
      #expect(result.output.contains("95 % at all times, betting sequence between -5 and 130"))
    }
  }

  @Test func boundsAreDeclaredForIt() throws {
    try expectRefusal(
      64, "--bounds is for --until-width and --until-decided-against.", ["eval", "--bounds=0..1"])
    try expectRefusal(
      64,
      "The value '0' is invalid for '--until-width <until-width>': it must be a number above 0, at most "
        + "1e+300.", ["eval", "--until-width", "0"])
    let outside = try Command.run(
      "eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor, "--until-width", "0.1",
      "--bounds=0..1")
    #expect(outside.status == 65)
    #expect(
      outside.error.hasSuffix(
        " lies outside of the declared bounds, 0 to 1: no sequence of intervals holds for it.\n"))
  }
}

/// Evaluations that end when the difference from another result is decided.
@Suite struct UntilDecidedTests {
  private func evaluate(_ json: String, _ more: [String]) throws -> CommandResult {
    try Command.start(["eval", "--env", "Hopper-v4", "--json", json] + more).finish()
  }

  @Test func aPolicyThatFallsAtOnceIsWorseAfterFewEpisodes() throws {
    try withTemporaryFolder { folder in
      let (good, bad) = ("\(folder)/good.json", "\(folder)/bad.json")
      let plain = try evaluate(good, ["--policy", Fixture.hopperActor, "--episodes", "60"])
      #expect(plain.status == 0, "\(plain)")
      // an actor that does nothing, and falls sooner
      let actor = try TensorFile(contentsOf: Fixture.hopperActor)
      let idle = "\(folder)/idle.safetensors"
      try writeTensorFile(
        actor.names.map { name in
          let tensor = try actor.floats(name)
          return NamedTensor(name, shape: tensor.shape, .floats(tensor.values.map { $0 * 0 }))
        }, metadata: actor.metadata, to: idle)
      let options = ["--episodes", "60", "--until-decided-against"]
      let worse = try evaluate(
        bad, ["--policy", idle] + options + [good, "--bounds=0..60"])
      #expect(worse.status == 1 && worse.error == "", "\(worse)")
      let report = try readReports(bad)[0]
      #expect(report.episodes.count < 60)
      #expect(report.stopping?.verdict == .worse && report.stopping?.isReached == true)
      #expect(
        worse.output.contains(
          "until        decided after \(report.episodes.count) episodes: worse, difference ["))
      #expect(worse.output.contains("betting sequence between -60 and 60"))

      // what was played is there although the bounds are not those of its scores
      let outside = try evaluate(
        bad, ["--policy", Fixture.hopperActor, "--until-width", "1", "--bounds=0..1"])
      let partial = try readReports(bad)[0]
      #expect(outside.status == 65 && !partial.episodes.isEmpty && partial.summary.isPartial)
      let failure = try #require(partial.stopping?.failure)
      #expect(failure.contains(" lies outside of the declared bounds, 0 to 1: no sequence of "))
      #expect(outside.error == "idql: \(failure)\n" && outside.output.contains(failure))
      #expect(try SchemaValidator().faults(Fixture.json(bad)).isEmpty)

      // the same policy: never another verdict than equivalent
      let same = try evaluate(
        bad, ["--policy", Fixture.hopperActor] + options + [good, "--margin", "200"])
      #expect(same.status == 0 && same.output.contains(": equivalent, difference ["), "\(same)")

      try expectRefusal(
        65,
        "\(good) has 60 episodes of Hopper-v4, and 61 were asked for: pairs need both; --episodes says how many.",
        [
          "eval", "--env", "Hopper-v4", "--policy", idle, "--episodes", "61",
          "--until-decided-against", good,
        ])
      try expectRefusal(
        65, "no episode of Hopper-v4 has the same seed in both results; pairs need equal --seed.",
        [
          "eval", "--env", "Hopper-v4", "--policy", idle, "--seed", "5",
          "--until-decided-against", good,
        ])
      let other = try Command.run(
        "eval", "--env", "Hopper-v4", "--policy", idle, "--physics", "3.12.0",
        "--until-decided-against", good)
      #expect(other.status == 65)
      #expect(
        other.error.hasPrefix("idql: Hopper-v4: the physics differs, 3.12.0 and mujoco4, and so"))
    }
  }

  @Test func optionsThatDoNotGoTogetherAreRefused() throws {
    for (message, arguments) in [
      ("--margin is for --until-decided-against.", ["--margin", "1"]),
      (
        "--until-width and --until-decided-against both say when to end; leave one out.",
        ["--until-width", "1", "--until-decided-against", "b.json"]
      ),
      (
        "--until-decided-against plays at once; leave --estimate, --plan and --resume out.",
        ["--until-decided-against", "b.json", "--estimate"]
      ),
      (
        "The value '-1' is invalid for '--margin <margin>': it must be a number from 0 to 1e+300.",
        ["--until-decided-against", "b.json", "--margin=-1"]
      ),
    ] {
      try expectRefusal(64, message, ["eval"] + arguments)
    }
  }
}

/// What a policy without finite actions gets.
@Suite struct BrokenEpisodeTests {
  @Test func everyEpisodeBreaksAndTheStatusSaysSo() throws {
    try withTemporaryFolder { folder in
      // sums of such products are infinite, and the next layer's are no numbers
      let actor = try TensorFile(contentsOf: Fixture.hopperActor)
      let tensors = try actor.names.map { name in
        let tensor = try actor.floats(name)
        return NamedTensor(name, shape: tensor.shape, .floats(tensor.values.map { $0 * 1e38 }))
      }
      let path = "\(folder)/huge.safetensors"
      try writeTensorFile(
        tensors, metadata: actor.metadata.mapValues { $0.replacing("\"tanh\"", with: "\"relu\"") },
        to: path)
      let json = "\(folder)/r.json"
      let result = try Command.run(
        "eval", "--env", "Hopper-v4", "--policy", path, "--episodes", "3", "--json", json)
      #expect(result.status == 65)
      #expect(
        result.error
          == "idql: 3 of 3 episodes broke: a state, an action or a reward was not a finite number.\n"
      )
      #expect(result.output.contains("3 BROKEN by a non-finite number"))
      // no better than a random policy
      let report = try JSONDecoder().decode(
        Report.self, from: Data(contentsOf: URL(fileURLWithPath: json)))
      #expect(report.summary.scores?.mean == 0)

      // nor do others make a number of it and say nothing
      let same = try Command.run("compare", json, json)
      #expect(same.status == 65 && same.error.hasPrefix("idql: 6 of 6 episodes broke: "))
      let explained = try Command.run(
        "explain", "--env", "Hopper-v4", "--policy", path, "-n", "1", "--from", "3.4.0", "--to",
        "3.5.0")
      #expect(explained.status == 65 && explained.output.contains("\nunused "))
      #expect(explained.error.contains(" episodes broke: "))
    }
  }
}

/// Trained policies of others score here what they score in MuJoCo itself.
@Suite struct MuJoCoScoreGoldenTests {
  /// Recorded in Gymnasium with MuJoCo; the file says how.
  private struct Golden: Decodable {
    struct Recording: Decodable {
      var environment: String
      var file: String
      var seed: Int
      var returns: [Double]
      var lengths: [Int]
    }
    var policies: [Recording]
  }

  @Test func meanReturnsAgree() throws {
    let golden = goldenJSON("mujoco_returns.json", as: Golden.self)
    try withTemporaryFolder { folder in
      for recording in golden.policies {
        let json = "\(folder)/r.json"
        let result = try Command.run(
          "eval", "--env", recording.environment, "--policy",
          checkoutPath("Tests/\(recording.file)"),
          "--episodes", "\(recording.returns.count)", "--seed", "\(recording.seed)", "--json", json)
        #expect(result.status == 0, "\(recording.file)")
        let report = try JSONDecoder().decode(
          Report.self, from: Data(contentsOf: URL(fileURLWithPath: json)))
        let ours = try #require(Sample(report.episodes.compactMap(\.totalReward)))
        let theirs = try #require(Sample(recording.returns))
        // Chaos parts the trajectories after some hundred steps, so means are compared, by Welch's
        // interval. Both sides are fixed by their seeds: this passes always or never.
        let interval = try #require(ours.meanDifferenceInterval(from: theirs))
        #expect(interval.contains(0), "\(recording.file): \(ours.mean), MuJoCo \(theirs.mean)")
      }
    }
  }
}

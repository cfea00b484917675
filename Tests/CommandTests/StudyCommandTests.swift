import Foundation
import IDQLEvaluation
import TestSupport
import Testing

/// Studies as a user makes them: by several processes, some of which are killed.
@Suite struct StudyCommandTests {
  private func plan(_ folder: String, _ more: String..., episodes: Int = 6) throws {
    let result = try Command.start(
      [
        "eval", "--env", "Hopper-v4", "hopper-medium-v2", "--policy", Fixture.hopperActor, "--seed",
        "0", "7", "--episodes", "\(episodes)", "--plan", folder,
      ] + more
    ).finish()
    #expect(result.status == 0 && result.error == "", "\(result)")
  }

  private func merged(_ study: String, _ json: String) throws -> Data {
    let result = try Command.run("merge", study, "--json", json)
    #expect(result.status == 0 && result.error == "", "\(result)")
    return try Data(contentsOf: URL(fileURLWithPath: json))
  }

  @Test func sharesOfWorkersMergeToTheReportOfOne() throws {
    try withTemporaryFolder { folder in
      try plan("\(folder)/a")
      try plan("\(folder)/b")
      for shard in ["0/3", "2/3", "1/3"] {
        let result = try Command.run("work", "\(folder)/a", "--shard", shard, "--workers", "1")
        #expect(result.status == 0 && result.output.hasPrefix("8 episodes played"))
      }
      let first = try Command.run("work", "\(folder)/b", "--episodes", "4..<6")
      #expect(first.output == "8 episodes played, 8 of 24 of the study finished\n")
      let early = try Command.run("merge", "\(folder)/b")
      #expect(early.status == 65 && early.output.contains("2 of 6"))
      #expect(
        early.error
          == "idql: 16 of 24 episodes are missing, the first of them episode 0 of cell 0; 'idql eval --resume "
          + "\(folder)/b' plays them.\n")
      let resumed = try Command.run("eval", "--resume", "\(folder)/b", "--json", "\(folder)/r.json")
      #expect(resumed.status == 0 && resumed.error == "")
      let one = try merged("\(folder)/a", "\(folder)/a.json")
      #expect(try one == Data(contentsOf: URL(fileURLWithPath: "\(folder)/r.json")))

      // and every cell is what eval alone gives
      let alone = try Command.run(
        "eval", "--env", "hopper-medium-v2", "--policy", Fixture.hopperActor, "--seed", "7",
        "--episodes", "6", "--json", "\(folder)/alone.json")
      #expect(alone.status == 0)
      let report = try JSONDecoder().decode(
        Report.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/alone.json")))
      let cells = try readReports("\(folder)/a.json")
      #expect(cells.count == 4)
      #expect(cells[3].episodes == report.episodes && cells[3].summary == report.summary)
      #expect(cells[3].provenance.programSHA256 == report.provenance.programSHA256)
      #expect(cells[3].provenance.arithmetic == report.provenance.arithmetic)
      #expect(cells[3].provenance.machine == nil)
      let check = try Command.run(
        "replay", "\(folder)/a.json", "--cell", "3", "--episode", "5", "--check", "--policy",
        Fixture.hopperActor)
      #expect(check.status == 0 && check.output.hasSuffix("as in the file\n"))
    }
  }

  /// As the completion of a shell names folders.
  @Test func aFolderMayBeNamedWithASlash() throws {
    try withTemporaryFolder { folder in
      let files = FileManager.default
      try plan("\(folder)/new/", episodes: 1)
      #expect(
        try files.contentsOfDirectory(atPath: "\(folder)/new").sorted() == [
          "parts", "plan.json", "policies",
        ])
      // without a part there is nothing in this folder, and stores of files forget it
      try files.removeItem(atPath: "\(folder)/new/parts")
      #expect(try Command.run("merge", "\(folder)/new").status == 65)
      #expect(try Command.run("work", "\(folder)/new/").status == 0)
      #expect(try Command.run("merge", "\(folder)/new/").status == 0)
    }
  }

  @Test func aStudyIsNotReplacedByItsReport() throws {
    try withTemporaryFolder { folder in
      let study = "\(folder)/e7"
      try plan(study, episodes: 1)
      #expect(try Command.run("work", study).status == 0)
      let files = try FileManager.default.subpathsOfDirectory(atPath: study)
      let part = try #require(files.first { $0.hasPrefix("parts/") })
      let policy = try #require(files.first { $0.hasSuffix(".safetensors") })
      for (file, own) in [(part, "parts"), ("parts/new.json", "parts"), (policy, "policies")] {
        let path = "\(study)/missing/../\(file)"
        for (option, command) in [
          ("--json", ["merge", study]), ("--json", ["eval", "--resume", study]),
          ("--html", ["report", study]),
        ] {
          try expectRefusal(
            64, "\(option) names \(path), and \(study)/\(own) is the study's own.",
            command + [option, path])
        }
      }
      let plan = "\(study)/plan.json"
      try expectRefusal(
        64, "--html would replace \(plan), which is an input.",
        ["report", study, "--html", plan])
      #expect(try FileManager.default.subpathsOfDirectory(atPath: study).sorted() == files.sorted())
      // beside them there is room
      #expect(try Command.run("merge", study, "--json", "\(study)/report.json").status == 0)
    }
  }

  /// Whatever is killed when, going on gives the same bytes.
  @Test(.timeLimit(.minutes(10)), arguments: [SIGKILL, SIGTERM, SIGHUP, SIGINT])
  func aKilledWorkerLosesNothingThatFinished(_ signal: Int32) throws {
    try withTemporaryFolder { folder in
      try plan("\(folder)/a", episodes: 100)
      try plan("\(folder)/b", episodes: 100)
      for seconds in [0.05, 0.3, 0.6] {
        let running = try Command.start(["work", "\(folder)/a", "--workers", "1"])
        try running.interrupt(after: seconds, by: signal)
        let result = try running.finish()
        let expected: [Int32] = signal == SIGKILL ? [-1, 0] : [128 + signal, 0]
        #expect(expected.contains(result.status), "\(result)")
        if result.error.contains("episodes finished") {
          #expect(result.error.contains("they are in \(folder)/a/parts"))
        }
      }
      for study in ["a", "b"] {
        #expect(try Command.run("eval", "--resume", "\(folder)/\(study)").status == 0)
      }
      #expect(
        try merged("\(folder)/a", "\(folder)/a.json") == merged("\(folder)/b", "\(folder)/b.json"))
    }
  }

  @Test func severalCellsWithoutAPlanAreOneReport() throws {
    try withTemporaryFolder { folder in
      let result = try Command.run(
        "eval", "--env", "Hopper-v4", "hopper-medium-v2", "--policy", Fixture.hopperActor, "--seed",
        "0", "7", "--episodes", "2", "--json", "\(folder)/r.json")
      #expect(result.status == 0 && result.error == "")
      let reports = try readReports("\(folder)/r.json")
      #expect(
        reports.map(\.provenance.environment) == [
          "Hopper-v4", "Hopper-v4", "hopper-medium-v2", "hopper-medium-v2",
        ])
      #expect(reports.map(\.provenance.seed) == [0, 7, 0, 7])
      #expect(result.output.split(separator: "\n").count == 6)
    }
  }

  @Test func patternsAreExpandedInOrder() throws {
    try withTemporaryFolder { folder in
      for name in ["b", "a"] {
        try FileManager.default.copyItem(
          atPath: Fixture.hopperActor, toPath: "\(folder)/\(name).safetensors")
      }
      let result = try Command.run(
        "eval", "--env", "Hopper-v4", "--policy", "\(folder)/*.safetensors", "--episodes", "1")
      let lines = result.output.split(separator: "\n")
      #expect(lines.count == 4)
      #expect(lines[1].contains("/a.safetensors") && lines[2].contains("/b.safetensors"))
      try expectRefusal(
        66, "\(folder)/*.pt: nothing there has such a name.",
        ["eval", "--env", "Hopper-v4", "--policy", "\(folder)/*.pt"])
    }
  }

  @Test func whatDoesNotGoTogetherIsRefused() throws {
    try withTemporaryFolder { folder in
      try expectRefusal(
        64, "--plan plays nothing; leave --json, --plot, --resume and --estimate out.",
        ["eval", "--plan", "\(folder)/s", "--json", "\(folder)/r.json"])
      try expectRefusal(
        64,
        "--resume plays what the plan says; only --json, --workers, --batch and --quiet go with it.",
        ["eval", "--resume", "\(folder)/s", "--episodes", "3"])
      try expectRefusal(64, "--seed names one seed twice.", ["eval", "--seed", "1", "1"])
      try expectRefusal(
        66, "\(folder)/s: no plan.json there; 'idql eval … --plan \(folder)/s' makes one.",
        ["work", "\(folder)/s"])
      try expectRefusal(
        64, "\(Fixture.agent) fits none of Hopper-v4, Walker2d-v4.",
        [
          "eval", "--env", "Hopper-v4", "Walker2d-v4", "--policy", Fixture.hopperActor,
          Fixture.agent, "--episodes", "1",
        ])
    }
  }
}

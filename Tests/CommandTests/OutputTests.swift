import Foundation
import TestSupport
import Testing

/// Where results go, and what becomes of them if that is not possible.
@Suite struct OutputTests {
  /// A line of bash with the program as `$0`.
  private func shell(_ line: String, _ arguments: String...) throws -> CommandResult {
    try Command.start(
      ["-c", line, Command.program.path] + arguments, program: URL(filePath: "/bin/bash")
    ).finish()
  }

  @Test(arguments: [
    "envs", "envs Hopper-v4", "--help", "eval --help", "--version", "rollout --envs 1 --steps 1",
    "inspect \(Fixture.hopperActor)", "data \(TrainCommandTests.data)",
  ])
  func whatCannotBePrintedIsAFailure(_ arguments: String) throws {
    for (target, reason) in [
      (">/dev/full", "No space left on device"), (">&-", "Bad file descriptor"),
    ] {
      let result = try shell("\"$0\" \(arguments) \(target)")
      #expect(result.status == 74)
      #expect(
        result.error == "idql: standard output: cannot write the file: \(reason).\n", "\(target)")
    }
  }

  /// As usual in pipes, nothing is said of a reader who has seen enough.
  @Test func aReaderMayLeave() throws {
    let result = try shell("(sleep 0.3; \"$0\" envs; echo $? >&2) | true")
    #expect(result.error == "141\n")
  }

  @Test func filesAreWrittenBeforeTextIsPrinted() throws {
    try withTemporaryFolder { folder in
      let result = try shell(
        "\"$0\" eval --env Hopper-v4 --policy \"$1\" -n 1 --json \"$2\" >/dev/full",
        Fixture.hopperActor, "\(folder)/r.json")
      #expect(result.status == 74)
      #expect(try Fixture.json("\(folder)/r.json")["summary"] != nil)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["r.json"])
    }
  }

  /// What was played is not lost because the disk is full: no file may grow here.
  @Test func textIsPrintedWhereNoFileCanBeWritten() throws {
    try withTemporaryFolder { folder in
      let result = try shell(
        "set -o pipefail; trap '' XFSZ; (ulimit -f 0; \"$0\" eval --env Hopper-v4 --policy \"$1\" -n 1 --json \"$2\") | cat",
        Fixture.hopperActor, "\(folder)/r.json")
      #expect(result.status == 74 && result.output.contains("\nreturn "), "\(result)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  /// What standard output is appended to keeps what it had.
  @Test func standardOutputIsNoFileToReplace() throws {
    try withTemporaryFolder { folder in
      let result = try shell(
        "echo earlier > \"$1\"; \"$0\" envs Hopper-v4 --json /dev/stdout >> \"$1\"", "\(folder)/log"
      )
      #expect(result.status == 73)
      #expect(
        result.error
          == "idql: /dev/stdout: cannot replace the file: It is what a process has open, no place.\n"
      )
      #expect(try String(contentsOfFile: "\(folder)/log", encoding: .utf8) == "earlier\n")
    }
  }

  /// A training whose lines go nowhere stops with its state on the disk.
  @Test func aRunThatCannotSpeakIsNotLost() throws {
    try withTemporaryFolder { folder in
      let settings = ["actor.width=16", "evaluation.every=5", "evaluation.episodes=1"]
        .map { "--set \($0)" }.joined(separator: " ")
      let result = try shell(
        "\"$0\" train --env Hopper-v4 --data \"$1\" --out \"$2\" --steps 9 \(settings) >/dev/full",
        TrainCommandTests.data, "\(folder)/run")
      #expect(result.status == 74)
      let log = try String(contentsOfFile: "\(folder)/run/log.csv", encoding: .utf8)
      #expect(log.hasPrefix("step,"))
      #expect(try Command.run("train", "--resume", "\(folder)/run").status == 0)
    }
  }

  @Test func anInputIsNotReplaced() throws {
    try withTemporaryFolder { folder in
      let files = FileManager.default
      try files.copyItem(atPath: Fixture.hopperActor, toPath: "\(folder)/p")
      for link in ["link", "p.png"] {
        try files.createSymbolicLink(atPath: "\(folder)/\(link)", withDestinationPath: "p")
      }
      try Fixture.write(Fixture.pendulum, to: "\(folder)/m.xml")
      try Fixture.write("", to: "\(folder)/s")
      let scored = ["--env", "Hopper-v4", "--policy", "\(folder)/p"]
      for (option, path, arguments) in [
        ("--json", "\(folder)/p", ["eval"] + scored),
        ("--json", "\(folder)/link", ["eval"] + scored),
        ("--strip", "\(folder)/p.png", ["record"] + scored),
        ("--out", "\(folder)/./p", ["act", "\(folder)/p", "--observations", "\(folder)/s"]),
        ("--out", "\(folder)/s", ["act", "\(folder)/p", "--observations", "\(folder)/s"]),
        ("--out", "\(folder)/m.xml", ["simulate", "\(folder)/m.xml", "--states", "\(folder)/s"]),
        ("--out", "\(folder)/s", ["rollout", "Hopper-v4", "--actions", "\(folder)/s"]),
      ] {
        try expectRefusal(
          64, "\(option) would replace \(path), which is an input.", arguments + [option, path])
      }
      try expectRefusal(
        64, "--json and --plot are both \(folder)/x.",
        ["eval", "--env", "antmaze-umaze-v2", "--waypoints", "--json", "\(folder)/x"]
          + ["--plot", "\(folder)/x"])
      #expect(
        try files.contentsOfDirectory(atPath: folder).sorted()
          == ["link", "m.xml", "p", "p.png", "s"])
    }
  }

  @Test func namesThatAreNoTextAreRefused() throws {
    let result = try shell("\"$0\" inspect $'p\\xff.st'")
    #expect(result.status == 64)
    #expect(
      result.error
        == "idql: argument 2, 'p\u{FFFD}.st', is not UTF-8; give the file another name, or "
        + "a link that has one.\n")
  }

  @Test(
    .timeLimit(.minutes(5)),
    arguments: [(SIGTERM, 143), (SIGHUP, 129), (SIGINT, 130)] as [(Int32, Int32)])
  func aSignalReportsTheFinishedEpisodes(_ signal: Int32, _ status: Int32) throws {
    try withTemporaryFolder { folder in
      let json = "\(folder)/r.json"
      // how long the first episode takes depends on the machine
      for patience in [0.5, 2, 8, 30] {
        let running = try Command.start([
          "eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor, "--episodes", "900000",
          "--workers", "2", "--batch", "2", "--json", json,
        ])
        try running.interrupt(after: patience, by: signal)
        let result = try running.finish()
        #expect(result.status == status)
        #expect(result.error.count { $0 == "\n" } == 1)
        if result.output.isEmpty { continue }
        #expect(result.error.hasPrefix("idql: interrupted"))
        #expect(try Fixture.json(json)["episodes"] != nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["r.json"])
        return
      }
      Issue.record("no episode was finished")
    }
  }

  /// `nohup`, and the limit on sizes that a batch system sets.
  @Test func ignoredAndForeseenSignalsEndNothing() throws {
    let hangUp = try shell(
      "trap '' HUP; \"$0\" eval --env Hopper-v4 --policy \"$1\" -n 3 & sleep 0.1; kill -HUP $!; wait $!",
      Fixture.hopperActor)
    #expect(hangUp.status == 0 && hangUp.error == "")
    try withTemporaryFolder { folder in
      let path = "\(folder)/r.json"
      let limit = try shell(
        "ulimit -f 1; exec \"$0\" eval --env Hopper-v4 --policy \"$1\" -n 9 --json \"$2\"",
        Fixture.hopperActor, path)
      #expect(limit.status == 74)
      #expect(limit.error == "idql: \(path): cannot write the file: File too large.\n")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }
  }
}

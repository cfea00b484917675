import Foundation
import IDQLEvaluation
import TestSupport
import Testing

/// `idql results`: what it takes, what it refuses, and what it answers.
@Suite struct ResultsCommandTests {
  private func evaluate(_ path: String, _ more: String...) throws {
    let result = try Command.start(
      ["eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor, "--json", path] + more
    ).finish()
    #expect(result.status == 0)
  }

  private func query(_ database: String, _ statement: String) throws -> [[Any]] {
    let result = try Command.run(
      "results", "query", "--database", database, statement, "--json", "-")
    #expect(result.status == 0, "\(result.error)")
    let document = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    #expect(try SchemaValidator().faults(document).isEmpty)
    return (document as? [String: Any])?["rows"] as? [[Any]] ?? []
  }

  /// SQLite keeps databases of these names in no file.
  @Test(arguments: [":memory:", "file:x?mode=memory"])
  func everyNameIsThatOfAFile(_ name: String) throws {
    try withTemporaryFolder { folder in
      try evaluate("\(folder)/r.json", "-n", "1")
      let added = try Command.start(
        ["results", "add", "r.json", "--database", name], directory: folder
      ).finish()
      #expect(added.status == 0)
      #expect(FileManager.default.fileExists(atPath: "\(folder)/\(name)"))
      try expectRefusal(
        64, "\"\": the name of a file was expected.",
        ["results", "add", "\(folder)/r.json", "--database", ""])
    }
  }

  /// What somebody who was killed had begun to write is taken back by whoever reads next.
  @Test func anInterruptedChangeIsTakenBack() throws {
    try withTemporaryFolder { folder in
      let (result, database) = ("\(folder)/r.json", "\(folder)/r.sqlite")
      try evaluate(result, "-n", "2")
      #expect(try Command.run("results", "add", result, "--database", database).status == 0)
      // more pages than the cache holds are on the disk before the end
      let script = """
        import os, signal, sqlite3, sys
        c = sqlite3.connect(sys.argv[1], isolation_level=None)
        c.execute("PRAGMA cache_size = 1")
        c.execute("BEGIN IMMEDIATE")
        c.execute("UPDATE episode SET length = 0")
        c.execute("CREATE TABLE t(x)")
        c.executemany("INSERT INTO t VALUES (?)", [("x" * 1000,)] * 1000)
        os.kill(os.getpid(), signal.SIGKILL)
        """
      let killed = try Command.start(
        ["python3", "-c", script, database], program: URL(filePath: "/usr/bin/env")
      ).finish()
      #expect(killed.status == -1)
      #expect(FileManager.default.fileExists(atPath: database + "-journal"))
      let lengths = try query(database, "SELECT length FROM episode ORDER BY number")
      #expect(lengths.map { $0[0] as? Int } == (try readReports(result)[0].episodes.map(\.length)))
      #expect(!FileManager.default.fileExists(atPath: database + "-journal"))
      // still nothing can be changed
      let changed = try Command.run(
        "results", "query", "DELETE FROM episode", "--database", database)
      #expect(changed.status == 64)
    }
  }

  @Test func numbersThatJSONHasNotAreNull() throws {
    try withTemporaryFolder { folder in
      let (result, database) = ("\(folder)/r.json", "\(folder)/r.sqlite")
      try evaluate(result, "-n", "1")
      #expect(try Command.run("results", "add", result, "--database", database).status == 0)
      #expect(try query(database, "SELECT 9e999")[0][0] is NSNull)
    }
  }

  @Test func everyEpisodeIsThereOnce() throws {
    try withTemporaryFolder { folder in
      let database = "\(folder)/deep/results.sqlite"
      let (few, more, other) = ("\(folder)/a.json", "\(folder)/b.json", "\(folder)/c.json")
      try evaluate(few, "-n", "3")
      try evaluate(more, "-n", "5", "--workers", "1")
      try evaluate(other, "-n", "2", "--seed", "3", "4")
      func add(_ paths: String...) throws -> String {
        let result = try Command.start(
          ["results", "add", "--database", database] + paths
        ).finish()
        #expect(result.status == 0, "\(result.error)")
        return result.output
      }
      #expect(
        try add(few)
          == "\(database): 3 episodes added, of 1 new evaluations; 0 were there already\n")
      #expect(
        try add(more, other)
          == "\(database): 6 episodes added, of 2 new evaluations; 3 were there already\n")
      #expect(
        try add(few, more, other)
          == "\(database): 0 episodes added, of 0 new evaluations; 12 were there already\n")
      // the numbers are those of the report, to the bit
      let report = try readReports(more)[0]
      func column(_ name: String) throws -> [[Any]] {
        try query(
          database,
          "SELECT \(name) FROM episode JOIN evaluation ON id = evaluation WHERE seed = 0 "
            + "ORDER BY number")
      }
      #expect(try column("number").map { $0[0] as? Int } == report.episodes.map(\.index))
      #expect(try column("length").map { $0[0] as? Int } == report.episodes.map(\.length))
      #expect(try column("hash").map { $0[0] as? String } == report.episodes.map(\.hash))
      let numbers = "SELECT \"return\", score FROM episode JOIN evaluation ON id = evaluation "
      let json = try Command.run(
        "results", "query", "--database", database, numbers + "WHERE seed = 0 ORDER BY number",
        "--json", "-")
      struct Numbers: Decodable { var rows: [[Double?]] }
      // JSONSerialization rounds the last bit otherwise
      let found = try JSONDecoder().decode(Numbers.self, from: Data(json.output.utf8))
      #expect(found.rows == report.episodes.map { [$0.totalReward, $0.score] })
      let text = try Command.run("results", "query", "--database", database)
      let lines = text.output.split(separator: "\n")
      #expect(lines.count == 4 && lines[0].hasPrefix("environment  physics  policy"))
      #expect(lines[1].hasPrefix("Hopper-v4    mujoco4"))
    }
  }

  /// A return that differs in its last bit, from the same policy, seed, physics and program.
  @Test func aContradictionIsRefusedAsAWhole() throws {
    try withTemporaryFolder { folder in
      let (database, path) = ("\(folder)/r.sqlite", "\(folder)/a.json")
      try evaluate(path, "-n", "3")
      #expect(try Command.run("results", "add", path, "--database", database).status == 0)
      let before = try Data(contentsOf: URL(fileURLWithPath: database))
      var report = try readReports(path)[0]
      report.episodes[1].totalReward = report.episodes[1].totalReward?.nextUp
      let (changed, new) = ("\(folder)/b.json", "\(folder)/c.json")
      try report.writeJSON(to: changed)
      try evaluate(new, "-n", "1", "--seed", "9")
      try expectRefusal(
        65,
        "\(changed): episode 1 in Hopper-v4 came out differently before: another return by the same "
          + "policy, seed, physics and program revision; nothing was added.",
        ["results", "add", new, changed, "--database", database])
      #expect(try Data(contentsOf: URL(fileURLWithPath: database)) == before)
    }
  }

  @Test func severalMayAddAtOnce() throws {
    try withTemporaryFolder { folder in
      let database = "\(folder)/r.sqlite"
      let paths = (0..<4).map { "\(folder)/\($0).json" }
      for (seed, path) in paths.enumerated() { try evaluate(path, "-n", "2", "--seed", "\(seed)") }
      let running = try paths.map {
        try Command.start(["results", "add", $0, "--database", database])
      }
      for result in try running.map({ try $0.finish() }) {
        #expect(result.status == 0, "\(result.error)")
      }
      #expect(try query(database, "SELECT count(*) FROM episode")[0][0] as? Int == 8)
    }
  }

  @Test func whatIsNoSuchDatabaseIsRefused() throws {
    try withTemporaryFolder { folder in
      let (database, path) = ("\(folder)/r.sqlite", "\(folder)/a.json")
      try evaluate(path, "-n", "1")
      try expectRefusal(
        66, "\(database): no such file; 'idql results add' makes one.",
        ["results", "query", "--database", database])
      try expectRefusal(
        65, "\(folder)/text: file is not a database.",
        ["results", "query", "--database", try written("no database", "\(folder)/text")])
      try expectRefusal(
        64, "--database would change \(path), which is an input.",
        ["results", "add", path, "--database", path])
      #expect(try Command.run("results", "add", path, "--database", database).status == 0)
      for (statement, reason) in [
        ("SELEC 1", "near \"SELEC\": syntax error"),
        ("SELECT 1; SELECT 2", "not one statement of SQL"),
        ("DELETE FROM episode", "attempt to write a readonly database"),
        ("SELECT absent FROM episode", "no such column: absent"),
      ] {
        try expectRefusal(
          64, "\(database): \(reason).", ["results", "query", "--database", database, statement])
      }
    }
  }

  private func written(_ text: String, _ path: String) throws -> String {
    try Fixture.write(String(repeating: text, count: 100), to: path)
    return path
  }
}

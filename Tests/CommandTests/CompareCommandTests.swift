import Foundation
import IDQLEvaluation
import TestSupport
import Testing

@Suite struct CompareCommandTests {
  private func evaluate(_ json: String, _ more: String...) throws {
    let result = try Command.start(
      ["eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor, "--json", json] + more
    ).finish()
    #expect(result.status == 0 && result.error == "", "\(result)")
  }

  @Test func theStatusIsTheVerdict() throws {
    try withTemporaryFolder { folder in
      let (a, b) = ("\(folder)/a.json", "\(folder)/b.json")
      try evaluate(a, "--episodes", "12")
      let same = try Command.run("compare", a, a)
      #expect(same.status == 0 && same.error == "")
      #expect(same.output.contains("12 of equal seeds, 12 of them with the same trajectory"))
      #expect(same.output.hasSuffix("verdict      equivalent\n"))

      try evaluate(b, "--episodes", "12", "--physics", "mujoco2.1")
      try expectRefusal(
        65,
        "Hopper-v4: the physics differs, mujoco4 and mujoco2.1, and so the scores would without any difference "
          + "of the policies; --anyway compares them all the same.", ["compare", a, b])
      let json = "\(folder)/c.json"
      let anyway = try Command.run("compare", a, b, "--anyway", "--json", json)
      let comparison = try JSONDecoder().decode(
        Comparison.self, from: Data(contentsOf: URL(fileURLWithPath: json)))
      let statuses: [Comparison.Verdict: Int32] = [
        .better: 0, .equivalent: 0, .worse: 1, .undecided: 2,
      ]
      #expect(anyway.status == statuses[comparison.verdict] && anyway.error == "")
      // the way back
      let back = try Command.run("compare", b, a, "--anyway")
      let other: [Int32: Set<Int32>] = [0: [0, 1], 1: [0], 2: [2]]
      #expect(other[anyway.status]?.contains(back.status) == true)
      let decisive = try Command.run("compare", a, b, "--anyway", "--margin", "1e6")
      #expect(decisive.status == 0 && decisive.output.hasSuffix("verdict      equivalent\n"))

      // the lines that it prints can be run
      let line = try #require(
        anyway.output.firstMatch(of: /idql (replay \S+a\.json --episode \d+)/))
      let replay = try Command.start(
        line.1.split(separator: " ").map(String.init) + [
          "--check", "--policy", Fixture.hopperActor,
        ]
      ).finish()
      #expect(replay.status == 0)
    }
  }

  @Test func aTableIsMadeOfAnyResults() throws {
    try withTemporaryFolder { folder in
      let (a, study) = ("\(folder)/a.json", "\(folder)/e7/report.json")
      try evaluate(a, "--episodes", "5")
      try FileManager.default.createDirectory(
        atPath: "\(folder)/e7", withIntermediateDirectories: false)
      let both = try Command.run(
        "eval", "--env", "Hopper-v4", "hopper-medium-v2", "--policy", Fixture.hopperActor,
        "--episodes", "5", "--json", study)
      #expect(both.status == 0)
      let table = try Command.run("table", a, study, "--beside", "published")
      #expect(table.status == 0 && table.error == "")
      let lines = table.output.split(separator: "\n")
      #expect(lines[0].hasPrefix("| task | a | e7 | IDQL-A (published)"))
      #expect(
        lines[2].hasPrefix("| Hopper-v4 | ") && lines[3].hasPrefix("| hopper-medium-v2 | - |"))
      let csv = "\(folder)/t.csv"
      let written = try Command.run(
        "table", study, "--method", "hop=*hopper*", "--format", "csv", "--out", csv)
      #expect(written.status == 0 && written.output == "")
      #expect(
        try String(contentsOfFile: csv, encoding: .utf8).contains("\nHopper-v4,hop,score,"))
      try expectRefusal(
        65, "\(csv): not a report of 'idql eval --json' or 'idql merge --json'.", ["table", csv])
      try expectRefusal(
        64,
        "\(a): policy \(Fixture.hopperActor) matches no --method; '--method other=*' takes what is left.",
        ["table", a, "--method", "x=y"])
    }
  }
}

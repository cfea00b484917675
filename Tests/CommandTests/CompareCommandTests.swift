import Foundation
import IDQLEvaluation
import TestSupport
import Testing

@Suite struct CompareCommandTests {
  private func evaluate(
    _ json: String, _ more: String..., environments: [String] = ["Hopper-v4"],
    policy: String = Fixture.hopperActor
  ) throws {
    let result = try Command.start(
      ["eval", "--env"] + environments + ["--policy", policy, "--json", json] + more
    ).finish()
    #expect(result.status == 0 && result.error == "", "\(result)")
  }

  @Test func theStatusIsTheVerdict() throws {
    try withTemporaryFolder { folder in
      let (a, b) = ("\(folder)/a.json", "\(folder)/b.json")
      let policy = "\(folder)/gone/actor_hopper_a2c.safetensors"
      try FileManager.default.createDirectory(
        atPath: "\(folder)/gone", withIntermediateDirectories: false)
      try FileManager.default.copyItem(atPath: Fixture.hopperActor, toPath: policy)
      try evaluate(a, "--episodes", "12", policy: policy)
      let same = try Command.run("compare", a, a)
      #expect(same.status == 0 && same.error == "")
      #expect(same.output.contains("12 of equal seeds, 12 of them with the same trajectory"))
      #expect(same.output.hasSuffix("verdict      equivalent\n"))

      try evaluate(b, "--episodes", "12", "--physics", "mujoco2.1", policy: policy)
      try FileManager.default.removeItem(atPath: "\(folder)/gone")
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

      // the policy is gone: what cannot be played again is said once
      let note =
        "parting      not said, for the episodes cannot be played again: the result was made with "
        + "'actor_hopper_a2c.safetensors', which is neither beside it nor here nor where it was scored; "
        + "--policy names it.\n"
      #expect(anyway.output.components(separatedBy: note).count == 2)
      #expect(!anyway.output.contains("they part"))
    }
  }

  /// Nothing is said of the whole where a result has only a part of it.
  @Test func environmentsOfOneResultAreSaid() throws {
    try withTemporaryFolder { folder in
      let (both, one) = ("\(folder)/both.json", "\(folder)/one.json")
      try evaluate(both, "--episodes", "2", environments: ["Hopper-v4", "hopper-medium-v2"])
      try evaluate(one, "--episodes", "2")
      for (first, second, which) in [(both, one, "first"), (one, both, "second")] {
        try expectRefusal(
          65,
          "only the \(which) result has hopper-medium-v2; --anyway compares the other environments all the same.",
          ["compare", first, second])
        let json = "\(folder)/c.json"
        let anyway = try Command.run("compare", first, second, "--anyway", "--json", json)
        #expect(anyway.output.contains("\nleft out     hopper-medium-v2: of one result alone\n"))
        let document = try Fixture.json(json)
        #expect(document["unmatched"] as? [String] == ["hopper-medium-v2"])
        #expect(try SchemaValidator().faults(document).isEmpty)
      }
      let whole = try Command.run("compare", both, both)
      #expect(whole.status == 0 && !whole.output.contains("left out"))
    }
  }

  /// Listed episodes are played again up to the first step that differs, by the policy where it was scored.
  @Test func theFirstStepThatDiffersIsNamed() throws {
    try withTemporaryFolder { folder in
      let (a, b) = ("\(folder)/a.json", "\(folder)/b.json")
      try evaluate(a, "--episodes", "6")
      try evaluate(b, "--episodes", "6", "--physics", "3.4.0")
      let result = try Command.run("compare", a, b, "--anyway", "--list", "2")
      #expect(result.error == "")
      let lines = result.output.split(separator: "\n").filter { $0.contains("they part") }
      #expect(!lines.isEmpty && lines.count <= 4)
      for line in lines {
        // one policy in two physics: states part first, by little
        let parting = try #require(
          line.firstMatch(
            of: /they part at step (\d+): (.+) \[.+\] (\S+) beside (\S+), (\S+) apart/))
        let step = try #require(Int(parting.1))
        #expect(step > 0 && step < 300)
        let (mine, theirs) = (
          try #require(Double(parting.3)), try #require(Double(parting.4))
        )
        let apart = try #require(Double(parting.5))
        // printed with two digits, and the numbers with six
        #expect(apart > 0 && abs(abs(mine - theirs) - apart) < 0.05 * apart + 1e-4)
      }
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

import Foundation
import IDQLEvaluation
import IDQLSpelling
import TestSupport
import Testing

@testable import IDQLCommandLine

/// The JSON of every command is what `Docs/idql.schema.json` says.
@Suite struct SchemaTests {
  private let validator: SchemaValidator

  init() throws { validator = try SchemaValidator() }

  /// A command that writes JSON, which document it is, and the status it ends with.
  private func expect(
    _ schema: String, _ arguments: [String], status: Int32 = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Command.start(arguments + ["--json", "-"]).finish()
    #expect(
      result.status == status, "\(arguments): \(result.error)", sourceLocation: sourceLocation)
    try expect(schema, text: result.output, sourceLocation: sourceLocation)
  }

  private func expect(
    _ schema: String, text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let document = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let keys = document as? [String: Any]
    #expect(keys?["schema"] as? String == schema, sourceLocation: sourceLocation)
    #expect(keys?["schema_version"] as? Int == 1, sourceLocation: sourceLocation)
    #expect(validator.faults(document).isEmpty, "\(schema)", sourceLocation: sourceLocation)
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  private let hopper = ["--env", "Hopper-v4", "--policy", Fixture.hopperActor]

  @Test func evaluations() throws {
    try withTemporaryFolder { folder in
      try expect("report", ["eval", "-n", "5"] + hopper)
      try expect(
        "report", ["eval", "--episodes", "2", "--until-width", "1e6", "--bounds", "-5..130"])
      try expect(
        "report", ["eval", "-n", "1", "--env", "antmaze-umaze-v2", "--waypoints"])
      try expect("study", ["eval", "-n", "1", "--seed", "3", "9"] + hopper)
      try expect(
        "explanation", ["explain", "-n", "2", "--from", "3.16.0", "--to", "mujoco4"] + hopper)
      try expect("estimate", ["eval", "--estimate", "--trial-seconds", "0.1"] + hopper)
      let study = "\(folder)/study"
      #expect(
        try Command.start(["eval", "-n", "2", "--plan", study] + hopper).finish().status == 0)
      #expect(try Command.run("work", study, "--quiet").status == 0)
      try expect("plan", text: text("\(study)/plan.json"))
      for name in try FileManager.default.contentsOfDirectory(atPath: "\(study)/parts") {
        try expect("part", text: text("\(study)/parts/\(name)"))
      }
      try expect("study", ["merge", study])
      let paths = (0..<2).map { "\(folder)/\($0).json" }
      for (path, n) in zip(paths, ["5", "6"]) {
        let written = try Command.start(["eval", "-n", n, "--json", path] + hopper).finish()
        #expect(written.status == 0 && !written.output.isEmpty)
      }
      let compared = try Command.run("compare", paths[0], paths[1], "--json", "-")
      #expect(compared.status == 0)
      let comparison = try JSONSerialization.jsonObject(with: Data(compared.output.utf8))
      #expect(validator.faults(comparison, strict: false).isEmpty)
      let table = try Command.start(
        ["table", "--format", "json", "--beside", "published"] + paths
      ).finish()
      try expect("table", text: table.output)
    }
  }

  @Test func whatThereIs() throws {
    try withTemporaryFolder { folder in
      try expect("environments", ["envs"])
      try expect("environment", ["envs", "hopper-medium-v2"])
      try expect("environment", ["envs", "antmaze-large-navigate-v0"])
      try expect("policy", ["inspect", Fixture.agent])
      try expect("policy", ["inspect", Fixture.hopperActor])
      try expect("dataset", ["data", TrainCommandTests.data])
      try expect("dataset", ["data", TrainCommandTests.data, "--env", "hopper-medium-v2"])
      try expect("verification", ["verify", "--env", "Hopper-v4"])
      let run = "\(folder)/run"
      let trained = try Command.start(
        ["train", "--env", "Hopper-v4", "--data", TrainCommandTests.data, "--out", run]
          + ["--steps", "3", "--set", "actor.width=16", "--set", "evaluation.episodes=1"]
      ).finish()
      #expect(trained.status == 0)
      try expect("run", text: text("\(run)/run.json"))
      // a policy of a run knows its step
      let json = "\(folder)/r.json"
      let scored = try Command.run(
        "eval", "--env", "Hopper-v4", "--policy", run, "-n", "1", "-N", "1", "--json", json)
      #expect(scored.status == 0)
      #expect(try readReports(json)[0].provenance.policyStep == 3)
      let csv = try Command.run("table", json, "--format", "csv").output
      #expect(csv.contains(",\(run),3\n"))
    }
  }

  @Test func driftFromADataset() throws {
    let result = try Command.start(
      ["verify", "--env", "Hopper-v4", "--against", TrainCommandTests.data, "--json", "-"]
    ).finish()
    try expect("drift", text: result.output)
  }

  @Test func measurements() throws {
    try expect("rollout", ["rollout", "--envs", "2", "--steps", "5"])
    try expect("bench-machine", ["bench", "--seconds", "0"])
    try expect("bench-physics", ["bench", "physics", Fixture.hopperModel, "--steps", "100"])
    try expect(
      "bench-inference",
      [
        "bench", "inference", "--policy", Fixture.agent, "-N", "2", "--batch", "2", "--seconds",
        "0",
      ])
    try expect("bench-training", ["bench", "training", "--batch", "8", "--seconds", "0"])
    try expect("bench-sac", ["bench", "sac", "--batch", "8", "--seconds", "0"])
    for episodes in ["1", "2"] {
      try expect(
        "critic",
        [
          "critic", "--env", "hopper-medium-expert-v2", "--policy",
          checkoutPath("Sources/Evaluation/Resources/hopper-medium-expert.safetensors"),
          "--episodes", episodes, "--interval", "200", "--horizon", "2", "-N", "3",
        ])
    }
    try expect("bench-intervals", ["bench", "intervals", "--studies", "2", "--resamples", "10"])
  }

  /// Not only to a terminal's standard output: the file has the same document, and the text is printed.
  @Test func aFileHasTheSame() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/deep/e.json"
      let result = try Command.run("envs", "Hopper-v4", "--json", path)
      #expect(result.status == 0 && result.output.contains("Hopper-v4"))
      #expect(try text(path) == Command.run("envs", "Hopper-v4", "--json", "-").output)
      #expect(!FileManager.default.fileExists(atPath: "-"))
    }
  }

  @Test func theSchemaNamesEveryDocument() throws {
    #expect(validator.unknownKeywords.isEmpty)
    #expect(validator.documents == Set(JSONSchema.allCases.map(\.rawValue)))
  }

  /// The validator finds what is wrong: every member of a report changed, or taken away.
  @Test func faultsAreFound() throws {
    let report = try Command.start(["eval", "-n", "2", "--json", "-"] + hopper).finish().output
    let whole = try JSONSerialization.jsonObject(with: Data(report.utf8)) as? [String: Any]
    let document = try #require(whole)
    var count = 0
    for key in ["schema", "schema_version", "episodes", "summary", "provenance"] {
      var less = document
      less[key] = nil
      #expect(!validator.faults(less).isEmpty, "without \(key)")
      var other = document
      other[key] = 7.5
      #expect(!validator.faults(other).isEmpty, "\(key) as a number")
      count += 2
    }
    var more = document
    more["surplus"] = 1
    #expect(validator.faults(more) == [": surplus is not described"])
    #expect(validator.faults(more, strict: false).isEmpty)
    let provenance = try #require(document["provenance"] as? [String: Any])
    for (key, value) in [
      ("program_sha256", "x"), ("workers", 0), ("seed", -1), ("arithmetic", "other"),
      ("episodes", "many"), ("policy", ["file": "p"]),
    ] as [(String, Any)] {
      var other = document
      other["provenance"] = provenance.merging([key: value]) { $1 }
      #expect(!validator.faults(other).isEmpty, "provenance/\(key)")
      count += 1
    }
    #expect(count == 16)
  }

  /// A report of a version without schemas.
  @Test func oldReportsAreRead() throws {
    let path = goldenPath("report_without_schema.json", of: "CommandTests")
    let report = try #require(try readReports(path).first)
    #expect(report.episodes.count == 3 && report.summary.returns?.deviation == nil)
    #expect(report.provenance.timing?.wallSeconds == 0.031689739)
    #expect(report.provenance.timing?.actionsPerSecondPerThread == 874442.1354733045)
    #expect(try Command.run("table", path).status == 0)
  }
}

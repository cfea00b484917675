import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLEvaluation

/// One environment of each kind, with a policy that can act there.
private enum Kind: String, CaseIterable, Sendable {
  case locomotion = "Hopper-v4"
  case dataSet = "hopper-medium-v2"
  case freeGoal = "maze2d-umaze-v1"
  case oneGoal = "antmaze-umaze-v0"
  case goalConditioned = "PointMaze_Open-v3"
  case fiveTasks = "pointmaze-medium-navigate-v0"
  case waypoints = "antmaze-umaze-v2"

  func environment(seed: UInt64) throws -> any Environment {
    let maze = try makeEnvironment(id: rawValue, options: EnvironmentOptions(goalSeed: seed))
    return self == .waypoints ? try WaypointEnvironment(maze) : maze
  }

  /// A linear policy with these weights towards what is ahead.
  func policy(in folder: String, seed: UInt64) throws -> String {
    if [.locomotion, .dataSet].contains(self) {
      return goldenPath("actor_hopper_a2c.safetensors", of: "AgentTests")
    }
    let example = try environment(seed: seed)
    let inputs = example.spec.observationCount + (example.goal?.count ?? 0)
    let outputs = example.spec.actionCount
    let weights = (0..<inputs * outputs).map { Float(sin(Double(3 * $0 + 1))) }
    let path = "\(folder)/\(rawValue)-policy.safetensors"
    try writeTensorFile(
      [NamedTensor("net.0.weight", shape: [outputs, inputs], .floats(weights))],
      metadata: [
        "policy": #"{"act_dim":\#(outputs),"activation":"none","obs_dim":\#(inputs),"squash":true}"#
      ], to: path)
    return path
  }
}

private func makeStudy(
  _ kinds: [Kind], in path: String, seeds: [UInt64] = [3], episodes: Int = 7
) throws -> StudyFolder {
  var plan = StudyPlan(policies: [], environments: [], cells: [])
  var sources: [StudyFolder.Source] = []
  for (index, kind) in kinds.enumerated() {
    let file = try kind.policy(in: parentFolder(of: path), seed: seeds[0])
    let environment = try EnvironmentRecord(try kind.environment(seed: seeds[0]))
    plan.policies.append(PolicyRecord(try loadPolicy(contentsOf: file)))
    plan.environments.append(environment)
    sources.append(.init(name: kind.rawValue, file: file))
    for seed in seeds {
      plan.cells.append(
        .init(
          policy: index, environment: index, seed: seed,
          episodes: environment.tasks > 0 ? environment.tasks * 2 : episodes))
    }
  }
  return try StudyFolder.create(path, plan: plan, sources: sources)
}

/// With the episodes of every cell.
private func merged(_ folder: StudyFolder, threads: Int = 2) throws -> StudyReport {
  var cells: [Report] = []
  _ = try StudyReport.merging(folder, writingTo: nil, threads: threads) { cells.append($0) }
  return StudyReport(plan: folder.id, cells: cells)
}

private func player(_ folder: StudyFolder, workers: Int = 2) -> StudyPlayer {
  var player = StudyPlayer(folder)
  (player.workers, player.batch) = (workers, 3)
  return player
}

@Suite struct StudyTests {
  /// The parts of any partition give the bytes that one machine gives, and the episodes and statistics of an evaluation
  /// without a study.
  @Test(.timeLimit(.minutes(10)), arguments: Kind.allCases)
  private func mergingGivesOneMachinesReport(_ kind: Kind) throws {
    try withTemporaryFolder { folder in
      let whole = try makeStudy([kind], in: "\(folder)/whole")
      let missing = try StudyResults(whole).missing()
      #expect(try player(whole, workers: 1).play(missing) == whole.plan.episodeCount)
      let report = try merged(whole)
      for count in 2...7 {
        let path = "\(folder)/shards\(count)"
        try FileManager.default.copyItem(atPath: whole.path, toPath: path)
        try FileManager.default.removeItem(atPath: "\(path)/parts")
        try FileManager.default.createDirectory(
          atPath: "\(path)/parts", withIntermediateDirectories: false)
        let study = try StudyFolder(path)
        // the last shard first
        for index in (0..<count).reversed() {
          let work = try StudyResults(study).missing(of: .shard(index: index, count: count))
          _ = try player(study).play(work)
        }
        let results = try StudyResults(study)
        #expect(results.missingCount == 0 && results.duplicateCount == 0)
        #expect(try merged(study) == report)
      }

      let cell = whole.plan.cells[0]
      let tasks = max(1, whole.plan.environments[0].tasks)
      let plan = try EvaluationPlan(
        episodes: cell.episodes / tasks, tasks: tasks, seed: cell.seed, workers: 2, batch: 2)
      let evaluation = try evaluate(whole.policy(0), plan: plan) {
        try kind.environment(seed: cell.seed)
      }
      let alone = Report(evaluation, plan: plan, policy: PolicyRecord(try whole.policy(0)))
      #expect(alone.episodes == report.cells[0].episodes)
      #expect(alone.summary == report.cells[0].summary)
    }
  }

  @Test func sharesOfAllCountsAreTheWhole() throws {
    try withTemporaryFolder { folder in
      let study = try makeStudy(
        [.locomotion, .dataSet], in: "\(folder)/s", seeds: [0, 10, 20], episodes: 5)
      let whole = StudyShare.all.work(study.plan)
      #expect(whole.count == 6 && whole.allSatisfy { $0.episodes == Array(0..<5) })
      for count in 1...40 {
        var episodes: [[Int]] = Array(repeating: [], count: 6)
        var sizes: [Int] = []
        for index in 0..<count {
          let work = StudyShare.shard(index: index, count: count).work(study.plan)
          for work in work { episodes[work.cell] += work.episodes }
          sizes.append(work.reduce(0) { $0 + $1.episodes.count })
        }
        #expect(episodes == whole.map(\.episodes))
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
      }
      let some = StudyShare.episodes(3..<9).work(study.plan)
      #expect(some.count == 6 && some.allSatisfy { $0.episodes == [3, 4] })
      #expect(StudyShare.episodes(5..<9).work(study.plan).isEmpty)
    }
  }

  /// The file is written cell by cell, to the bytes of the report's own JSON, and several cells' episodes are in it
  /// alone.
  @Test func theFileIsTheReport() throws {
    try withTemporaryFolder { folder in
      let study = try makeStudy(
        [.locomotion, .dataSet], in: "\(folder)/s", seeds: Array(0..<10), episodes: 5)
      let some = StudyShare.shard(index: 0, count: 2)
      for share in [some, .all] {
        _ = try player(study).play(try StudyResults(study).missing(of: share))
        for threads in [1, 3] {
          let path = "\(folder)/\(threads).json"
          let (report, results) = try StudyReport.merging(
            study, writingTo: path, threads: threads)
          let whole = try merged(study)
          #expect(
            try String(contentsOfFile: path, encoding: .utf8)
              == whole.jsonFile)
          #expect(report.cells.count == 20 && report.cells.allSatisfy { $0.episodes.isEmpty })
          #expect(report.table == whole.table)
          #expect(results.missingCount == (share == .all ? 0 : 50))
        }
      }
    }
  }

  /// What a cancellation leaves is kept, and the rest played later.
  @Test func anInterruptedStudyGoesOn() throws {
    try withTemporaryFolder { folder in
      let study = try makeStudy([.locomotion], in: "\(folder)/s", episodes: 30)
      let cancellation = Cancellation()
      var writer = player(study)
      writer.secondsBetweenParts = 0
      let played = try writer.play(
        try StudyResults(study).missing(), cancellation: cancellation
      ) { if $0.finishedEpisodes >= 5 { cancellation.cancel() } }
      var results = try StudyResults(study)
      #expect(played >= 5 && played < 30 && results.missingCount == 30 - played)
      #expect(results.partCount > 1, "what has finished is written at once")
      let report = try merged(study).cells[0]
      #expect(report.summary.isPartial && report.episodes.count == played)
      _ = try writer.play(results.missing())
      results = try StudyResults(study)
      #expect(results.missingCount == 0 && results.duplicateCount == 0)
      let whole = try makeStudy([.locomotion], in: "\(folder)/t", episodes: 30)
      _ = try player(whole).play(try StudyResults(whole).missing())
      #expect(try merged(study) == merged(whole))
    }
  }
}

/// What does not belong into a study is refused by name.
@Suite struct StudyRefusalTests {
  /// A study of three episodes, played.
  private func study(in folder: String) throws -> (StudyFolder, part: String) {
    let study = try makeStudy([.locomotion], in: "\(folder)/s", episodes: 3)
    _ = try player(study).play(try StudyResults(study).missing())
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: study.partsPath).first)
    return (study, "\(study.partsPath)/\(name)")
  }

  /// A part that a machine with another origin or outcome could have written.
  private func add(
    to study: StudyFolder, as path: String, _ change: (inout StudyPart) -> Void
  ) throws {
    var part = try StudyPart(contentsOf: path)
    part.origin.node = "n2"
    change(&part)
    try part.write(into: study.partsPath)
  }

  private func refusal(_ study: StudyFolder) -> String {
    do {
      _ = try StudyResults(study)
      return "none"
    } catch { return "\(error)" }
  }

  @Test func oneBitChangesAPart() throws {
    try withTemporaryFolder { folder in
      let (study, part) = try study(in: folder)
      let original = try Data(contentsOf: URL(fileURLWithPath: part))
      for bit in stride(from: 0, to: 8 * original.count, by: 997) {
        var bytes = original
        bytes[bit / 8] ^= 1 << (bit % 8)
        try bytes.write(to: URL(fileURLWithPath: part))
        #expect(refusal(study).hasPrefix("\(part): its bytes are not those that were written"))
      }
      try original.write(to: URL(fileURLWithPath: part))
      #expect(refusal(study) == "none")
    }
  }

  @Test func anAgreeingDuplicateIsTakenOnce() throws {
    try withTemporaryFolder { folder in
      let (study, part) = try study(in: folder)
      let before = try merged(study)
      try add(to: study, as: part) { $0.seconds += 1 }
      let results = try StudyResults(study)
      #expect(results.duplicateCount == 3 && results.partCount == 2)
      #expect(try merged(study) == before)
    }
  }

  @Test func contradictionsAndForeignPartsAreNamed() throws {
    let changes: [(String, (inout StudyPart) -> Void)] = [
      (
        "episode 1 of cell 0 came out differently in",
        { $0.episodes[1].totalReward? += 1e-9 }
      ),
      ("(from node n2): a part of the plan 0000", { $0.plan = "0000" }),
      (
        "(from node n2): played by a foreign program, SHA-256 12ab…; the plan's is",
        { $0.origin.programSHA256 = "12ab" }
      ),
      (
        "(from node n2): played with physics mujoco2.1; the plan says mujoco4",
        { $0.origin.physics = "mujoco2.1" }
      ),
      (
        "its networks round otherwise than those of",
        {
          let isFused = $0.origin.arithmetic.rawValue == "fused"
          $0.origin.arithmetic = Arithmetic(rawValue: isFused ? "separate" : "fused")
        }
      ),
      ("(from node n2): of cell 1, but the plan has 1", { $0.cell = 1 }),
      (
        "(from node n2): holds episode 1 with seed 9, which cell 0 does not have",
        { $0.episodes[1].seed = 9 }
      ),
    ]
    for (message, change) in changes {
      try withTemporaryFolder { folder in
        let (study, part) = try study(in: folder)
        try add(to: study, as: part, change)
        let refusal = refusal(study)
        #expect(refusal.contains(message), "\(refusal)")
        #expect(refusal.contains("n2"))
      }
    }
  }

  /// A part is found by its name, so that has to be true.
  @Test func aPartUnderAnotherNameIsRefused() throws {
    try withTemporaryFolder { folder in
      let study = try makeStudy([.locomotion], in: "\(folder)/s", seeds: [0, 10], episodes: 3)
      _ = try player(study).play(try StudyResults(study).missing())
      let name = try #require(
        try FileManager.default.contentsOfDirectory(atPath: study.partsPath).sorted().first)
      let digest = String(name.split(separator: "-")[3])
      for (other, message) in [
        ("1-0-3-\(digest)", "its name is of cell 1, it holds cell 0"),
        ("x-0-3-\(digest)", "its name does not begin with the number of a cell"),
        ("7-0-3-\(digest)", "its name does not begin with the number of a cell"),
      ] {
        let path = "\(study.partsPath)/\(other)"
        try FileManager.default.moveItem(atPath: "\(study.partsPath)/\(name)", toPath: path)
        #expect(refusal(study).contains(message), "\(refusal(study))")
        try FileManager.default.moveItem(atPath: path, toPath: "\(study.partsPath)/\(name)")
      }
      #expect(refusal(study) == "none")
    }
  }

  @Test func aChangedPlanIsRefused() throws {
    try withTemporaryFolder { folder in
      let (study, _) = try study(in: folder)
      let path = StudyFolder.planPath(study.path)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try text.replacing("mujoco4", with: "mujoco3").write(
        toFile: path, atomically: true, encoding: .utf8)
      expectMessage(containing: "the plan was changed or damaged: its id is") {
        _ = try StudyFolder(study.path)
      }
      try "{}".write(toFile: path, atomically: true, encoding: .utf8)
      expectMessage("\(path): the plan was changed or damaged: not the JSON of a plan.") {
        _ = try StudyFolder(study.path)
      }
    }
  }

  @Test func aStudyIsMadeInANewFolderAndFoundWhereItIs() throws {
    try withTemporaryFolder { folder in
      expectMessage(
        "\(folder): no plan.json there; 'idql eval … --plan \(folder)' makes one."
      ) { _ = try StudyFolder(folder) }
      _ = try makeStudy([.locomotion], in: "\(folder)/s")
      expectMessage(containing: "is there already") {
        _ = try makeStudy([.locomotion], in: "\(folder)/s")
      }
      // wherever it is moved, it is the same study
      try FileManager.default.moveItem(atPath: "\(folder)/s", toPath: "\(folder)/elsewhere")
      let moved = try StudyFolder("\(folder)/elsewhere")
      #expect(try player(moved).play(try StudyResults(moved).missing()) == 7)
    }
  }

  @Test func anotherPolicyInItsPlaceIsRefused() throws {
    try withTemporaryFolder { folder in
      let study = try makeStudy([.locomotion], in: "\(folder)/s")
      let record = study.plan.policies[0]
      let copy = StudyFolder.copyPath(of: record.file, record.sha256, in: study.path)
      try FileManager.default.removeItem(atPath: copy)
      try FileManager.default.copyItem(
        atPath: goldenPath("tiny_mlp.safetensors", of: "AgentTests"), toPath: copy)
      expectMessage(containing: "not the policy of the result: SHA-256") {
        _ = try study.policy(0)
      }
    }
  }
}

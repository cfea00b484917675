import Foundation
import IDQLAgent
import IDQLEnvs
import TestSupport
import Testing

@testable import IDQLEvaluation

@Suite struct ReportTests {
  func report(reference: Bool = true, fault: ToyTask.Fault = .none) throws -> Report {
    let plan = try EvaluationPlan(episodes: 6, seed: 3, workers: 2, batch: 2)
    var evaluation = try evaluate(ToyPolicy(), plan: plan) {
      reference ? ToyTask(fault: fault) : ToyTask(fault: fault, reference: nil)
    }
    evaluation.wallSeconds = 2
    evaluation.policySeconds = 1
    return Report(
      episodes: evaluation.episodes, summary: Summary(evaluation, plan: plan),
      provenance: Provenance(
        policy: PolicyRecord(
          file: "toy.safetensors", sha256: "00", kind: .actor, selection: nil), plan: plan,
        evaluation: evaluation,
        date: Date(timeIntervalSince1970: 0)))
  }

  @Test func jsonReadsBackToTheSameNumbers() throws {
    for report in [try report(), try report(reference: false, fault: .brokenState)] {
      #expect(try JSONDecoder().decode(Report.self, from: report.json()) == report)
    }
  }

  @Test func jsonIsTheSameTextEveryTime() throws {
    #expect(try report().json() == report().json())
  }

  @Test func everyKeyIsAlwaysThere() throws {
    for report in [try report(), try report(reference: false, fault: .brokenState)] {
      let root = try #require(
        try JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
      #expect(
        root.keys.sorted() == ["episodes", "provenance", "schema", "schema_version", "summary"])
      let episodes = try #require(root["episodes"] as? [[String: Any]])
      #expect(episodes.count == 6)
      for episode in episodes {
        #expect(
          episode.keys.sorted() == [
            "broken", "hash", "index", "journey", "length", "return", "score", "seed", "success",
            "terminated", "truncated", "unconverged_solves",
          ])
      }
      let summary = try #require(root["summary"] as? [String: Any])
      #expect(
        summary.keys.sorted() == [
          "endings", "finished_episodes", "length", "mean_task_success", "partial",
          "requested_episodes", "return", "score", "success", "tasks",
        ])
      let provenance = try #require(root["provenance"] as? [String: Any])
      #expect(
        provenance.keys.sorted() == [
          "arithmetic", "batch", "date", "environment", "episodes", "git_revision", "kernels",
          "machine",
          "physics", "policy", "program_sha256", "seed", "timing", "version", "workers",
        ])
      let kernels = try #require(provenance["kernels"] as? [String: Any])
      #expect(kernels["name"] as? String == NetworkKernels.current.name)
      #expect(kernels["fused"] as? Bool == NetworkKernels.current.isFused)
      #expect(provenance["date"] as? String == "1970-01-01T00:00:00Z")
    }
  }

  @Test func summaryDescribesItsEpisodes() throws {
    let report = try report()
    let returns = report.episodes.compactMap(\.totalReward)
    let statistics = try #require(report.summary.returns)
    #expect(statistics.count == 6)
    #expect(statistics.mean == Sample(returns)?.mean)
    let interval = try #require(statistics.meanBootstrapInterval)
    #expect(interval.contains(statistics.mean))
    // the scale is linear, and so is everything reported on it
    let scores = try #require(report.summary.scores)
    expectClose(
      [
        scores.mean, scores.interquartileMean, scores.minimum,
        try #require(scores.meanBootstrapInterval).upper,
      ],
      [
        statistics.mean, statistics.interquartileMean, statistics.minimum,
        interval.upper,
      ].map { 100 * ($0 + 10) / 50 }, within: 1e-12, relative: 1e-14)
    let endings = report.summary.endings
    #expect(endings.terminated + endings.truncated == 6 && endings.broken == 0)
  }

  @Test func aBrokenEpisodeCountsAsTheWorst() throws {
    for reference in [true, false] {
      let report = try report(reference: reference, fault: .brokenState)
      let broken = report.summary.endings.broken
      let whole = report.episodes.compactMap(\.totalReward)
      #expect(broken > 0 && whole.count == 6 - broken)
      let worst = min(
        try #require(whole.min()), reference ? ToyTask.reference.minimum : .infinity)
      let statistics = try #require(report.summary.returns)
      #expect(statistics.count == 6)
      expectClose(
        [statistics.mean], [(whole.reduce(0, +) + Double(broken) * worst) / 6], within: 1e-12)
      if reference {
        let others = try #require(Sample(whole))
        #expect(statistics.mean < others.mean)
      }
      #expect((report.summary.scores == nil) == !reference)
      if let scores = report.summary.scores {
        expectClose(
          [scores.mean], [ToyTask.reference.normalized(statistics.mean)], within: 1e-12)
      }
      #expect(report.table.contains("\(broken) BROKEN by a non-finite number"))
    }
  }

  private func summary(_ outcomes: [(success: Bool, total: Double)]) -> Summary {
    let episodes = outcomes.enumerated().map { index, outcome in
      Episode(
        index: index, seed: UInt64(index), totalReward: outcome.total, length: 10,
        isTerminated: true, isTruncated: false, isBroken: false, unconvergedSolves: 0,
        score: 100 * outcome.total, isSuccess: outcome.success, journey: nil, hash: nil)
    }
    return Summary(
      episodes, of: episodes.count, seed: 0,
      reference: ReferenceScore(minimum: 0, maximum: 1, source: "none"))
  }

  /// One quantity has one interval.
  @Test func aScoreThatIsASuccessRateHasItsInterval() throws {
    for successes in [0, 3, 4, 20] {
      let outcomes = (0..<20).map { ($0 < successes, $0 < successes ? 1.0 : 0) }
      let summary = summary(outcomes)
      let rate = try #require(summary.success).interval
      let (returns, scores) = (try #require(summary.returns), try #require(summary.scores))
      #expect(returns.meanInterval?.interval == rate)
      #expect(
        scores.meanInterval?.interval
          == Interval(lower: 100 * rate.lower, upper: 100 * rate.upper))
      #expect(returns.meanBootstrapInterval == nil && returns.meanStudentInterval == nil)
    }
    // where more is paid than success, it is not a rate
    let paid = summary([(true, 1), (true, 3), (false, 0), (true, 1), (true, 1)])
    #expect(paid.returns?.meanRateInterval == nil && paid.returns?.meanBootstrapInterval != nil)
  }

  @Test func fewEpisodesAreNotResampled() throws {
    for count in 1...6 {
      let statistics = try #require(
        summary((0..<count).map { (true, Double(2 + $0)) }).returns)
      #expect((statistics.meanBootstrapInterval != nil) == (count >= 5))
      #expect((statistics.interquartileMeanBootstrapInterval != nil) == (count >= 5))
      #expect((statistics.meanStudentInterval != nil) == (count >= 2))
      #expect((statistics.meanInterval == nil) == (count == 1))
    }
  }

  @Test func tableSaysWhatWasMeasured() throws {
    let table = try report().table
    #expect(
      table.hasPrefix(
        """
        policy       toy.safetensors, deterministic actor
        environment  Toy-v0, physics mujoco4, reset seeds 3 to 8
        return       
        """))
    for part in [
      "standard error, 95 % bootstrap interval [", "interquartile mean", "x100 scale",
      "terminated,", "truncated by the time limit", "2.00 s wall", "(2 workers)",
      "\nnetworks     \(NetworkKernels.current.text)\n",
    ] { #expect(table.contains(part), "\(part)") }
    #expect(!table.contains("PARTIAL"))
    #expect(table.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 32 })
  }

  @Test func aPartialResultSaysSo() throws {
    var report = try report()
    report.summary.isPartial = true
    report.summary.finishedEpisodes = 2
    #expect(report.table.contains("PARTIAL      2 of 6 episodes finished before"))
  }

  @Test func fileAppearsWholeOrNotAtAll() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/result.json"
      let report = try report()
      try report.writeJSON(to: path)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == report.json())
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["result.json"])
      expectMessage(
        "/dev/null/result.json: cannot create the file: Not a directory."
      ) { try report.writeJSON(to: "/dev/null/result.json") }
    }
  }
}

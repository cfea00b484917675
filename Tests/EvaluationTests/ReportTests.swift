import Foundation
import IDQLAgent
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
      #expect(root.keys.sorted() == ["episodes", "provenance", "summary"])
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
          "batch", "date", "environment", "episodes", "git_revision", "kernels", "machine",
          "physics", "policy", "seed", "timing", "version", "workers",
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
    #expect(statistics.meanBootstrapInterval.contains(statistics.mean))
    // the scale is linear, and so is everything reported on it
    let scores = try #require(report.summary.scores)
    expectClose(
      [scores.mean, scores.interquartileMean, scores.minimum, scores.meanBootstrapInterval.upper],
      [
        statistics.mean, statistics.interquartileMean, statistics.minimum,
        statistics.meanBootstrapInterval.upper,
      ].map { 100 * ($0 + 10) / 50 }, within: 1e-12, relative: 1e-14)
    let endings = report.summary.endings
    #expect(endings.terminated + endings.truncated == 6 && endings.broken == 0)
  }

  @Test func brokenEpisodesAreCountedAndLeftOut() throws {
    let report = try report(fault: .brokenState)
    let broken = report.summary.endings.broken
    #expect(broken > 0)
    #expect((report.summary.returns?.count ?? 0) == 6 - broken)
    #expect(report.table.contains("\(broken) BROKEN by a non-finite number"))
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
        "\(folder)/missing/result.json: cannot create the file: No such file or directory."
      ) { try report.writeJSON(to: "\(folder)/missing/result.json") }
    }
  }
}

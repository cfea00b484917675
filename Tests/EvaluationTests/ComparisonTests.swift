import Foundation
import IDQLAgent
import IDQLEnvs
import TestSupport
import Testing

@testable import IDQLEvaluation

/// A report of episodes that were not played: returns that are scores, or successes.
private func report(
  _ environment: String = "hopper-medium-v2", policy: String = "p", totals: [Double],
  successes: [Bool]? = nil, seed: UInt64 = 3, requested: Int? = nil, physics: String? = nil,
  hashes: (Int) -> String = { "p\($0)" }
) throws -> Report {
  var record = try EnvironmentRecord(makeEnvironment(id: environment))
  if let physics { record.physics = physics }
  let reference = record.reference
  let episodes = totals.enumerated().map { index, total in
    Episode(
      index: index, seed: seed + UInt64(index), totalReward: total, length: 10, isTerminated: true,
      isTruncated: false, isBroken: false, unconvergedSolves: 0,
      score: reference?.normalized(total), isSuccess: successes?[index], journey: nil,
      hash: hashes(index))
  }
  let cell = StudyPlan.Cell(
    policy: 0, environment: 0, seed: seed, episodes: requested ?? totals.count)
  let plan = StudyPlan(
    policies: [PolicyRecord(file: policy, sha256: policy, kind: .actor, selection: nil)],
    environments: [record], cells: [cell])
  return Report(
    episodes: episodes,
    summary: Summary(episodes, of: cell.episodes, seed: seed, reference: reference),
    provenance: Provenance(
      cell: cell, of: plan, policyName: policy, arithmetic: Arithmetic(rawValue: "fused")))
}

@Suite struct ComparisonTests {
  private let totals = (0..<20).map { 1000 + 40 * sin(Double($0)) }

  @Test func thePairedDifferenceIsFoundWhereTheSpreadHidesIt() throws {
    // every episode is a little better, far less than episodes differ
    let better = try report(totals: totals.enumerated().map { $1 + 2 + Double($0 % 3) })
    let base = try report(totals: totals)
    let comparison = try Comparison([better], [base])
    let task = comparison.tasks[0]
    #expect(comparison.verdict == .better && task.quantity == .score)
    #expect(task.pairs.count == 20 && task.won.count == 20 && task.lost.isEmpty)
    let interval = try #require(task.interval)
    #expect(interval.lower > 0 && interval.contains(task.difference))
    // all signs equal, among 2^20 patterns of which 10,000 are drawn
    #expect(task.probability < 0.001)

    let mirrored = try Comparison([base], [better])
    #expect(mirrored.verdict == .worse && mirrored.tasks[0].lost.count == 20)
    expectClose([mirrored.tasks[0].difference], [-task.difference], within: 1e-12)
    #expect(mirrored.tasks[0].lost[0].difference <= mirrored.tasks[0].lost[19].difference)
    #expect(mirrored.tasks[0].lost[0].seed == 3 + UInt64(mirrored.tasks[0].lost[0].episode))
  }

  @Test func equalResultsAreEquivalentAndAMarginMakesOthersSo() throws {
    let base = try report(totals: totals)
    let same = try Comparison([base], [base])
    #expect(same.verdict == .equivalent && same.tasks[0].identicalCount == 20)
    #expect(same.tasks[0].probability == 1)
    let near = try report(totals: totals.map { $0 - 1 }, hashes: { "q\($0)" })
    #expect(try Comparison([near], [base]).verdict == .worse)
    #expect(try Comparison([near], [base], margin: 1).verdict == .equivalent)
    #expect(try Comparison([near], [base]).tasks[0].identicalCount == 0)
  }

  @Test func successesAreTestedByTheirDiscordantPairs() throws {
    func result(_ successes: [Bool], _ name: String) throws -> Report {
      try report(
        "antmaze-umaze-v2", totals: successes.map { $0 ? 1 : 0 }, successes: successes,
        hashes: { "\(name)\($0)" })
    }
    let all = Array(repeating: true, count: 4)
    let four = try Comparison([result(all, "a")], [result(all, "b")])
    #expect(four.verdict == .undecided, "four successes each do not show that two are equal")
    #expect(four.tasks[0].probability == 1 && four.tasks[0].quantity == .success)
    #expect(try Comparison([result(all, "a")], [result(all, "a")]).verdict == .equivalent)

    let many = Array(repeating: true, count: 40)
    let lost = (0..<40).map { $0 >= 12 }
    let worse = try Comparison([result(lost, "a")], [result(many, "b")])
    #expect(worse.verdict == .worse && worse.tasks[0].lost.map(\.episode) == Array(0..<12))
    expectClose([worse.tasks[0].probability], [2 * pow(0.5, 12)], within: 1e-12)
    expectClose([worse.tasks[0].difference], [-30], within: 1e-12)
  }

  /// What is shown for one task alone may be chance among several.
  @Test func severalTasksAreAdjusted() throws {
    // six of six won: p = 1/32
    let won = (0..<6).map { Double($0 + 1) }
    let flat = won.map { _ in 0.0 }
    func pair(_ environment: String, _ gain: [Double]) throws -> (Report, Report) {
      (
        try report(environment, totals: gain, hashes: { "a\($0)" }),
        try report(environment, totals: flat, hashes: { "b\($0)" })
      )
    }
    let hopper = try pair("hopper-medium-v2", won)
    let walker = try pair("walker2d-medium-v2", [1, -1, 1, -1, 1, -1])
    #expect(try Comparison([hopper.0], [hopper.1]).verdict == .better)
    let both = try Comparison([hopper.0, walker.0], [hopper.1, walker.1])
    #expect(both.tasks[0].probability == 1.0 / 32)
    #expect(both.tasks[0].adjustedProbability == 2.0 / 32)
    #expect(both.verdict == .undecided)
  }

  @Test func whatIsNotComparableIsRefused() throws {
    let base = try report(totals: totals)
    let old = try report(totals: totals, physics: "mujoco4")
    expectMessage(
      "hopper-medium-v2: the physics differs, mujoco4 and mujoco2.1, and so the scores would without any "
        + "difference of the policies; --anyway compares them all the same."
    ) { _ = try Comparison([old], [base]) }
    #expect(try Comparison([old], [base], anyway: true).verdict == .equivalent)

    var separate = base
    separate.provenance.arithmetic = "separate"
    expectMessage(containing: "the arithmetic differs, separate and fused") {
      _ = try Comparison([separate], [base])
    }
    let partial = try report(totals: totals, requested: 30)
    expectMessage(containing: "the first result is partial in hopper-medium-v2") {
      _ = try Comparison([partial], [base])
    }
    expectMessage(
      "the results have no environment in common: walker2d-medium-v2 and hopper-medium-v2."
    ) { _ = try Comparison([report("walker2d-medium-v2", totals: totals)], [base]) }
    expectMessage(
      "no episode of hopper-medium-v2 has the same seed in both results; pairs need equal --seed."
    ) { _ = try Comparison([report(totals: totals, seed: 100)], [base]) }
    expectMessage(containing: "has several policies in hopper-medium-v2 with one seed") {
      _ = try Comparison([base, base], [base])
    }
  }

  @Test func theTableNamesTheEpisodesToReplay() throws {
    let base = try report(totals: totals)
    let worse = try report(
      totals: totals.enumerated().map { $0 == 7 ? 10 : $1 - 1 }, hashes: { "q\($0)" })
    let table = try Comparison([worse], [base]).table(files: ("new.json", "old.json"), listed: 1)
    #expect(
      table.contains(
        "idql replay new.json --episode 7, idql replay old.json --episode 7"))
    #expect(table.contains("0 won, 20 lost, 0 equal"))
    #expect(table.hasSuffix("verdict      worse"))
  }
}

@Suite struct ScoreTableTests {
  private func entries() throws -> [ScoreTable.Entry] {
    var entries: [ScoreTable.Entry] = []
    for (method, base) in [("new", 60.0), ("old", 40)] {
      for (task, shift) in [("hopper-medium-v2", 0.0), ("walker2d-medium-v2", 15)] {
        for run in 0..<3 {
          let reference = try #require(
            try EnvironmentRecord(makeEnvironment(id: task)).reference)
          // scores of the run's episodes
          let scores = (0..<10).map { base + shift + 5 * Double(run) + Double($0 % 2) }
          let totals = scores.map {
            reference.minimum + $0 / 100 * (reference.maximum - reference.minimum)
          }
          entries.append((method, try report(task, policy: "\(method)\(run)", totals: totals)))
        }
      }
    }
    return entries
  }

  /// Means of episodes are runs, and runs are what aggregates are over.
  @Test func runsAndNotEpisodesAreCounted() throws {
    let table = ScoreTable(try entries())
    #expect(table.methods == ["new", "old"])
    #expect(table.rows.map(\.task) == ["hopper-medium-v2", "walker2d-medium-v2"])
    let cell = try #require(table.rows[0].cells[0])
    expectClose(cell.runs, [60.5, 65.5, 70.5], within: 1e-9)
    #expect(cell.episodes == 30 && cell.method == "Student interval over runs")
    let student = try #require(Sample(cell.runs)?.meanInterval())
    #expect(cell.interval == student)
    let scores = try #require(RunScores([[60.5, 65.5, 70.5], [75.5, 80.5, 85.5]]))
    for aggregate in table.aggregates {
      expectClose(
        [aggregate.values[0]], [scores.value(aggregate.aggregate)], within: 1e-9)
      #expect(aggregate.intervals[0]?.contains(aggregate.values[0]) == true)
    }
    #expect(table.improvements.count == 1 && table.improvements[0].probability == 1)
    let profile = try #require(table.profile)
    #expect(profile.shares[0][try #require(profile.thresholds.firstIndex(of: 70))] == 4.0 / 6)
  }

  @Test func severalEvaluationsOfAPolicyAreOneRun() throws {
    let first = try report(totals: [100, 200, 300])
    let second = try report(totals: [400, 500, 600], seed: 50)
    let table = ScoreTable([("m", first), ("m", second)])
    let cell = try #require(table.rows[0].cells[0])
    #expect(cell.runs.count == 1 && cell.episodes == 6)
    #expect(cell.method == "bootstrap interval over episodes of one run")
    #expect(table.aggregates.allSatisfy { $0.intervals == [nil] })
  }

  @Test func aggregatesAreOverTasksThatAllMethodsHave() throws {
    let some = try entries().dropLast(3)
    let table = ScoreTable(Array(some))
    #expect(table.rows[1].cells[1] == nil)
    let scores = try #require(RunScores([[60.5, 65.5, 70.5]]))
    expectClose([table.aggregates[0].values[0]], [scores.value(.interquartileMean)], within: 1e-9)
    #expect(table.notes.contains { $0.hasPrefix("aggregates are over the 1 tasks") })
  }

  @Test func everyFormatHasEveryNumber() throws {
    let table = ScoreTable(try entries(), publishedBeside: true)
    let markdown = try table.text(.markdown).split(separator: "\n")
    #expect(markdown[0].hasPrefix("| task | new | old | IDQL-A (published) | IDQL-1 (published) |"))
    #expect(markdown[2].hasPrefix("| hopper-medium-v2 | 65.5 ["))
    #expect(markdown[2].contains("| 65.4 | 63.1 | 70.1 ± 2 |"))
    #expect(markdown[4].hasPrefix("| interquartile mean | 73.0 ["))
    let latex = try table.text(.latex)
    #expect(latex.hasPrefix("\\begin{tabular}{lrrrrrr}\n\\toprule\ntask & new & old & IDQL-A"))
    #expect(latex.contains("& 70.1 $\\pm$ 2 & 54.2 \\\\"))
    let csv = try table.text(.csv).split(separator: "\n")
    #expect(
      csv[0]
        == "task,method,quantity,mean,deviation,lower_95,upper_95,interval,runs,episodes,policies,steps"
    )
    #expect(
      csv.contains { $0.hasPrefix("hopper-medium-v2,new,score,65.5") && $0.contains(",3,30,") })
    #expect(csv.contains("hopper-medium-v2,IDQL-A (published),score,65.4,,,,,,,,"))
    let json = Data(try table.text(.json).utf8)
    #expect(try JSONDecoder().decode(ScoreTable.self, from: json) == table)
  }

  @Test func publishedNumbersAreKnownWithWhatTheyMean() throws {
    let all = PublishedScore.all
    #expect(all.count == 106)
    #expect(all.allSatisfy { ($0.plusMinus == nil) == ($0.plusMinusIs == nil) })
    #expect(Set(all.map(\.variant)).count == 5)
    let paper = all.filter { $0.task == "hopper-medium-expert-v2" && $0.variant == "IDQL-A" }
    #expect(paper.map(\.score) == [108.6] && paper[0].candidates == 128)
    // the papers' totals of the nine locomotion tasks
    let sum = all.filter { $0.variant == "IDQL-A" && $0.candidates == 128 }.reduce(0) {
      $0 + $1.score
    }
    expectClose([sum], [739.2], within: 1e-9)
  }

  @Test func differencesOfProtocolsAreNoted() throws {
    var mine = try report(totals: Array(repeating: 1000, count: 5), physics: "mujoco4")
    mine.provenance.policy.selection = .init(
      rule: .argmax, candidates: 16, diffusionSteps: 5, temperature: 1, clipsEveryStep: true,
      extraFinalSteps: 0)
    let notes = ScoreTable([("m", mine)], publishedBeside: true).notes
    #expect(
      notes.contains {
        $0.hasPrefix("IDQL-A, N=128 T=5 tau=0.7") && $0.contains("N 128, here 16")
          && $0.contains("physics mujoco2.1, here mujoco4") && !$0.contains("T 5, here")
      })
    #expect(
      notes.contains {
        $0.hasPrefix("CleanDiffuser") && $0.contains("± is the standard error over episodes")
      })
  }
}

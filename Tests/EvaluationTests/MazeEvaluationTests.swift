import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLEvaluation

/// Pushes a ball straight towards the goal that it is told of.
private struct StraightToGoal: Policy {
  var observationCount = 6
  let actionCount = 2

  func actions(
    observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
  ) -> [Float] {
    stride(from: 0, to: observations.count, by: observationCount).flatMap { row in
      (0..<2).map { axis in
        let ahead = observations[row + observationCount - 2 + axis] - observations[row + axis]
        return Float(min(1, max(-1, 4 * ahead)))
      }
    }
  }
}

@Suite struct MazeEvaluationTests {
  private func run(
    _ id: String, episodes: Int, tasks: Int = 0, policy: StraightToGoal = StraightToGoal(),
    options: EnvironmentOptions = EnvironmentOptions()
  ) throws -> (Evaluation, EvaluationPlan) {
    let plan = try EvaluationPlan(
      episodes: episodes, tasks: tasks, seed: 3, workers: 2, batch: 3)
    let environment = try EnvironmentID(id)
    let evaluation = try evaluate(policy, plan: plan) {
      try makeEnvironment(environment, options: options)
    }
    return (evaluation, plan)
  }

  /// In an open field the goal can be reached only by one who has been told of it.
  @Test func aGoalConditionedPolicyIsToldTheGoal() throws {
    let (evaluation, plan) = try run("PointMaze_Open-v3", episodes: 6)
    #expect(evaluation.episodes.allSatisfy { $0.isSuccess == true && $0.isTruncated })
    let summary = Summary(evaluation, plan: plan)
    #expect(summary.success?.successes == 6 && summary.success?.count == 6)
    #expect(summary.tasks.isEmpty && summary.meanTaskSuccess == nil)
    for episode in evaluation.episodes {
      let journey = try #require(episode.journey)
      #expect(journey.task == nil)
      #expect(journey.start.distance(to: journey.goal) > 0.45)
      // pushed without brakes the ball swings through the goal
      #expect(journey.end.distance(to: journey.goal) < 1)
    }
    #expect(Set(evaluation.episodes.map { $0.journey?.goal }).count == 6)
  }

  @Test func episodesGoRoundTheTasks() throws {
    let policy = StraightToGoal(observationCount: 4)
    let id = "pointmaze-medium-navigate-v0"
    let (evaluation, plan) = try run(id, episodes: 3, tasks: 5, policy: policy)
    #expect(plan.episodes == 15)
    #expect(evaluation.episodes.map { $0.journey?.task } == (0..<15).map { 1 + $0 % 5 })

    // the same starts and goals as in an environment that is asked for them
    let maze = try #require(try makeEnvironment(id: id).maze)
    for episode in evaluation.episodes {
      try maze.reset(seed: 3 + UInt64(episode.index), task: 1 + episode.index % 5)
      #expect(episode.journey?.start == maze.place && episode.journey?.goal == maze.target)
    }

    let summary = Summary(evaluation, plan: plan)
    #expect(summary.tasks.map(\.task) == [1, 2, 3, 4, 5])
    #expect(summary.tasks.allSatisfy { $0.success.count == 3 })
    let rates = summary.tasks.map(\.success.rate)
    #expect(summary.meanTaskSuccess == rates.reduce(0, +) / 5)
    let successes = evaluation.episodes.count { $0.isSuccess == true }
    #expect(summary.tasks.map(\.success.successes).reduce(0, +) == successes)
    // straight lines reach the goals that are in sight, and no others
    #expect(successes > 0 && successes < 15)
  }

  @Test func oneGoalServesAllEpisodesOfTheFirstAntMazes() throws {
    struct Still: Policy {
      let observationCount = 29
      let actionCount = 8
      func actions(
        observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
      ) -> [Float] { Array(repeating: 0, count: 8 * steps.count) }
    }
    func goals(_ id: String, seed: UInt64) throws -> Set<MazePoint?> {
      let environment = try EnvironmentID(id)
      let evaluation = try evaluate(Still(), plan: EvaluationPlan(episodes: 3, seed: seed)) {
        try makeEnvironment(environment, options: EnvironmentOptions(goalSeed: seed))
      }
      #expect(evaluation.episodes.allSatisfy { $0.isSuccess == false && $0.length == 700 })
      return Set(evaluation.episodes.map { $0.journey?.goal })
    }
    let first = try goals("antmaze-umaze-v0", seed: 1)
    #expect(first.count == 1)
    #expect(try goals("antmaze-umaze-v0", seed: 2) != first)
    #expect(try goals("antmaze-umaze-v2", seed: 1).count == 3)
  }

  @Test func aPolicyWithoutGoalsIsRefusedWhereThereIsOne() {
    expectMessage(
      "the policy maps 4 observations to 2 actions, but PointMaze_Open-v3 has 6, 4 observations "
        + "followed by a goal of 2, and 2 actions."
    ) { _ = try run("PointMaze_Open-v3", episodes: 1, policy: .init(observationCount: 4)) }
    expectMessage(
      "the policy maps 6 observations to 2 actions, but maze2d-umaze-v1 has 4 observations and "
        + "2 actions."
    ) { _ = try run("maze2d-umaze-v1", episodes: 1) }
  }

  @Test func reportsTellTasksAndTiming() throws {
    let policy = StraightToGoal(observationCount: 4)
    let (evaluation, plan) = try run(
      "pointmaze-medium-navigate-v0", episodes: 1, tasks: 5, policy: policy,
      options: EnvironmentOptions(successTiming: .pre))
    let report = Report(
      evaluation, plan: plan,
      policy: PolicyRecord(file: "p", sha256: "", kind: .actor, selection: nil))
    #expect(report.provenance.successTiming == "pre")
    let lines = report.table.split(separator: "\n")
    #expect(lines.contains { $0.contains("success timing pre, reset seeds 3 to 7") })
    #expect(lines.count { $0.hasPrefix("  task ") } == 5)
    #expect(lines.contains { $0.hasPrefix("  mean ") && $0.contains("over the tasks") })
    #expect(try JSONDecoder().decode(Report.self, from: report.json()) == report)
  }
}

@Suite struct SuccessRateTests {
  /// scipy.stats.binomtest(k, n).proportion_ci(method="wilson"), SciPy 1.17.
  @Test(arguments: [
    (0, 10, 0.0, 0.2775327998628892), (10, 20, 0.2992980081982124, 0.7007019918017877),
    (1, 1, 0.20654931437723745, 1.0), (48, 50, 0.8653990931249297, 0.9889611156723802),
  ])
  func intervalsAreSciPys(_ successes: Int, _ count: Int, _ lower: Double, _ upper: Double) {
    let interval = Interval.wilson(successes: successes, count: count)
    expectClose([interval.lower, interval.upper], [lower, upper], within: 1e-12)
  }

  /// The interval is the set of rates p with |k/n - p| <= 1.96 √(p (1 - p) / n).
  @Test func boundsSolveTheScoreEquation() {
    for count in [1, 7, 100] {
      for successes in 0...count {
        let interval = Interval.wilson(successes: successes, count: count)
        for bound in [interval.lower, interval.upper] where bound > 0 && bound < 1 {
          let distance = abs(Double(successes) / Double(count) - bound)
          let deviation = (bound * (1 - bound) / Double(count)).squareRoot()
          #expect(abs(distance - 1.959963984540054 * deviation) < 1e-12)
        }
      }
    }
  }

  @Test func nearFloorAndCeilingTheIntervalIsExact() throws {
    for (successes, method) in [
      (0, SuccessRate.Method.clopperPearson), (4, .clopperPearson), (5, .wilson), (95, .wilson),
      (96, .clopperPearson), (100, .clopperPearson),
    ] {
      let rate = try #require(SuccessRate(successes: successes, count: 100))
      #expect(rate.method == method && rate.interval.contains(rate.rate))
      // what was written reads back, and so do files of versions that had Wilson's interval only
      #expect(try JSONDecoder().decode(SuccessRate.self, from: JSONEncoder().encode(rate)) == rate)
      let old = Data(
        #"{"successes":\#(successes),"count":100,"rate":0,"wilson_95":[0,1]}"#.utf8)
      #expect(try JSONDecoder().decode(SuccessRate.self, from: old) == rate)
    }
  }

  @Test func nothingIsSaidOfNoEpisodes() { #expect(SuccessRate(successes: 0, count: 0) == nil) }
}

import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLEvaluation

@Suite struct EvaluationEstimateTests {
  @Test func meanOfWholeEpisodesIsTheirMean() {
    #expect(
      EvaluationEstimate.meanLength(finished: [3, 5, 10, 10], unfinished: [], limit: 10) == 7)
  }

  @Test func whatNeverEndsLastsToTheLimit() {
    #expect(
      EvaluationEstimate.meanLength(finished: [], unfinished: [7, 9], limit: 1000) == 1000)
  }

  /// By hand: all four run to 2; one of four ends there, so 3/4 run on; one is cut at 3; of the two left
  /// at 4 one ends, so 3/8 run on to 6, the limit.
  @Test func cutEpisodesCountAsLongAsTheyRan() {
    let mean = EvaluationEstimate.meanLength(finished: [2, 4, 6], unfinished: [3], limit: 6)
    #expect(mean == 2 + 0.75 * 2 + 0.375 * 2)
  }

  /// Episodes that end with probability 1/50 in every step, looked at while they run: a plain mean of the
  /// finished ones would be far too short.
  @Test func censoringDoesNotBias() {
    var generator = NumPyGenerator(seed: 3)
    var finished: [Int] = []
    var unfinished: [Int] = []
    for _ in 0..<4000 {
      var length = 1
      while length < 30, generator.random() > 0.02 { length += 1 }
      if length < 30 { finished.append(length) } else { unfinished.append(length) }
    }
    let expected = (1 - pow(0.98, 400)) / 0.02
    let found = EvaluationEstimate.meanLength(
      finished: finished, unfinished: unfinished, limit: 400)
    // about 1770 ends: a relative standard error of 2.4 %; three of them
    #expect(abs(found / expected - 1) < 0.07)
  }

  @Test func estimateOfAFinishedTrialIsTheResult() throws {
    let plan = try EvaluationPlan(episodes: 23, seed: 5, workers: 1, batch: 4)
    let whole = try evaluate(ToyPolicy(), plan: plan) { ToyTask(fault: .none) }
    let estimate = EvaluationEstimate(whole, plan: plan)
    #expect(estimate.seconds == whole.wallSeconds)
    #expect(estimate.finishedEpisodes == 23)
    // two ways to sum the same numbers
    expectClose(
      [estimate.episodeLength], [Double(whole.environmentSteps) / 23], within: 0, relative: 1e-12)
    let interval = try #require(Sample(whole.episodes.compactMap(\.score))?.meanInterval())
    let halfWidth = try #require(estimate.halfWidth)
    expectClose([2 * halfWidth], [interval.upper - interval.lower], within: 0, relative: 1e-12)
  }

  /// The standard deviation comes from the trial, the standard error from the number of episodes
  /// planned.
  @Test func theIntervalIsThatOfTheWholeEvaluation() throws {
    let trialPlan = try EvaluationPlan(episodes: 23, seed: 5, workers: 1, batch: 4)
    let trial = try evaluate(ToyPolicy(), plan: trialPlan) { ToyTask(fault: .none) }
    let plan = try EvaluationPlan(episodes: 101, seed: 5, workers: 1, batch: 4)
    let halfWidth = try #require(EvaluationEstimate(trial, plan: plan).halfWidth)
    let scores = try #require(Sample(trial.episodes.compactMap(\.score)))
    let deviation = try #require(scores.standardDeviation)
    // SciPy 1.17: stats.t.ppf(0.975, 100)
    let expected = 1.9839715185235518 * deviation / 101.0.squareRoot()
    expectClose([halfWidth], [expected], within: 0, relative: 1e-11)
  }

  @Test func estimateScalesStepsToAllEpisodes() throws {
    let plan = try EvaluationPlan(episodes: 23, seed: 5, workers: 1, batch: 4)
    var trial = try evaluate(ToyPolicy(), plan: plan) { ToyTask(fault: .none) }
    trial.episodes = []
    trial.unfinishedLengths = [4, 2]
    trial.isPartial = true
    trial.environmentSteps = 6
    trial.wallSeconds = 3
    let estimate = EvaluationEstimate(trial, plan: plan)
    let limit = Double(trial.environment.stepLimit)
    #expect(estimate.seconds == 23 * limit * 0.5)
    #expect(estimate.halfWidth == nil)
    #expect(estimate.table(plan: plan).contains("at most about"))
  }

  /// A cancelled evaluation tells of every step: in finished episodes or in cut ones.
  @Test(arguments: [(1, 3), (2, 4)])
  func cutEpisodesAreAccountedFor(_ workers: Int, _ batch: Int) throws {
    let cancellation = Cancellation()
    let plan = try EvaluationPlan(episodes: 23, seed: 5, workers: workers, batch: batch)
    let cut = try evaluate(
      ToyPolicy(), plan: plan, cancellation: cancellation,
      onProgress: { if $0.finishedEpisodes >= 2 { cancellation.cancel() } },
      makeEnvironment: { ToyTask(fault: .none) })
    #expect(cut.isPartial)
    #expect(
      cut.episodes.reduce(0) { $0 + $1.length } + cut.unfinishedLengths.reduce(0, +)
        == cut.environmentSteps)
  }
}

import IDQLAgent
import IDQLEnvs
import TestSupport
import Testing

@testable import IDQLEvaluation

@Suite struct StoppingRuleTests {
  private func stopped(
    width: Double, bounds: Interval?, episodes: Int = 3000, workers: Int = 2, batch: Int = 4
  ) throws -> (Evaluation, EvaluationPlan, StoppingRule.Outcome) {
    let plan = try EvaluationPlan(episodes: episodes, seed: 3, workers: workers, batch: batch)
    let rule = StoppingRule(width: width, bounds: bounds, tasks: 0)
    let (evaluation, played, outcome) = try evaluate(ToyPolicy(), plan: plan, until: rule) {
      ToyTask()
    }
    return (evaluation, played, try #require(outcome))
  }

  /// Where it ends depends on the seed alone, though episodes end in any order.
  @Test(arguments: [(1, 1), (2, 3), (3, 16)])
  func theEndIsThatOfOneThread(_ workers: Int, _ batch: Int) throws {
    let bounds = Interval(lower: -1000, upper: 2000)
    let one = try stopped(width: 500, bounds: bounds, workers: 1, batch: 1)
    let many = try stopped(width: 500, bounds: bounds, workers: workers, batch: batch)
    #expect(one.2 == many.2 && one.0.episodes == many.0.episodes)
    #expect(one.2.isReached && !one.0.isPartial)
    #expect(one.1.episodes == one.2.episodes && one.0.episodes.count == one.2.episodes)
    let interval = try #require(one.2.interval)
    #expect(interval.upper - interval.lower <= 500)

    // one episode earlier it was wider
    var sequence = BettingSequence(bounds: -1000...2000)
    for score in one.0.episodes.compactMap(\.score).dropLast() { try sequence.add(score) }
    #expect(sequence.interval.upper - sequence.interval.lower > 500)
  }

  @Test func withoutBoundsItIsSaidToBeAsymptotic() throws {
    let (evaluation, _, outcome) = try stopped(width: 60, bounds: nil)
    #expect(outcome.isReached && outcome.method.hasPrefix("asymptotic sequence"))
    #expect(evaluation.episodes.count >= AsymptoticSequence.firstLook)
  }

  @Test func aWidthThatIsNotReachedPlaysEverything() throws {
    let (evaluation, plan, outcome) = try stopped(
      width: 0.001, bounds: Interval(lower: -1000, upper: 2000), episodes: 30)
    #expect(!outcome.isReached && outcome.episodes == 30)
    #expect(plan.episodes == 30 && evaluation.episodes.count == 30 && !evaluation.isPartial)
    #expect(outcome.text.hasPrefix("NOT at a width of 0.001, after 30 episodes: ["))
  }

  @Test func aScoreOutsideOfItsBoundsEndsIt() {
    expectMessage(containing: "lies outside of the declared bounds, 0 to 1: no sequence") {
      _ = try stopped(width: 0.1, bounds: Interval(lower: 0, upper: 1))
    }
  }

  /// Rounds of all tasks are the values, so that the mean is the same at all times.
  @Test func numberedTasksAreTakenInRounds() throws {
    var state = StoppingState(StoppingRule(width: 1, bounds: nil, tasks: 5))
    let episodes = (0..<14).map { index in
      Episode(
        index: index, seed: 0, totalReward: 0, length: 1, isTerminated: true, isTruncated: false,
        isBroken: false, unconvergedSolves: 0, score: nil, isSuccess: index % 5 < 2, journey: nil,
        hash: nil)
    }
    try state.add(Array(episodes[5...]))
    #expect(state.result.episodes == 0, "the first round is not complete")
    try state.add(Array(episodes[..<5]))
    #expect(state.result.episodes == 10)
    #expect(state.result.interval?.contains(40) == true)
    #expect(state.result.method == "betting sequence between 0 and 100")
  }
}

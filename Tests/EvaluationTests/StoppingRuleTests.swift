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

  /// What was played until then is kept.
  @Test func aScoreOutsideOfItsBoundsEndsIt() throws {
    let (evaluation, _, outcome) = try stopped(width: 0.1, bounds: Interval(lower: 0, upper: 1))
    let failure = try #require(outcome.failure)
    #expect(failure.contains("lies outside of the declared bounds, 0 to 1: no sequence"))
    #expect(!outcome.isReached && outcome.text.hasSuffix("none yet; \(failure)"))
    #expect(evaluation.isPartial && !evaluation.episodes.isEmpty)
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

  private func episode(
    _ index: Int, score: Double? = nil, isSuccess: Bool? = nil, isBroken: Bool = false
  ) -> Episode {
    Episode(
      index: index, seed: UInt64(index), totalReward: isBroken ? nil : score ?? 0, length: 1,
      isTerminated: true, isTruncated: false, isBroken: isBroken, unconvergedSolves: 0,
      score: isBroken ? nil : score, isSuccess: isSuccess, journey: nil, hash: nil)
  }

  /// The interval is that of the differences of pairs, whatever the order of the ends.
  @Test func aDecisionIsThatOfThePairedDifferences() throws {
    let theirs = (0..<300).map { episode($0, score: Double(20 + 7 * $0 % 50)) }
    let mine = theirs.map { episode($0.index, score: ($0.score ?? 0) + 8 + Double($0.index % 5)) }
    let bounds = Interval(lower: 0, upper: 100)
    let rule = StoppingRule(margin: 0, against: theirs, bounds: bounds, tasks: 0)
    var state = StoppingState(rule)
    try state.add(mine.reversed())
    let outcome = state.result
    #expect(outcome.isReached && outcome.verdict == .better)
    #expect(outcome.episodes < 300)
    var sequence = BettingSequence(bounds: -100...100)
    for index in 0..<outcome.episodes {
      #expect(sequence.interval.lower <= 0, "it could have ended before")
      try sequence.add(8 + Double(index % 5))
    }
    #expect(outcome.interval == sequence.interval && sequence.interval.lower > 0)
    #expect(
      outcome.text.hasPrefix("decided after \(outcome.episodes) episodes: better, difference ["))

    var mirrored = StoppingState(
      StoppingRule(margin: 0, against: mine, bounds: bounds, tasks: 0))
    try mirrored.add(theirs)
    #expect(mirrored.result.verdict == .worse && mirrored.result.episodes == outcome.episodes)
    // what is within the margin is equivalent, and what shows neither is not decided
    var wide = StoppingState(StoppingRule(margin: 40, against: theirs, bounds: bounds, tasks: 0))
    try wide.add(mine)
    #expect([.equivalent, .better].contains(wide.result.verdict))
    var short = StoppingState(rule)
    try short.add(Array(mine.prefix(3)))
    #expect(!short.result.isReached && short.result.verdict == .undecided)
    #expect(short.result.text.hasPrefix("NOT decided after 3 episodes: cannot be told"))
  }

  @Test func aBrokenEpisodeIsTheWorstThatWasDeclaredAndNothingMayLieOutside() throws {
    let theirs = (0..<20).map { episode($0, score: 30) }
    let rule = StoppingRule(
      margin: 0, against: theirs, bounds: Interval(lower: 0, upper: 100), tasks: 0)
    var broken = StoppingState(rule)
    try broken.add([episode(0, isBroken: true)])
    var sequence = BettingSequence(bounds: -100...100)
    try sequence.add(-30)
    #expect(broken.result.interval == sequence.interval)
    expectMessage(containing: "101 lies outside of the declared bounds, 0 to 100") {
      var outside = StoppingState(rule)
      try outside.add([self.episode(0, score: 101)])
    }
  }

  @Test func successesNeedNoBounds() throws {
    let theirs = (0..<60).map { episode($0, isSuccess: false) }
    var state = StoppingState(StoppingRule(margin: 0, against: theirs, bounds: nil, tasks: 0))
    try state.add((0..<60).map { episode($0, isSuccess: true) })
    #expect(state.result.verdict == .better && state.result.episodes < 60)
    #expect(state.result.method == "betting sequence between -100 and 100")
  }
}

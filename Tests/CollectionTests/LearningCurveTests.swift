import TestSupport
import Testing

@testable import IDQLCollection

@Suite struct LearningCurveTests {
  private func curve(_ returns: [Double]) -> LearningCurve {
    var curve = LearningCurve()
    curve.points = returns.enumerated().map {
      .init(step: 1000 * ($0 + 1), meanReturn: $1, meanLength: 10)
    }
    return curve
  }

  @Test func mediumIsTheFirstThirdOfTheBest() throws {
    let rising = curve([20, 400, 999, 1000, 700, 2800, 3000, 2900])
    #expect(try rising.expert().step == 7000)
    #expect(try rising.medium().step == 4000)
    // a policy that got worse again counts all the same
    #expect(try curve([20, 1100, 30, 3000]).medium().step == 2000)
    // of equal ones the first
    #expect(try curve([5, 9, 9]).expert().step == 2000)
    #expect(try curve([7]).medium().step == 1000)
  }

  @Test func curvesWithoutALevelSaySo() {
    expectMessage(
      "the best policy's return is -120.5; a medium one has a third of it, so it must be positive."
    ) { _ = try curve([-300, -120.5]).medium() }
    expectMessage("every episode of every evaluation broke; there is no policy to record.") {
      _ = try curve([]).expert()
    }
  }

  @Test func curvesAreReadAsTheyAreWritten() throws {
    var withMeans = curve([-0.1, 1e-7, 2800.25])
    #expect(withMeans.csv.hasPrefix("step,return,length\n1000,-0.1,10.0\n"))
    #expect(LearningCurve(csv: withMeans.csv) == withMeans)
    withMeans.points[1].meanActionReturn = 1.0 / 3
    #expect(withMeans.csv.hasPrefix("step,return,length,mean_action_return\n1000,-0.1,10.0,\n"))
    #expect(LearningCurve(csv: withMeans.csv) == withMeans)
    #expect(LearningCurve(csv: "step,return,length\n")?.points == [])
    for text in ["", "a,b\n", "step,return,length\n1,2\n", "step,return,length\n1,x,3\n"] {
      #expect(LearningCurve(csv: text) == nil, "\(text)")
    }
  }

  @Test func levelsAreFoundByName() throws {
    #expect(try DataLevel(named: "replay") == .mediumReplay)
    #expect(try DataLevel.allCases.allSatisfy { try DataLevel(named: $0.rawValue) == $0 })
    expectMessage(
      "no level is named 'mediocre'; there are random, medium, medium-replay, full-replay, expert, "
        + "medium-expert."
    ) { _ = try DataLevel(named: "mediocre") }
  }
}

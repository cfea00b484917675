import Foundation
import IDQLAgent
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLCollection

@Suite struct RandomSearchTests {
  private func search(seed: UInt64) -> RandomSearch {
    RandomSearch(
      observationCount: 2, actionCount: 1, directionCount: 8, keptCount: 4,
      generator: NumPyGenerator(seed: seed))
  }

  /// Minus the squared distance of the weights from (0.3, -0.2), whatever is observed.
  @Sendable private func score(_ policy: LinearPolicy) -> RandomSearch.Trial {
    var moments = ObservationMoments(observationCount: 2)
    moments.add([1, 4])
    moments.add([3, 4])
    let (x, y) = (policy.weights[0] - 0.3, policy.weights[1] + 0.2)
    return RandomSearch.Trial(score: -x * x - y * y, moments: moments)
  }

  @Test func itClimbsAndNormalises() {
    var search = search(seed: 0)
    for _ in 0..<60 {
      search.improve(.init(stepSize: 0.02, noise: 0.03), threads: 2) { (_, policy, _) in
        score(policy)
      }
    }
    // a step is about as long as its size
    expectClose(search.policy.weights, [0.3, -0.2], within: 0.05)
    #expect(search.policy.mean == [2, 4])
    // a deviation of 0 is lifted to 0.01
    #expect(search.policy.deviation == [1, 0.01])
    #expect(search.stepCount == 60 * 8 * 2 * 2)
  }

  /// The first step by the paper's formula, computed here anew.
  @Test func oneStepIsThatOfThePaper() {
    var search = search(seed: 3)
    var copy = search
    search.improve(.init(stepSize: 0.02, noise: 0.03), threads: 1) { (_, policy, _) in
      score(policy)
    }

    let directions = copy.drawDirections()
    let scores = directions.map { copy.sides(of: $0, noise: 0.03).map { score($0).score } }
    let best = scores.indices.sorted { scores[$0].max()! > scores[$1].max()! }.prefix(4)
    let used = best.flatMap { scores[$0] }
    let mean = used.reduce(0, +) / 8
    let deviation = (used.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 8).squareRoot()
    var expected = [0.0, 0]
    for index in best {
      for i in 0..<2 {
        expected[i] +=
          0.02 / (4 * deviation) * (scores[index][0] - scores[index][1])
          * directions[index].weights[i]
      }
    }
    // the same sums in another order
    expectClose(search.policy.weights, expected, within: 1e-12)
  }

  /// Both sides of a direction meet the same seed; copies go on alike, whatever the threads.
  @Test func threadsChangeNothing() {
    var searches = [search(seed: 5), search(seed: 5)]
    for (index, threads) in [1, 3].enumerated() {
      for _ in 0..<3 {
        searches[index].improve(.init(stepSize: 0.02, noise: 0.03), threads: threads) {
          (_, policy, seed) in
          var trial = score(policy)
          trial.score += Double(seed % 1000) * 1e-3
          return trial
        }
      }
    }
    #expect(searches[0].policy.weights == searches[1].policy.weights)
    #expect(searches[0].policy.weights != [0, 0])
  }

  /// What is written acts as what was tried.
  @Test func aFileActsAsItsPolicy() throws {
    var policy = LinearPolicy(observationCount: 11, actionCount: 3)
    policy.weights = policy.weights.indices.map { sin(Double($0)) }
    policy.mean = policy.mean.indices.map { 0.1 * cos(Double($0)) }
    policy.deviation = policy.deviation.indices.map { 1 + 0.1 * Double($0) }
    try withTemporaryFolder { folder in
      let path = "\(folder)/policy.safetensors"
      try policy.write(to: path, environment: "Hopper-v5")
      let read = try loadPolicy(contentsOf: path)
      var noise = [NumPyGenerator(seed: 0)]
      for observation in [
        (0..<11).map { 0.2 * sin(Double($0)) }, (0..<11).map { 50 - 9.0 * Double($0) },
      ] {
        let actions = read.actions(observations: observation, steps: [0], noise: &noise)
        // 32-bit rounding of sums of 11 products
        expectClose(actions.map(Double.init), policy.action(observation), within: 1e-5)
      }
    }
  }
}

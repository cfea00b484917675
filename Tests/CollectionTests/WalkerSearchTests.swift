// Properties are named as the keys of the file.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLRandom
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLCollection

@Suite struct WalkerSearchTests {
  @Test func threadsChangeNothingAndMazesTakeTheWalker() throws {
    try withTemporaryFolder { folder in
      var results: [[WalkerSearch.Result]] = []
      for threads in [1, 2] {
        let search = try WalkerSearch(
          stages: [.init(iterations: 1, stepSize: 0.02, noise: 0.03, turns: true)],
          seed: 7, path: "\(folder)/\(threads).safetensors")
        var found: [WalkerSearch.Result] = []
        try search.run(CollectionControl(threads: threads), onEvaluation: { found.append($0) })
        results.append(found)
      }
      #expect(results[0] == results[1] && results[0].map(\.iteration) == [1])
      let files = try [1, 2].map {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0).safetensors"))
      }
      #expect(files[0] == files[1])
      let policy = try loadPolicy(contentsOf: "\(folder)/1.safetensors")
      try requireFit(policy, WaypointEnvironment(makeEnvironment(id: "antmaze-umaze-v2")))
    }
  }

  /// The score of a step is the way gained towards the waypoint, at most 0.12 m, less a tenth of the
  /// torso's lean; a fall costs 5 and ends the walk.
  @Test func aWalkIsPaidByItsSteps() throws {
    let course = try OpenCourse()
    let walker = try bundledWalker()
    var generator = NumPyGenerator(seed: 3)
    var (falls, capped, retreats) = (0, 0, 0)
    for seed in 0..<20 as Range<UInt64> {
      // twice the walker's actions, and noise on the weights that grows with the seed
      var lunger = walker
      lunger.weights = walker.weights.map {
        2 * $0 + 0.1 * Double(seed) * generator.standardNormal()
      }
      var before = OpenCourse.Outcome()
      for steps in 1...40 {
        let walk = course.walk(lunger, turns: true, seed: seed, steps: steps)
        let (gain, paid) = (
          walk.distance - before.distance, walk.trial.score - before.trial.score
        )
        before = walk
        if abs(paid + 5) < 1e-9 {
          let longer = course.walk(lunger, turns: true, seed: seed, steps: steps + 5)
          #expect(gain == 0 && longer.distance == walk.distance)
          #expect(longer.trial.score == walk.trial.score)
          falls += 1
          break
        }
        // 1 less the cosine of the lean, which is below 0.8 as long as it is no fall
        let lean = 10 * (min(gain, 0.12) - paid)
        #expect(lean > -1e-9 && lean < 0.8 + 1e-9)
        capped += gain > 0.12 ? 1 : 0
        retreats += gain < 0 ? 1 : 0
      }
    }
    #expect(falls > 0 && capped > 10 && retreats > 20, "\(falls) \(capped) \(retreats)")
  }

  /// The bundled walker walks here as it did when it was found, half a metre a second around corners,
  /// while no action at all goes nowhere.
  @Test func theBundledWalkerScores() throws {
    let course = try OpenCourse()
    func speed(_ walker: LinearPolicy) -> Double {
      let walks = (0..<8).map { course.walk(walker, turns: true, seed: $0, steps: 300) }
      return walks.reduce(0) { $0 + $1.distance } / 8 / 30
    }
    #expect(try speed(bundledWalker()) > 0.4)
    let idle = LinearPolicy(
      observationCount: OpenCourse.observationCount, actionCount: OpenCourse.actionCount)
    #expect(abs(speed(idle)) < 0.05)
  }

  private func bundledWalker() throws -> LinearPolicy {
    struct Settings: Decodable {
      struct Normalization: Decodable {
        var mean: [Double]
        var `var`: [Double]
      }
      var obs_normalization: Normalization
    }
    let file = try TensorFile(contentsOf: #require(BundledPolicy.antWalker.path))
    let text = try #require(file.metadata["policy"])
    let settings = try JSONDecoder().decode(Settings.self, from: Data(text.utf8))
    var walker = LinearPolicy(
      observationCount: OpenCourse.observationCount, actionCount: OpenCourse.actionCount)
    walker.weights = try file.doubles("net.0.weight").values
    walker.mean = settings.obs_normalization.mean
    walker.deviation = settings.obs_normalization.var.map { $0.squareRoot() }
    return walker
  }
}

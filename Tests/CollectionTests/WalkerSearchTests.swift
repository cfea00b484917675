// Properties are named as the keys of the file.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
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

  /// The bundled walker walks here as it did when it was found, half a metre a second around corners,
  /// while no action at all goes nowhere.
  @Test func theBundledWalkerScores() throws {
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
    let idle = LinearPolicy(
      observationCount: OpenCourse.observationCount, actionCount: OpenCourse.actionCount)
    var walker = idle
    walker.weights = try file.doubles("net.0.weight").values
    walker.mean = settings.obs_normalization.mean
    walker.deviation = settings.obs_normalization.var.map { $0.squareRoot() }

    let course = try OpenCourse()
    func speed(_ walker: LinearPolicy) -> Double {
      let walks = (0..<8).map { course.walk(walker, turns: true, seed: $0, steps: 300) }
      return walks.reduce(0) { $0 + $1.distance } / 8 / 30
    }
    #expect(speed(walker) > 0.4)
    #expect(abs(speed(idle)) < 0.05)
  }
}

import IDQLAgent
import IDQLEnvs
import IDQLRandom
import IDQLTensors
import Testing

@testable import IDQLEvaluation

/// Acts by its noise alone, so that nothing but the simulator and the draws is in a hash of its returns.
private struct RandomPolicy: Policy {
  let observationCount: Int
  let actionCount: Int

  func actions(
    observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
  ) -> [Float] {
    noise.indices.flatMap { row in
      (0..<actionCount).map { _ in 2 * noise[row].randomFloat() - 1 }
    }
  }
}

/// The same bits in debug and in release builds: one seed, one score.
@Suite struct EvaluationGoldenTests {
  @Test(arguments: [
    ("Hopper-v4", "83c0d952f3d57fbf"),
    ("walker2d-medium-v2", "24f387ca94bc18dc"),
    ("HalfCheetah-v5", "ce2c647b1ee144d0"),
  ])
  func returnsHaveTheirHash(_ id: String, _ hash: String) throws {
    let spec = try makeEnvironment(id: id).spec
    let policy = RandomPolicy(
      observationCount: spec.observationCount, actionCount: spec.actionCount)
    let evaluation = try evaluate(
      policy, plan: EvaluationPlan(episodes: 8, seed: 1, workers: 2, batch: 3)
    ) { try makeEnvironment(id: id) }
    let returns = evaluation.episodes.compactMap(\.totalReward)
    #expect(returns.withUnsafeBytes(SHA256.hexDigest).prefix(16) == hash)
  }
}

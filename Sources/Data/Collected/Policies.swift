import IDQLAgent
import IDQLRandom
import IDQLTraining

/// Actions that do not depend on the observation: each uniform in [-1, 1].
struct UniformPolicy: Policy {
  let observationCount: Int
  let actionCount: Int

  func actions(
    observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
  ) -> [Float] {
    noise.indices.flatMap { row in
      (0..<actionCount).map { _ in Float(noise[row].uniform(-1, 1)) }
    }
  }
}

/// Another policy's actions with normal noise on each, clipped to [-1, 1].
struct NoisyPolicy: Policy {
  let base: any Policy
  /// Standard deviation.
  let deviation: Double

  var observationCount: Int { base.observationCount }
  var actionCount: Int { base.actionCount }

  func actions(
    observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
  ) -> [Float] {
    var actions = base.actions(observations: observations, steps: steps, noise: &noise)
    for index in actions.indices {
      let disturbed =
        Double(actions[index]) + deviation * noise[index / actionCount].standardNormal()
      actions[index] = Float(max(-1, min(1, disturbed)))
    }
    return actions
  }
}

import IDQLRandom
import IDQLTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A deterministic MLP actor, as Stable-Baselines3 trains them (PPO, TRPO, A2C, ARS, SAC, TQC).
///
/// Order of operations: zeros are appended to the observation, then the time feature; the result is
/// normalised and clipped in 64-bit arithmetic, rounded to 32 bits, and goes through the network;
/// the output is squashed by tanh or clipped to [-1, 1].
struct ActorPolicy: Policy {
  let description: PolicyDescription
  let observationCount: Int
  var actionCount: Int { layers[layers.count - 1].outputCount }

  /// Whether zeros are appended in place of the contact forces that Gym's Ant may leave out.
  let padsObservations: Bool
  let timeFeature: TimeFeature?
  let normalization: Normalization?
  let layers: [Dense]
  /// Between layers.
  let activation: Activation
  /// Whether the output goes through tanh, or is clipped.
  let squashes: Bool

  /// What is left of the episode, as one more entry of the observation: 1 - step / limit.
  struct TimeFeature: Sendable {
    var stepLimit: Int
  }

  /// clip((x - mean) / √(variance + epsilon), ±bound).
  struct Normalization: Sendable {
    var mean: [Double]
    var variance: [Double]
    var epsilon: Double
    var bound: Double
  }

  /// Six for each of 14 bodies.
  private static let contactForceCount = 84

  func accepts(observationCount: Int) -> Bool {
    let missing = self.observationCount - observationCount
    return missing == 0 || padsObservations && missing == Self.contactForceCount
  }

  /// Draws nothing from `noise`.
  func actions(
    observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
  ) -> [Float] {
    let rows = steps.count
    guard rows > 0 else { return [] }
    let given = observations.count / rows
    precondition(
      given * rows == observations.count && accepts(observationCount: given),
      "observations: (rows, observationCount)")

    var input: [Float] = []
    for row in 0..<rows {
      var observation = Array(observations[row * given..<(row + 1) * given])
      observation.append(contentsOf: repeatElement(0, count: observationCount - given))
      if let timeFeature {
        observation.append(1 - Double(steps[row]) / Double(timeFeature.stepLimit))
      }
      input.append(contentsOf: normalized(observation))
    }
    return forward(input, rows: rows)
  }

  private func normalized(_ observation: [Double]) -> [Float] {
    guard let normalization else { return observation.map(Float.init) }
    return observation.indices.map { i in
      let deviation = (normalization.variance[i] + normalization.epsilon).squareRoot()
      let x = (observation[i] - normalization.mean[i]) / deviation
      let bound = normalization.bound
      return Float(x < -bound ? -bound : x > bound ? bound : x)
    }
  }

  private func forward(_ input: [Float], rows: Int) -> [Float] {
    var values = input
    for (index, layer) in layers.enumerated() {
      var next = [Float](repeating: 0, count: rows * layer.outputCount)
      let isLast = index == layers.count - 1
      let activation = !isLast ? activation : squashes ? .tanh : .identity
      layer.apply(values, rows: rows, into: &next, activation: activation)
      values = next
    }
    return squashes ? values : values.map(clip)
  }
}

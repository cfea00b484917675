/// What a policy sees in place of an observation: clip((x - mean) / √(variance + epsilon), ±bound), as
/// Stable-Baselines3's `VecNormalize` computes it.
struct ObservationNormalization: Sendable {
  /// Length of an observation, as `variance`.
  var mean: [Double]
  var variance: [Double]
  var epsilon: Double
  /// Infinite for none.
  var bound: Double

  /// For people.
  var text: String { bound.isFinite ? "normalised and clipped to ±\(bound)" : "normalised" }

  /// One observation, in 64-bit arithmetic, then rounded to 32 bits.
  func callAsFunction(_ observation: [Double]) -> [Float] {
    observation.indices.map { i in
      let deviation = (variance[i] + epsilon).squareRoot()
      let x = (observation[i] - mean[i]) / deviation
      return Float(x < -bound ? -bound : x > bound ? bound : x)
    }
  }

  /// Observations one after the other.
  func rows(_ observations: [Float]) -> [Float] {
    stride(from: 0, to: observations.count, by: mean.count).flatMap { start in
      self(observations[start..<start + mean.count].map(Double.init))
    }
  }
}

// Properties are named as the keys of the file.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import IDQLAgent
import IDQLSpelling
import IDQLTensors

/// A linear policy on normalised observations: a = clip(W clip((o - mean) / deviation, ±10), ±1).
struct LinearPolicy: Codable, Sendable {
  let observationCount: Int
  let actionCount: Int
  /// (actionCount, observationCount).
  var weights: [Double]
  var mean: [Double]
  var deviation: [Double]

  static let bound = 10.0

  /// With zero weights.
  init(observationCount: Int, actionCount: Int) {
    self.observationCount = observationCount
    self.actionCount = actionCount
    weights = [Double](repeating: 0, count: actionCount * observationCount)
    mean = [Double](repeating: 0, count: observationCount)
    deviation = [Double](repeating: 1, count: observationCount)
  }

  func action(_ observation: [Double]) -> [Double] {
    let input = observation.indices.map {
      max(-Self.bound, min(Self.bound, (observation[$0] - mean[$0]) / deviation[$0]))
    }
    return (0..<actionCount).map { row in
      var sum = 0.0
      for i in input.indices { sum += weights[row * input.count + i] * input[i] }
      return max(-1, min(1, sum))
    }
  }

  /// Writes a plain actor that `loadPolicy` reads.
  ///
  /// - Parameter environment: recorded in the file.
  func write(to path: String, environment: String) throws {
    let settings = Settings(
      env: environment, obs_dim: observationCount, act_dim: actionCount,
      obs_normalization: .init(mean: mean, var: deviation.map { $0 * $0 }, clip: Self.bound))
    let tensor = NamedTensor(
      "net.0.weight", shape: [actionCount, observationCount], .floats(weights.map(Float.init)))
    try writeTensorFile([tensor], metadata: ["policy": settings.jsonText()], to: path)
  }

  /// The metadata `policy` of a plain actor.
  private struct Settings: Encodable {
    struct Normalization: Encodable {
      var mean: [Double]
      var `var`: [Double]
      var clip: Double
      var epsilon = 0.0
    }

    var env: String
    var algorithm = "augmented random search, linear"
    var activation = "none"
    var squash = false
    var obs_dim: Int
    var act_dim: Int
    var obs_normalization: Normalization
  }
}

/// First and second moments of observations.
struct ObservationMoments: Codable, Sendable {
  var count = 0.0
  var sum: [Double]
  var sumOfSquares: [Double]

  init(observationCount: Int) {
    sum = [Double](repeating: 0, count: observationCount)
    sumOfSquares = sum
  }

  mutating func add(_ observation: [Double]) {
    count += 1
    for i in observation.indices {
      sum[i] += observation[i]
      sumOfSquares[i] += observation[i] * observation[i]
    }
  }

  mutating func add(_ other: ObservationMoments) {
    count += other.count
    for i in sum.indices {
      sum[i] += other.sum[i]
      sumOfSquares[i] += other.sumOfSquares[i]
    }
  }

  /// Sets the policy's normalisation; a deviation is at least 0.01.
  func normalize(_ policy: inout LinearPolicy) {
    guard count > 1 else { return }
    for i in sum.indices {
      policy.mean[i] = sum[i] / count
      let variance = max(0, sumOfSquares[i] / count - policy.mean[i] * policy.mean[i])
      policy.deviation[i] = max(0.01, variance.squareRoot())
    }
  }
}

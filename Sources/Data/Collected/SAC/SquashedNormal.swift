#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A normal variable squashed by tanh, one for each action (Haarnoja et al. 2018, appendix C):
/// a = tanh(μ + σ ε).
struct SquashedNormal {
  /// μ.
  var mean: Float
  /// log σ, inside `logDeviations`.
  var logDeviation: Float
  /// Whether log σ was cut to its range, and does not depend on the network any more.
  var isClamped: Bool

  static let logDeviations: ClosedRange<Float> = -20...2

  init(mean: Float, logDeviation: Float) {
    let range = Self.logDeviations
    self.mean = mean
    self.logDeviation = min(max(logDeviation, range.lowerBound), range.upperBound)
    isClamped = !range.contains(logDeviation)
  }

  struct Draw {
    /// Inside [-1, 1].
    var action: Float
    /// log π(a), with respect to the squashed action.
    var logDensity: Float
    /// σ ε.
    var deviation: Float
  }

  /// The action that a standard normal number ε leads to.
  func draw(_ noise: Float) -> Draw {
    let deviation = expf(logDeviation) * noise
    let u = mean + deviation
    // log(1 - tanh²u) without its cancellation: 2 (log 2 - u - log(1 + exp(-2u)))
    let softplus = max(-2 * u, 0) + log1pf(expf(-abs(2 * u)))
    let logSlope = 2 * (Self.logTwo - u - softplus)
    let logNormal = -0.5 * noise * noise - logDeviation - Self.halfLogTau
    return Draw(action: tanhf(u), logDensity: logNormal - logSlope, deviation: deviation)
  }

  private static let logTwo: Float = 0.6931472
  /// log(2π) / 2.
  private static let halfLogTau: Float = 0.9189385

  /// The gradient of a loss with respect to μ and to the network's log σ, at a fixed ε.
  ///
  /// - Parameters:
  ///   - action: the loss's derivative with respect to a.
  ///   - logDensity: with respect to log π(a).
  func gradient(
    _ draw: Draw, action: Float, logDensity: Float
  ) -> (mean: Float, logDeviation: Float) {
    let slope = logDensity * 2 * draw.action + action * (1 - draw.action * draw.action)
    return (slope, isClamped ? 0 : slope * draw.deviation - logDensity)
  }
}

import Foundation

/// Order statistics and moments of a sample, such as the returns of episodes.
///
/// A sample has at least one value. Measures of spread are `nil`, not zero, for a single value.
public struct Sample: Equatable, Sendable {
  /// The values in ascending order.
  public let sorted: [Double]
  /// Arithmetic mean.
  public let mean: Double

  /// `nil` without a value.
  public init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    sorted = values.sorted()
    mean = sorted.reduce(0, +) / Double(sorted.count)
  }

  /// Number of values.
  public var count: Int { sorted.count }
  /// The smallest value.
  public var minimum: Double { sorted[0] }
  /// The largest value.
  public var maximum: Double { sorted[count - 1] }
  /// The middle value, or the mean of the two in the middle.
  public var median: Double { quantile(0.5) }

  /// Unbiased variance: the sum of squares is divided by count - 1.
  public var variance: Double? {
    guard count > 1 else { return nil }
    let squares = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return squares / Double(count - 1)
  }

  /// Square root of the unbiased variance.
  public var standardDeviation: Double? { variance?.squareRoot() }

  /// Standard error of the mean: standardDeviation / √count.
  public var standardError: Double? { variance.map { ($0 / Double(count)).squareRoot() } }

  /// Mean of the middle half: a quarter of the values, rounded down, is cut from either end
  /// (Agarwal et al., *Deep RL at the Edge of the Statistical Precipice*, 2021, §4.3).
  public var interquartileMean: Double {
    let kept = sorted[Self.middleHalf(of: count)]
    return kept.reduce(0, +) / Double(kept.count)
  }

  /// Linear interpolation between the closest two values (NumPy's default method, Hyndman and Fan's
  /// type 7).
  ///
  /// - Parameter probability: 0 to 1.
  public func quantile(_ probability: Double) -> Double {
    let rank = probability * Double(count - 1)
    let below = Int(rank)
    guard below + 1 < count else { return sorted[count - 1] }
    let fraction = rank - Double(below)
    return sorted[below] + fraction * (sorted[below + 1] - sorted[below])
  }

  static func middleHalf(of count: Int) -> Range<Int> { count / 4..<count - count / 4 }
}

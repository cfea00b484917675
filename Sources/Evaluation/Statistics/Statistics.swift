import Foundation

/// Order statistics and moments of a sample of episode returns.
///
/// All of them are defined for at least one value; the spread of a single value is unknown, so it is
/// `nil` rather than zero.
public struct Sample: Equatable, Sendable {
  /// Ascending.
  public let sorted: [Double]
  public let mean: Double

  /// `nil` when there is nothing to describe.
  public init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    sorted = values.sorted()
    mean = sorted.reduce(0, +) / Double(sorted.count)
  }

  public var count: Int { sorted.count }
  public var minimum: Double { sorted[0] }
  public var maximum: Double { sorted[count - 1] }
  public var median: Double { quantile(0.5) }

  /// Unbiased: divided by count - 1.
  public var variance: Double? {
    guard count > 1 else { return nil }
    let squares = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return squares / Double(count - 1)
  }

  public var standardDeviation: Double? { variance?.squareRoot() }

  /// Of the mean.
  public var standardError: Double? { variance.map { ($0 / Double(count)).squareRoot() } }

  /// Mean of the middle half: a quarter of the values, rounded down, is cut from either end
  /// (Agarwal et al., *Deep RL at the Edge of the Statistical Precipice*, 2021, §4.3).
  public var interquartileMean: Double {
    let kept = sorted[Self.middleHalf(of: count)]
    return kept.reduce(0, +) / Double(kept.count)
  }

  /// Linear between the closest two values (NumPy's default method, Hyndman and Fan's type 7).
  public func quantile(_ probability: Double) -> Double {
    let place = probability * Double(count - 1)
    let below = Int(place)
    guard below + 1 < count else { return sorted[count - 1] }
    let fraction = place - Double(below)
    return sorted[below] + fraction * (sorted[below + 1] - sorted[below])
  }

  static func middleHalf(of count: Int) -> Range<Int> { count / 4..<count - count / 4 }
}

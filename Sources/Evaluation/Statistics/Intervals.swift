import IDQLRandom

/// A confidence interval.
public struct Interval: Equatable, Sendable {
  /// The smaller end.
  public var lower: Double
  /// The larger end.
  public var upper: Double

  /// - Precondition: lower ≤ upper.
  package init(lower: Double, upper: Double) { (self.lower, self.upper) = (lower, upper) }

  /// Whether a value lies between the ends or equals one of them.
  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}

extension Interval: Codable {
  /// Reads what ``encode(to:)`` writes.
  public init(from decoder: any Decoder) throws {
    var values = try decoder.unkeyedContainer()
    self.init(lower: try values.decode(Double.self), upper: try values.decode(Double.self))
  }

  /// As an array, `[lower, upper]`.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.unkeyedContainer()
    try values.encode(lower)
    try values.encode(upper)
  }
}

extension Sample {
  /// Student's interval for the mean of a normal population: mean ± t · standard error. `nil` for a
  /// single value.
  public func meanInterval(confidence: Double = 0.95) -> Interval? {
    guard let standardError else { return nil }
    let reach =
      studentTQuantile((1 + confidence) / 2, degreesOfFreedom: Double(count - 1)) * standardError
    return Interval(lower: mean - reach, upper: mean + reach)
  }

  /// Welch's interval for the difference of two populations' means, self minus other, which does
  /// not assume equal variances (Welch, *Biometrika* 34, 1947). `nil` if either sample is a single
  /// value.
  public func meanDifferenceInterval(from other: Sample, confidence: Double = 0.95) -> Interval? {
    guard let variance, let otherVariance = other.variance else { return nil }
    let mine = variance / Double(count)
    let theirs = otherVariance / Double(other.count)
    let difference = mean - other.mean
    let total = mine + theirs
    guard total > 0 else { return Interval(lower: difference, upper: difference) }

    let degreesOfFreedom =
      total * total
      / (mine * mine / Double(count - 1) + theirs * theirs / Double(other.count - 1))
    let reach =
      studentTQuantile((1 + confidence) / 2, degreesOfFreedom: degreesOfFreedom)
      * total.squareRoot()
    return Interval(lower: difference - reach, upper: difference + reach)
  }
}

/// Percentile bootstrap: intervals of statistics of resampled data, without assuming a
/// distribution.
public struct Bootstrap: Equatable, Sendable {
  /// For the mean.
  public let mean: Interval
  /// For the interquartile mean.
  public let interquartileMean: Interval

  /// Draws `resamples` samples of the same size with replacement (Efron, 1979). A draw is a
  /// uniform index into the sorted sample.
  public init(
    _ sample: Sample, resamples: Int = 10_000, confidence: Double = 0.95,
    generator: inout NumPyGenerator
  ) {
    let count = sample.count
    let middle = Sample.middleHalf(of: count)
    var means = [Double](repeating: 0, count: resamples)
    var interquartileMeans = means
    var draws = [Int](repeating: 0, count: count)

    for resample in 0..<resamples {
      for value in 0..<count { draws[value] = 0 }
      for _ in 0..<count {
        draws[generator.integer(below: count)] += 1
      }

      // the sample is sorted, so counting the draws of each value sorts the resample for free
      var sum = 0.0
      var middleSum = 0.0
      var rank = 0
      for value in 0..<count where draws[value] > 0 {
        let next = rank + draws[value]
        let kept = min(next, middle.upperBound) - max(rank, middle.lowerBound)
        sum += Double(draws[value]) * sample.sorted[value]
        if kept > 0 { middleSum += Double(kept) * sample.sorted[value] }
        rank = next
      }
      means[resample] = sum / Double(count)
      interquartileMeans[resample] = middleSum / Double(middle.count)
    }

    mean =
      Sample(means)?.central(confidence) ?? Interval(lower: sample.mean, upper: sample.mean)
    interquartileMean =
      Sample(interquartileMeans)?.central(confidence)
      ?? Interval(lower: sample.interquartileMean, upper: sample.interquartileMean)
  }
}

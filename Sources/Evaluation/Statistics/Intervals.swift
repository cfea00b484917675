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
    self =
      Self.of(
        [sample], resamples: resamples, confidence: confidence, generator: &generator)[0]
  }

  /// Of several samples of the same size, each as if it alone drew from the generator: the draws are made once.
  package static func of(
    _ samples: [Sample], resamples: Int = 10_000, confidence: Double = 0.95,
    generator: inout NumPyGenerator
  ) -> [Bootstrap] {
    let count = samples.first?.count ?? 0
    precondition(samples.allSatisfy { $0.count == count })
    let middle = Sample.middleHalf(of: count)
    var draws = [Int](repeating: 0, count: count)
    // how often each value of the sorted sample was drawn, and how many of these are in the middle half
    var all = [Double](repeating: 0, count: count)
    var kept = all
    var means = [[Double]](
      repeating: [Double](repeating: 0, count: resamples), count: samples.count)
    var interquartileMeans = means

    for resample in 0..<resamples {
      generator.countIndices(&draws)
      // the sample is sorted, so counting the draws of each value sorts the resample for free
      var rank = 0
      for value in 0..<count {
        let next = rank + draws[value]
        all[value] = Double(draws[value])
        kept[value] = Double(
          max(0, min(next, middle.upperBound) - max(rank, middle.lowerBound)))
        rank = next
      }
      for index in samples.indices {
        let sorted = samples[index].sorted
        var sum = 0.0
        var middleSum = 0.0
        for value in 0..<count {
          sum += all[value] * sorted[value]
          middleSum += kept[value] * sorted[value]
        }
        means[index][resample] = sum / Double(count)
        interquartileMeans[index][resample] = middleSum / Double(middle.count)
      }
    }

    return samples.indices.map { index in
      let (mean, middle) = (samples[index].mean, samples[index].interquartileMean)
      return Bootstrap(
        mean: Sample(means[index])?.central(confidence) ?? Interval(lower: mean, upper: mean),
        interquartileMean: Sample(interquartileMeans[index])?.central(confidence)
          ?? Interval(lower: middle, upper: middle))
    }
  }

  private init(mean: Interval, interquartileMean: Interval) {
    (self.mean, self.interquartileMean) = (mean, interquartileMean)
  }
}

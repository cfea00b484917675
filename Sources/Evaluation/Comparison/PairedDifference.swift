import IDQLRandom

/// The mean of the differences of pairs of episodes that began in the same state and drew the same noise.
package struct PairedDifference: Codable, Equatable, Sendable {
  /// Pairs.
  package var count: Int
  /// Pairs with the same trajectory, to the bit.
  package var identicalCount: Int
  /// First minus second, in the unit of the quantity.
  package var mean: Double
  /// 95 %, of the mean; nil for a single pair.
  package var interval: Interval?
  /// How the interval is made, for a reader.
  package var method: String
  /// Two-sided p-value: McNemar's for successes, the randomisation of signs for others.
  package var probability: Double

  enum CodingKeys: String, CodingKey {
    case count, mean, method
    case identicalCount = "identical"
    case interval = "interval_95"
    case probability = "p"
  }

  /// - Parameters:
  ///   - differences: one of each pair, at least one.
  ///   - quantity: what they are differences of.
  ///   - identical: how many of the pairs have the same trajectory.
  ///   - seed: of the evaluation; the resamples and signs are drawn from it.
  package init(
    _ differences: [Double], of quantity: Comparison.Quantity, identical: Int, seed: UInt64
  ) {
    count = differences.count
    identicalCount = identical
    mean = differences.reduce(0, +) / Double(differences.count)
    if quantity == .success {
      let (won, lost) = (differences.count { $0 > 0 }, differences.count { $0 < 0 })
      probability = mcNemarProbability(won: won, lost: lost)
      method = "exact"
      let rates = Interval.pairedRateDifference(won: won, lost: lost, count: count)
      interval =
        identical == count
        ? Interval(lower: 0, upper: 0)
        : Interval(lower: 100 * rates.lower, upper: 100 * rates.upper)
    } else {
      var generator = NumPyGenerator(seed: seed, spawnKey: [UInt32.max - 1])
      probability = signFlipProbability(differences, generator: &generator)
      let statistics = Summary.Statistics(differences, seed: seed, rateInterval: nil)
      interval = statistics?.meanInterval?.interval
      method = statistics?.meanBootstrapInterval == nil ? "paired Student" : "paired bootstrap"
    }
  }

  /// `-6.2 [-9.1, -3.0]`.
  package var text: String {
    mean.text(decimals: 2)
      + (interval.map { " [\($0.lower.text(decimals: 2)), \($0.upper.text(decimals: 2))]" } ?? "")
  }
}

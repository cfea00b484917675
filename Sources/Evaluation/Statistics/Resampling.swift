import IDQLRandom

/// Percentile bootstrap of any statistic of a sample, or of several that are resampled each by itself
/// (strata): an interval without assuming a distribution.
///
/// Strata are resampled together in the order in which rliable's `StratifiedBootstrap` draws its indices: one
/// value of every stratum, then the next of every stratum. Of rectangular data the same generator then
/// gives the same resamples.
package struct StratifiedBootstrap: Sendable {
  package var resamples: Int
  package var confidence: Double

  /// - Parameters:
  ///   - resamples: how often the statistic is computed again.
  ///   - confidence: share of the resamples' statistics that the interval holds.
  package init(resamples: Int = 10_000, confidence: Double = 0.95) {
    self.resamples = resamples
    self.confidence = confidence
  }

  /// - Parameters:
  ///   - strata: values that are resampled among themselves; none may be empty.
  ///   - generator: of the draws.
  ///   - statistic: of resampled strata, of the same sizes.
  package func interval(
    _ strata: [[Double]], generator: inout NumPyGenerator, of statistic: ([[Double]]) -> Double
  ) -> Interval {
    intervals(strata, generator: &generator) { [statistic($0)] }[0]
  }

  /// As ``interval(_:generator:of:)``, for several statistics of the same resamples.
  package func intervals(
    _ strata: [[Double]], generator: inout NumPyGenerator, of statistics: ([[Double]]) -> [Double]
  ) -> [Interval] {
    let longest = strata.map(\.count).max() ?? 0
    var resample = strata
    var results: [[Double]] = []
    for round in 0..<resamples {
      for index in 0..<longest {
        for stratum in strata.indices where index < strata[stratum].count {
          let values = strata[stratum]
          resample[stratum][index] = values[generator.integer(below: values.count)]
        }
      }
      let values = statistics(resample)
      if round == 0 { results = Array(repeating: [], count: values.count) }
      for index in values.indices { results[index].append(values[index]) }
    }
    return results.compactMap { Sample($0)?.central(confidence) }
  }
}

extension Sample {
  /// The interval of the middle values: a share of (1 - confidence) / 2 lies below, and as much above.
  package func central(_ confidence: Double) -> Interval {
    Interval(lower: quantile((1 - confidence) / 2), upper: quantile((1 + confidence) / 2))
  }
}

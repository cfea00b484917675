// Properties are named as the keys of the file.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLEvaluation

/// Recorded by Scripts/record_statistics.py.
private struct Golden: Decodable {
  struct Description: Decodable {
    var name: String
    var values: [Double]
    var mean: Double
    var variance: Double
    var standard_error: Double
    var median: Double
    var iqm: Double
    var quantiles: [String: Double]
    var student_95: [Double]
    var mean_bootstrap_95: [Double]
    var iqm_bootstrap_95: [Double]
  }
  struct Difference: Decodable {
    var first: String
    var second: String
    var interval: [Double]
  }
  struct Quantile: Decodable {
    var p: Double
    var df: Double
    var t: Double
  }
  var seed: UInt64
  var resamples: Int
  var samples: [Description]
  var welch: [Difference]
  var student_t_quantiles: [Quantile]

  static let recorded: Golden = goldenJSON("statistics.json")
}

@Suite struct StatisticsGoldenTests {
  // sums of at most fifty terms in another order than NumPy's
  let rounding = 1e-13

  @Test func momentsAndQuantilesMatchNumPy() throws {
    for golden in Golden.recorded.samples {
      let sample = try #require(Sample(golden.values))
      let probabilities = golden.quantiles.keys.sorted()
      expectClose(
        [
          sample.mean, try #require(sample.variance), try #require(sample.standardError),
          sample.median, sample.interquartileMean,
        ] + probabilities.map { sample.quantile(Double($0) ?? .nan) },
        [golden.mean, golden.variance, golden.standard_error, golden.median, golden.iqm]
          + probabilities.map { golden.quantiles[$0] ?? .nan },
        within: rounding, relative: rounding, golden.name)
    }
  }

  /// The generator, the indices and the percentiles are NumPy's, so the intervals are as well.
  @Test func bootstrapMatchesNumPy() throws {
    let recorded = Golden.recorded
    for golden in recorded.samples {
      var generator = NumPyGenerator(seed: recorded.seed, spawnKey: [UInt32.max])
      let bootstrap = Bootstrap(
        try #require(Sample(golden.values)), resamples: recorded.resamples, generator: &generator)
      expectClose(
        [
          bootstrap.mean.lower, bootstrap.mean.upper, bootstrap.interquartileMean.lower,
          bootstrap.interquartileMean.upper,
        ], golden.mean_bootstrap_95 + golden.iqm_bootstrap_95, within: rounding,
        relative: rounding, golden.name)
    }
  }

  @Test func intervalsOfMeansMatchSciPy() throws {
    let recorded = Golden.recorded
    let samples = try recorded.samples.map { ($0, try #require(Sample($0.values))) }
    for (golden, sample) in samples {
      let interval = try #require(sample.meanInterval())
      // SciPy's own t quantile is good to about 1e-12
      expectClose(
        [interval.lower, interval.upper], golden.student_95, within: 0, relative: 1e-11,
        golden.name)
    }
    for golden in recorded.welch {
      let first = try #require(samples.first { $0.0.name == golden.first }).1
      let second = try #require(samples.first { $0.0.name == golden.second }).1
      let interval = try #require(first.meanDifferenceInterval(from: second))
      expectClose(
        [interval.lower, interval.upper], golden.interval, within: 0, relative: 1e-11,
        "\(golden.first) - \(golden.second)")
    }
  }

  @Test func studentTQuantilesMatchSciPy() throws {
    for golden in Golden.recorded.student_t_quantiles {
      // Two log-gammas of about a · log(a) cancel to leave a number near one, which costs that many
      // digits; and the median is 1e-17 or so rather than zero in SciPy.
      let a = golden.df / 2
      let cancellation = 1e-12 * max(1, a * log(a) / 100)
      expectClose(
        [studentTQuantile(golden.p, degreesOfFreedom: golden.df)], [golden.t], within: 1e-13,
        relative: cancellation, "p \(golden.p), \(golden.df) degrees of freedom")
    }
  }
}

@Suite struct StatisticsTests {
  /// With one degree of freedom the t distribution is Cauchy's, with two it is algebraic.
  @Test(arguments: [0.51, 0.75, 0.9, 0.975, 0.999])
  func studentTQuantileHasItsClosedForms(_ p: Double) {
    let cauchy = tan(Double.pi * (p - 0.5))
    let two = (2 * p - 1) * (2 / (4 * p * (1 - p))).squareRoot()
    expectClose(
      [
        studentTQuantile(p, degreesOfFreedom: 1), studentTQuantile(p, degreesOfFreedom: 2),
        studentTQuantile(1 - p, degreesOfFreedom: 2),
      ], [cauchy, two, -two], within: 0, relative: 1e-12)
  }

  @Test func nothingIsNotASample() {
    #expect(Sample([]) == nil)
  }

  @Test func spreadOfOneValueIsUnknown() throws {
    let sample = try #require(Sample([4.5]))
    #expect(sample.mean == 4.5 && sample.median == 4.5 && sample.interquartileMean == 4.5)
    #expect(sample.standardError == nil && sample.meanInterval() == nil)
    #expect(sample.meanDifferenceInterval(from: try #require(Sample([1, 2]))) == nil)
    var generator = NumPyGenerator(seed: 0)
    let bootstrap = Bootstrap(sample, resamples: 10, generator: &generator)
    #expect(bootstrap.mean == Interval(lower: 4.5, upper: 4.5))
  }

  /// The middle half drops a quarter, rounded down, from either end.
  @Test func interquartileMeanIgnoresTheOuterQuarters() throws {
    #expect(try #require(Sample([-1e6, 2, 4, 1e6])).interquartileMean == 3)
    #expect(try #require(Sample([1, 2, 6])).interquartileMean == 3)
    #expect(try #require(Sample([0, 1, 2, 3, 4, 5, 6, 700])).interquartileMean == 3.5)
  }

  @Test func equalConstantSamplesDifferByNothing() throws {
    let sample = try #require(Sample([2, 2, 2]))
    #expect(sample.meanDifferenceInterval(from: sample) == Interval(lower: 0, upper: 0))
  }

  @Test func bootstrapDependsOnItsGeneratorAlone() throws {
    let sample = try #require(Sample((0..<50).map { Double($0 * $0) }))
    func interval(_ seed: UInt64) -> Bootstrap {
      var generator = NumPyGenerator(seed: seed)
      return Bootstrap(sample, resamples: 500, generator: &generator)
    }
    #expect(interval(1) == interval(1))
    #expect(interval(1) != interval(2))
    #expect(interval(1).mean.contains(sample.mean))
  }

  @Test func intervalsAreWrittenAsPairs() throws {
    let interval = Interval(lower: -1.5, upper: 0.1)
    let data = try JSONEncoder().encode(interval)
    #expect(String(decoding: data, as: UTF8.self) == "[-1.5,0.1]")
    #expect(try JSONDecoder().decode(Interval.self, from: data) == interval)
  }
}

import Foundation
import IDQLRandom

/// How often intervals hold the truth, in simulated studies whose truth is known.
package struct Coverage: Codable, Equatable, Sendable {
  /// What was simulated: the kind of interval, and of what.
  package var name: String
  /// Share of the studies whose interval holds the truth; of a sequence, at every time.
  package var share: Double
  /// Mean width of the (last) interval, in the unit of the values.
  package var width: Double

  /// All that are simulated, each with a generator of its own.
  ///
  /// - Parameters:
  ///   - studies: simulated of each kind.
  ///   - resamples: of every bootstrap.
  package static func all(studies: Int, resamples: Int = 1000, seed: UInt64 = 0) -> [Coverage] {
    simulations(resamples: resamples).enumerated().map { key, simulation in
      var generator = NumPyGenerator(seed: seed, spawnKey: [UInt32(key)])
      var (held, width) = (0, 0.0)
      for _ in 0..<studies {
        let (isHeld, interval) = simulation.study(&generator)
        held += isHeld ? 1 : 0
        width += interval.upper - interval.lower
      }
      return Coverage(
        name: simulation.name, share: Double(held) / Double(studies), width: width / Double(studies)
      )
    }
  }

  private struct Simulation {
    var name: String
    /// Whether one study's interval holds the truth, and that interval.
    var study: (inout NumPyGenerator) -> (Bool, Interval)
  }

  private static func simulations(resamples: Int) -> [Simulation] {
    rates + means(resamples: resamples) + [runs(resamples: resamples)] + sequences + decisions
  }

  private static func successes(
    _ rate: Double, _ count: Int, _ generator: inout NumPyGenerator
  ) -> Int {
    var successes = 0
    for _ in 0..<count where generator.random() < rate { successes += 1 }
    return successes
  }

  private static var rates: [Simulation] {
    [(20, 0.5), (20, 0.9), (20, 0.98), (100, 0.9), (100, 0.98), (100, 0.995)].flatMap {
      count, rate in
      let title = "\(count) episodes, success rate \(rate)"
      return [
        Simulation(name: "Wilson alone, \(title)") { generator in
          let interval = Interval.wilson(
            successes: successes(rate, count, &generator), count: count)
          return (interval.contains(rate), interval)
        },
        Simulation(name: "as reported, \(title)") { generator in
          let found = SuccessRate(successes: successes(rate, count, &generator), count: count)
          let interval = found?.interval ?? Interval(lower: 0, upper: 1)
          return (interval.contains(rate), interval)
        },
      ]
    }
  }

  /// Returns of a walker: normal around 1000, or with a fall in a tenth of the episodes.
  private struct Returns {
    var name: String
    var mean: Double
    var draw: (inout NumPyGenerator) -> Double

    static var all: [Returns] {
      [
        Returns(name: "normal returns", mean: 1000) { $0.normal(mean: 1000, deviation: 100) },
        Returns(name: "returns with falls", mean: 910) { generator in
          generator.random() < 0.1
            ? generator.uniform(0, 200) : generator.normal(mean: 1000, deviation: 50)
        },
      ]
    }
  }

  private static func means(resamples: Int) -> [Simulation] {
    Returns.all.flatMap { returns in
      [3, 5, 20, 100].map { count in
        let isResampled = count >= Summary.Statistics.fewestForBootstrap
        let kind = isResampled ? "bootstrap" : "Student"
        return Simulation(name: "\(kind), \(count) episodes, \(returns.name)") { generator in
          let values = (0..<count).map { _ in returns.draw(&generator) }
          guard let sample = Sample(values) else { return (false, Interval(lower: 0, upper: 0)) }
          let interval =
            isResampled
            ? Bootstrap(sample, resamples: resamples, generator: &generator).mean
            : sample.meanInterval() ?? Interval(lower: 0, upper: 0)
          return (interval.contains(returns.mean), interval)
        }
      }
    }
  }

  /// The mean over tasks, of runs that differ more than their episodes.
  private static func runs(resamples: Int) -> Simulation {
    let means = (0..<9).map { 10.0 * Double($0) + 30 }
    let truth = means.reduce(0, +) / 9
    return Simulation(name: "runs within tasks, 9 tasks of 5 runs, mean score") { generator in
      let tasks = means.map { mean in
        (0..<5).map { _ in generator.normal(mean: mean, deviation: 10) }
      }
      let bootstrap = StratifiedBootstrap(resamples: resamples)
      let intervals = RunScores(tasks)?.intervals(
        [.mean], bootstrap: bootstrap, generator: &generator)
      let interval = intervals?[0] ?? Interval(lower: 0, upper: 0)
      return (interval.contains(truth), interval)
    }
  }

  private static var sequences: [Simulation] {
    let episodes = 100
    let peeked = Simulation(
      name: "Student, looked at after every one of 100 episodes, normal returns"
    ) { generator in
      var values: [Double] = []
      var (isHeld, last) = (true, Interval(lower: 0, upper: 0))
      for _ in 0..<episodes {
        values.append(generator.normal(mean: 1000, deviation: 100))
        guard values.count > 1, let interval = Sample(values)?.meanInterval() else { continue }
        last = interval
        if !interval.contains(1000) { isHeld = false }
      }
      return (isHeld, last)
    }
    let betting = [0.5, 0.9, 0.99].map { rate in
      Simulation(name: "betting sequence, every one of 100 episodes, success rate \(rate)") {
        generator in
        var sequence = BettingSequence(bounds: 0...1)
        var isHeld = true
        for _ in 0..<episodes {
          try? sequence.add(generator.random() < rate ? 1 : 0)
          if !sequence.interval.contains(rate) { isHeld = false }
        }
        return (isHeld, sequence.interval)
      }
    }
    let bounded = Simulation(
      name: "betting sequence, every one of 100 episodes, uniform scores in 0…100"
    ) { generator in
      var sequence = BettingSequence(bounds: 0...100)
      var isHeld = true
      for _ in 0..<episodes {
        try? sequence.add(generator.uniform(0, 100))
        if !sequence.interval.contains(50) { isHeld = false }
      }
      return (isHeld, sequence.interval)
    }
    let asymptotic = Returns.all.map { returns in
      Simulation(name: "asymptotic sequence, episodes 20 to 100, \(returns.name)") { generator in
        var sequence = AsymptoticSequence()
        var isHeld = true
        for _ in 0..<episodes {
          sequence.add(returns.draw(&generator))
          if sequence.interval?.contains(returns.mean) == false { isHeld = false }
        }
        return (isHeld, sequence.interval ?? Interval(lower: 0, upper: 0))
      }
    }
    return [peeked] + betting + [bounded] + asymptotic
  }

  /// Evaluations that end when the difference from another one is decided, and whether what they say is true.
  private static var decisions: [Simulation] {
    /// - Parameters:
    ///   - isTrue: which verdicts are.
    ///   - difference: of the next pair of episodes.
    func simulation(
      _ name: String, episodes: Int, margin: Double = 0, bounds: ClosedRange<Double>?,
      isTrue: @escaping (Comparison.Verdict) -> Bool,
      difference: @escaping (inout NumPyGenerator) -> Double
    ) -> Simulation {
      Simulation(name: "\(name), \(episodes) episodes at most") { generator in
        var mean = AnytimeMean(
          bounds: bounds.map { Interval(lower: $0.lowerBound, upper: $0.upperBound) })
        var verdict = Comparison.Verdict.undecided
        for _ in 0..<episodes where verdict == .undecided {
          try? mean.add(difference(&generator))
          verdict = Comparison.Verdict(mean.interval, margin: margin)
        }
        return (isTrue(verdict), mean.interval ?? Interval(lower: 0, upper: 0))
      }
    }
    func successes(_ first: Double, _ second: Double) -> (inout NumPyGenerator) -> Double {
      { generator in
        (generator.random() < first ? 100 : 0) - (generator.random() < second ? 100 : 0)
      }
    }
    // scores that differ by far less than they vary, as those of equal seeds do
    func scores(_ mean: Double) -> (inout NumPyGenerator) -> Double {
      { $0.uniform(mean - 10, mean + 10) }
    }
    let peeked = Simulation(
      name:
        "Student, until it decides, successes 0.7 beside 0.7, 100 episodes at most: not better, not worse"
    ) { generator in
      var values: [Double] = []
      var (verdict, last) = (Comparison.Verdict.undecided, Interval(lower: 0, upper: 0))
      for _ in 0..<100 where verdict == .undecided {
        values.append(successes(0.7, 0.7)(&generator))
        // of equal differences the interval has no width
        guard Set(values).count > 1, let interval = Sample(values)?.meanInterval() else { continue }
        last = interval
        verdict = Comparison.Verdict(interval, margin: 0)
      }
      return (verdict == .undecided, last)
    }
    let percent = -100.0...100.0
    return [
      peeked,
      simulation(
        "decided, successes 0.7 beside 0.7: not better, not worse", episodes: 100, bounds: percent,
        isTrue: { $0 == .undecided }, difference: successes(0.7, 0.7)),
      simulation(
        "decided, successes 0.9 beside 0.6: not worse, not equivalent", episodes: 100,
        bounds: percent, isTrue: { $0 == .undecided || $0 == .better },
        difference: successes(0.9, 0.6)),
      simulation(
        "decided, successes 0.9 beside 0.6: better", episodes: 100, bounds: percent,
        isTrue: { $0 == .better }, difference: successes(0.9, 0.6)),
      simulation(
        "decided, paired scores 6 apart, margin 5: not worse, not equivalent", episodes: 400,
        margin: 5, bounds: percent, isTrue: { $0 == .undecided || $0 == .better },
        difference: scores(6)),
      simulation(
        "decided, paired scores 0 apart, margin 5: equivalent", episodes: 400, margin: 5,
        bounds: percent, isTrue: { $0 == .equivalent }, difference: scores(0)),
      simulation(
        "decided without bounds, paired scores 0 apart: not better, not worse", episodes: 400,
        bounds: nil, isTrue: { $0 == .undecided || $0 == .equivalent }, difference: scores(0)),
    ]
  }
}

extension NumPyGenerator {
  fileprivate mutating func normal(mean: Double, deviation: Double) -> Double {
    mean + deviation * standardNormal()
  }
}

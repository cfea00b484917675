import Foundation

/// Intervals of a mean that hold at all times at once, so that one may look after every episode and stop when
/// the interval is narrow enough, or lies where it decides something.
///
/// For values between bounds that are known beforehand: the hedged capital process of Waudby-Smith and Ramdas
/// (*Estimating means of bounded random variables by betting*, JRSS B 86, 2024, theorem 3). For every possible
/// mean m two gamblers bet with fair odds that the values lie above, and below it; whoever would have multiplied
/// the stake by 1/α refutes m. Nothing is assumed of the distribution, but the values come one after the other
/// with the same mean: episodes in the order of their indices, not of their ends, since short ones end first.
package struct BettingSequence: Equatable, Sendable {
  /// Between which all values lie.
  package let bounds: ClosedRange<Double>
  /// Probability that the mean ever leaves the interval, at most.
  package let error: Double
  /// Values so far.
  package private(set) var count = 0
  /// Of the mean, after all values so far; never wider than before.
  package private(set) var interval: Interval

  // possible means, as shares of the range; of each the logarithms of both gamblers' capital
  private static let gridSize = 1000
  private var above = [Double](repeating: 0, count: gridSize + 1)
  private var below = [Double](repeating: 0, count: gridSize + 1)
  /// Indices of the means that are not refuted.
  private var kept = 0...BettingSequence.gridSize
  // of the values, with one half, and a variance of one quarter, as if seen before
  private var sum = 0.5
  private var squares = 0.25

  /// - Parameters:
  ///   - bounds: declared before the first value is seen.
  ///   - confidence: 1 - the probability that the mean is ever outside.
  /// - Precondition: the bounds differ, and 0 < confidence < 1.
  package init(bounds: ClosedRange<Double>, confidence: Double = 0.95) {
    precondition(bounds.lowerBound < bounds.upperBound && confidence > 0 && confidence < 1)
    self.bounds = bounds
    error = 1 - confidence
    interval = Interval(lower: bounds.lowerBound, upper: bounds.upperBound)
  }

  /// Takes the next value.
  ///
  /// - Throws: `EvaluationError.outOfBounds`.
  package mutating func add(_ value: Double) throws {
    guard bounds.contains(value) else {
      throw EvaluationError.outOfBounds(value, bounds: bounds)
    }
    let range = bounds.upperBound - bounds.lowerBound
    let x = (value - bounds.lowerBound) / range
    count += 1
    // bets know the values before this one only
    let variance = squares / Double(count)
    let wanted =
      (2 * log(2 / error) / (variance * Double(count) * log(1 + Double(count)))).squareRoot()
    for index in kept {
      let mean = Double(index) / Double(Self.gridSize)
      // at most half the stake can be lost at once
      above[index] += log(1 + min(wanted, 0.5 / max(mean, 1e-9)) * (x - mean))
      below[index] += log(1 - min(wanted, 0.5 / max(1 - mean, 1e-9)) * (x - mean))
    }
    sum += x
    let estimate = sum / Double(count + 1)
    squares += (x - estimate) * (x - estimate)

    let limit = log(1 / error)
    // half of the stake for each of the two
    func isRefuted(_ index: Int) -> Bool { max(above[index], below[index]) + log(0.5) >= limit }
    guard let first = kept.first(where: { !isRefuted($0) }),
      let last = kept.last(where: { !isRefuted($0) })
    else { return }
    kept = first...last
    // outward to the neighbours, which are refuted: between two points nothing is known
    func place(_ index: Int) -> Double {
      bounds.lowerBound + range * Double(min(max(index, 0), Self.gridSize)) / Double(Self.gridSize)
    }
    interval = Interval(lower: place(first - 1), upper: place(last + 1))
  }
}

/// The same for values without bounds, but only in the limit of many values: mean ± error holds at all times with
/// a probability that tends to the confidence the later one begins to look (Waudby-Smith, Arbour, Sinha, Kennedy
/// and Ramdas, *Time-uniform central limit theory and asymptotic confidence sequences*, Ann. Stat. 52, 2024,
/// theorem 2.2).
package struct AsymptoticSequence: Equatable, Sendable {
  /// Probability that the mean ever leaves the interval, in the limit.
  package let error: Double
  /// Values so far.
  package private(set) var count = 0
  /// Of the mean; nil before `firstLook` values.
  package private(set) var interval: Interval?
  private var mean = 0.0
  private var squares = 0.0

  /// Before so many values the limit says nothing.
  package static let firstLook = 20

  package init(confidence: Double = 0.95) { error = 1 - confidence }

  /// Takes the next value.
  package mutating func add(_ value: Double) {
    count += 1
    let before = value - mean
    mean += before / Double(count)
    squares += before * (value - mean)
    guard count >= Self.firstLook else { return }
    let n = Double(count)
    // ρ² for which the interval is narrowest at about 100 values (their equation 15)
    let wide = -2 * log(error) + log(1 - 2 * log(error))
    let tuned = n * wide / 100
    let reach =
      ((squares / n) * (tuned + 1) / (n * tuned) * 2 * log((tuned + 1).squareRoot() / error))
      .squareRoot()
    interval = Interval(lower: mean - reach, upper: mean + reach)
  }
}

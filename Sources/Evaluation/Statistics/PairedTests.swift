import Foundation
import IDQLRandom

/// Exact test of McNemar: whether two policies that were given the same episodes reach the goal equally often.
///
/// Only the episodes that one of them alone reached tell; if both were equally good, each of these would be the
/// first one's with probability 1/2 (two-sided binomial test). Without such an episode nothing speaks
/// for a difference, and the p-value is 1.
///
/// - Parameters:
///   - won: episodes that only the first reached.
///   - lost: episodes that only the second reached.
/// - Returns: the two-sided p-value.
package func mcNemarProbability(won: Int, lost: Int) -> Double {
  let count = won + lost
  guard count > 0 else { return 1 }
  let fewer = min(won, lost)
  // P(X ≤ fewer) of the binomial with 1/2
  let tail = regularizedIncompleteBeta(
    x: 0.5, complement: 0.5, a: Double(count - fewer), b: Double(fewer + 1))
  return min(1, 2 * tail)
}

/// Randomisation test of paired differences: whether their mean could be as far from zero if every difference
/// had either sign with probability 1/2 (Fisher, *The Design of Experiments*, 1935).
///
/// - Parameters:
///   - differences: one of each pair.
///   - draws: of the signs, if there are more patterns of signs than that; otherwise all patterns are
///     counted, and the test is exact.
///   - generator: of the draws.
/// - Returns: the two-sided p-value; with draws, (1 + as far) / (1 + draws).
package func signFlipProbability(
  _ differences: [Double], draws: Int = 10_000, generator: inout NumPyGenerator
) -> Double {
  // a difference of zero has no sign
  let sizes = differences.map(abs).filter { $0 > 0 }
  let sum = abs(differences.reduce(0, +))
  // the same sum in another order must count as equally far
  let threshold = sum - 1e-12 * sizes.reduce(0, +)
  guard sizes.count < Int.bitWidth - 2, 1 << sizes.count <= draws else {
    var asFar = 1
    for _ in 0..<draws {
      var total = 0.0
      for size in sizes { total += generator.integer(below: 2) == 0 ? size : -size }
      if abs(total) >= threshold { asFar += 1 }
    }
    return Double(asFar) / Double(1 + draws)
  }
  let asFar = (0..<1 << sizes.count).count { pattern in
    var total = 0.0
    for (index, size) in sizes.enumerated() { total += pattern >> index & 1 == 0 ? size : -size }
    return abs(total) >= threshold
  }
  return Double(asFar) / Double(1 << sizes.count)
}

/// Holm's step-down adjustment: p-values of several tests, such that among those below α the probability of
/// a false one is at most α (Holm, *Scand. J. Stat.* 6, 1979).
///
/// - Returns: the adjusted p-values, in the order of the given ones.
package func holmAdjusted(_ probabilities: [Double]) -> [Double] {
  let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
  var adjusted = probabilities
  var largest = 0.0
  for (rank, index) in order.enumerated() {
    largest = max(largest, min(1, probabilities[index] * Double(order.count - rank)))
    adjusted[index] = largest
  }
  return adjusted
}

extension Interval {
  /// Of the difference of two policies' success rates on the same episodes, first minus second: the shares of
  /// episodes that one of them alone reached, each in its Clopper–Pearson interval at half the error, so that
  /// both hold with the confidence. Wide, but true for any number of episodes.
  package static func pairedRateDifference(
    won: Int, lost: Int, count: Int, confidence: Double = 0.95
  ) -> Interval {
    let each = 1 - (1 - confidence) / 2
    let first = Interval.clopperPearson(successes: won, count: count, confidence: each)
    let second = Interval.clopperPearson(successes: lost, count: count, confidence: each)
    return Interval(lower: first.lower - second.upper, upper: first.upper - second.lower)
  }
}

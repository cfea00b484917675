import Foundation
import IDQLSpelling

/// How much the candidates of a decision differ.
package struct CandidateSpread: Sendable {
  /// (N, a), inside [-1, 1].
  let candidates: [Float]
  let actionCount: Int

  private var candidateCount: Int { candidates.count / max(1, actionCount) }

  /// Entropy, in bits, of a histogram of `binCount` equal bins on [-1, 1], averaged over the
  /// dimensions of the action: 0 if all candidates are in one bin, at most `maximalEntropy`.
  package var entropy: Double {
    let entropies = (0..<actionCount).map { dimension -> Double in
      let shares = histogram(dimension).filter { $0 > 0 }.map {
        Double($0) / Double(candidateCount)
      }
      return -shares.reduce(0) { $0 + $1 * log2($1) }
    }
    return entropies.reduce(0, +) / Double(max(1, actionCount))
  }

  package static let binCount = 16
  /// Entropy of candidates that fill all bins evenly, in bits.
  package static let maximalEntropy = 4.0

  /// Number of candidates in each bin of one dimension.
  package func histogram(_ dimension: Int) -> [Int] {
    var counts = Array(repeating: 0, count: Self.binCount)
    for i in 0..<candidateCount {
      let x = candidates[i * actionCount + dimension]
      let bin = ((x + 1) / 2 * Float(Self.binCount)).wholeNumber(in: 0...Self.binCount - 1)
      counts[bin] += 1
    }
    return counts
  }

  /// Number of clusters (single linkage): two candidates are in one cluster if a chain of
  /// candidates leads from one to the other in steps of at most 0.15, root mean square over the
  /// dimensions. Clusters of less than a twentieth of all candidates do not count.
  package var modeCount: Int {
    var group = Array(0..<candidateCount)
    func root(_ index: Int) -> Int {
      var index = index
      while group[index] != index { index = group[index] }
      return index
    }
    let reach = 0.15 * 0.15 * Float(actionCount)
    for i in group.indices {
      for j in 0..<i where squaredDistance(i, j) <= reach { group[root(i)] = root(j) }
    }
    var sizes = Array(repeating: 0, count: candidateCount)
    for i in group.indices { sizes[root(i)] += 1 }
    return max(1, sizes.count { 20 * $0 >= candidateCount && $0 > 0 })
  }

  private func squaredDistance(_ i: Int, _ j: Int) -> Float {
    var sum: Float = 0
    for d in 0..<actionCount {
      let difference = candidates[i * actionCount + d] - candidates[j * actionCount + d]
      sum += difference * difference
    }
    return sum
  }
}

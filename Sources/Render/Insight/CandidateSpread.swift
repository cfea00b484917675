import Foundation

/// How far the candidates of a decision agree.
public struct CandidateSpread: Sendable {
  /// (N, a), inside [-1, 1].
  let candidates: [Float]
  let actionCount: Int

  private var candidateCount: Int { candidates.count / max(1, actionCount) }

  /// How much the candidates differ, in bits: the entropy of a histogram of `binCount` equal bins on
  /// [-1, 1], averaged over the action's dimensions. 0 if they agree, `maximalEntropy` at most.
  public var entropy: Double {
    let entropies = (0..<actionCount).map { dimension -> Double in
      let shares = histogram(dimension).filter { $0 > 0 }.map {
        Double($0) / Double(candidateCount)
      }
      return -shares.reduce(0) { $0 + $1 * log2($1) }
    }
    return entropies.reduce(0, +) / Double(max(1, actionCount))
  }

  public static let binCount = 16
  /// Of candidates that fill all bins evenly, in bits.
  public static let maximalEntropy = 4.0

  /// How many candidates fall into each bin of one dimension.
  public func histogram(_ dimension: Int) -> [Int] {
    var counts = Array(repeating: 0, count: Self.binCount)
    for i in 0..<candidateCount {
      let x = candidates[i * actionCount + dimension]
      let bin = x.isNaN ? 0 : Int((x + 1) / 2 * Float(Self.binCount))
      counts[min(max(bin, 0), Self.binCount - 1)] += 1
    }
    return counts
  }

  /// How many separate groups the candidates form (single linkage): two are in one group if a chain of
  /// candidates leads from one to the other in steps of at most 0.15, root mean square over the
  /// dimensions. Groups of less than a twentieth of all candidates do not count.
  public var modeCount: Int {
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

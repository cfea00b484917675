import Agent
import Foundation
import Random

/// What an agent considered at one frame: this very decision, made again from the noise it was made
/// with, so that looking draws nothing from the episode's stream.
public struct Deliberation: Sendable {
  public let frame: Int
  public let actionCount: Int
  /// (N, a), inside [-1, 1].
  public let candidates: [Float]
  /// Length N: each candidate's Q, the smaller of the critic's heads.
  public let q: [Float]
  /// V of the observation.
  public let value: Float
  /// Index of the candidate that was taken.
  public let chosen: Int

  private let agent: IDQLPolicy
  private let observation: [Float]
  private let noise: NumPyGenerator

  /// The decision at a frame; nil if no IDQL agent decides there.
  public init?(_ recording: EpisodeRecording, at frame: Int) {
    guard let agent = recording.pilot.agent, recording.range.contains(frame) else { return nil }
    self.init(agent, at: recording.frame(frame), number: frame)
  }

  init(_ agent: IDQLPolicy, at frame: EpisodeRecording.Frame, number: Int) {
    self.agent = agent
    self.frame = number
    observation = frame.observation.map(Float.init)
    noise = frame.noise
    actionCount = agent.actionCount
    var streams = [noise]
    let decision = agent.decide(observations: observation, noise: &streams)
    candidates = decision.candidates
    q = decision.smallerQ(candidateCount: agent.options.candidateCount)
    value = decision.values[0]
    chosen = decision.indices[0]
  }

  public var candidateCount: Int { q.count }

  /// One candidate, length `actionCount`.
  public func candidate(_ index: Int) -> [Float] {
    Array(candidates[index * actionCount..<(index + 1) * actionCount])
  }

  /// Indices of the candidates, the largest Q first; of equals, the first first.
  public var ranking: [Int] {
    q.indices.sorted { q[$0] != q[$1] ? q[$0] > q[$1] : $0 < $1 }
  }

  /// Where a candidate's Q lies between the smallest and the largest, 0…1; one half if all are equal.
  public func rank(of q: Float) -> Float {
    guard let low = self.q.min(), let high = self.q.max(), high > low else { return 0.5 }
    return min(max((q - low) / (high - low), 0), 1)
  }

  /// The diffusion steps of this decision: T + M + 1 stages of (N, a), from the initial noise to
  /// `candidates`, to the bit.
  public func denoising() -> [[Float]] { agent.denoising(observation: observation, noise: noise) }

  // MARK: Spread

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
    var group = Array(q.indices)
    func root(_ index: Int) -> Int {
      var index = index
      while group[index] != index { index = group[index] }
      return index
    }
    let reach = 0.15 * 0.15 * Float(actionCount)
    for i in q.indices {
      for j in 0..<i where squaredDistance(i, j) <= reach { group[root(i)] = root(j) }
    }
    var sizes = Array(repeating: 0, count: candidateCount)
    for i in q.indices { sizes[root(i)] += 1 }
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

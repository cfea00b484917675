import IDQLAgent
import IDQLRandom

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

  private let agent: any DecidingPolicy
  private let observation: [Float]
  private let noise: NumPyGenerator

  /// The decision at a frame; nil if no policy that chooses decides there.
  public init?(_ recording: EpisodeRecording, at frame: Int) {
    guard let agent = recording.pilot.agent, recording.range.contains(frame) else { return nil }
    self.init(agent, at: recording.frame(frame), number: frame)
  }

  init(_ agent: any DecidingPolicy, at frame: EpisodeRecording.Frame, number: Int) {
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

  public var spread: CandidateSpread {
    CandidateSpread(candidates: candidates, actionCount: actionCount)
  }
}

import IDQLAgent
import IDQLRandom

/// What an agent considered at one frame: the same decision computed again from a copy of its noise
/// stream, so that nothing is drawn from the stream of the episode.
package struct Deliberation: Sendable {
  package let frame: Int
  package let actionCount: Int
  /// (N, a), inside [-1, 1].
  package let candidates: [Float]
  /// Length N: Q of each candidate, the minimum over the critic's heads.
  package let q: [Float]
  /// V of the observation.
  package let value: Float
  /// Index of the candidate taken.
  package let chosen: Int

  private let agent: any DecidingPolicy
  private let observation: [Float]
  private let noise: NumPyGenerator

  /// The decision at a frame; nil if no policy that chooses decides there.
  package init?(_ recording: EpisodeRecording, at frame: Int) {
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

  package var candidateCount: Int { q.count }

  /// One candidate, length `actionCount`.
  package func candidate(_ index: Int) -> [Float] {
    Array(candidates[index * actionCount..<(index + 1) * actionCount])
  }

  /// Indices of the candidates in descending order of Q, then by index.
  package var ranking: [Int] {
    q.indices.sorted { q[$0] != q[$1] ? q[$0] > q[$1] : $0 < $1 }
  }

  /// Position of a Q between the smallest and the largest, 0…1; one half if all are equal.
  package func rank(of q: Float) -> Float {
    guard let low = self.q.min(), let high = self.q.max(), high > low else { return 0.5 }
    return min(max((q - low) / (high - low), 0), 1)
  }

  /// The diffusion steps of this decision: T + M + 1 stages of (N, a), from the initial noise to
  /// `candidates`, to the bit.
  package func denoising() -> [[Float]] { agent.denoising(observation: observation, noise: noise) }

  package var spread: CandidateSpread {
    CandidateSpread(candidates: candidates, actionCount: actionCount)
  }
}

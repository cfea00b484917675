/// The agent's estimates and the rewards of every step of an episode.
package struct ValueTrace: Equatable, Sendable {
  /// Number of the first frame; entry i belongs to frame `firstFrame + i` and the action taken
  /// there.
  package private(set) var firstFrame = 0
  package private(set) var rewards: [Float] = []
  /// V of the observation; empty, as all below, if no agent with a critic decides.
  package private(set) var values: [Float] = []
  /// Largest Q of the candidates.
  package private(set) var largestQ: [Float] = []
  /// Smallest Q of the candidates.
  package private(set) var smallestQ: [Float] = []
  /// Q of the action taken, minus V.
  package private(set) var advantages: [Float] = []
  private var revision = -1

  package init() {}

  package init(_ recording: EpisodeRecording) { follow(recording) }

  /// Appends what was recorded since the last call.
  package mutating func follow(_ recording: EpisodeRecording) {
    if revision != recording.revision || firstFrame != recording.firstFrame {
      self = ValueTrace()
      revision = recording.revision
      firstFrame = recording.firstFrame
    }
    for number in firstFrame + rewards.count..<max(firstFrame + rewards.count, recording.lastFrame)
    {
      guard let step = recording.frame(number).step else { return }
      rewards.append(Float(step.transition.reward))
      guard let verdict = step.verdict else { continue }
      values.append(verdict.value)
      largestQ.append(verdict.largestQ)
      smallestQ.append(verdict.smallestQ)
      advantages.append(verdict.advantage)
    }
  }
}

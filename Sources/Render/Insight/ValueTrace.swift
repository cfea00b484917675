/// What the agent thought of every state it went through, and what it got, step by step.
public struct ValueTrace: Equatable, Sendable {
  /// Number of the first frame; entry i belongs to frame `firstFrame + i` and the action there.
  public private(set) var firstFrame = 0
  public private(set) var rewards: [Float] = []
  /// V of the observation; empty, as all below, where no agent with a critic decides.
  public private(set) var values: [Float] = []
  /// Of the candidates' Q.
  public private(set) var largestQ: [Float] = []
  public private(set) var smallestQ: [Float] = []
  /// Q of the action that was taken, less V.
  public private(set) var advantages: [Float] = []
  private var revision = -1

  public init() {}

  public init(_ recording: EpisodeRecording) { follow(recording) }

  /// Takes over what was recorded since the last time.
  public mutating func follow(_ recording: EpisodeRecording) {
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

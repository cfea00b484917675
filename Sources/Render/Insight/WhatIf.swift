import IDQLAgent
import IDQLEnvs
import IDQLPhysics

/// What is done otherwise from some frame on.
public struct WhatIfChange: Equatable, Sendable {
  /// How the agent chooses; nil for the original's way.
  public var options: IDQLOptions?
  /// Taken in place of the agent's actions.
  public var action: [Double]?
  /// For how many steps it is.
  public var actionSteps = 1

  public init(options: IDQLOptions? = nil, action: [Double]? = nil, actionSteps: Int = 1) {
    self.options = options
    self.action = action
    self.actionSteps = actionSteps
  }
}

/// An episode that leaves another one at some frame and goes on by itself, for comparison.
///
/// With nothing changed it is the original, to the bit.
public final class WhatIf {
  public let original: EpisodeRecording
  /// Frames have the numbers of the original's.
  public let recording: EpisodeRecording
  public let change: WhatIfChange
  public var start: Int { recording.firstFrame }

  /// - Parameter environment: another one of the same id, physics and options; belongs to the branch.
  /// - Throws: `IDQLOptionsError`, `EnvironmentError`.
  public init(
    _ original: EpisodeRecording, at frame: Int, change: WhatIfChange,
    in environment: any Environment
  ) throws {
    var pilot = original.pilot
    if let options = change.options, let agent = pilot.agent {
      pilot = .policy(try agent.with(options))
    }
    self.original = original
    self.change = change
    recording = try EpisodeRecording(from: frame, of: original, in: environment, pilot: pilot)
  }

  /// Records one more frame, if the episode goes on.
  public func advance() {
    let taken = recording.lastFrame - start
    recording.advance(action: taken < change.actionSteps ? change.action : nil)
  }

  /// How the branch stands to the original at a frame that both have.
  public struct Difference: Equatable, Sendable {
    /// Return so far, less the original's.
    public var totalReward: Double
    /// Largest difference of a position, m or rad.
    public var position: Double
    /// Root mean square difference of the action there; nil where one of them has not acted.
    public var action: Double?
  }

  /// Nil unless both have the frame.
  public func difference(at number: Int) -> Difference? {
    guard recording.range.contains(number), original.range.contains(number) else { return nil }
    let (mine, theirs) = (recording.frame(number), original.frame(number))
    let gaps = zip(mine.state.position, theirs.state.position).map { abs($0 - $1) }
    var action: Double?
    if let a = mine.step?.action, let b = theirs.step?.action {
      let squares = zip(a, b).map { ($0 - $1) * ($0 - $1) }
      action = (squares.reduce(0, +) / Double(max(1, squares.count))).squareRoot()
    }
    return Difference(
      totalReward: mine.totalReward - theirs.totalReward, position: gaps.max() ?? 0,
      action: action)
  }

  /// The first frame whose states differ in any bit; nil if none does yet.
  public var firstDifferentFrame: Int? {
    let last = min(recording.lastFrame, original.lastFrame)
    guard start <= last else { return nil }
    return (start...last).first { recording.frame($0).state != original.frame($0).state }
  }
}

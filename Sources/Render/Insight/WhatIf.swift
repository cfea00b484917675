import IDQLAgent
import IDQLEnvs
import IDQLPhysics

/// What a branch of an episode does differently.
package struct WhatIfChange: Equatable, Sendable {
  /// How the agent chooses; nil to leave it as in the original.
  package var options: IDQLOptions?
  /// Taken in place of the agent's actions.
  package var action: [Double]?
  /// For how many steps `action` is taken.
  package var actionSteps = 1

  package init(options: IDQLOptions? = nil, action: [Double]? = nil, actionSteps: Int = 1) {
    self.options = options
    self.action = action
    self.actionSteps = actionSteps
  }
}

/// An episode that branches off from another one at a frame, for comparison.
///
/// With no change it equals the original, to the bit.
package final class WhatIf {
  package let original: EpisodeRecording
  /// The branch; its frames are numbered as those of the original.
  package let recording: EpisodeRecording
  package let change: WhatIfChange
  /// Number of the frame at which it branches off.
  package var start: Int { recording.firstFrame }

  /// - Parameter environment: another one of the same id, physics and options; owned by the branch.
  /// - Throws: `IDQLOptionsError`, `EnvironmentError`.
  package init(
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

  /// Records one more frame, unless the episode has ended.
  package func advance() {
    let taken = recording.lastFrame - start
    recording.advance(action: taken < change.actionSteps ? change.action : nil)
  }

  /// How the branch differs from the original at a frame that both have.
  package struct Difference: Equatable, Sendable {
    /// Return so far, minus the original's.
    package var totalReward: Double
    /// Largest difference of a position, m or rad.
    package var position: Double
    /// Root mean square difference of the action there; nil where one of them has not acted.
    package var action: Double?
  }

  /// Nil unless both recordings have the frame.
  package func difference(at number: Int) -> Difference? {
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
  package var firstDifferentFrame: Int? {
    let last = min(recording.lastFrame, original.lastFrame)
    guard start <= last else { return nil }
    return (start...last).first { recording.frame($0).state != original.frame($0).state }
  }
}

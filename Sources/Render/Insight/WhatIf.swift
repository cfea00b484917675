import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLSpelling

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

  /// `random of 4, temperature 0.5, action 1 0 -1 for 10 steps`: what is given.
  package var text: String {
    let choice = options.map {
      "\($0.rule.rawValue) of \($0.candidateCount), temperature \(Double($0.temperature).shortText)"
    }
    let own = action.map { action in
      "action " + action.map(\.shortText).joined(separator: " ")
        + (actionSteps == 1 ? "" : " for \(actionSteps) steps")
    }
    return [choice, own].compactMap(\.self).joined(separator: ", ")
  }
}

/// An episode that branches off from another one at a frame, for comparison.
///
/// With no change it equals the original, to the bit.
package final class WhatIf {
  /// Of its robot, besides the original.
  static let color = SIMD4<Float>(0.2, 0.75, 0.95, 0.45)

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

  /// Records all of it.
  ///
  /// - Parameters:
  ///   - until: seconds after which to stop, counted as the original's.
  /// - Throws: `CancellationError`.
  package func play(
    until: Double = .infinity, cancellation: Cancellation = Cancellation()
  ) throws {
    while recording.canAdvance, recording.duration < until {
      if cancellation.isCancelled { throw CancellationError() }
      advance()
    }
  }

  /// The state at a time, s, after the beginning of the original, or at the branch's end if that is earlier; nil before
  /// it branches off.
  func shownState(at seconds: Double) -> (state: State, control: [Double])? {
    let position = max(0, seconds) / recording.frameDuration
    guard position >= Double(start) else { return nil }
    let number = position.wholeNumber(in: recording.range)
    let fraction = number == recording.lastFrame ? 0 : position - Double(number)
    return (
      recording.shownState(at: number, fraction: fraction), recording.frame(number).control
    )
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

/// When the next episode of an environment begins that others step together with (Gymnasium
/// `AutoresetMode`).
package enum Autoreset: Int32, Sendable {
  /// In the step after the last one, whose action is ignored.
  case nextStep = 0
  /// In the last step itself, which also tells what the ended episode observed.
  case sameStep = 1
  /// Never: whoever steps resets.
  case disabled = 2
}

/// How an environment starts an episode.
package enum EpisodeStart: Sendable {
  /// The next of its own stream.
  case next
  /// That of a seed.
  case seed(UInt64)
  /// That of a seed and a numbered task.
  case task(Int, seed: UInt64)
}

/// Rows of numbers in memory of the caller, one a environment.
package struct NumberRows: @unchecked Sendable {
  /// Of row 0.
  let start: UnsafeMutablePointer<Double>?
  /// Numbers in a row; 0 if they are not wanted.
  let width: Int

  package init(_ start: UnsafeMutablePointer<Double>?, width: Int) {
    self.start = start
    self.width = start == nil ? 0 : width
  }

  func write(_ values: [Double], row: Int) {
    guard let start else { return }
    values.withUnsafeBufferPointer {
      guard let source = $0.baseAddress else { return }
      (start + row * width).update(from: source, count: min(width, $0.count))
    }
  }
}

/// Where environments write what they observe and tell.
package struct StateBuffers: Sendable {
  /// Width `spec.observationCount`.
  package var observations: NumberRows
  /// Width of `Environment.goal`.
  package var goals: NumberRows
  /// Width 2: where in the maze what has to reach the goal is.
  package var achieved: NumberRows
  /// Width of `Environment.information`, or one more for whether the goal counts as reached; after a
  /// reset, 0 for what only steps tell.
  package var information: NumberRows

  package init(
    observations: NumberRows, goals: NumberRows, achieved: NumberRows, information: NumberRows
  ) {
    self.observations = observations
    self.goals = goals
    self.achieved = achieved
    self.information = information
  }
}

/// Where environments find actions and write the outcome of a step.
package struct StepBuffers: @unchecked Sendable {
  /// Rows of `spec.actionCount`.
  package var actions: UnsafePointer<Double>
  /// After the step, and after the reset where there was one.
  package var state: StateBuffers
  /// With `Autoreset.sameStep`, of episodes that have ended: before the reset.
  package var final: StateBuffers
  package var rewards: UnsafeMutablePointer<Double>
  package var terminated: UnsafeMutablePointer<UInt8>
  package var truncated: UnsafeMutablePointer<UInt8>
  /// Whether the step began an episode in place of taking the action.
  package var begun: UnsafeMutablePointer<UInt8>

  package init(
    actions: UnsafePointer<Double>, state: StateBuffers, final: StateBuffers,
    rewards: UnsafeMutablePointer<Double>, terminated: UnsafeMutablePointer<UInt8>,
    truncated: UnsafeMutablePointer<UInt8>, begun: UnsafeMutablePointer<UInt8>
  ) {
    self.actions = actions
    self.state = state
    self.final = final
    self.rewards = rewards
    self.terminated = terminated
    self.truncated = truncated
    self.begun = begun
  }
}

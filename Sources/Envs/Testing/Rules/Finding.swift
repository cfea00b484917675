/// A violation of the rules of `Environment`.
public struct Finding: Equatable, Sendable, CustomStringConvertible {
  /// The rule that is broken.
  public var rule: Rule
  /// What was found, when, and what was expected instead.
  public var problem: String

  /// The rules, in the order in which they are checked.
  public enum Rule: String, CaseIterable, Sendable {
    /// Observations, goals and model have the sizes that `spec` names; all numbers are finite.
    case spaces
    /// A seed decides how an episode starts: the same one always, another one otherwise, and within
    /// the bounds that the caller gave. Unseeded resets continue the stream of the last seed.
    case reset
    /// Equal actions after equal resets give equal transitions to the bit, whatever else this or
    /// another environment of the program did before and in between.
    case determinism
    /// A snapshot changes nothing, and restoring it, here, elsewhere or from JSON, continues the
    /// episode to the bit. One of another environment is refused.
    case restore
    /// `truncated` is set from step `spec.stepLimit` on and not before; apart from that an outcome
    /// does not depend on the number of steps taken. A task without a goal never reports success.
    case ending
    /// Rewards are finite, unless a number that is not finite broke the episode: then the reward is
    /// NaN, and the episode is terminated until the next reset.
    case reward
  }

  /// - Parameters: as the properties.
  package init(_ rule: Rule, _ problem: String) {
    self.rule = rule
    self.problem = problem
  }

  /// Rule and problem in one line.
  public var description: String { "\(rule.rawValue): \(problem)" }
}

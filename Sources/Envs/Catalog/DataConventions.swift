/// How published results preprocess the recorded transitions of an id before learning from them. By
/// default they do not.
public struct DataConventions: Hashable, Sendable {
  /// How recorded rewards are transformed.
  public enum Rewards: Hashable, Sendable {
    /// Not at all.
    case asRecorded
    /// They are multiplied by 1000 / (best - worst return of an episode).
    case scaledByReturns
    /// A constant is added.
    case shifted(by: Double)
    /// They are computed from the id's goal, because its files hold none.
    case relabelled
  }

  /// How recorded rewards are transformed.
  public var rewards: Rewards
  /// τ of the expectile that the value network learns (Kostrikov et al. 2022, eq. 5).
  public var expectile: Double
  /// Whether a row holds the state after its action instead of the one before it.
  public var recordsNextStates: Bool

  /// - Parameters: as the properties.
  public init(
    rewards: Rewards = .asRecorded, expectile: Double = 0.7, recordsNextStates: Bool = false
  ) {
    self.rewards = rewards
    self.expectile = expectile
    self.recordsNextStates = recordsNextStates
  }
}

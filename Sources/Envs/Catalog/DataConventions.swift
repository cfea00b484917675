/// How the recorded transitions of an id are learnt from by those who publish results on it. The
/// default is to take them as they are.
public struct DataConventions: Hashable, Sendable {
  /// What becomes of recorded rewards before anything is learnt.
  public enum Rewards: Hashable, Sendable {
    /// Nothing.
    case asRecorded
    /// Times 1000 / (best - worst return of an episode).
    case scaledByReturns
    /// Plus a constant.
    case shifted(by: Double)
    /// Those of the id's own goal take their place, for files that hold none.
    case relabelled
  }

  /// What becomes of recorded rewards.
  public var rewards: Rewards
  /// τ of the expectile that the value network learns (Kostrikov et al. 2022, eq. 5).
  public var expectile: Double
  /// Whether a row holds the state that its action led to, and not the one that it was taken in.
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

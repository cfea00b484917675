/// When the policy of a training is evaluated and saved. Only saved policies can be recorded.
public struct EvaluationSchedule: Codable, Equatable, Sendable {
  /// Steps or iterations from one evaluation to the next.
  public var every: Int
  /// Episodes of an evaluation.
  public var episodes: Int

  /// - Parameters:
  ///   - every: steps or iterations from one evaluation to the next, at least 1.
  ///   - episodes: of an evaluation, 1 to 10,000.
  public init(every: Int, episodes: Int) {
    self.every = every
    self.episodes = episodes
  }

  func validate() throws(CollectionError) {
    for (name, value, limit) in [
      ("eval-every", every, 1_000_000_000), ("eval-episodes", episodes, 10_000),
    ] where !(1...limit).contains(value) {
      throw .setting(name, found: "\(value)", expected: "from 1 to \(limit)")
    }
  }
}

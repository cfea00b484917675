/// When the policy of a training is evaluated, and kept: that decides which policies there are to record.
public struct EvaluationSchedule: Equatable, Sendable {
  /// Steps or iterations from one evaluation to the next.
  public var every: Int
  public var episodes: Int

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

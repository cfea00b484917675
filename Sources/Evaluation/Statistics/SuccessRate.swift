import Foundation

/// Share of episodes that reached their goal.
public struct SuccessRate: Codable, Equatable, Sendable {
  /// Episodes that reached their goal.
  public var successes: Int
  /// All episodes.
  public var count: Int
  /// successes / count.
  public var rate: Double
  /// Wilson's interval of the rate, 95 %.
  public var wilsonInterval: Interval

  enum CodingKeys: String, CodingKey {
    case successes, count, rate
    case wilsonInterval = "wilson_95"
  }

  /// Nil without an episode.
  package init?(successes: Int, count: Int) {
    guard count > 0 else { return nil }
    self.successes = successes
    self.count = count
    rate = Double(successes) / Double(count)
    wilsonInterval = .wilson(successes: successes, count: count)
  }

  /// Over the episodes of tasks that have a goal; a broken one counts as a failure.
  init?(_ episodes: [Episode]) {
    let results = episodes.compactMap(\.isSuccess)
    self.init(successes: results.count { $0 }, count: results.count)
  }
}

/// Statistics over the episodes of one numbered task.
public struct TaskSummary: Codable, Equatable, Sendable {
  /// Number of the task, from 1.
  public var task: Int
  /// Share of its episodes that reached the goal.
  public var success: SuccessRate
  /// Mean number of environment steps.
  public var meanLength: Double

  enum CodingKeys: String, CodingKey {
    case task, success
    case meanLength = "mean_length"
  }

  /// The summaries of all tasks, in the order of their numbers.
  static func all(_ episodes: [Episode]) -> [TaskSummary] {
    Dictionary(grouping: episodes) { $0.journey?.task }
      .sorted { ($0.key ?? 0) < ($1.key ?? 0) }
      .compactMap { task, episodes in
        guard let task, let success = SuccessRate(episodes) else { return nil }
        let steps = episodes.reduce(0) { $0 + $1.length }
        return TaskSummary(
          task: task, success: success, meanLength: Double(steps) / Double(episodes.count))
      }
  }
}

extension Interval {
  /// Wilson's score interval for the probability of an event that occurred in `successes` of
  /// `count` trials (Wilson, *J. Am. Stat. Assoc.* 22, 1927). Unlike mean ± error it stays inside
  /// [0, 1], and has a width even when all trials agree.
  ///
  /// - Parameters:
  ///   - successes: 0 to `count`.
  ///   - count: at least 1.
  ///   - deviation: half-width in standard deviations; 1.96 for a confidence of 95 %.
  public static func wilson(
    successes: Int, count: Int, deviation: Double = 1.959963984540054
  ) -> Interval {
    let (n, square) = (Double(count), deviation * deviation)
    let rate = Double(successes) / n
    let center = (rate + square / (2 * n)) / (1 + square / n)
    let reach =
      deviation / (1 + square / n)
      * (rate * (1 - rate) / n + square / (4 * n * n)).squareRoot()
    // rounding must not put a certain success outside of its own interval
    return Interval(
      lower: successes == 0 ? 0 : center - reach, upper: successes == count ? 1 : center + reach)
  }
}

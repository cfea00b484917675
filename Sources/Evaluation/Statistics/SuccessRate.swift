/// Share of episodes that reached their goal.
public struct SuccessRate: Equatable, Sendable {
  /// Episodes that reached their goal.
  public let successes: Int
  /// All episodes.
  public let count: Int

  /// Nil without an episode.
  package init?(successes: Int, count: Int) {
    guard count > 0 else { return nil }
    self.successes = successes
    self.count = count
  }

  /// successes / count.
  public var rate: Double { Double(successes) / Double(count) }

  /// How ``interval`` is computed.
  public enum Method: String, Codable, Sendable {
    /// Wilson's score interval.
    case wilson = "Wilson"
    /// The exact interval of Clopper and Pearson.
    case clopperPearson = "Clopper-Pearson"
  }

  /// Wilson's, and Clopper and Pearson's where fewer than five episodes succeeded or fewer than five failed: so
  /// near the floor or the ceiling Wilson's interval misses the rate more often than it says
  /// (`Docs/Statistics.md`).
  public var method: Method {
    min(successes, count - successes) < 5 ? .clopperPearson : .wilson
  }

  /// 95 % confidence interval of the rate, by ``method``.
  public var interval: Interval {
    switch method {
    case .wilson: .wilson(successes: successes, count: count)
    case .clopperPearson: .clopperPearson(successes: successes, count: count)
    }
  }

  /// Over the episodes of tasks that have a goal; a broken one counts as a failure.
  init?(_ episodes: [Episode]) {
    let results = episodes.compactMap(\.isSuccess)
    self.init(successes: results.count { $0 }, count: results.count)
  }
}

extension SuccessRate: Codable {
  enum CodingKeys: String, CodingKey {
    case successes, count, rate, method
    case interval = "interval_95"
  }

  /// Reads the counts; all else follows from them.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let successes = try values.decode(Int.self, forKey: .successes)
    let count = try values.decode(Int.self, forKey: .count)
    guard count > 0, (0...count).contains(successes) else {
      throw DecodingError.dataCorruptedError(
        forKey: .count, in: values, debugDescription: "\(successes) of \(count) is not a rate")
    }
    self.successes = successes
    self.count = count
  }

  /// The counts, and what follows from them.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(successes, forKey: .successes)
    try values.encode(count, forKey: .count)
    try values.encode(rate, forKey: .rate)
    try values.encode(interval, forKey: .interval)
    try values.encode(method, forKey: .method)
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
  /// Clopper and Pearson's exact interval for the probability of an event that occurred in `successes` of `count`
  /// trials: it holds the probability in at least the confidence's share of studies, whatever the probability
  /// (*Biometrika* 26, 1934).
  ///
  /// - Parameters:
  ///   - successes: 0 to `count`.
  ///   - count: at least 1.
  ///   - confidence: 0 to 1.
  public static func clopperPearson(
    successes: Int, count: Int, confidence: Double = 0.95
  ) -> Interval {
    let (k, rest, tail) = (Double(successes), Double(count - successes), (1 - confidence) / 2)
    return Interval(
      lower: successes == 0 ? 0 : betaQuantile(tail, a: k, b: rest + 1),
      upper: successes == count ? 1 : betaQuantile(1 - tail, a: k + 1, b: rest))
  }
}

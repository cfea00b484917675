import IDQLAgent
import IDQLEnvs
import IDQLSpelling

/// Ends an evaluation as soon as it says what one wanted to know, with an interval that holds although one looked after
/// every episode: how large the mean is, or how it compares with another result on the same seeds.
///
/// Episodes are taken in the order of their indices, because short ones end first, and where tasks are numbered in
/// rounds of all of them; so the end depends on the seed alone. Episodes that others had begun beyond it do not count.
package struct StoppingRule: Codable, Equatable, Sendable {
  /// The interval's width at which it ends: in points of score, per cent of successes, or return; nil for a rule that
  /// compares.
  package var width: Double?
  /// Differences up to this are equivalent, in the same unit; nil for a rule that does not compare.
  package var margin: Double?
  /// Between which all values lie, declared beforehand; nil for successes, and for an asymptotic interval.
  package var bounds: Interval?
  /// Numbered tasks of the environment, whose mean is one value.
  package var tasks: Int
  /// Of the other result, by index.
  package var others: [Int: Episode] = [:]

  enum CodingKeys: String, CodingKey { case width, margin, bounds, tasks }

  /// Ends when the interval of the mean is narrow enough.
  package init(width: Double, bounds: Interval?, tasks: Int) {
    self.width = width
    self.bounds = bounds
    self.tasks = max(1, tasks)
  }

  /// Ends when the difference from another result is decided.
  ///
  /// - Parameter others: its episodes, by the same seeds; the evaluation must not have more.
  package init(margin: Double, against others: [Episode], bounds: Interval?, tasks: Int) {
    self.margin = margin
    self.bounds = bounds
    self.tasks = max(1, tasks)
    self.others = Dictionary(others.map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// What came of it.
  package struct Outcome: Codable, Equatable, Sendable {
    package var rule: StoppingRule
    /// Episodes that were looked at.
    package var episodes: Int
    /// Whether the interval became narrow enough, or decided.
    package var isReached: Bool
    /// Of a rule that compares: what the interval says of this result beside the other one; nil for others.
    package var verdict: Comparison.Verdict?
    /// 95 %, at all times together, of the mean or of the mean difference; nil before an asymptotic one says
    /// anything.
    package var interval: Interval?
    /// How it is made, for a reader.
    package var method: String
    /// Why the rule could not be followed to its end: a value outside of the declared bounds; nil if none was.
    package var failure: String?

    enum CodingKeys: String, CodingKey {
      case rule, episodes, method, verdict, failure
      case isReached = "reached"
      case interval = "interval_95"
    }

    /// For a table.
    var text: String {
      let found =
        interval.map { "[\($0.lower.text(decimals: 2)), \($0.upper.text(decimals: 2))]" }
        ?? "none yet"
      let end = "after \(episodes) episodes: "
      let kind = failure.map { "; \($0)" } ?? ", 95 % at all times, \(method)"
      guard let verdict else {
        return (isReached ? "" : "NOT ")
          + "at a width of \((rule.width ?? 0).shortText), " + end + found + kind
      }
      return (isReached ? "decided " : "NOT decided ") + end
        + "\(verdict.title), difference \(found)" + kind
    }
  }
}

extension Comparison.Verdict {
  /// What an interval of the difference alone says: equivalent if it lies within the margin, else better or worse if
  /// it lies on one side of zero.
  package init(_ interval: Interval?, margin: Double) {
    guard let interval else {
      self = .undecided
      return
    }
    self =
      -margin <= interval.lower && interval.upper <= margin
      ? .equivalent : interval.lower > 0 ? .better : interval.upper < 0 ? .worse : .undecided
  }
}

/// Follows an evaluation by a rule.
package struct StoppingState: Sendable {
  fileprivate struct Measure {
    var quantity: Comparison.Quantity
    /// Of all values, declared or by their nature.
    var bounds: Interval?
    /// Of the values, or of their differences.
    var mean: AnytimeMean
  }

  private var outcome: StoppingRule.Outcome
  /// Nil before the first round, which says what is measured.
  private var measure: Measure?
  /// Episodes that ended before one with a lower index.
  private var waiting: [Int: Episode] = [:]
  private var round: [Episode] = []

  package init(_ rule: StoppingRule) {
    outcome = StoppingRule.Outcome(
      rule: rule, episodes: 0, isReached: false,
      verdict: rule.margin == nil ? nil : .undecided, interval: nil, method: "")
  }

  /// What has come of it so far.
  package var result: StoppingRule.Outcome { outcome }

  /// - Throws: `EvaluationError.outOfBounds`.
  package mutating func add(_ episodes: [Episode]) throws {
    for episode in episodes { waiting[episode.index] = episode }
    while !outcome.isReached, let next = waiting.removeValue(forKey: outcome.episodes + round.count)
    {
      round.append(next)
      if round.count == outcome.rule.tasks { try look() }
    }
  }

  /// Takes a round of all tasks.
  private mutating func look() throws {
    let rule = outcome.rule
    let others = rule.margin == nil ? [] : round.compactMap { rule.others[$0.index] }
    let all = round + others
    var measure = self.measure ?? Measure(of: all, rule)
    let (quantity, bounds) = (measure.quantity, measure.bounds)
    let values = try zip(all, quantity.values(all)).map { episode, value in
      // the worst that was declared
      let value = episode.isBroken && quantity != .success ? bounds?.lower ?? value : value
      if let bounds, !bounds.contains(value) {
        throw EvaluationError.outOfBounds(value, bounds: bounds.lower...bounds.upper)
      }
      return value
    }
    let sum = values.prefix(round.count).reduce(0, +) - values.dropFirst(round.count).reduce(0, +)
    try measure.mean.add(sum / Double(round.count))
    self.measure = measure
    let interval = measure.mean.interval
    outcome.episodes += round.count
    round = []
    (outcome.interval, outcome.method) = (interval, measure.mean.method)
    if let margin = rule.margin {
      let verdict = Comparison.Verdict(interval, margin: margin)
      outcome.verdict = verdict
      outcome.isReached = verdict != .undecided
    } else if let width = rule.width {
      outcome.isReached = interval.map { $0.upper - $0.lower <= width } ?? false
    }
  }
}

extension StoppingState.Measure {
  /// What these episodes have.
  fileprivate init(of episodes: [Episode], _ rule: StoppingRule) {
    quantity = Comparison.Quantity(episodes)
    bounds = quantity == .success ? Interval(lower: 0, upper: 100) : rule.bounds
    let differences = bounds.map {
      Interval(lower: $0.lower - $0.upper, upper: $0.upper - $0.lower)
    }
    mean = AnytimeMean(bounds: rule.margin == nil ? bounds : differences)
  }
}

/// Evaluates until a rule is satisfied, or to the end of the plan.
///
/// - Parameter rule: nil to play everything.
/// - Returns: the episodes up to the end; the plan, with as many episodes as were looked at if the rule was satisfied; and what
///   came of the rule. A value outside of the declared bounds ends it, too: the evaluation is partial then.
/// - Throws: as `evaluate`.
package func evaluate(
  _ policy: any Policy, plan: EvaluationPlan, until rule: StoppingRule?,
  cancellation: Cancellation = Cancellation(),
  onProgress: @escaping @Sendable (EvaluationProgress) -> Void = { _ in },
  makeEnvironment: @escaping @Sendable () throws -> any Environment
) throws -> (Evaluation, EvaluationPlan, StoppingRule.Outcome?) {
  guard let rule else {
    let whole = try evaluate(
      policy, plan: plan, cancellation: cancellation, onProgress: onProgress,
      makeEnvironment: makeEnvironment)
    return (whole, plan, nil)
  }
  let state = Locked(StoppingState(rule))
  let failure = Locked<String?>(nil)
  let end = Cancellation()
  var evaluation = try evaluate(
    policy, plan: plan, cancellation: end,
    onProgress: {
      if cancellation.isCancelled { end.cancel() }
      onProgress($0)
    },
    onEpisodes: { episodes in
      state.withLock { state in
        do { try state.add(episodes) } catch {
          failure.withLock { $0 = "\(error)" }
          end.cancel()
        }
        if state.result.isReached { end.cancel() }
      }
    }, makeEnvironment: makeEnvironment)
  var outcome = state.withLock { $0.result }
  outcome.failure = failure.withLock { $0 }
  var played = plan
  if outcome.isReached {
    played.episodes = outcome.episodes
    evaluation.episodes.removeAll { $0.index >= outcome.episodes }
    evaluation.isPartial = false
  }
  return (evaluation, played, outcome)
}

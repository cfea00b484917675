import IDQLAgent
import IDQLEnvs
import IDQLSpelling

/// Ends an evaluation as soon as its mean is known well enough, with an interval that holds although one looked
/// after every episode.
///
/// Episodes are taken in the order of their indices, because short ones end first, and where tasks are numbered in
/// rounds of all of them; so the end depends on the seed alone. Episodes that others had begun beyond it do not count.
package struct StoppingRule: Codable, Equatable, Sendable {
  /// The interval's width at which it ends: in points of score, per cent of successes, or return.
  package var width: Double
  /// Between which all values lie, declared beforehand; nil for successes, and for an asymptotic interval.
  package var bounds: Interval?
  /// Numbered tasks of the environment, whose mean is one value.
  package var tasks: Int

  package init(width: Double, bounds: Interval?, tasks: Int) {
    self.width = width
    self.bounds = bounds
    self.tasks = max(1, tasks)
  }

  /// What came of it.
  package struct Outcome: Codable, Equatable, Sendable {
    package var rule: StoppingRule
    /// Episodes that were looked at.
    package var episodes: Int
    /// Whether the interval became narrow enough.
    package var isReached: Bool
    /// 95 %, at all times together; nil before an asymptotic one says anything.
    package var interval: Interval?
    /// How it is made, for a reader.
    package var method: String

    enum CodingKeys: String, CodingKey {
      case rule, episodes, method
      case isReached = "reached"
      case interval = "interval_95"
    }

    /// For a table.
    var text: String {
      let found =
        interval.map { "[\($0.lower.text(decimals: 2)), \($0.upper.text(decimals: 2))]" }
        ?? "none yet"
      return (isReached ? "" : "NOT ")
        + "at a width of \(rule.width.shortText), after \(episodes) episodes: \(found), "
        + "95 % at all times, \(method)"
    }
  }
}

/// Follows an evaluation by a rule.
package struct StoppingState: Sendable {
  private var outcome: StoppingRule.Outcome
  private var betting: BettingSequence?
  private var asymptotic = AsymptoticSequence()
  /// Episodes that ended before one with a lower index.
  private var waiting: [Int: Episode] = [:]
  private var round: [Episode] = []
  private var quantity: Comparison.Quantity?

  package init(_ rule: StoppingRule) {
    outcome = StoppingRule.Outcome(
      rule: rule, episodes: 0, isReached: false, interval: nil, method: "")
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
    let quantity = self.quantity ?? Comparison.Quantity(round)
    let declared = quantity == .success ? Interval(lower: 0, upper: 100) : outcome.rule.bounds
    if self.quantity == nil {
      self.quantity = quantity
      betting = declared.map { BettingSequence(bounds: $0.lower...$0.upper) }
      outcome.method =
        declared.map {
          "betting sequence between \($0.lower.shortText) and \($0.upper.shortText)"
        } ?? "asymptotic sequence, which holds in the limit of many episodes only"
    }
    let values = zip(round, quantity.values(round)).map { episode, value in
      // the worst that was declared
      episode.isBroken && quantity != .success ? declared?.lower ?? value : value
    }
    let mean = values.reduce(0, +) / Double(values.count)
    outcome.episodes += round.count
    round = []
    if betting != nil {
      try betting?.add(mean)
      outcome.interval = betting?.interval
    } else {
      asymptotic.add(mean)
      outcome.interval = asymptotic.interval
    }
    outcome.isReached = outcome.interval.map { $0.upper - $0.lower <= outcome.rule.width } ?? false
  }
}

/// Evaluates until a rule is satisfied, or to the end of the plan.
///
/// - Parameter rule: nil to play everything.
/// - Returns: the episodes up to the end; the plan, with as many episodes as were looked at if the rule was satisfied; and what
///   came of the rule.
/// - Throws: as `evaluate`; `EvaluationError.outOfBounds`.
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
  let failure = Locked<EvaluationError?>(nil)
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
          failure.withLock { $0 = error as? EvaluationError }
          end.cancel()
        }
        if state.result.isReached { end.cancel() }
      }
    }, makeEnvironment: makeEnvironment)
  if let failure = failure.withLock({ $0 }) { throw failure }
  let outcome = state.withLock { $0.result }
  var played = plan
  if outcome.isReached {
    played.episodes = outcome.episodes
    evaluation.episodes.removeAll { $0.index >= outcome.episodes }
    evaluation.isPartial = false
  }
  return (evaluation, played, outcome)
}

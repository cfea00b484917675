import IDQLAgent
import IDQLEnvs
import IDQLRandom
import IDQLThreads

/// How well a critic orders the candidates of a policy: their Q beside the discounted returns that
/// the simulator pays for them.
///
/// On the way through episodes, every so many steps, all candidates of a decision are taken, each
/// from the same state in an environment of its own, and the policy acts from there on. All of them
/// draw the same noise afterwards, so that they differ by their first action alone.
package struct CriticCheck: Equatable, Sendable {
  /// Which states are looked at, and how far.
  package struct Plan: Equatable, Sendable {
    package var episodes = 5
    /// Of the first episode.
    package var seed: UInt64 = 0
    /// Steps from one state to the next, of which the first is half as far from the beginning.
    package var interval = 100
    /// Most steps after a state.
    package var horizon = 200
    /// Continuations of every candidate, each with noise of its own.
    package var repeats = 2
    package var discount = 0.99
    package var workers = 1

    package init() {}
  }

  /// A decision and what its candidates are worth.
  package struct Moment: Equatable, Sendable {
    package var episode: Int
    package var step: Int
    /// The smallest of the heads, of every candidate.
    package var q: [Double]
    /// Discounted returns, (repeats, N).
    package var returns: [[Double]]

    /// Mean over the repeats, of every candidate.
    package var values: [Double] {
      q.indices.map { index in
        returns.reduce(0) { $0 + $1[index] } / Double(returns.count)
      }
    }

    /// Spearman's correlation of Q and return; nil if either is the same for all candidates.
    package var correlation: Double? { rankCorrelation(q, values) }

    /// The same of the repeats' halves: what noise leaves for a critic without error. nil for a single
    /// repeat.
    package var repeatability: Double? {
      let half = returns.count / 2
      guard half > 0 else { return nil }
      func mean(_ part: ArraySlice<[Double]>) -> [Double] {
        q.indices.map { index in part.reduce(0) { $0 + $1[index] } }
      }
      return rankCorrelation(mean(returns[..<half]), mean(returns[half..<2 * half]))
    }

    /// Return of the candidate of the largest Q above the mean of all.
    package var gain: Double {
      let best = q.indices.reduce(0) { q[$1] > q[$0] ? $1 : $0 }
      return values[best] - values.reduce(0, +) / Double(values.count)
    }

    /// Return of the best candidate above the mean of all, noise included.
    package var possibleGain: Double {
      (values.max() ?? 0) - values.reduce(0, +) / Double(values.count)
    }
  }

  /// By episode and step.
  package let moments: [Moment]

  /// - Parameters:
  ///   - policy: with the candidates that are looked at, and how one of them is chosen.
  ///   - plan: which states, and how far.
  /// - Throws: `EvaluationError`, or what `makeEnvironment` throws.
  package init(
    _ policy: any DecidingPolicy, plan: Plan,
    makeEnvironment: @escaping @Sendable () throws -> any Environment
  ) throws {
    try requireFit(policy, makeEnvironment())
    try requireSeeds(from: plan.seed, episodes: plan.episodes)
    let results = Locked<[Int: Result<[Moment], any Error>]>([:])
    let next = Locked(0)
    concurrently(max(1, min(plan.workers, plan.episodes))) { _ in
      while true {
        let episode = next.withLock { next in
          defer { next += 1 }
          return next
        }
        if episode >= plan.episodes { break }
        let moments = Result {
          try Self.moments(of: episode, policy, plan, makeEnvironment)
        }
        results.withLock { $0[episode] = moments }
      }
    }
    moments = try results.withLock { results in
      try results.sorted { $0.key < $1.key }.flatMap { try $0.value.get() }
    }
  }

  private static func moments(
    of episode: Int, _ policy: any DecidingPolicy, _ plan: Plan,
    _ makeEnvironment: () throws -> any Environment
  ) throws -> [Moment] {
    let environment = try makeEnvironment()
    var tally = try EpisodeTally(beginning: episode, seed: plan.seed, in: environment)
    var noise = [tally.noise]
    let count = policy.options.candidateCount
    let branches = try (0..<count).map { _ in try makeEnvironment() }
    var moments: [Moment] = []
    while true {
      let step = environment.stepCount
      let observation = environment.observation + (environment.goal ?? [])
      if step % plan.interval == plan.interval / 2 {
        // the decision at hand, whose noise is drawn again below
        var now = noise
        let decision = policy.decide(observations: observation.map(Float.init), noise: &now)
        let heads = decision.q.count / count
        let q = (0..<count).map { index in
          (0..<heads).map { Double(decision.q[$0 * count + index]) }.min() ?? .nan
        }
        let snapshot = environment.snapshot
        let returns = try (0..<plan.repeats).map { round in
          for branch in branches { try branch.restore(snapshot) }
          let stream = NumPyGenerator(
            seed: plan.seed, spawnKey: [UInt32(episode), UInt32(step), UInt32(round)])
          return Self.returns(of: decision.candidates, in: branches, policy, plan, noise: stream)
        }
        moments.append(Moment(episode: episode, step: step, q: q, returns: returns))
      }
      let action = policy.actions(observations: observation, steps: [step], noise: &noise)
      if tally.step(action.map(Double.init), in: environment).episode != nil { break }
    }
    return moments
  }

  /// The discounted return of each candidate.
  private static func returns(
    of candidates: [Float], in branches: [any Environment], _ policy: any DecidingPolicy,
    _ plan: Plan, noise: NumPyGenerator
  ) -> [Double] {
    let width = policy.actionCount
    var returns = [Double](repeating: 0, count: branches.count)
    var active = Array(branches.indices)
    var streams = branches.map { _ in noise }
    var actions = candidates
    var weight = 1.0
    for step in 0..<plan.horizon where !active.isEmpty {
      if step > 0 {
        actions = policy.actions(
          observations: active.flatMap { branches[$0].observation + (branches[$0].goal ?? []) },
          steps: active.map { branches[$0].stepCount }, noise: &streams)
      }
      for row in active.indices.reversed() {
        let action = actions[row * width..<(row + 1) * width].map(Double.init)
        let transition = branches[active[row]].step(action)
        if !transition.isBroken { returns[active[row]] += weight * transition.reward }
        if transition.terminated || transition.truncated || transition.isBroken {
          active.remove(at: row)
          streams.remove(at: row)
        }
      }
      weight *= plan.discount
    }
    return returns
  }
}

// MARK: Means

extension CriticCheck {
  /// A mean over episodes, each the mean of its moments, with Student's interval: moments of one
  /// episode are alike.
  package struct Mean: Codable, Equatable, Sendable {
    package var mean: Double
    /// At 95 %; nil for a single episode.
    package var interval: Interval?
  }

  /// nil if no moment has the quantity.
  private func mean(_ quantity: (Moment) -> Double?) -> Mean? {
    let episodes = Dictionary(grouping: moments, by: \.episode).sorted { $0.key < $1.key }
    let means = episodes.compactMap { Sample($0.value.compactMap(quantity))?.mean }
    return Sample(means).map { Mean(mean: $0.mean, interval: $0.meanInterval()) }
  }

  /// Of Q and return, over the candidates of a state.
  package var correlation: Mean? { mean(\.correlation) }
  /// Of the returns of half of the repeats and those of the other half.
  package var repeatability: Mean? { mean(\.repeatability) }
  /// Of the candidate of the largest Q, in units of the return.
  package var gain: Mean? { mean { $0.gain } }
  /// Of the best candidate.
  package var possibleGain: Mean? { mean { $0.possibleGain } }

  /// Spearman's correlation over states of the candidates' mean Q and mean return: whether the critic
  /// knows good states. nil if either is the same everywhere.
  package var correlationOfStates: Double? {
    rankCorrelation(
      moments.map { $0.q.reduce(0, +) }, moments.map { $0.values.reduce(0, +) })
  }
}

/// Spearman's rank correlation: Pearson's of the ranks, equal values having the mean of theirs.
///
/// - Returns: nil if all values of either are equal.
package func rankCorrelation(_ x: [Double], _ y: [Double]) -> Double? {
  func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var first = 0
    while first < order.count {
      var end = first + 1
      while end < order.count, values[order[end]] == values[order[first]] { end += 1 }
      for place in first..<end { ranks[order[place]] = Double(first + end - 1) / 2 }
      first = end
    }
    return ranks
  }
  let (a, b) = (ranks(x), ranks(y))
  let middle = Double(x.count - 1) / 2
  func product(_ u: [Double], _ v: [Double]) -> Double {
    zip(u, v).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - middle) }
  }
  let scale = (product(a, a) * product(b, b)).squareRoot()
  return scale > 0 ? product(a, b) / scale : nil
}

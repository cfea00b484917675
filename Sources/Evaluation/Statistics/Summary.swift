import IDQLEnvs
import IDQLRandom

/// Statistics over the episodes of an evaluation.
public struct Summary: Codable, Equatable, Sendable {
  /// Number of episodes that were asked for.
  public var requestedEpisodes: Int
  /// Number of episodes that ended.
  public var finishedEpisodes: Int
  /// Whether the evaluation was cancelled before every episode had ended.
  public var isPartial: Bool
  /// Returns, over every finished episode. A broken one counts as the worst of the others, or as D4RL's random
  /// policy where that is worse; `nil` if neither is known.
  public var returns: Statistics?
  /// Normalised scores, on D4RL's scale on which the reference policies score 0 and 100, a broken episode's as
  /// its return; `nil` without reference scores.
  public var scores: Statistics?
  /// Over every finished episode; `nil` if there is none.
  public var lengths: Lengths?
  /// How the finished episodes ended.
  public var endings: Endings
  /// Over every finished episode; `nil` for a task without a goal.
  public var success: SuccessRate?
  /// One for each numbered task that has finished episodes.
  public var tasks: [TaskSummary]
  /// Mean of the tasks' rates, as OGBench reports it; `nil` where tasks have no numbers.
  public var meanTaskSuccess: Double?

  /// Statistics of one quantity over episodes; ``Sample`` defines them.
  public struct Statistics: Codable, Equatable, Sendable {
    /// Number of episodes.
    public var count: Int
    /// Arithmetic mean.
    public var mean: Double
    /// Standard deviation of the episodes; `nil` for a single one, and in reports of versions that did not
    /// have it.
    public var deviation: Double?
    /// Standard error of the mean; `nil` for a single episode.
    public var standardError: Double?
    /// The middle value.
    public var median: Double
    /// Mean of the middle half.
    public var interquartileMean: Double
    /// The smallest value.
    public var minimum: Double
    /// The largest value.
    public var maximum: Double
    /// 95 %, of the mean, where every value says success or failure alone: that of ``SuccessRate``, on the scale of
    /// the values. `nil` for other values.
    public var meanRateInterval: Interval?
    /// 95 %, percentile bootstrap of the mean; `nil` below 5 episodes, of which resamples tell too little, and
    /// where there is a ``meanRateInterval``.
    public var meanBootstrapInterval: Interval?
    /// 95 %, percentile bootstrap of the interquartile mean; `nil` as the mean's.
    public var interquartileMeanBootstrapInterval: Interval?
    /// 95 %, Student t; `nil` for a single episode, and where there is a ``meanRateInterval``.
    public var meanStudentInterval: Interval?

    enum CodingKeys: String, CodingKey {
      case count, mean, deviation, median
      case standardError = "standard_error"
      case interquartileMean = "iqm"
      case minimum = "min"
      case maximum = "max"
      case meanRateInterval = "mean_rate_95"
      case meanBootstrapInterval = "mean_bootstrap_95"
      case interquartileMeanBootstrapInterval = "iqm_bootstrap_95"
      case meanStudentInterval = "mean_student_95"
    }
  }

  /// Lengths of episodes, in environment steps.
  public struct Lengths: Codable, Equatable, Sendable {
    /// Arithmetic mean.
    public var mean: Double
    /// The middle value.
    public var median: Double
    /// Of the shortest episode.
    public var minimum: Int
    /// Of the longest episode.
    public var maximum: Int

    enum CodingKeys: String, CodingKey {
      case mean, median
      case minimum = "min"
      case maximum = "max"
    }
  }

  /// How episodes ended. Each finished episode counts once: as broken, else as terminated, else as
  /// truncated.
  public struct Endings: Codable, Equatable, Sendable {
    /// Ended by the task.
    public var terminated: Int
    /// Cut by the time limit.
    public var truncated: Int
    /// Ended by a number that was not finite.
    public var broken: Int
  }

  enum CodingKeys: String, CodingKey {
    case endings, success, tasks
    case meanTaskSuccess = "mean_task_success"
    case requestedEpisodes = "requested_episodes"
    case finishedEpisodes = "finished_episodes"
    case isPartial = "partial"
    case returns = "return"
    case scores = "score"
    case lengths = "length"
  }

  package init(_ evaluation: Evaluation, plan: EvaluationPlan) {
    self.init(
      evaluation.episodes, of: plan.episodes, seed: plan.seed,
      reference: evaluation.environment.referenceScore)
  }

  /// - Parameters:
  ///   - episodes: that have finished.
  ///   - requested: how many were asked for.
  ///   - seed: of the evaluation; the bootstrap draws from it.
  ///   - reference: of the environment, if it has one.
  package init(
    _ episodes: [Episode], of requested: Int, seed: UInt64, reference: ReferenceScore?
  ) {
    requestedEpisodes = requested
    finishedEpisodes = episodes.count
    isPartial = episodes.count < requested
    success = SuccessRate(episodes)
    let worst = Self.worstReturn(episodes, reference)
    let totals = episodes.compactMap { $0.totalReward ?? worst }
    let rate = Self.isSuccessRate(episodes, totals) ? success?.interval : nil
    returns = nil
    scores = nil
    let both = Statistics.all(
      [totals] + (reference.map { [totals.map($0.normalized)] } ?? []), seed: seed,
      rateIntervals: [rate]
        + (reference.map { reference in
          [
            rate.map {
              Interval(
                lower: reference.normalized($0.lower), upper: reference.normalized($0.upper))
            }
          ]
        } ?? []))
    if let both { (returns, scores) = (both[0], both.count > 1 ? both[1] : nil) }
    lengths = Sample(episodes.map { Double($0.length) }).map {
      Lengths(
        mean: $0.mean, median: $0.median, minimum: Int($0.minimum), maximum: Int($0.maximum))
    }
    let broken = episodes.count { $0.isBroken }
    let terminated = episodes.count { $0.isTerminated && !$0.isBroken }
    endings = Endings(
      terminated: terminated, truncated: episodes.count - terminated - broken, broken: broken)
    tasks = TaskSummary.all(episodes)
    meanTaskSuccess = Sample(tasks.map(\.success.rate))?.mean
  }

  /// What a broken episode counts as: leaving it out would reward a policy for breaking.
  private static func worstReturn(_ episodes: [Episode], _ reference: ReferenceScore?) -> Double? {
    (episodes.compactMap(\.totalReward) + (reference.map { [$0.minimum] } ?? [])).min()
  }

  /// Whether every return is 1 for success and 0 for failure, so that the mean is the success rate.
  private static func isSuccessRate(_ episodes: [Episode], _ totals: [Double]) -> Bool {
    episodes.count == totals.count
      && zip(episodes, totals).allSatisfy { episode, total in
        episode.isSuccess.map { total == ($0 ? 1 : 0) } ?? false
      }
  }
}

extension Summary {
  /// Every key is always written, with `null` for `nil`.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(requestedEpisodes, forKey: .requestedEpisodes)
    try values.encode(finishedEpisodes, forKey: .finishedEpisodes)
    try values.encode(isPartial, forKey: .isPartial)
    try values.encode(returns, forKey: .returns)
    try values.encode(scores, forKey: .scores)
    try values.encode(lengths, forKey: .lengths)
    try values.encode(endings, forKey: .endings)
    try values.encode(success, forKey: .success)
    try values.encode(tasks, forKey: .tasks)
    try values.encode(meanTaskSuccess, forKey: .meanTaskSuccess)
  }
}

extension Summary.Statistics {
  /// Every key is always written, with `null` for `nil`.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(count, forKey: .count)
    try values.encode(mean, forKey: .mean)
    try values.encode(deviation, forKey: .deviation)
    try values.encode(standardError, forKey: .standardError)
    try values.encode(median, forKey: .median)
    try values.encode(interquartileMean, forKey: .interquartileMean)
    try values.encode(minimum, forKey: .minimum)
    try values.encode(maximum, forKey: .maximum)
    try values.encode(meanRateInterval, forKey: .meanRateInterval)
    try values.encode(meanBootstrapInterval, forKey: .meanBootstrapInterval)
    try values.encode(
      interquartileMeanBootstrapInterval, forKey: .interquartileMeanBootstrapInterval)
    try values.encode(meanStudentInterval, forKey: .meanStudentInterval)
  }
}

extension Summary.Statistics {
  /// Fewer values than that are not resampled: the resamples of so few differ too little from each other.
  static let fewestForBootstrap = 5

  init?(_ values: [Double], seed: UInt64, rateInterval: Interval?) {
    guard let all = Self.all([values], seed: seed, rateIntervals: [rateInterval]) else {
      return nil
    }
    self = all[0]
  }

  /// Of several quantities of the same episodes, each as it would be alone.
  ///
  /// - Parameters:
  ///   - quantities: values of each, by episode.
  ///   - rateIntervals: of each; nil for all of them or for none.
  /// - Returns: nil without an episode.
  static func all(
    _ quantities: [[Double]], seed: UInt64, rateIntervals: [Interval?]
  ) -> [Summary.Statistics]? {
    let samples = quantities.compactMap { Sample($0) }
    guard samples.count == quantities.count, let first = samples.first else { return nil }
    var bootstraps: [Bootstrap] = []
    if first.count >= fewestForBootstrap, rateIntervals[0] == nil {
      // episode indices stay far below this key, so no episode's noise shares the stream
      var generator = NumPyGenerator(seed: seed, spawnKey: [UInt32.max])
      bootstraps = Bootstrap.of(samples, generator: &generator)
    }
    return samples.indices.map { index in
      let (sample, rateInterval) = (samples[index], rateIntervals[index])
      let bootstrap = bootstraps.isEmpty ? nil : bootstraps[index]
      return Summary.Statistics(
        count: sample.count, mean: sample.mean, deviation: sample.standardDeviation,
        standardError: sample.standardError,
        median: sample.median, interquartileMean: sample.interquartileMean,
        minimum: sample.minimum, maximum: sample.maximum, meanRateInterval: rateInterval,
        meanBootstrapInterval: bootstrap?.mean,
        interquartileMeanBootstrapInterval: bootstrap?.interquartileMean,
        meanStudentInterval: rateInterval == nil ? sample.meanInterval() : nil)
    }
  }

  /// The one interval of the mean that a reader is shown, 95 %, and how it was made.
  package var meanInterval: (interval: Interval, method: String)? {
    if let meanRateInterval { return (meanRateInterval, "interval of the success rate") }
    if let meanBootstrapInterval { return (meanBootstrapInterval, "bootstrap interval") }
    return meanStudentInterval.map { ($0, "Student interval") }
  }
}

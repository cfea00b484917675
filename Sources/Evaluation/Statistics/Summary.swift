import IDQLRandom

/// Statistics over the episodes of an evaluation.
public struct Summary: Codable, Equatable, Sendable {
  /// Number of episodes that were asked for.
  public var requestedEpisodes: Int
  /// Number of episodes that ended.
  public var finishedEpisodes: Int
  /// Whether the evaluation was cancelled before every episode had ended.
  public var isPartial: Bool
  /// Returns, over the episodes that have a return; `nil` if none has.
  public var returns: Statistics?
  /// Normalised scores, on D4RL's scale on which the reference policies score 0 and 100; `nil`
  /// without reference scores.
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
    /// 95 %, percentile bootstrap of the mean.
    public var meanBootstrapInterval: Interval
    /// 95 %, percentile bootstrap of the interquartile mean.
    public var interquartileMeanBootstrapInterval: Interval
    /// 95 %, Student t; `nil` for a single episode.
    public var meanStudentInterval: Interval?

    enum CodingKeys: String, CodingKey {
      case count, mean, median
      case standardError = "standard_error"
      case interquartileMean = "iqm"
      case minimum = "min"
      case maximum = "max"
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
    let episodes = evaluation.episodes
    requestedEpisodes = plan.episodes
    finishedEpisodes = episodes.count
    isPartial = evaluation.isPartial
    returns = Statistics(episodes.compactMap(\.totalReward), seed: plan.seed)
    scores = Statistics(episodes.compactMap(\.score), seed: plan.seed)
    lengths = Sample(episodes.map { Double($0.length) }).map {
      Lengths(
        mean: $0.mean, median: $0.median, minimum: Int($0.minimum), maximum: Int($0.maximum))
    }
    let broken = episodes.count { $0.isBroken }
    let terminated = episodes.count { $0.isTerminated && !$0.isBroken }
    endings = Endings(
      terminated: terminated, truncated: episodes.count - terminated - broken, broken: broken)
    success = SuccessRate(episodes)
    tasks = TaskSummary.all(episodes)
    meanTaskSuccess = Sample(tasks.map(\.success.rate))?.mean
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
    try values.encode(standardError, forKey: .standardError)
    try values.encode(median, forKey: .median)
    try values.encode(interquartileMean, forKey: .interquartileMean)
    try values.encode(minimum, forKey: .minimum)
    try values.encode(maximum, forKey: .maximum)
    try values.encode(meanBootstrapInterval, forKey: .meanBootstrapInterval)
    try values.encode(
      interquartileMeanBootstrapInterval, forKey: .interquartileMeanBootstrapInterval)
    try values.encode(meanStudentInterval, forKey: .meanStudentInterval)
  }
}

extension Summary.Statistics {
  init?(_ values: [Double], seed: UInt64) {
    guard let sample = Sample(values) else { return nil }
    // episode indices stay far below this key, so no episode's noise shares the stream
    var generator = NumPyGenerator(seed: seed, spawnKey: [UInt32.max])
    let bootstrap = Bootstrap(sample, generator: &generator)
    self.init(
      count: sample.count, mean: sample.mean, standardError: sample.standardError,
      median: sample.median, interquartileMean: sample.interquartileMean, minimum: sample.minimum,
      maximum: sample.maximum, meanBootstrapInterval: bootstrap.mean,
      interquartileMeanBootstrapInterval: bootstrap.interquartileMean,
      meanStudentInterval: sample.meanInterval())
  }
}

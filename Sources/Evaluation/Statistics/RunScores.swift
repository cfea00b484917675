import IDQLRandom

/// Scores of a method: of each task those of its runs, in the way of Agarwal et al., *Deep RL at the Edge of the
/// Statistical Precipice* (2021), and their library rliable.
///
/// A run is one training seed; its score is the mean over its episodes. Episodes of one run share what the
/// training found, so they are never counted as runs.
package struct RunScores: Equatable, Sendable {
  /// By task, then by run; no task is empty. The tasks may have different numbers of runs.
  package let tasks: [[Double]]

  /// Nil without a task, or if one has no run.
  package init?(_ tasks: [[Double]]) {
    guard !tasks.isEmpty, tasks.allSatisfy({ !$0.isEmpty }) else { return nil }
    self.tasks = tasks
  }

  /// Runs of all tasks together.
  package var runCount: Int { tasks.reduce(0) { $0 + $1.count } }

  /// A number that sums up all runs of all tasks.
  package enum Aggregate: String, CaseIterable, Codable, Sendable {
    /// Mean of the middle half of all runs of all tasks.
    case interquartileMean = "iqm"
    /// Mean over the tasks of the means over their runs.
    case mean
    /// Median over the tasks of the means over their runs.
    case median

    /// For a reader.
    package var title: String {
      switch self {
      case .interquartileMean: "interquartile mean"
      case .mean: "mean"
      case .median: "median"
      }
    }

    func value(_ tasks: [[Double]]) -> Double {
      switch self {
      case .interquartileMean: Sample(tasks.flatMap { $0 })?.interquartileMean ?? .nan
      case .mean: Sample(tasks.compactMap { Sample($0)?.mean })?.mean ?? .nan
      case .median: Sample(tasks.compactMap { Sample($0)?.mean })?.median ?? .nan
      }
    }
  }

  /// The aggregate of the scores themselves.
  package func value(_ aggregate: Aggregate) -> Double { aggregate.value(tasks) }

  /// Percentile bootstrap intervals of the aggregates: runs are resampled within each task, because the tasks are
  /// those that were chosen, while the runs stand for others of the same method.
  ///
  /// - Returns: nil if a task has a single run: its resamples would all be equal, and the interval too narrow.
  package func intervals(
    _ aggregates: [Aggregate], bootstrap: StratifiedBootstrap = StratifiedBootstrap(),
    generator: inout NumPyGenerator
  ) -> [Interval]? {
    guard tasks.allSatisfy({ $0.count > 1 }) else { return nil }
    return bootstrap.intervals(tasks, generator: &generator) { tasks in
      aggregates.map { $0.value(tasks) }
    }
  }

  /// Performance profile: the share of all runs that score above each threshold. Where tasks have different
  /// numbers of runs, every task has the same weight.
  package func profile(above thresholds: [Double]) -> [Double] {
    Self.profile(tasks, above: thresholds)
  }

  /// Pointwise bootstrap intervals of the profile; nil as in ``intervals(_:bootstrap:generator:)``.
  package func profileIntervals(
    above thresholds: [Double], bootstrap: StratifiedBootstrap = StratifiedBootstrap(),
    generator: inout NumPyGenerator
  ) -> [Interval]? {
    guard tasks.allSatisfy({ $0.count > 1 }) else { return nil }
    return bootstrap.intervals(tasks, generator: &generator) {
      Self.profile($0, above: thresholds)
    }
  }

  private static func profile(_ tasks: [[Double]], above thresholds: [Double]) -> [Double] {
    thresholds.map { threshold in
      let shares = tasks.map { runs in
        Double(runs.count { $0 > threshold }) / Double(runs.count)
      }
      return shares.reduce(0, +) / Double(shares.count)
    }
  }

  /// Probability that a run of this method scores higher than one of the other on the same task, averaged over
  /// the tasks. A tie counts half (Mann and Whitney's U over the number of pairs).
  ///
  /// - Precondition: both have the same tasks, in the same order.
  package func probabilityOfImprovement(over other: RunScores) -> Double {
    precondition(tasks.count == other.tasks.count, "the methods have different tasks")
    return Self.improvement(tasks, over: other.tasks)
  }

  /// Bootstrap interval of ``probabilityOfImprovement(over:)``, both methods resampled by themselves; nil as
  /// in ``intervals(_:bootstrap:generator:)``.
  package func improvementInterval(
    over other: RunScores, bootstrap: StratifiedBootstrap = StratifiedBootstrap(),
    generator: inout NumPyGenerator
  ) -> Interval? {
    guard (tasks + other.tasks).allSatisfy({ $0.count > 1 }) else { return nil }
    let count = tasks.count
    return bootstrap.interval(tasks + other.tasks, generator: &generator) { strata in
      Self.improvement(Array(strata[..<count]), over: Array(strata[count...]))
    }
  }

  private static func improvement(_ tasks: [[Double]], over others: [[Double]]) -> Double {
    let probabilities = zip(tasks, others).map { mine, theirs in
      let points = mine.reduce(0.0) { sum, score in
        sum + theirs.reduce(0.0) { $0 + (score > $1 ? 1 : score == $1 ? 0.5 : 0) }
      }
      return points / Double(mine.count * theirs.count)
    }
    return probabilities.reduce(0, +) / Double(probabilities.count)
  }
}

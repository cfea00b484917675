import IDQLAgent
import IDQLEnvs
import IDQLEvaluation

/// Scores the policies that a run exports, each with every N of its configuration.
struct PolicyEvaluator {
  let environment: EnvironmentID
  let configuration: RunConfiguration.Evaluation

  /// Default options of an exported policy: those of its first evaluation.
  var options: IDQLOptions {
    var options = IDQLOptions()
    options.candidateCount = configuration.candidates.first ?? options.candidateCount
    options.temperature = Float(configuration.temperature)
    return options
  }

  /// - Parameter onReport: called after the evaluation of each N.
  /// - Returns: the reports in the order of the configuration; nil if it was cancelled.
  func evaluate(
    policy path: String, threads: Int, cancellation: Cancellation, onReport: (Report) -> Void
  ) throws -> [Report]? {
    let policy = try loadPolicy(contentsOf: path)
    var reports: [Report] = []
    for count in configuration.candidates {
      let report = try report(policy, candidates: count, threads: threads, cancellation)
      // a part of the episodes is no evaluation
      if report.summary.isPartial { return nil }
      onReport(report)
      reports.append(report)
    }
    return reports
  }

  private func report(
    _ policy: LoadedPolicy, candidates: Int, threads: Int, _ cancellation: Cancellation
  ) throws -> Report {
    var options = try policy.requireDeciding().options
    options.candidateCount = candidates
    let policy = try policy.with(options)
    let (environment, seed) = (environment, UInt64(configuration.seed))
    let example = try makeEnvironment(environment)
    let plan = try EvaluationPlan(
      episodes: configuration.episodes, tasks: example.taskCount, seed: seed,
      workers: threads)
    let evaluation = try IDQLEvaluation.evaluate(policy, plan: plan, cancellation: cancellation) {
      try makeEnvironment(environment, options: EnvironmentOptions(goalSeed: seed))
    }
    return Report(evaluation, plan: plan, policy: PolicyRecord(policy))
  }
}

import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLSpelling

/// How long an evaluation would take and how precise it would be, extrapolated from its first
/// seconds.
package struct EvaluationEstimate: Equatable, Sendable {
  /// How long the trial ran, in seconds of wall time.
  package var trialSeconds: Double
  /// Environment steps of the trial.
  package var trialSteps: Int
  /// Episodes that finished in the trial.
  package var finishedEpisodes: Int
  /// Mean length of an episode, in environment steps.
  package var episodeLength: Double
  /// Wall time of the whole evaluation.
  package var seconds: Double
  /// Half the width of the 95 % Student interval of the mean score, or of the mean return where
  /// there are no scores; `nil` unless two episodes finished.
  package var halfWidth: Double?
  /// Whether `halfWidth` is one of scores rather than returns.
  package var isScore: Bool

  /// - Parameters:
  ///   - trial: the evaluation of `plan`, cut short after some seconds.
  ///   - plan: with the threads and batches that the whole evaluation will use.
  package init(_ trial: Evaluation, plan: EvaluationPlan) {
    trialSeconds = trial.wallSeconds
    trialSteps = trial.environmentSteps
    finishedEpisodes = trial.episodes.count
    episodeLength = Self.meanLength(
      finished: trial.episodes.map(\.length), unfinished: trial.unfinishedLengths,
      limit: trial.environment.stepLimit)
    seconds =
      trial.isPartial
      ? Double(plan.episodes) * episodeLength * trial.wallSeconds
        / Double(max(1, trial.environmentSteps))
      : trial.wallSeconds
    let scores = trial.episodes.compactMap(\.score)
    isScore = !scores.isEmpty
    let values = isScore ? scores : trial.episodes.compactMap(\.totalReward)
    halfWidth = Sample(values)?.standardDeviation.flatMap { deviation in
      guard plan.episodes > 1 else { return nil }
      let freedom = Double(plan.episodes - 1)
      return studentTQuantile(0.975, degreesOfFreedom: freedom) * deviation
        / Double(plan.episodes).squareRoot()
    }
  }

  /// The mean length when the cancellation censored some episodes: the area under the survival
  /// curve (Kaplan and Meier, *JASA* 53, 1958). Beyond the longest one, up to `limit`, the hazard
  /// is taken to be the mean number of endings per step before it.
  static func meanLength(finished: [Int], unfinished: [Int], limit: Int) -> Double {
    var mean = 0.0
    var running = 1.0
    var last = 0
    for length in Set(finished + unfinished).sorted() {
      mean += running * Double(length - last)
      let ended = finished.count { $0 == length }
      let atRisk = finished.count { $0 >= length } + unfinished.count { $0 >= length }
      running *= 1 - Double(ended) / Double(atRisk)
      last = length
    }
    let rest = Double(limit - last)
    let ends = Double(finished.count)
    let steps = Double((finished + unfinished).reduce(0, +))
    guard ends > 0 else { return mean + running * rest }
    let hazard = ends / steps
    return mean + running * (1 - pow(1 - hazard, rest)) / hazard
  }

  /// One line per quantity, for a terminal.
  package func table(plan: EvaluationPlan) -> String {
    let episodes = "\(finishedEpisodes) of \(plan.episodes) episodes finished"
    let quantity = isScore ? "score" : "return"
    let interval =
      halfWidth.map {
        "about ± \($0.text(decimals: 2)) around the mean \(quantity) (95 %, Student t), by the spread of "
          + "\(finishedEpisodes) episodes"
      } ?? "unknown: fewer than two episodes finished in the trial"
    return [
      tableRow("trial", "\(trialSeconds.text(decimals: 1)) s, \(trialSteps) steps, \(episodes)"),
      tableRow(
        "length",
        finishedEpisodes == 0
          ? "\(episodeLength.text(decimals: 0)) steps an episode, the limit: none has ended in the trial"
          : "about \(episodeLength.text(decimals: 0)) steps an episode"),
      tableRow(
        "time",
        (finishedEpisodes == 0 ? "at most about" : "about")
          + " \(seconds.text(decimals: 1)) s for \(plan.episodes) episodes on \(plan.workers) threads"
      ),
      tableRow("interval", interval),
    ].joined(separator: "\n")
  }
}

/// Runs the beginning of an evaluation and extrapolates the whole from it.
///
/// - Parameter trialSeconds: wall time; a step that has begun is finished.
/// - Throws: as `evaluate`.
package func estimateEvaluation(
  _ policy: any Policy, plan: EvaluationPlan, trialSeconds: Double,
  makeEnvironment: @escaping @Sendable () throws -> any Environment
) throws -> EvaluationEstimate {
  let clock = ContinuousClock()
  let end = clock.now + .seconds(trialSeconds)
  let cancellation = Cancellation()
  let trial = try evaluate(
    policy, plan: plan, cancellation: cancellation,
    onProgress: { _ in if clock.now >= end { cancellation.cancel() } },
    makeEnvironment: makeEnvironment)
  return EvaluationEstimate(trial, plan: plan)
}

import IDQLEvaluation

/// The result of `idql eval --estimate --json`.
struct EstimateDocument: Encodable {
  var environment, policyName: String
  var episodes: Int
  var seed: UInt64
  var workers, batch: Int
  var trialSeconds: Double
  var trialSteps, finishedEpisodes: Int
  var meanLength: Double
  /// Of the whole evaluation, extrapolated.
  var seconds: Double
  var quantity: String
  /// Half the width of the interval of the mean, 95 %; nil unless two episodes finished.
  var halfWidth: Double?

  init(
    _ estimate: EvaluationEstimate, plan: EvaluationPlan, environment: String, policyName: String
  ) {
    (self.environment, self.policyName) = (environment, policyName)
    (episodes, seed) = (plan.episodes, plan.seed)
    (workers, batch) = (plan.workers, plan.batch)
    (trialSeconds, trialSteps) = (estimate.trialSeconds, estimate.trialSteps)
    finishedEpisodes = estimate.finishedEpisodes
    meanLength = estimate.episodeLength
    seconds = estimate.seconds
    quantity = estimate.isScore ? "score" : "return"
    halfWidth = estimate.halfWidth
  }

  enum CodingKeys: String, CodingKey {
    case environment, episodes, seed, workers, batch, seconds, quantity
    case policyName = "policy_name"
    case trialSeconds = "trial_seconds"
    case trialSteps = "trial_steps"
    case finishedEpisodes = "finished_episodes"
    case meanLength = "mean_length"
    case halfWidth = "half_width_95"
  }
}

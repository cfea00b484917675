import IDQLAgent
import IDQLTraining

extension RunConfiguration {
  func learner(for data: TrainingData) throws -> LearnerConfiguration {
    try learner(
      observationCount: data.transitions.observationCount,
      actionCount: data.transitions.actionCount)
  }

  /// - Throws: `RunError` or `LearnerError` for the first value out of range.
  func learner(observationCount: Int, actionCount: Int) throws -> LearnerConfiguration {
    var learner = LearnerConfiguration(
      family: family, observationCount: observationCount, actionCount: actionCount)
    learner.actor = actor
    learner.critic = critic
    learner.diffusion = diffusion
    learner.discount = training.discount
    learner.precision = training.precision
    try learner.validate()
    return learner
  }
}

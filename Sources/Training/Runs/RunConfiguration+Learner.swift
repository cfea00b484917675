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
    try learner.validate()
    return learner
  }

  /// Checks the settings that the learner does not check.
  ///
  /// - Throws: `RunError.settingRange` for the first value out of range.
  func validate() throws(RunError) {
    for (name, count, least) in [
      ("training.steps", training.steps, 0), ("training.critic_steps", training.criticSteps, 0),
      ("online.steps", online.steps, 0), ("online.updates_after", online.updatesAfter, 0),
      ("online.candidates", online.candidates, 1),
      ("training.log_every", training.logEvery, 1),
      ("training.checkpoint_every", training.checkpointEvery, 1),
      ("evaluation.every", evaluation.every, 1), ("evaluation.episodes", evaluation.episodes, 1),
      ("evaluation.seed", evaluation.seed, 0),
    ] where count < least {
      throw .settingRange(name, found: "\(count)", expected: "at least \(least)")
    }
    if let count = evaluation.candidates.first(where: { !(1...65536).contains($0) }) {
      throw .settingRange("evaluation.candidates", found: "\(count)", expected: "1 to 65536 each")
    }
    if !(evaluation.temperature >= 0 && evaluation.temperature.isFinite) {
      throw .settingRange(
        "evaluation.temperature", found: "\(evaluation.temperature)", expected: "a number from 0")
    }
    if !(0..<1).contains(training.validationShare) {
      throw .settingRange(
        "training.validation_share", found: "\(training.validationShare)",
        expected: "a number from 0, below 1")
    }
  }
}

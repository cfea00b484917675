/// What a run does at each of its steps, which follow one another in three phases.
struct RunSchedule {
  enum Phase {
    /// Updates of actor, value network and critic.
    case training
    /// Updates of value network and critic alone.
    case critic
    /// Environment steps, with or without an update.
    case online
  }

  let training: RunConfiguration.Training
  let onlineSteps: Int
  let evaluationInterval: Int

  init(_ configuration: RunConfiguration) {
    training = configuration.training
    onlineSteps = configuration.online.steps
    evaluationInterval = configuration.evaluation.every
  }

  /// Of all phases together.
  var stepCount: Int { offlineStepCount + onlineSteps }
  /// Of the two that learn from recorded transitions alone.
  var offlineStepCount: Int { training.steps + training.criticSteps }

  /// - Returns: nil once all steps are done.
  func phase(of step: Int) -> Phase? {
    switch step {
    case ..<training.steps: .training
    case ..<offlineStepCount: .critic
    case ..<stepCount: .online
    default: nil
    }
  }

  // each of these after so many steps

  func isEvaluationDue(_ step: Int) -> Bool {
    step > 0 && (step.isMultiple(of: evaluationInterval) || step == stepCount)
  }

  func isLogDue(_ step: Int) -> Bool { step.isMultiple(of: training.logEvery) }
  func isCheckpointDue(_ step: Int) -> Bool { step.isMultiple(of: training.checkpointEvery) }
}

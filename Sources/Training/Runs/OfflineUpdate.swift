import IDQLTraining

extension Learner {
  /// One update of actor, value network and critic from recorded transitions.
  func update(from data: TrainingData) -> UpdateReport {
    let batch = data.draw(configuration.critic.batchSize, for: self)
    guard configuration.hasActorBatches else { return update(batch) }
    let batches = (0..<configuration.actor.stepsPerUpdate).map { _ in
      data.draw(configuration.actor.batchSize, for: self)
    }
    return update(batch, actorBatches: batches)
  }

  /// One update of value network and critic alone.
  func updateCritic(from data: TrainingData) -> UpdateReport {
    updateCritic(data.draw(configuration.critic.batchSize, for: self))
  }
}

extension LearnerConfiguration {
  /// Whether the actor learns from batches of its own.
  fileprivate var hasActorBatches: Bool {
    actor.stepsPerUpdate != 1 || actor.batchSize != critic.batchSize
  }
}

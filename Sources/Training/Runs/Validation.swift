import IDQLRandom
import IDQLTraining

extension TrainingData {
  /// Losses on held-out transitions, without dropout. A copy of the learner computes them in an
  /// update of its own and is then discarded, so that the run does not change.
  ///
  /// - Parameter seed: of the run; the batch depends on it and the step alone.
  /// - Returns: nil if no transitions are held out.
  func validationReport(
    of learner: Learner, step: Int, seed: UInt64
  ) throws -> UpdateReport? {
    if validation.isEmpty { return nil }
    var generator = NumPyGenerator(seed: seed, spawnKey: [2, UInt32(step)])
    let rows = (0..<learner.configuration.critic.batchSize).map { _ in
      validation[generator.integer(below: validation.count)]
    }
    var configuration = learner.configuration
    configuration.actor.dropout = 0
    configuration.actor.stepsPerUpdate = 1
    var state = learner.state
    state.generator = generator
    let copy = try Learner(configuration, state: state)
    copy.threadCount = learner.threadCount
    return copy.update(batch(rows))
  }
}

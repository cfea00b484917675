import IDQLRandom
import IDQLTraining

extension TrainingData {
  /// Losses on transitions that were kept back, without dropout, by a copy of the learner that is thrown
  /// away with its step. Nothing of it reaches the run.
  ///
  /// - Parameter seed: of the run; what is drawn follows from it and the step.
  /// - Returns: nil if none were kept back.
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

import IDQLDatasets
import IDQLEnvs
import IDQLRandom
import IDQLTraining

/// Transitions, some of which are held out to validate the losses.
struct TrainingData: Sendable {
  let transitions: TransitionDataset
  /// Indices of the transitions to learn from.
  let training: [Int32]
  /// Indices of the transitions that are held out.
  let validation: [Int32]

  /// - Parameters:
  ///   - share: of the transitions that are held out.
  ///   - seed: alone decides which.
  /// - Throws: `RunError.split` if a side is left without transitions.
  init(_ transitions: TransitionDataset, validationShare share: Double, seed: UInt64) throws {
    self.transitions = transitions
    let kept = Int((share * Double(transitions.count)).rounded())
    guard kept < transitions.count, kept > 0 || share == 0 else {
      throw RunError.split(count: transitions.count, share: share)
    }
    var order = (0..<Int32(transitions.count)).map { $0 }
    var generator = NumPyGenerator(seed: seed, spawnKey: [1])
    // Fisher and Yates; the last ones are held out
    for index in (transitions.count - kept..<transitions.count).reversed() {
      order.swapAt(index, generator.integer(below: index + 1))
    }
    training = Array(order[..<(transitions.count - kept)])
    validation = Array(order[(transitions.count - kept)...])
  }

  /// `count` transitions to learn from, as a learner draws them.
  func draw(_ count: Int, for learner: Learner) -> Batch {
    batch(learner.drawRows(count, of: training.count).lazy.map { training[$0] })
  }

  /// - Parameter rows: indices of transitions.
  func batch(_ rows: some Sequence<Int32>) -> Batch {
    var observations: [Float] = []
    var actions: [Float] = []
    var rewards: [Float] = []
    var masks: [Float] = []
    var nextObservations: [Float] = []
    for row in rows {
      let index = Int(row)
      observations += transitions.observation(index)
      actions += transitions.actions[index]
      rewards.append(transitions.rewards[index])
      masks.append(transitions.masks[index])
      nextObservations += transitions.nextObservation(index)
    }
    return Batch(
      observations: observations, actions: actions, rewards: rewards, masks: masks,
      nextObservations: nextObservations)
  }
}

extension DatasetInspection {
  /// What is learnt from files that were recorded in an environment, one after the other.
  ///
  /// - Throws: `RunError.goalConditioned`, `DatasetError`, `FileError`.
  init(_ sources: [DatasetSource], recordedIn environment: EnvironmentID) throws {
    let example = try makeEnvironment(environment)
    if example.goal != nil { throw RunError.goalConditioned(example.spec.id) }
    let rule = try TransitionDataset.RewardRule.standard(for: environment)
    let needsStates = if case .relabel = rule { true } else { false }
    try self.init(
      sources, id: environment,
      columns: needsStates ? [.nextObservations, .states] : .nextObservations)
  }
}

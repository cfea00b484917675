import IDQLDatasets
import IDQLRandom
import IDQLTraining

/// Transitions, part of which are kept back to watch the losses on.
struct TrainingData: Sendable {
  let transitions: TransitionDataset
  /// Indices of the transitions to learn from, and of the others.
  let training: [Int32]
  let validation: [Int32]

  /// - Parameters:
  ///   - share: of the transitions that are kept back.
  ///   - seed: decides which, and nothing else does.
  /// - Throws: `RunError.split` if a side is left without transitions.
  init(_ transitions: TransitionDataset, validationShare share: Double, seed: UInt64) throws {
    self.transitions = transitions
    let kept = Int((share * Double(transitions.count)).rounded())
    guard kept < transitions.count, kept > 0 || share == 0 else {
      throw RunError.split(count: transitions.count, share: share)
    }
    var order = (0..<Int32(transitions.count)).map { $0 }
    var generator = NumPyGenerator(seed: seed, spawnKey: [1])
    // Fisher and Yates; the last places are those kept back
    for place in (transitions.count - kept..<transitions.count).reversed() {
      order.swapAt(place, generator.integer(below: place + 1))
    }
    training = Array(order[..<(transitions.count - kept)])
    validation = Array(order[(transitions.count - kept)...])
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

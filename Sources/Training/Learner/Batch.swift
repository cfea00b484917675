import IDQLRandom

/// Transitions to learn from, all row-major.
public struct Batch: Equatable, Sendable {
  /// B: number of transitions.
  public var count: Int
  /// (B, o).
  public var observations: [Float]
  /// (B, a), inside [-1, 1].
  public var actions: [Float]
  /// Length B: rewards after processing.
  public var rewards: [Float]
  /// Length B: 0 if the episode terminated with the transition, else 1; truncation by a time
  /// limit is not termination.
  public var masks: [Float]
  /// (B, o).
  public var nextObservations: [Float]

  /// As many transitions as there are rewards.
  public init(
    observations: [Float], actions: [Float], rewards: [Float], masks: [Float],
    nextObservations: [Float]
  ) {
    count = rewards.count
    self.observations = observations
    self.actions = actions
    self.rewards = rewards
    self.masks = masks
    self.nextObservations = nextObservations
  }

  func check(_ configuration: LearnerConfiguration) {
    let (o, a) = (configuration.observationCount, configuration.actionCount)
    precondition(count > 0, "an empty batch")
    precondition(observations.count == count * o, "observations: (B, o)")
    precondition(actions.count == count * a, "actions: (B, a)")
    precondition(masks.count == count, "masks: (B)")
    precondition(nextObservations.count == count * o, "nextObservations: (B, o)")
  }
}

/// The random numbers of one step of the actor.
package struct ActorDraws: Equatable, Sendable {
  /// Length B: diffusion steps, 0 ..< T.
  package var times: [Int]
  /// (B, a): standard normal.
  package var noise: [Float]
  /// (blocks, B, H): 0 drops an element, 1 keeps it; empty without dropout.
  package var keepMasks: [UInt8]

  /// Draws for as many rows as there are times.
  package init(times: [Int], noise: [Float], keepMasks: [UInt8]) {
    self.times = times
    self.noise = noise
    self.keepMasks = keepMasks
  }

  func check(_ configuration: LearnerConfiguration, rows: Int) {
    precondition(times.count == rows, "times: (B)")
    precondition(
      times.allSatisfy { (0..<configuration.diffusion.steps).contains($0) }, "times: 0 ..< T")
    precondition(noise.count == rows * configuration.actionCount, "noise: (B, a)")
    let elements = configuration.actor.blocks * rows * configuration.actor.width
    precondition(
      keepMasks.count == (configuration.actor.dropout > 0 ? elements : 0),
      "keepMasks: (blocks, B, H)"
    )
  }
}

/// Diagnostics of an update: means over its batch, before the step.
public struct UpdateReport: Equatable, Sendable {
  /// Of the noise prediction, over all steps of the actor; nil if it took none.
  public var actorLoss: Float?
  /// Of V: the loss f of the advantages.
  public var valueLoss: Float
  /// Of Q: the squared error, over all heads.
  public var criticLoss: Float
  /// Q of the data's actions, over all heads.
  public var meanQ: Float
  /// V of the observations.
  public var meanValue: Float
}

extension Batch {
  /// Transitions to measure speed with: standard normal numbers, actions clipped to [-1, 1].
  package init(
    randomRows rows: Int, observationCount: Int, actionCount: Int,
    _ generator: inout NumPyGenerator
  ) {
    func normal(_ count: Int) -> [Float] {
      (0..<count).map { _ in generator.standardNormalFloat() }
    }
    let actions = normal(rows * actionCount).map { min(max($0, -1), 1) }
    self.init(
      observations: normal(rows * observationCount), actions: actions, rewards: normal(rows),
      masks: [Float](repeating: 1, count: rows), nextObservations: normal(rows * observationCount))
  }
}

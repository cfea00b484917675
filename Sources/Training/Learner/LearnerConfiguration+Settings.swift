import IDQLAgent
import IDQLSpelling

// The bounds refuse mistyped numbers before anything is computed with them, or memory asked for.

extension LearnerConfiguration.Actor {
  /// Section `[actor]` of a run's settings.
  package static let settings: [Setting<Self>] = [
    .count("width", \.width, Bounds(1, 65536), "width of the residual stream"),
    .count("blocks", \.blocks, Bounds(0, 1000), "number of residual blocks"),
    .number("dropout", \.dropout, .below(1, from: 0), "dropout rate of each block"),
    .word("objective", \.objective, "weight of each transition in the loss"),
    .number("learning_rate", \.learningRate, Bounds(0, 1000), "Adam's rate at the beginning"),
    .count("decay_steps", \.decaySteps, Bounds(1, 1_000_000_000), "steps in which the rate decays"),
    .number("weight_decay", \.weightDecay, Bounds(0, 1000), "decoupled weight decay"),
    .number("average_rate", \.averageRate, Bounds(0, 1), "rate of the target's moving average"),
    .count("batch_size", \.batchSize, Bounds(1, 65536), "transitions per step"),
    .count("steps_per_update", \.stepsPerUpdate, Bounds(1, 1000), "steps per step of the critic"),
  ]
}

extension LearnerConfiguration.Critic {
  /// Section `[critic]` of a run's settings.
  package static let settings: [Setting<Self>] = [
    .counts(
      "widths", \.widths, Bounds(1, 65536), length: Bounds(1, 64),
      "widths of the hidden layers of Q and V"),
    .count("heads", \.heads, Bounds(1, 1000), "number of Q heads"),
    .word("objective", \.objective, "loss of V"),
    .number("tau", \.tau, .above(0, to: 1_000_000), "parameter of that loss"),
    .number("learning_rate", \.learningRate, Bounds(0, 1000), "Adam's rate for Q"),
    .number("value_learning_rate", \.valueLearningRate, Bounds(0, 1000), "Adam's rate for V"),
    .number("average_rate", \.averageRate, Bounds(0, 1), "rate of the targets' moving average"),
    .count("batch_size", \.batchSize, Bounds(1, 65536), "transitions per update"),
  ]
}

extension LearnerConfiguration.Diffusion {
  /// Section `[diffusion]` of a run's settings.
  package static let settings: [Setting<Self>] = [
    .count("steps", \.steps, Bounds(1, 1000), "number of diffusion steps"),
    .word("schedule", \.schedule, "noise of each step"),
  ]
}

extension LearnerConfiguration {
  /// Of γ.
  package static let discountBounds = Bounds(0.0, 1)

  private static let settings: [Setting<Self>] =
    Actor.settings.map { $0.within("actor", \.actor) }
    + Critic.settings.map { $0.within("critic", \.critic) }
    + Diffusion.settings.map { $0.within("diffusion", \.diffusion) }
    + [
      .number("discount", \.discount, discountBounds, "discount per environment step"),
      .word("precision", \.precision, "numbers that are multiplied"),
      .count(
        "observationCount", \.observationCount, Bounds(1, 1 << 20), "length of an observation"),
      .count("actionCount", \.actionCount, Bounds(1, 1 << 20), "length of an action"),
      .counts(
        "conditionWidths", \.conditionWidths, Bounds(1, 65536), length: Bounds(1, 64),
        "widths of the diffusion step's MLP"),
      .count(
        "timeFeatureCount", \.timeFeatureCount, Bounds(2, 65536), "features of the diffusion step"),
    ]

  /// Whether every value is in its range.
  ///
  /// - Throws: `LearnerError.configuration` for the first that is not, by its name in the file.
  public func validate() throws(LearnerError) {
    for setting in Self.settings {
      if let expected = setting.expectation(in: self) {
        throw .configuration(
          name: setting.name, found: "\(setting.value(in: self))", expected: expected)
      }
    }
    if let obstacle = precision.obstacle {
      throw .configuration(
        name: "precision", found: "\"\(precision.rawValue)\"",
        expected: "\"float32\" on this processor, \(obstacle)")
    }
    if timeFeatureCount % 2 != 0 {
      throw .configuration(
        name: "timeFeatureCount", found: "\(timeFeatureCount)", expected: "an even number")
    }
    if let expected = critic.valueLoss.expectedParameter {
      throw .configuration(name: "critic.tau", found: "\(critic.tau)", expected: expected)
    }
    for (name, count, limit) in [
      ("the number of parameters that these widths give", parameterCount, Self.parameterLimit),
      ("what a batch of these sizes takes in numbers", batchNumberCount, Self.batchNumberLimit),
    ] where count > limit {
      throw .configuration(name: name, found: "\(count)", expected: "at most \(limit)")
    }
  }

  /// Forty times the widest published network; a learner holds each parameter six times.
  private static let parameterLimit = 100_000_000
  /// A gigabyte.
  private static let batchNumberLimit = 1 << 28

  /// Weights of all layers: each of the sizes is bounded, so that nothing here overflows.
  private var parameterCount: Int {
    func layers(_ widths: [Int]) -> Int {
      zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let condition = [timeFeatureCount] + conditionWidths
    let score =
      layers(condition)
      + (observationCount + 2 * actionCount + (conditionWidths.last ?? 0)) * actor.width
      + actor.blocks * 8 * actor.width * actor.width
    let heads = layers([observationCount + actionCount] + critic.widths + [1])
    return score + layers([observationCount] + critic.widths + [1]) + critic.heads * heads
  }

  /// Sums of all layers for all rows.
  private var batchNumberCount: Int {
    let actorRow = actor.width * (1 + 5 * actor.blocks) + observationCount + actionCount
    let criticRow = (1 + critic.heads) * (critic.widths.reduce(0, +) + observationCount)
    return actor.batchSize * actorRow + critic.batchSize * criticRow
  }
}

import IDQLSpelling
import IDQLTraining

/// Settings of soft actor-critic; the defaults are those of Haarnoja et al. 2018 (*Soft
/// Actor-Critic Algorithms and Applications*, appendix D), which are also Stable-Baselines3's but
/// for `randomSteps`.
public struct SACConfiguration: Codable, Equatable, Sendable {
  /// Widths of the hidden layers of actor and critics.
  public var widths = [256, 256]
  /// Transitions of an update.
  public var batchSize = 256
  /// γ.
  public var discount = 0.99
  /// Rate of the target critics' moving average.
  public var averageRate = 0.005
  /// Learning rate of Adam, for all networks and the temperature.
  public var rate = 3e-4
  /// Environment steps, of all environments together.
  public var steps = 1_000_000
  /// Steps of uniform actions before the first update.
  public var randomSteps = 10_000
  /// Size of the replay buffer, which keeps the newest transitions.
  public var capacity = 1_000_000
  /// Updates per environment step.
  public var updatesPerStep = 1.0
  /// Environments that step in lockstep.
  public var environmentCount = 8
  /// When the actor is evaluated, in environment steps.
  public var evaluation = EvaluationSchedule(every: 10_000, episodes: 10)
  /// In which numbers the layers between the first and the last multiply.
  public var precision = LearnerPrecision.float32

  /// The defaults.
  public init() {}

  enum CodingKeys: String, CodingKey {
    case widths, discount, rate, steps, capacity, evaluation, precision
    case batchSize = "batch_size"
    case averageRate = "average_rate"
    case randomSteps = "random_steps"
    case updatesPerStep = "updates_per_step"
    case environmentCount = "environments"
  }

  /// - Throws: `CollectionError.setting` for the first value out of range.
  package func validate() throws(CollectionError) {
    for (name, value, limit) in [
      ("steps", steps, 1_000_000_000), ("batch", batchSize, 65536),
      ("environments", environmentCount, 4096), ("capacity", capacity, 1_000_000_000),
    ] where !(1...limit).contains(value) {
      throw .setting(name, found: "\(value)", expected: "from 1 to \(limit)")
    }
    let width = Bounds(1, 4096)
    if !(1...64).contains(widths.count) || !widths.allSatisfy(width.contains) {
      throw .setting("widths", found: "\(widths)", expected: "1 to 64 widths, each \(width)")
    }
    try evaluation.validate()
    if let obstacle = precision.obstacle {
      throw .setting(
        "precision", found: precision.rawValue, expected: "float32 on this processor, \(obstacle)")
    }
    if !(0...1_000_000_000).contains(randomSteps) {
      throw .setting("random-steps", found: "\(randomSteps)", expected: "from 0 to 1000000000")
    }
    if !(updatesPerStep > 0 && updatesPerStep <= 100) {
      throw .setting(
        "updates-per-step", found: "\(updatesPerStep)", expected: "above 0, at most 100")
    }
    for (name, share) in [("discount", discount), ("average-rate", averageRate), ("rate", rate)]
    where !(share > 0 && share <= 1) {
      throw .setting(name, found: "\(share)", expected: "above 0, at most 1")
    }
  }
}

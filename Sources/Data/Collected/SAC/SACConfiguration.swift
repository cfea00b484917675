/// Settings of soft actor-critic; the defaults are those of Haarnoja et al. 2018 (*Soft Actor-Critic
/// Algorithms and Applications*, appendix D) but for `updatesPerStep`.
public struct SACConfiguration: Equatable, Sendable {
  /// Hidden layers of actor and critics.
  public var widths = [256, 256]
  public var batchSize = 256
  /// γ.
  public var discount = 0.99
  /// Of the target critics' moving average.
  public var averageRate = 0.005
  /// Adam's, for all networks and the temperature.
  public var rate = 3e-4
  /// Environment steps; all environments together.
  public var steps = 1_000_000
  /// Steps of uniform actions before the first update.
  public var randomSteps = 10_000
  /// Transitions to draw from: the newest ones.
  public var capacity = 1_000_000
  /// Updates for every environment step.
  public var updatesPerStep = 0.5
  /// Environments that step together.
  public var environmentCount = 8
  /// In environment steps.
  public var evaluation = EvaluationSchedule(every: 10_000, episodes: 10)

  public init() {}

  /// - Throws: `CollectionError.setting` for the first value out of range.
  public func validate() throws(CollectionError) {
    for (name, value, limit) in [
      ("steps", steps, 1_000_000_000), ("batch", batchSize, 65536),
      ("environments", environmentCount, 4096), ("capacity", capacity, 1_000_000_000),
    ] where !(1...limit).contains(value) {
      throw .setting(name, found: "\(value)", expected: "from 1 to \(limit)")
    }
    try evaluation.validate()
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

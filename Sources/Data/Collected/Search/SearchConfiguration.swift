import IDQLSpelling

/// Settings of augmented random search (Mania, Guy and Recht 2018) in an environment.
public struct SearchConfiguration: Codable, Equatable, Sendable {
  /// Number of updates of the policy.
  public var iterations = 300
  /// N of the paper: directions tried in an iteration, each with both signs.
  public var directionCount = 16
  /// b of the paper: number of the best directions, which are followed.
  public var keptCount = 8
  /// α of the paper, the step size, in the first iteration; it falls to 0 linearly.
  public var stepSize = 0.02
  /// ν of the paper, the standard deviation of the perturbations, in the first iteration.
  public var noise = 0.025
  /// ν after the last iteration, to which it changes linearly; `noise` if nil, as in the paper.
  /// Strongly perturbed policies fall where the unperturbed one would not, so a gait stays slow
  /// while ν is large.
  public var finalNoise: Double?
  /// Share of the healthy reward in a trial's score, in the first iteration; it falls to 0
  /// linearly. 0 in the paper.
  public var healthyShare = 0.0
  /// Standard deviation of the noise on actions, in the search as in the data.
  public var actionNoise = 0.1
  /// When the policy is evaluated, in iterations.
  public var evaluation = EvaluationSchedule(every: 10, episodes: 20)

  /// The defaults.
  public init() {}

  enum CodingKeys: String, CodingKey {
    case iterations, noise, evaluation
    case directionCount = "directions"
    case keptCount = "kept"
    case stepSize = "step_size"
    case finalNoise = "final_noise"
    case healthyShare = "healthy_share"
    case actionNoise = "action_noise"
  }

  /// Step sizes of an iteration, and the share of the healthy reward in its scores.
  func settings(of iteration: Int) -> (stride: RandomSearch.Stride, healthyShare: Double) {
    let remaining = 1 - Double(iteration) / Double(iterations)
    let finalNoise = finalNoise ?? noise
    return (
      RandomSearch.Stride(
        stepSize: stepSize * remaining, noise: finalNoise + (noise - finalNoise) * remaining),
      healthyShare * remaining
    )
  }

  /// - Throws: `CollectionError.setting` for the first value out of range.
  package func validate() throws(CollectionError) {
    for (name, value, limit) in [
      ("iterations", iterations, 1_000_000), ("directions", directionCount, 4096),
      ("kept", keptCount, directionCount),
    ] where !(1...limit).contains(value) {
      throw .setting(name, found: "\(value)", expected: "from 1 to \(limit)")
    }
    try evaluation.validate()
    let sizes = Bounds.above(0.0, to: 1000)
    for (name, value) in [("step-size", stepSize), ("noise", noise)]
    where !sizes.contains(value) {
      throw .setting(name, found: "\(value)", expected: "a number \(sizes)")
    }
    if let finalNoise, !(0...noise).contains(finalNoise) {
      throw .setting("final-noise", found: "\(finalNoise)", expected: "from 0 to \(noise)")
    }
    for (name, value) in [("healthy-share", healthyShare), ("action-noise", actionNoise)]
    where !(0...1).contains(value) {
      throw .setting(name, found: "\(value)", expected: "from 0 to 1")
    }
  }
}

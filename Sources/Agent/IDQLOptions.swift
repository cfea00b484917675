/// Everything that determines how a trained IDQL agent acts.
///
/// A checkpoint has its own values (`DecidingPolicy.options`); pass a changed copy to
/// `DecidingPolicy.with(_:)` or `LoadedPolicy.with(_:)`.
public struct IDQLOptions: Codable, Equatable, Sendable {
  /// Candidate actions per observation (N), 1 … 65536.
  public var candidateCount = 64
  /// How one of them is chosen.
  public var rule = SelectionRule.argmax
  /// Factor on the noise of every diffusion step, at least 0.
  public var temperature: Float = 1
  /// Whether candidates are clipped to [-1, 1] after every diffusion step, or only at the end.
  public var clipsEveryStep = true
  /// Arithmetic of the score network's products; not every processor supports all of them.
  public var precision = Precision.float32
  /// How often the last diffusion step is repeated (M), 0 … 1000.
  public var extraFinalSteps = 0
  /// The value function's loss, which defines the weights of `implicit`.
  public var criticObjective = CriticObjective.expectile
  /// The objective's τ (expectile, quantile: between 0 and 1) or α (exponential: above 0).
  public var criticParameter = 0.7
  /// κ for `softmax`, at least 0.
  public var softmaxScale = 1.0

  /// The reference implementation's: the best of 64 candidates.
  public init() {}

  /// Whether every value is in its range.
  ///
  /// - Throws: `IDQLOptionsError` for the first value out of range.
  public func validate() throws(IDQLOptionsError) {
    func require(
      _ holds: Bool, _ option: String, _ found: some CustomStringConvertible, _ expected: String
    ) throws(IDQLOptionsError) {
      if !holds {
        throw IDQLOptionsError(option: option, found: found.description, expected: expected)
      }
    }
    try require(
      (1...65536).contains(candidateCount), "candidateCount", candidateCount, "1 to 65536")
    try require(
      temperature >= 0 && temperature.isFinite, "temperature", temperature, "a number from 0")
    try require(
      (0...1000).contains(extraFinalSteps), "extraFinalSteps", extraFinalSteps, "0 to 1000")
    if let obstacle = precision.obstacle {
      try require(false, "precision", precision.rawValue, "float32 on this processor, \(obstacle)")
    }
    let expected = valueLoss.expectedParameter
    try require(expected == nil, "criticParameter", criticParameter, expected ?? "")
    try require(
      softmaxScale >= 0 && softmaxScale.isFinite, "softmaxScale", softmaxScale, "a number from 0")
  }
}

/// An option out of range: which, what was found, what would be accepted.
public struct IDQLOptionsError: Error, Equatable, CustomStringConvertible {
  /// Its name here.
  public var option: String
  /// Its value.
  public var found: String
  /// What would be accepted.
  public var expected: String

  /// One line.
  public var description: String { "\(option) is \(found); it must be \(expected)." }
}

/// One finished episode.
public struct Episode: Equatable, Sendable {
  /// How it ended. Terminated and truncated are kept apart: only the first is a failure.
  public enum Ending: String, Codable, CaseIterable, Sendable {
    /// The task ended: the robot fell, or reached its goal.
    case terminated
    /// The time limit cut it.
    case truncated
    /// The state, or an action, was no longer a finite number.
    case broken
  }

  /// From zero.
  public var index: Int
  /// Of the environment's reset: the evaluation's seed + index.
  public var seed: UInt64
  /// Sum of the rewards; `nil` for a broken episode, whose sum would mean nothing.
  public var totalReward: Double?
  /// Environment steps.
  public var length: Int
  public var ending: Ending
  /// 100 (return - minimum) / (maximum - minimum); `nil` without a return or a reference.
  public var score: Double?

  public init(
    index: Int, seed: UInt64, totalReward: Double?, length: Int, ending: Ending, score: Double?
  ) {
    self.index = index
    self.seed = seed
    self.totalReward = totalReward
    self.length = length
    self.ending = ending
    self.score = score
  }
}

extension Episode: Codable {
  enum CodingKeys: String, CodingKey {
    case index, seed, length, terminated, truncated, broken, score
    case totalReward = "return"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    index = try values.decode(Int.self, forKey: .index)
    seed = try values.decode(UInt64.self, forKey: .seed)
    totalReward = try values.decode(Double?.self, forKey: .totalReward)
    length = try values.decode(Int.self, forKey: .length)
    score = try values.decode(Double?.self, forKey: .score)
    ending =
      try values.decode(Bool.self, forKey: .broken)
      ? .broken
      : try values.decode(Bool.self, forKey: .terminated) ? .terminated : .truncated
  }

  /// Every key is always there, `null` where there is no number.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(index, forKey: .index)
    try values.encode(seed, forKey: .seed)
    try values.encode(totalReward, forKey: .totalReward)
    try values.encode(length, forKey: .length)
    try values.encode(ending == .terminated, forKey: .terminated)
    try values.encode(ending == .truncated, forKey: .truncated)
    try values.encode(ending == .broken, forKey: .broken)
    try values.encode(score, forKey: .score)
  }
}

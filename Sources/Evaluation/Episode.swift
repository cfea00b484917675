/// One finished episode.
public struct Episode: Equatable, Sendable {
  /// From zero.
  public var index: Int
  /// Of the environment's reset: the evaluation's seed + index.
  public var seed: UInt64
  /// Sum of the rewards; `nil` for a broken episode, whose sum would mean nothing.
  public var totalReward: Double?
  /// Environment steps.
  public var length: Int
  /// The task ended: the robot fell, or reached its goal. True for a broken episode as well.
  public var isTerminated: Bool
  /// The time limit cut it; may coincide with `isTerminated`.
  public var isTruncated: Bool
  /// The state, an action or a reward was no longer a finite number.
  public var isBroken: Bool
  /// 100 (return - minimum) / (maximum - minimum); `nil` without a return or a reference.
  public var score: Double?

  public init(
    index: Int, seed: UInt64, totalReward: Double?, length: Int, isTerminated: Bool,
    isTruncated: Bool, isBroken: Bool, score: Double?
  ) {
    self.index = index
    self.seed = seed
    self.totalReward = totalReward
    self.length = length
    self.isTerminated = isTerminated
    self.isTruncated = isTruncated
    self.isBroken = isBroken
    self.score = score
  }
}

extension Episode: Codable {
  enum CodingKeys: String, CodingKey {
    case index, seed, length, score
    case totalReward = "return"
    case isTerminated = "terminated"
    case isTruncated = "truncated"
    case isBroken = "broken"
  }

  /// Every key is always there, `null` where there is no number.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(index, forKey: .index)
    try values.encode(seed, forKey: .seed)
    try values.encode(totalReward, forKey: .totalReward)
    try values.encode(length, forKey: .length)
    try values.encode(isTerminated, forKey: .isTerminated)
    try values.encode(isTruncated, forKey: .isTruncated)
    try values.encode(isBroken, forKey: .isBroken)
    try values.encode(score, forKey: .score)
  }
}

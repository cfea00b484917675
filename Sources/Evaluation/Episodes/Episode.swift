import IDQLEnvs

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
  /// How often the constraint solver did not find its minimum; anything but 0 says that the physics was not
  /// resolved. `nil` in reports of versions that did not have it.
  public var unconvergedSolves: Int?
  /// 100 (return - minimum) / (maximum - minimum); `nil` without a return or a reference.
  public var score: Double?
  /// Whether the goal was reached in any step; `nil` for a task without one.
  public var isSuccess: Bool?
  /// Start, end and goal in the maze; `nil` outside of mazes.
  public var journey: Journey?
  /// Digest of all observations, actions and rewards, 16 hexadecimal digits: equal for equal
  /// episodes. `nil` in reports of versions that did not have it.
  public var hash: String?

  /// Where an episode in a maze began and ended. Points in m, in the maze's frame.
  public struct Journey: Equatable, Sendable {
    /// Number of the task, from 1; `nil` where tasks have none.
    public var task: Int?
    /// Of what has to reach the goal, the robot or the ball, after the reset.
    public var start: MazePoint
    /// Of the same after the last step.
    public var end: MazePoint
    /// What was to be reached.
    public var goal: MazePoint
  }
}

extension Episode: Codable {
  enum CodingKeys: String, CodingKey {
    case index, seed, length, score, journey, hash
    case totalReward = "return"
    case isTerminated = "terminated"
    case isTruncated = "truncated"
    case isBroken = "broken"
    case unconvergedSolves = "unconverged_solves"
    case isSuccess = "success"
  }

  /// Every key is always written, with `null` for `nil`.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(index, forKey: .index)
    try values.encode(seed, forKey: .seed)
    try values.encode(totalReward, forKey: .totalReward)
    try values.encode(length, forKey: .length)
    try values.encode(isTerminated, forKey: .isTerminated)
    try values.encode(isTruncated, forKey: .isTruncated)
    try values.encode(isBroken, forKey: .isBroken)
    try values.encode(unconvergedSolves, forKey: .unconvergedSolves)
    try values.encode(score, forKey: .score)
    try values.encode(isSuccess, forKey: .isSuccess)
    try values.encode(journey, forKey: .journey)
    try values.encode(hash, forKey: .hash)
  }
}

extension Episode.Journey: Codable {
  enum CodingKeys: CodingKey { case task, start, end, goal }

  /// Reads what ``encode(to:)`` writes.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func point(_ key: CodingKeys) throws -> MazePoint {
      var numbers = try values.nestedUnkeyedContainer(forKey: key)
      return MazePoint(try numbers.decode(Double.self), try numbers.decode(Double.self))
    }
    self.init(
      task: try values.decodeIfPresent(Int.self, forKey: .task), start: try point(.start),
      end: try point(.end), goal: try point(.goal))
  }

  /// Points as arrays, `[x, y]`.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(task, forKey: .task)
    for (key, point) in [(CodingKeys.start, start), (.end, end), (.goal, goal)] {
      try values.encode([point.x, point.y], forKey: key)
    }
  }
}

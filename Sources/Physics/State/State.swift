/// The state of a simulation: a copy is a snapshot, and restoring it gives the same future to the
/// bit.
public struct State: Codable, Equatable, Sendable {
  /// s since the last reset.
  public var time: Double
  /// Generalized positions, m and rad, length `positionCount` (MuJoCo `qpos`).
  public var position: [Double]
  /// Generalized velocities, m/s and rad/s, length `velocityCount` (MuJoCo `qvel`).
  public var velocity: [Double]
  /// Acceleration from which the constraint solver starts, length `velocityCount` (MuJoCo
  /// `qacc_warmstart`). It changes results by rounding only.
  public var warmStart: [Double]

  /// States of the actuators that have one, length `activationCount` (MuJoCo `act`); empty for
  /// zeros.
  public var activation: [Double]

  /// - Parameters: as the properties.
  public init(
    time: Double = 0, position: [Double], velocity: [Double], warmStart: [Double],
    activation: [Double] = []
  ) {
    self.time = time
    self.position = position
    self.velocity = velocity
    self.warmStart = warmStart
    self.activation = activation
  }

  /// States without `activation` are of models without any.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    time = try container.decode(Double.self, forKey: .time)
    position = try container.decode([Double].self, forKey: .position)
    velocity = try container.decode([Double].self, forKey: .velocity)
    warmStart = try container.decode([Double].self, forKey: .warmStart)
    activation = try container.decodeIfPresent([Double].self, forKey: .activation) ?? []
  }

  /// Without activations as before there were any.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(time, forKey: .time)
    try container.encode(position, forKey: .position)
    try container.encode(velocity, forKey: .velocity)
    try container.encode(warmStart, forKey: .warmStart)
    if !activation.isEmpty { try container.encode(activation, forKey: .activation) }
  }

  private enum CodingKeys: CodingKey { case time, position, velocity, warmStart, activation }
}

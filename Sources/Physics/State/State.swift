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

  /// - Parameters: as the properties.
  public init(time: Double = 0, position: [Double], velocity: [Double], warmStart: [Double]) {
    self.time = time
    self.position = position
    self.velocity = velocity
    self.warmStart = warmStart
  }
}

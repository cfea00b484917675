/// All that a restart needs: a copy is a snapshot, and restoring it gives the same future to the bit.
public struct State: Codable, Equatable, Sendable {
  /// Seconds.
  public var time: Double
  /// Length `positionCount` (MuJoCo `qpos`).
  public var position: [Double]
  /// Length `velocityCount` (MuJoCo `qvel`).
  public var velocity: [Double]
  /// Length `velocityCount`: where the constraint solver starts (MuJoCo `qacc_warmstart`). It moves a
  /// result by rounding only.
  public var warmStart: [Double]

  public init(time: Double = 0, position: [Double], velocity: [Double], warmStart: [Double]) {
    self.time = time
    self.position = position
    self.velocity = velocity
    self.warmStart = warmStart
  }
}

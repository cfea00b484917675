/// A model in motion. One instance per episode in flight; not to be shared between threads.
public final class Simulation {
  public let model: Model
  /// Length `controlCount`: held until written again (MuJoCo `ctrl`).
  public var control: [Double]
  var stored: State

  public init(model: Model) {
    self.model = model
    control = Array(repeating: 0, count: model.controlCount)
    stored = State(position: model.initialPosition, velocity: Array(repeating: 0, count: model.velocityCount), warmStart: Array(repeating: 0, count: model.velocityCount))
  }

  /// What a restart needs; setting it also recomputes all that follows from it (MuJoCo `mj_forward`).
  public var state: State {
    get { stored }
    set { stored = newValue }
  }

  public var time: Double { stored.time }
  public func position(_ index: Int) -> Double { stored.position[index] }
  public func velocity(_ index: Int) -> Double { stored.velocity[index] }
  public func acceleration(_ index: Int) -> Double { 0 }
  /// False once a position, velocity or acceleration was NaN or beyond 1e10 (MuJoCo `mj_checkPos`…).
  public var isFinite: Bool { true }
  /// Frame origin of a body as the last force evaluation left it (MuJoCo `xpos`).
  public func bodyPosition(_ body: Int) -> Vector3 { .zero }
  public var contactCount: Int { 0 }

  /// The initial configuration at rest, time zero, controls zero, no warm start (MuJoCo `mj_resetData`,
  /// then the given state, then `mj_forward`).
  public func reset(position: [Double], velocity: [Double]) {}
  /// One time step (MuJoCo `mj_step`).
  public func step() {}
}

import IDQLPhysics

/// A robot between two steps, as the parts of a task read it. It is valid until the next step.
public struct RobotMoment {
  private let simulation: Simulation
  private let restored: LastEvaluation.Values?

  init(_ simulation: Simulation, _ evaluation: LastEvaluation) {
    self.simulation = simulation
    restored = evaluation.restored(in: simulation)
  }

  /// The robot and its surroundings, for looking up indices.
  public var model: Model { simulation.model }
  /// Seconds since the start of the episode.
  public var time: Double { simulation.time }
  /// One of the model's `positionCount` positions (MuJoCo `qpos`).
  public func position(_ index: Int) -> Double { simulation.position(index) }
  /// One of the model's `velocityCount` velocities (MuJoCo `qvel`).
  public func velocity(_ index: Int) -> Double { simulation.velocity(index) }

  /// Where the origin of a body was when forces were last computed, m, world frame (MuJoCo `xpos`):
  /// after an Euler step where the step began, after a Runge-Kutta step in its fourth stage.
  /// Gymnasium reads the same.
  public func origin(ofBody body: Int) -> Vector3 {
    restored?.origin(ofBody: body) ?? simulation.frame(ofBody: body).origin
  }

  /// Where the origin of the body of that name was, likewise.
  ///
  /// - Precondition: the model has such a body.
  public func origin(ofBody name: String) -> Vector3 {
    guard let body = model.bodies.index(ofName: name) else {
      preconditionFailure("no body is named '\(name)'")
    }
    return origin(ofBody: body)
  }

  /// Six numbers a body: moment (N m), then force (N), of its contacts when forces were last
  /// computed, about the tree's centre of mass, world axes (MuJoCo `cfrc_ext`).
  public var contactForces: [Double] {
    restored?.contactForces
      ?? simulation.contactForces.flatMap { $0.angular.components + $0.linear.components }
  }
}

/// What parts of a task read besides positions and velocities. Snapshots hold it.
struct RobotReadings: OptionSet {
  let rawValue: Int

  static let origins = RobotReadings(rawValue: 1)
  static let contactForces = RobotReadings(rawValue: 2)
}

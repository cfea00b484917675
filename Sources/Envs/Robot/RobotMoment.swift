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

  /// All positions, valid until the next step.
  var positions: UnsafeBufferPointer<Double> { simulation.positions }
  /// All velocities, likewise.
  var velocities: UnsafeBufferPointer<Double> { simulation.velocities }

  /// Where the origin of a body was when forces were last computed, m, world frame (MuJoCo `xpos`):
  /// after an Euler step where the step began, after a Runge-Kutta step in its fourth stage.
  /// Gymnasium reads the same, here and below.
  public func origin(ofBody body: Int) -> Vector3 {
    restored?[.origins].map { vector(body, of: $0) } ?? simulation.frame(ofBody: body).origin
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

  /// Where the centre of mass of a body was, likewise (MuJoCo `xipos`).
  public func centerOfMass(ofBody body: Int) -> Vector3 {
    restored?[.centersOfMass].map { vector(body, of: $0) }
      ?? simulation.frame(ofBody: body).centerOfMass
  }

  /// Where the centre of mass of all bodies was, likewise.
  public var centerOfMass: Vector3 {
    var moment = Vector3.zero
    var mass = 0.0
    for (body, properties) in model.bodies.enumerated() {
      moment += properties.mass * centerOfMass(ofBody: body)
      mass += properties.mass
    }
    return (1 / mass) * moment
  }

  /// Where a site was, likewise (MuJoCo `site_xpos`).
  public func position(ofSite site: Int) -> Vector3 { vector(site, of: values(of: .sites)) }

  /// Six numbers a body: moment (N m), then force (N), of its contacts when forces were last
  /// computed, about the tree's centre of mass, world axes (MuJoCo `cfrc_ext`). Zeros at the start
  /// of an episode, as in Gymnasium.
  public var contactForces: [Double] { values(of: .contactForces) }

  /// Ten numbers a body, likewise: rotational inertia (xx, yy, zz, xy, xz, yz, kg m²), mass times
  /// offset (kg m) and mass (kg) about the tree's centre of mass, world axes (MuJoCo `cinert`).
  public var inertias: [Double] { values(of: .inertias) }

  /// Six numbers a body, likewise: angular (rad/s), then linear velocity (m/s) of the point that
  /// coincides with the tree's centre of mass, world axes (MuJoCo `cvel`).
  public var bodyVelocities: [Double] { values(of: .bodyVelocities) }

  /// By degree of freedom, likewise, N or N m (MuJoCo `qfrc_actuator`).
  public var actuatorForces: [Double] { values(of: .actuatorForces) }

  /// Forces of contacts and limits by degree of freedom, likewise, N or N m (MuJoCo
  /// `qfrc_constraint`).
  public var constraintForces: [Double] { values(of: .constraintForces) }

  func values(of reading: RobotReading) -> [Double] {
    restored?[reading] ?? reading.values(in: simulation)
  }

  private func vector(_ index: Int, of values: [Double]) -> Vector3 {
    Vector3(values[3 * index], values[3 * index + 1], values[3 * index + 2])
  }
}

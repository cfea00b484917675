/// A damped spring that pulls a point of a body to a target, or turns the body to an orientation
/// (MuJoCo `mjvPerturb`).
///
/// Its force is computed at the beginning of every step and constant during it. It is proportional
/// to the effective inertia, so that light and heavy bodies move alike.
public struct Perturbation: Equatable, Sendable {
  /// Index of the body (MuJoCo `select`).
  public var body: Int
  /// The point where the spring is attached, in the body's frame, m (MuJoCo `localpos`).
  public var grip: Vector3
  /// The target of the point, world frame, m (MuJoCo `refselpos`); nil for no force there.
  public var target: Vector3?
  /// The target of the inertial frame's axes, in the world (MuJoCo `refquat`); nil for no moment.
  public var orientation: Quaternion?
  /// Effective mass at the point, averaged over directions, kg (MuJoCo `localmass`).
  package private(set) var mass: Double

  /// A spring that is attached to a body, without a target yet.
  ///
  /// - Parameters:
  ///   - body: index of the body. One that cannot move is not moved.
  ///   - grip: the point where it is attached, in the body's frame, m.
  ///   - simulation: its state gives the effective mass.
  /// - Precondition: the body exists.
  public init(body: Int, grip: Vector3, in simulation: Simulation) {
    self.body = body
    self.grip = grip
    mass = simulation.effectiveMass(ofBody: body, at: grip)
  }

  /// N/m and Nm/rad for one kilogram and one kg m² (MuJoCo `vis.map.stiffness`, `stiffnessrot`).
  private static let stiffness = 100.0
  private static let turningStiffness = 500.0

  /// Moment about the centre of mass, and force (MuJoCo `mjv_applyPerturbForce`).
  package func wrench(in simulation: Simulation) -> SpatialVector {
    let frame = simulation.frame(ofBody: body)
    let motion = simulation.velocity(ofBody: body)
    let inertia = 1 / max(1e-15, simulation.model.bodies[body].inverseRotationWeight)
    var wrench = SpatialVector.zero
    if let target {
      let point = frame.origin + frame.rotation * grip
      let arm = point - frame.centerOfMass
      let gap = target - point
      let pull = Self.stiffness * gap - Self.stiffness.squareRoot() * motion.linear(at: arm)
      let force = mass * pull
      // rotation about the line of force is damped as well
      let line = gap.normalized(or: .zero)
      let spin = Self.turningStiffness.squareRoot() * inertia * motion.angular.dot(line)
      wrench += SpatialVector(angular: arm.cross(force) - spin * line, linear: force)
    }
    if let orientation {
      let held = frame.orientation * simulation.model.bodies[body].inertialOrientation
      let turn = (orientation * held.conjugate).normalized.rotationVector
      let moment =
        Self.turningStiffness * turn - Self.turningStiffness.squareRoot() * motion.angular
      wrench += SpatialVector(angular: inertia * moment, linear: .zero)
    }
    return wrench
  }
}

extension Simulation {
  /// Velocity of a body: angular (rad/s), and linear at its centre of mass (m/s), world axes
  /// (MuJoCo `mj_objectVelocity`).
  public func velocity(ofBody body: Int) -> SpatialVector {
    let w = workspace
    let root = w.frames[w.model.bodies[body].root].origin
    var motion = SpatialVector.zero
    for d in w.degreesOfFreedom(moving: body) { motion += w.velocity[d] * w.axes[d] }
    return SpatialVector(
      angular: motion.angular, linear: motion.linear(at: w.frames[body].centerOfMass - root))
  }

  /// 3 / trace(J M⁻¹ Jᵀ) for the point `grip` of the body; 0 if it cannot move.
  func effectiveMass(ofBody body: Int, at grip: Vector3) -> Double {
    let w = workspace
    let frame = w.frames[body]
    let root = w.frames[w.model.bodies[body].root].origin
    let point = frame.origin + frame.rotation * grip - root
    let factors = w.solver.matrix
    factors.update(from: w.massMatrix, count: w.model.tree.entryCount)
    factorize(w.model.tree, factors, inverseDiagonal: w.solver.inverseDiagonal)
    var inverseMass = 0.0
    var column = Array(repeating: 0.0, count: w.model.velocityCount)
    for axis in 0..<3 {
      for d in column.indices { column[d] = 0 }
      for d in w.degreesOfFreedom(moving: body) {
        column[d] = w.axes[d].linear(at: point)[axis]
      }
      let row = column
      solve(
        w.model.tree, factors: factors, inverseDiagonal: w.solver.inverseDiagonal, &column)
      inverseMass += zip(row, column).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return inverseMass > 1e-15 ? 3 / inverseMass : 0
  }

  /// Adds the generalized force of the perturbation to `smoothForce`.
  @inline(__always)
  func addPerturbationForce() {
    if let body = perturbation?.body { addPerturbationForce(on: body) }
  }

  private func addPerturbationForce(on body: Int) {
    let w = workspace
    let offset = w.frames[body].centerOfMass - w.frames[w.model.bodies[body].root].origin
    let force = SpatialVector(
      angular: perturbationForce.angular + offset.cross(perturbationForce.linear),
      linear: perturbationForce.linear)
    for d in w.degreesOfFreedom(moving: body) { w.smoothForce[d] += w.axes[d].dot(force) }
  }
}

extension Workspace {
  /// All degrees of freedom that move a body, root first.
  func degreesOfFreedom(moving body: Int) -> UnsafeBufferPointer<Int> {
    let last = model.bodies[body].lastMovingDegreeOfFreedom
    guard last >= 0 else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(
      start: model.tree.chain + model.tree.start[last], count: model.tree.depth[last] + 1)
  }
}

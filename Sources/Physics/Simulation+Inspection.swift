/// Derived quantities, to be read between steps. After a Runge-Kutta step they belong to its fourth
/// stage, as in MuJoCo, unlike positions, velocities and time.
extension Simulation {
  /// One entry of `State.position` (MuJoCo `qpos`).
  public func position(_ index: Int) -> Double {
    precondition((0..<workspace.model.positionCount).contains(index))
    return workspace.position[index]
  }

  /// One entry of `State.velocity` (MuJoCo `qvel`).
  public func velocity(_ index: Int) -> Double {
    precondition((0..<workspace.model.velocityCount).contains(index))
    return workspace.velocity[index]
  }

  /// `State.position` in place, valid as long as the simulation.
  package var positions: UnsafeBufferPointer<Double> {
    UnsafeBufferPointer(start: workspace.position, count: workspace.model.positionCount)
  }

  /// `State.velocity` in place, likewise.
  package var velocities: UnsafeBufferPointer<Double> {
    UnsafeBufferPointer(start: workspace.velocity, count: workspace.model.velocityCount)
  }

  /// Accelerations, length `velocityCount` (MuJoCo `qacc`).
  public var acceleration: [Double] { vector(workspace.acceleration) }
  /// Coriolis, centrifugal and gravity forces, length `velocityCount` (MuJoCo `qfrc_bias`).
  public var biasForce: [Double] { vector(workspace.biasForce) }
  /// Forces of springs, dampers and fluid, length `velocityCount` (MuJoCo `qfrc_passive`).
  public var passiveForce: [Double] { vector(workspace.passiveForce) }
  /// Forces of the actuators, length `velocityCount` (MuJoCo `qfrc_actuator`).
  public var actuatorForce: [Double] { vector(workspace.actuatorForce) }
  /// Forces of contacts and limits, length `velocityCount` (MuJoCo `qfrc_constraint`).
  public var constraintForce: [Double] { vector(workspace.constraintForce) }

  /// Lengths of the tendons, m or rad, length `tendons.count` (MuJoCo `ten_length`).
  public var tendonLengths: [Double] { ofTendons(workspace.lengths) }
  /// Their rates of change, m/s or rad/s (MuJoCo `ten_velocity`).
  public var tendonSpeeds: [Double] { ofTendons(workspace.lengthRates) }

  /// A spatial tendon from one site to the next.
  package struct TendonStep {
    /// Two sites: places in the world frame, m, and the bodies that they are fixed to.
    package var start, stop: (position: Vector3, body: Int)
    /// What may be in the way.
    package var wrap: TendonWrap?
  }

  /// A sphere or cylinder that a tendon is wound around, in the world frame.
  package struct TendonWrap {
    package var body: Int
    package var center: Vector3
    /// The shape's; z is along a cylinder.
    package var axes: Matrix3
    package var radius: Double
    package var isSphere: Bool
    /// Where the tendon meets the shape, and where it leaves it; nil if it does not touch it.
    package var touch: (first: Vector3, second: Vector3)?
  }

  /// The steps of a spatial tendon, in its order; none of a fixed tendon (MuJoCo `wrap_xpos`).
  package func path(ofTendon index: Int) -> [TendonStep] {
    precondition(model.tendons.indices.contains(index))
    let (special, frames) = (workspace.model.special, workspace.frames)
    let length = special.pointee.lengths + index
    func place(_ point: PathPoint) -> Vector3 {
      frames[point.body].origin + frames[point.body].rotation * point.position
    }
    return (0..<length.pointee.stepCount).map { number in
      let step = special.pointee.pathSteps + length.pointee.firstStep + number
      let (start, stop) = (step.pointee.start, step.pointee.stop)
      var found = TendonStep(start: (place(start), start.body), stop: (place(stop), stop.body))
      guard step.pointee.wrap >= 0 else { return found }
      let wrap = special.pointee.wraps + step.pointee.wrap
      let center = wrap.pointee.center
      let axes = frames[center.body].rotation * wrap.pointee.axes
      let winding = windAround(
        wrap, center: place(center), axes: axes, found.start.position, found.stop.position,
        side: place(wrap.pointee.side))
      found.wrap = TendonWrap(
        body: center.body, center: place(center), axes: axes, radius: wrap.pointee.radius,
        isSphere: wrap.pointee.isSphere,
        touch: winding.length >= 0 ? (winding.first, winding.second) : nil)
      return found
    }
  }

  private func vector(_ values: UnsafePointer<Double>) -> [Double] {
    Array(UnsafeBufferPointer(start: values, count: model.velocityCount))
  }

  private func ofTendons(_ values: UnsafePointer<Double>) -> [Double] {
    Array(UnsafeBufferPointer(start: values, count: model.tendons.count))
  }

  /// The frame of a body in the world (MuJoCo `xpos`, `xquat`, `xipos`).
  public func frame(ofBody body: Int) -> BodyFrame {
    precondition(model.bodies.indices.contains(body))
    return workspace.frames[body]
  }

  /// Velocity of the centre of mass of a body with all its descendants, m/s, world axes (MuJoCo
  /// `subtree_linvel`).
  ///
  /// - Parameter top: index of the body.
  public func velocityOfCenterOfMass(ofTreeUnder top: Int) -> Vector3 {
    precondition(model.bodies.indices.contains(top))
    let w = workspace
    let m = w.model
    var velocities = Array(repeating: SpatialVector.zero, count: m.bodyCount)
    var isInside = Array(repeating: false, count: m.bodyCount)
    var momentum = Vector3.zero
    var mass = 0.0
    for b in 0..<m.bodyCount {
      let body = m.bodies[b]
      velocities[b] = velocities[body.parent]
      for d in body.firstDegreeOfFreedom..<body.firstDegreeOfFreedom + body.degreeOfFreedomCount {
        velocities[b] += w.velocity[d] * w.axes[d]
      }
      isInside[b] = b == top || isInside[body.parent]
      if isInside[b] {
        let offset = w.frames[b].centerOfMass - w.frames[body.root].origin
        momentum += body.mass * velocities[b].linear(at: offset)
        mass += body.mass
      }
    }
    return mass > 0 ? (1 / mass) * momentum : .zero
  }

  /// In the order of `Model.pairs` (MuJoCo `contact`).
  public var contacts: [Contact] {
    Array(UnsafeBufferPointer(start: workspace.contacts.contacts, count: workspace.contacts.count))
  }

  /// How many contacts (MuJoCo `ncon`).
  public var contactCount: Int { workspace.contacts.count }

  /// The joint-space inertia matrix, dense and row-major, velocityCount² (MuJoCo `mj_fullM`).
  public var massMatrix: [Double] {
    let m = workspace.model
    let n = m.velocityCount
    var dense = Array(repeating: 0.0, count: n * n)
    for i in 0..<n {
      for e in 0...m.tree.depth[i] {
        let j = m.tree.chain[m.tree.start[i] + e]
        dense[i * n + j] = workspace.massMatrix[m.tree.start[i] + e]
        dense[j * n + i] = dense[i * n + j]
      }
    }
    return dense
  }

  /// Contacts and active joint limits of the last step, as bits: simulations of one model with
  /// equal patterns have about the same cost in the next one. Several contacts or joints share a
  /// bit if there are more of them than bits.
  package var constraintPattern: UInt64 {
    let w = workspace
    var pattern: UInt64 = 0
    var previous = -1
    for c in 0..<w.contacts.count {
      let pair = w.contacts.contacts[c].pair
      pattern |= 1 << UInt64(16 + (2 * pair + (pair == previous ? 1 : 0)) % 48)
      previous = pair
    }
    for r in w.constraints.twoSidedCount..<w.constraints.rowCount
    where w.constraints.rows[r].depth > 0 {
      pattern |= 1 << UInt64(w.constraints.chains[w.constraints.rows[r].chain] % 16)
    }
    return pattern
  }

  /// One row of the constraint problem, as MuJoCo's `efc_*` arrays have it.
  public struct ConstraintState: Equatable, Sendable {
    /// Dense, length velocityCount (MuJoCo `efc_J`).
    public var jacobian: [Double]
    /// Signed distance, m or rad (MuJoCo `efc_pos`).
    public var position: Double
    /// Distance below which the row is active, m or rad (MuJoCo `efc_margin`).
    public var margin: Double
    /// Inverse of the regulariser, kg or kg m² (MuJoCo `efc_D`).
    public var inverseRegularizer: Double
    /// Acceleration without constraint force, m/s² or rad/s² (MuJoCo `efc_aref`).
    public var referenceAcceleration: Double
    /// Constraint force, N or N m; 0 or more but for equalities, dry friction and directions of
    /// friction of elliptic cones (MuJoCo `efc_force`).
    public var force: Double
  }

  private func rowForce(_ r: Int) -> Double {
    workspace.model.isSolvedApart
      ? workspace.solver.candidateResidual[r] : forceOfSolvedRow(r)
  }

  /// From the residual that `solveConstraints` left.
  func forceOfSolvedRow(_ r: Int) -> Double {
    let w = workspace
    let force = -w.constraints.rows[r].inverseRegularizer * w.solver.candidateResidual[r]
    if r >= w.constraints.twoSidedCount { return max(0, force) }
    let limit = w.constraints.rows[r].margin
    return max(-limit, min(limit, force))
  }

  /// Rows of the last evaluation of forces: equalities, dry friction of degrees of freedom and of
  /// tendons, limits of joints and of tendons, lower before upper, then contacts in their order.
  public var constraints: [ConstraintState] {
    let w = workspace
    let m = w.model
    return (0..<w.constraints.rowCount).map { r in
      let row = w.constraints.rows[r]
      var jacobian = Array(repeating: 0.0, count: m.velocityCount)
      for e in 0..<row.count {
        jacobian[w.constraints.chains[row.chain + e]] = w.constraints.jacobians[row.jacobian + e]
      }
      return ConstraintState(
        jacobian: jacobian, position: row.position,
        margin: r < w.constraints.twoSidedCount ? 0 : row.margin,
        inverseRegularizer: row.inverseRegularizer, referenceAcceleration: row.reference,
        force: rowForce(r))
    }
  }
}

/// Memory of the implicit integrators; empty for others.
struct ImplicitScratch {
  /// Row-major: of all degrees of freedom for `implicit`, of one free body for `implicitfast`.
  let matrix: UnsafeMutablePointer<Real>
  // by body: derivatives with respect to one velocity
  let velocity, acceleration, force: UnsafeMutablePointer<SpatialVector>
  /// By degree of freedom.
  let bias: UnsafeMutablePointer<Real>

  init(_ model: Model, _ m: ModelPointers, arena: Arena) {
    let integrator = model.options.integrator
    let isUsed = integrator == .implicit || integrator == .implicitFast
    let size = integrator == .implicit ? m.velocityCount * m.velocityCount : isUsed ? 36 : 0
    matrix = arena.reals(size)
    let bodies = isUsed ? m.bodyCount : 0
    velocity = arena.array(bodies, repeating: .zero)
    acceleration = arena.array(bodies, repeating: .zero)
    force = arena.array(bodies, repeating: .zero)
    bias = arena.reals(isUsed ? m.velocityCount : 0)
  }
}

extension Simulation {
  /// Semi-implicit Euler, implicit in the dependence of smooth forces on velocity (MuJoCo
  /// `mj_implicit`): velocities change by (M - h ∂f/∂v)⁻¹ h f. `implicitfast` leaves out Coriolis
  /// and centrifugal forces, whose derivative is not symmetric, but for bodies that are free by
  /// themselves.
  ///
  /// As in MuJoCo, couplings of tendons between branches are left out.
  @inline(never)
  func stepImplicit() {
    let w = workspace
    let m = w.model
    let h = model.options.timestep
    w.acceleration.update(from: w.warmStart, count: m.velocityCount)
    computeForces(position: w.position, velocity: w.velocity, activation: w.activation)
    w.warmStart.update(from: w.acceleration, count: m.velocityCount)

    let change = w.solver.candidate
    let matrix = w.solver.matrix
    for d in 0..<m.velocityCount { change[d] = w.smoothForce[d] + w.constraintForce[d] }
    matrix.update(from: w.massMatrix, count: m.tree.entryCount)
    subtractForceDerivatives(matrix, h)
    if model.options.integrator == .implicit {
      solveImplicitly(matrix, h, change)
    } else {
      if model.profile.turnsFreeBodiesImplicitly { solveFreeBodies(matrix, h, change) }
      let kept = w.solver.direction
      kept.update(from: change, count: m.velocityCount)
      factorize(m.tree, matrix, inverseDiagonal: w.solver.inverseDiagonal)
      solve(m.tree, factors: matrix, inverseDiagonal: w.solver.inverseDiagonal, change)
      if model.profile.turnsFreeBodiesImplicitly {
        for j in 0..<m.jointCount where m.special.pointee.freeBodyJoints[j] {
          let first = m.joints[j].firstDegreeOfFreedom
          for d in first..<first + 6 { change[d] = kept[d] }
        }
      }
    }
    if m.hasSpecialDrives { advanceActivations(w.activationRate) }
    for d in 0..<m.velocityCount { w.velocity[d] += h * change[d] }
    integratePositions(m, w.position, velocity: w.velocity, duration: h, into: w.position)
  }

  /// Adds h times minus the derivatives of dampers and actuators.
  @inline(__always)
  private func subtractForceDerivatives(_ matrix: UnsafeMutablePointer<Real>, _ h: Double) {
    let w = workspace
    let m = w.model
    for d in 0..<m.velocityCount {
      matrix[m.tree.start[d] + m.tree.depth[d]] += h * m.dofs[d].damping
    }
    for index in 0..<m.special.pointee.lengthCount
    where m.special.pointee.lengths[index].damping != 0 {
      let length = m.special.pointee.lengths + index
      addProduct(
        m.tree, Real(h * length.pointee.damping), m.rowChains + length.pointee.chain,
        w.lengthJacobians + length.pointee.jacobian, length.pointee.entryCount, to: matrix)
    }
    for index in 0..<m.actuatorCount {
      let drive = m.actuators + index
      let gear = drive.pointee.gear
      let slope =
        -h
        * forcePerSpeed(
          m, index, driveForce: w.driveForce, control: w.control[index], activation: w.activation,
          activationRate: w.activationRate, position: w.position, velocity: w.velocity,
          lengths: w.lengths, lengthJacobians: w.lengthJacobians)
      if !someLane(slope != .zero) { continue }
      if drive.pointee.tendon >= 0 {
        let length = m.special.pointee.lengths + drive.pointee.tendon
        addProduct(
          m.tree, gear.0 * gear.0 * slope, m.rowChains + length.pointee.chain,
          w.lengthJacobians + length.pointee.jacobian, length.pointee.entryCount, to: matrix)
      } else {
        let joint = m.joints + drive.pointee.joint
        let first = joint.pointee.firstDegreeOfFreedom
        for i in 0..<joint.pointee.kind.degreeOfFreedomCount {
          let row = matrix + m.tree.start[first + i] + m.tree.depth[first]
          for j in 0...i { row[j] += (drive.pointee.gear(i) * drive.pointee.gear(j)) * slope }
        }
      }
    }
  }

  /// With the derivative of the bias force: a full matrix that is not symmetric.
  @inline(__always)
  private func solveImplicitly(
    _ symmetric: UnsafePointer<Real>, _ h: Double, _ change: UnsafeMutablePointer<Real>
  ) {
    let m = workspace.model
    let n = m.velocityCount
    let full = workspace.implicit.matrix
    full.update(repeating: .zero, count: n * n)
    for i in 0..<n {
      for e in 0...m.tree.depth[i] {
        let j = m.tree.chain[m.tree.start[i] + e]
        full[i * n + j] = symmetric[m.tree.start[i] + e]
        full[j * n + i] = full[i * n + j]
      }
    }
    for k in 0..<n {
      differentiateBias(k)
      for i in 0..<n { full[i * n + k] += h * workspace.implicit.bias[i] }
    }
    solveBySubstitution(full, n, change)
  }

  /// Bodies that are free by themselves, each with its own bias force.
  @inline(__always)
  private func solveFreeBodies(
    _ symmetric: UnsafePointer<Real>, _ h: Double, _ change: UnsafeMutablePointer<Real>
  ) {
    let m = workspace.model
    let own = workspace.implicit.matrix
    for j in 0..<m.jointCount where m.special.pointee.freeBodyJoints[j] {
      let first = m.joints[j].firstDegreeOfFreedom
      for i in 0..<6 {
        for e in 0...i {
          own[6 * i + e] = symmetric[m.tree.start[first + i] + e]
          own[6 * e + i] = own[6 * i + e]
        }
      }
      for k in 0..<6 {
        differentiateBias(first + k)
        for i in 0..<6 { own[6 * i + k] += h * workspace.implicit.bias[first + i] }
      }
      solveBySubstitution(own, 6, change + first)
    }
  }

  /// Derivative of the bias force with respect to the velocity of one degree of freedom: the
  /// recursion of `computeBiasForce`, differentiated (MuJoCo `mjd_rne_vel`).
  @inline(__always)
  private func differentiateBias(_ k: Int) {
    let w = workspace
    let m = w.model
    let s = w.implicit
    for index in 0..<m.movingBodyCount {
      let b = m.movingBodies[index]
      let body = m.bodies + b
      let parent = body.pointee.parent
      let parentMoves = m.bodies[parent].weld != 0
      var v = parentMoves ? w.bodyVelocity[parent] : .zero
      var dv = parentMoves ? s.velocity[parent] : .zero
      var da = parentMoves ? s.acceleration[parent] : .zero
      let firstJoint = body.pointee.firstJoint
      for j in firstJoint..<(firstJoint + body.pointee.jointCount) {
        let joint = m.joints + j
        if joint.pointee.kind == .free {
          // translations are along world axes, which do not move
          let first = joint.pointee.firstDegreeOfFreedom
          for d in first..<first + 3 {
            v.linear += w.velocity[d] * w.axes[d].linear
            if d == k { dv.linear += w.axes[d].linear }
          }
        }
        let first = joint.pointee.firstDegreeOfFreedom
        let dofs = joint.pointee.kind == .slide ? first..<first + 1 : joint.pointee.rotations
        var motion = SpatialVector.zero
        var change = SpatialVector.zero
        for d in dofs {
          motion += w.velocity[d] * w.axes[d]
          if d == k { change += w.axes[d] }
        }
        da += dv.cross(motion: motion) + v.cross(motion: change)
        v += motion
        dv += change
      }
      s.velocity[b] = dv
      s.acceleration[b] = da
      let inertia = w.inertias[b]
      s.force[b] =
        inertia * da + dv.cross(force: inertia * v) + v.cross(force: inertia * dv)
    }
    for index in stride(from: m.movingBodyCount - 1, through: 0, by: -1) {
      let b = m.movingBodies[index]
      let body = m.bodies + b
      let first = body.pointee.firstDegreeOfFreedom
      for d in first..<(first + body.pointee.degreeOfFreedomCount) {
        s.bias[d] = w.axes[d].dot(s.force[b])
      }
      if m.bodies[body.pointee.parent].weld != 0 { s.force[body.pointee.parent] += s.force[b] }
    }
  }
}

/// Solves A x = b in place by elimination; the symmetric part of A is positive definite, so that no
/// pivots have to be chosen.
@inline(__always)
private func solveBySubstitution(
  _ a: UnsafeMutablePointer<Real>, _ n: Int, _ x: UnsafeMutablePointer<Real>
) {
  for k in 0..<n {
    let inverse = 1 / a[k * n + k]
    for i in k + 1..<max(n, k + 1) where someLane(a[i * n + k] != .zero) {
      let scale = a[i * n + k] * inverse
      for j in k + 1..<n { a[i * n + j] -= scale * a[k * n + j] }
      x[i] -= scale * x[k]
    }
  }
  for k in (0..<n).reversed() {
    var value = x[k]
    for j in k + 1..<max(n, k + 1) { value -= a[k * n + j] * x[j] }
    x[k] = value / a[k * n + k]
  }
}

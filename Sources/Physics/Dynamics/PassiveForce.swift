/// Forces of springs and dampers (MuJoCo `mj_passive` → `qfrc_passive`, without fluid and gravity
/// compensation): minus stiffness times the displacement from rest, minus damping times velocity.
@inline(__always)
func computePassiveForce(
  _ m: ModelPointers, position: UnsafePointer<Real>, velocity: UnsafePointer<Real>,
  passive: UnsafeMutablePointer<Real>
) {
  for d in 0..<m.velocityCount { passive[d] = -m.dofs[d].damping * velocity[d] }

  for j in 0..<m.jointCount {
    let joint = m.joints + j
    let stiffness = joint.pointee.stiffness
    if stiffness == 0 { continue }
    let q = position + joint.pointee.firstPosition
    let rest = m.springPosition + joint.pointee.firstPosition
    let force = passive + joint.pointee.firstDegreeOfFreedom
    switch joint.pointee.kind {
    case .slide, .hinge:
      force[0] -= stiffness * (q[0] - rest[0])
    case .ball:
      addRotationalSpring(stiffness, q, rest, force)
    case .free:
      for axis in 0..<3 { force[axis] -= stiffness * (q[axis] - rest[axis]) }
      addRotationalSpring(stiffness, q + 3, rest + 3, force + 3)
    }
  }
}

private func addRotationalSpring(
  _ stiffness: Double, _ q: UnsafePointer<Real>, _ rest: UnsafePointer<Double>,
  _ force: UnsafeMutablePointer<Real>
) {
  let current = Quaternion(q[0], q[1], q[2], q[3]).normalized
  let relaxed = Quaternion(rest[0], rest[1], rest[2], rest[3])
  let displacement = (relaxed.conjugate * current).rotationVector
  force[0] -= stiffness * displacement.x
  force[1] -= stiffness * displacement.y
  force[2] -= stiffness * displacement.z
}

/// Adds forces against gravity, at the centres of mass of bodies that ask for it (MuJoCo `mj_gravcomp`),
/// but for joints whose actuators give them.
///
/// - Parameter compensation: out, of all degrees of freedom.
@inline(never)
func addGravityCompensation(
  _ m: ModelPointers, frames: UnsafePointer<BodyFrame>, axes: UnsafePointer<SpatialVector>,
  compensation: UnsafeMutablePointer<Real>, passive: UnsafeMutablePointer<Real>
) {
  compensation.update(repeating: .zero, count: m.velocityCount)
  let gravity = Vector3(m.special.pointee.gravity)
  for index in 0..<m.movingBodyCount {
    let body = m.bodies + m.movingBodies[index]
    if body.pointee.gravityCompensation == 0 { continue }
    let force = Real(-body.pointee.mass * body.pointee.gravityCompensation) * gravity
    let center = frames[m.movingBodies[index]].centerOfMass
    let offset = center - frames[body.pointee.root].origin
    let leaf = body.pointee.lastMovingDegreeOfFreedom
    for e in 0...m.tree.depth[leaf] {
      let d = m.tree.chain[m.tree.start[leaf] + e]
      compensation[d] += axes[d].linear(at: offset).dot(force)
    }
  }
  for d in 0..<m.velocityCount where !m.joints[m.dofs[d].joint].actuatorsCompensateGravity {
    passive[d] += compensation[d]
  }
}

/// Velocity of every moving body, and the joint forces of zero joint acceleration: Coriolis,
/// centrifugal and gravity terms (MuJoCo `mj_comVel`, `mj_rne` → `qfrc_bias`).
///
/// | Argument       | Shape     | Meaning                                                          |
/// |----------------|-----------|------------------------------------------------------------------|
/// | `velocity`     | dofCount  | generalized velocities, `qvel`                                   |
/// | `bodyVelocity` | bodyCount | out: at the tree's reference point, world axes; world stays zero |
/// | `bodyForce`    | bodyCount | scratch; first accelerations, then forces                        |
/// | `bias`         | dofCount  | out                                                              |
///
/// Recursive Newton-Euler with the world accelerating at minus gravity. The axis of a degree of
/// freedom moves with the velocity that its body has before it acts; the axes of one ball or free
/// rotation act together. Featherstone 2008, §5.3.
@inline(__always)
func computeBiasForce(
  _ m: ModelPointers, gravity: Vector3, velocity: UnsafePointer<Real>,
  axes: UnsafePointer<SpatialVector>, inertias: UnsafePointer<SpatialInertia>,
  bodyVelocity: UnsafeMutablePointer<SpatialVector>,
  bodyForce: UnsafeMutablePointer<SpatialVector>,
  bodyAcceleration: UnsafeMutablePointer<SpatialVector>, bias: UnsafeMutablePointer<Real>
) {
  let fall = SpatialVector(angular: .zero, linear: -gravity)
  for index in 0..<m.movingBodyCount {
    let b = m.movingBodies[index]
    let body = m.bodies + b
    let parent = body.pointee.parent
    let parentMoves = m.bodies[parent].weld != 0
    var v = parentMoves ? bodyVelocity[parent] : .zero
    var a = parentMoves ? bodyAcceleration[parent] : fall

    let firstJoint = body.pointee.firstJoint
    for j in firstJoint..<(firstJoint + body.pointee.jointCount) {
      let first = m.joints[j].firstDegreeOfFreedom
      switch m.joints[j].kind {
      case .slide, .hinge:
        let motion = velocity[first] * axes[first]
        a += v.cross(motion: motion)
        v += motion
      case .ball:
        let motion = sumOfThree(axes + first, velocity + first)
        a += v.cross(motion: motion)
        v += motion
      case .free:
        // the translations are along world axes, which do not move
        v.linear += Vector3(velocity[first], velocity[first + 1], velocity[first + 2])
        let motion = sumOfThree(axes + first + 3, velocity + first + 3)
        a += v.cross(motion: motion)
        v += motion
      }
    }
    bodyVelocity[b] = v
    bodyAcceleration[b] = a
    bodyForce[b] = inertias[b] * a + v.cross(force: inertias[b] * v)
  }

  for index in stride(from: m.movingBodyCount - 1, through: 0, by: -1) {
    let b = m.movingBodies[index]
    let force = bodyForce[b]
    let body = m.bodies + b
    let first = body.pointee.firstDegreeOfFreedom
    for d in first..<(first + body.pointee.degreeOfFreedomCount) { bias[d] = axes[d].dot(force) }
    if m.bodies[body.pointee.parent].weld != 0 { bodyForce[body.pointee.parent] += force }
  }
}

@inline(__always)
private func sumOfThree(
  _ axes: UnsafePointer<SpatialVector>, _ velocity: UnsafePointer<Real>
) -> SpatialVector {
  velocity[0] * axes[0] + velocity[1] * axes[1] + velocity[2] * axes[2]
}

/// Integrates constant velocities over a duration (MuJoCo `mj_integratePos`); quaternions are
/// rotated by their body-frame angular velocity and normalised. `result` may be `position`.
@inline(__always)
func integratePositions(
  _ m: ModelPointers, _ position: UnsafePointer<Real>, velocity: UnsafePointer<Real>,
  duration: Double, into result: UnsafeMutablePointer<Real>
) {
  for j in 0..<m.jointCount {
    let joint = m.joints + j
    let q = position + joint.pointee.firstPosition
    let v = velocity + joint.pointee.firstDegreeOfFreedom
    let r = result + joint.pointee.firstPosition
    switch joint.pointee.kind {
    case .slide, .hinge:
      r[0] = q[0] + duration * v[0]
    case .ball:
      turn(q, v, duration, r)
    case .free:
      for axis in 0..<3 { r[axis] = q[axis] + duration * v[axis] }
      turn(q + 3, v + 3, duration, r + 3)
    }
  }
}

@inline(__always)
private func turn(
  _ q: UnsafePointer<Real>, _ w: UnsafePointer<Real>, _ duration: Double,
  _ result: UnsafeMutablePointer<Real>
) {
  let turned = Quaternion(q[0], q[1], q[2], q[3])
    .advanced(by: Vector3(w[0], w[1], w[2]), for: duration)
  (result[0], result[1], result[2], result[3]) = (turned.w, turned.x, turned.y, turned.z)
}

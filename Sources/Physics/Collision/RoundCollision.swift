/// Two spheres. Where the centres coincide (closer than 1e-15) the normal is the cross product of the
/// geoms' axes, or +x where these are parallel.
@inline(__always)
func collideSpheres(
  _ pair: Int, _ margin: Double, _ centerA: Vector3, _ radiusA: Double, _ axisA: Vector3,
  _ centerB: Vector3, _ radiusB: Double, _ axisB: Vector3, _ buffer: inout ContactBuffer
) {
  let offset = centerB - centerA
  let separation = offset.length
  let distance = separation - radiusA - radiusB
  if distance > margin { return }
  let normal =
    separation < 1e-15
    ? axisA.cross(axisB).normalized(or: Vector3(1, 0, 0)) : (1 / separation) * offset
  buffer.append(
    Contact(
      pair: pair, distance: distance, position: centerA + (radiusA + 0.5 * distance) * normal,
      normal: normal))
}

/// A sphere and the point of the capsule's segment nearest to it.
@inline(__always)
func collideSphereCapsule(
  _ pair: Int, _ margin: Double, _ sphere: GeomFrame, _ sphereSize: Vector3,
  _ capsule: GeomFrame, _ capsuleSize: Vector3, _ buffer: inout ContactBuffer
) {
  let along = (sphere.center - capsule.center).dot(capsule.axis)
  let nearest = max(-capsuleSize.y, min(capsuleSize.y, along))
  collideSpheres(
    pair, margin, sphere.center, sphereSize.x, sphere.axis,
    capsule.center + nearest * capsule.axis, capsuleSize.x, capsule.axis, &buffer)
}

/// Two capsules: one contact at the nearest points of their segments, or up to two at the ends where the
/// segments are parallel (MuJoCo `mjraw_CapsuleCapsule`).
@inline(__always)
func collideCapsules(
  _ pair: Int, _ margin: Double, _ a: GeomFrame, _ sizeA: Vector3, _ b: GeomFrame, _ sizeB: Vector3,
  _ buffer: inout ContactBuffer
) {
  // points A + s u and B + t v with s, t in [-1, 1]: the distance is least where
  //   uu s - uv t = -u·(A - B)   and   -uv s + vv t = v·(A - B)
  let u = sizeA.y * a.axis
  let v = sizeB.y * b.axis
  let offset = a.center - b.center
  let (uu, uv, vv) = (u.dot(u), -u.dot(v), v.dot(v))
  let (su, sv) = (-u.dot(offset), v.dot(offset))
  let determinant = uu * vv - uv * uv

  func addContact(_ s: Double, _ t: Double) {
    collideSpheres(
      pair, margin, a.center + s * u, sizeA.x, a.axis, b.center + t * v, sizeB.x, b.axis, &buffer)
  }

  if abs(determinant) >= 1e-15 {
    var s = (vv * su - uv * sv) / determinant
    var t = (uu * sv - uv * su) / determinant
    if s > 1 {
      s = 1
      t = (sv - uv) / vv
    } else if s < -1 {
      s = -1
      t = (sv + uv) / vv
    }
    if t > 1 {
      t = 1
      s = clampToUnit((su - uv) / uu)
    } else if t < -1 {
      t = -1
      s = clampToUnit((su + uv) / uu)
    }
    addContact(s, t)
    return
  }

  // parallel: the ends of the first against the second, then the reverse, until two touch
  let start = buffer.count
  addContact(1, clampToUnit((sv - uv) / vv))
  addContact(-1, clampToUnit((sv + uv) / vv))
  if buffer.count - start < 2 { addContact(clampToUnit((su - uv) / uu), 1) }
  if buffer.count - start < 2 { addContact(clampToUnit((su + uv) / uu), -1) }
}

@inline(__always)
func clampToUnit(_ x: Double) -> Double { max(-1, min(1, x)) }

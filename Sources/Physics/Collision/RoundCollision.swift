/// Two spheres. Where the centres coincide (closer than 1e-15) the normal is the cross product of
/// the geoms' axes, or +x where these are parallel.
@inline(__always)
func collideSpheres(
  _ pair: Int, _ margin: Double, _ centerA: Vector3, _ radiusA: Double, _ axisA: Vector3,
  _ centerB: Vector3, _ radiusB: Double, _ axisB: Vector3, _ buffer: inout ContactBuffer
) {
  let offset = centerB - centerA
  let reach = margin + radiusA + radiusB
  if offset.squaredLength > reach * reach { return }
  let separation = offset.length
  let distance = separation - radiusA - radiusB
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

/// Two capsules: one contact at the nearest points of their segments, or up to two where these are
/// parallel (MuJoCo `mjraw_CapsuleCapsule`).
///
/// - Parameter clipsParallel: `PhysicsProfile.clipsParallelCapsules`.
@inline(__always)
func collideCapsules(
  _ pair: Int, _ margin: Double, _ a: GeomFrame, _ sizeA: Vector3, _ b: GeomFrame, _ sizeB: Vector3,
  clipsParallel: Bool, _ buffer: inout ContactBuffer
) {
  if clipsParallel {
    collideCapsulesFromEnds(pair, margin, a, sizeA, b, sizeB, &buffer)
  } else {
    collideCapsulesFromCenters(pair, margin, a, sizeA, b, sizeB, &buffer)
  }
}

/// Parallel within 1e-4 rad: a contact at both ends of the common section of the segments, or twice
/// at the same point where there is none.
private func collideCapsulesFromEnds(
  _ pair: Int, _ margin: Double, _ a: GeomFrame, _ sizeA: Vector3, _ b: GeomFrame, _ sizeB: Vector3,
  _ buffer: inout ContactBuffer
) {
  // points A + s u and B + t v with s, t in [0, 1], from the lower end to the upper one
  let lowerA = a.center - sizeA.y * a.axis
  let lowerB = b.center - sizeB.y * b.axis
  let u = (a.center + sizeA.y * a.axis) - lowerA
  let v = (b.center + sizeB.y * b.axis) - lowerB
  let offset = lowerA - lowerB
  let (uu, uv, vv) = (u.squaredLength, u.dot(v), v.squaredLength)
  let (uOffset, vOffset) = (u.dot(offset), v.dot(offset))

  /// The point of B nearest to that of A at `s`; if beyond B's end, that end and A's nearest to it.
  func addContact(_ place: Double) {
    var s = place
    var t = (vOffset + s * uv) / vv
    if t < 0 {
      t = 0
      s = clampToUnitInterval(-uOffset / uu)
    } else if t > 1 {
      t = 1
      s = clampToUnitInterval((uv - uOffset) / uu)
    }
    collideSpheres(
      pair, margin, lowerA + s * u, sizeA.x, a.axis, lowerB + t * v, sizeB.x, b.axis, &buffer)
  }

  let normal = u.cross(v)
  if normal.squaredLength > 1e-8 * uu * vv {
    addContact(clampToUnitInterval(normal.dot(v.cross(offset)) / normal.squaredLength))
  } else {
    addContact(0)
    addContact(1)
  }
}

/// Parallel where the determinant vanishes: the ends of each against the other, until two touch.
private func collideCapsulesFromCenters(
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
      s = clamp((su - uv) / uu, to: 1)
    } else if t < -1 {
      t = -1
      s = clamp((su + uv) / uu, to: 1)
    }
    addContact(s, t)
    return
  }

  let start = buffer.count
  addContact(1, clamp((sv - uv) / vv, to: 1))
  addContact(-1, clamp((sv + uv) / vv, to: 1))
  if buffer.count - start < 2 { addContact(clamp((su - uv) / uu, to: 1), 1) }
  if buffer.count - start < 2 { addContact(clamp((su + uv) / uu, to: 1), -1) }
}

@inline(__always)
private func clampToUnitInterval(_ x: Double) -> Double { max(0, min(1, x)) }

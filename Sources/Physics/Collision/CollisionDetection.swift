/// Finds the contacts of the model's pairs (MuJoCo `mj_collision`).
///
/// | Argument     | Shape     | Meaning                                        |
/// |--------------|-----------|------------------------------------------------|
/// | `frames`     | bodyCount | body frames, for shapes that need three axes   |
/// | `geomFrames` | geomCount | centres and axes                               |
/// | `runs`       | pairCount | which pairs to test                            |
/// | `buffer`     |           | out: contacts no further apart than the margin |
@inline(__always)
func findContacts(
  _ m: ModelPointers, _ runs: PairRuns, _ rules: CollisionRules,
  frames: UnsafePointer<BodyFrame>, geomFrames: UnsafePointer<GeomFrame>,
  buffer: inout ContactBuffer
) {
  buffer.count = 0
  for run in 0..<runs.count {
    let candidates = runs.candidates(of: run, geomFrames)
    for c in 0..<candidates.count {
      let pair = candidates.firstPair + Int(candidates.offsets[c])
      let first = m.pairs[pair].first
      let second = m.pairs[pair].second
      let margin = m.pairs[pair].margin
      let a = geomFrames + first
      let b = geomFrames + second

      // bounding spheres: no contact unless they overlap
      let reach = m.geoms[first].boundingRadius + m.geoms[second].boundingRadius + margin
      let separation = b.pointee.center - a.pointee.center
      let kind = m.pairKinds[pair]
      let isNear =
        kind.hasPlane
        ? !(separation.dot(a.pointee.axis) > reach) : !(separation.squaredLength > reach * reach)
      if !someLane(isNear) { continue }

      let size = m.geoms[second].size
      switch kind {
      case .planeSphere:
        collidePlaneSphere(
          pair, margin, a.pointee, b.pointee.center, radius: size.x, .zero, where: isNear, &buffer)
      case .planeCapsule:
        collidePlaneCapsule(pair, margin, a.pointee, b.pointee, size, where: isNear, &buffer)
      default:
        collideByKind(m, kind, pair, rules, frames, a, b, where: isNear, &buffer)
      }
    }
  }
}

/// The plane's normal is its +z axis; everything below it is inside.
@inline(__always)
func collidePlaneSphere(
  _ pair: Int, _ margin: Double, _ plane: GeomFrame, _ center: Vector3, radius: Double,
  _ preferredTangent: Vector3, where isNear: Mask, _ buffer: inout ContactBuffer
) {
  let height = (center - plane.center).dot(plane.axis)
  let touches = isNear && !(height > margin + radius)
  if !someLane(touches) { return }
  let distance = height - radius
  buffer.append(
    Contact(
      pair: pair, exists: touches, distance: distance,
      position: center - (radius + 0.5 * distance) * plane.axis, normal: plane.axis,
      preferredTangent: preferredTangent))
}

/// The two end spheres, the +z end first; the first tangent follows the capsule's axis.
@inline(__always)
func collidePlaneCapsule(
  _ pair: Int, _ margin: Double, _ plane: GeomFrame, _ capsule: GeomFrame, _ size: ConstantVector3,
  where isNear: Mask, _ buffer: inout ContactBuffer
) {
  let half = size.y * capsule.axis
  collidePlaneSphere(
    pair, margin, plane, capsule.center + half, radius: size.x, capsule.axis, where: isNear,
    &buffer)
  collidePlaneSphere(
    pair, margin, plane, capsule.center - half, radius: size.x, capsule.axis, where: isNear,
    &buffer)
}

/// A right-handed frame with its first axis along a contact's normal (MuJoCo `mju_makeFrame`).
///
/// - Parameter preferredTangent: preferred direction of the second axis; zero for none.
@inline(__always)
func contactFrame(normal: Vector3, preferredTangent: Vector3) -> Matrix3 {
  // A column of a rotation has unit length only up to rounding, which matters where the preferred
  // tangent is nearly parallel to it.
  let normal = normal.normalized(or: Vector3(1, 0, 0))
  let horizontal = select(abs(normal.y) < 0.5, Vector3(0, 1, 0), Vector3(0, 0, 1))
  let start = select(preferredTangent.squaredLength < 0.25, horizontal, preferredTangent)
  let tangent = (start - start.dot(normal) * normal).normalized(or: Vector3(1, 0, 0))
  return Matrix3(normal, tangent, normal.cross(tangent))
}

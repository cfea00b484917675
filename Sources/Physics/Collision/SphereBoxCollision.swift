/// A sphere and a box (MuJoCo `mjc_SphereBox`). With the centre outside, the contact is between the
/// sphere's deepest point and the box's nearest one; with the centre inside, its normal is that of
/// the nearest face.
///
/// - Parameter measuresDepth: `PhysicsProfile.measuresDepthInsideBoxes`.
@inline(__always)
func collideSphereBox(
  _ pair: Int, _ margin: Double, _ center: Vector3, radius: Double, _ boxCenter: Vector3,
  _ rotation: Matrix3, _ size: Vector3, measuresDepth: Bool, _ buffer: inout ContactBuffer
) {
  let local = rotation.transposed(times: center - boxCenter)
  let nearest = Vector3(
    clamp(local.x, to: size.x), clamp(local.y, to: size.y), clamp(local.z, to: size.z))
  let offset = nearest - local
  let separation = offset.length

  if separation > 1e-15 {
    let distance = separation - radius
    if distance > margin { return }
    let normal = (1 / separation) * offset
    let deepest = local + radius * normal
    buffer.append(
      Contact(
        pair: pair, distance: distance,
        position: boxCenter + rotation * (0.5 * (nearest + deepest)), normal: rotation * normal))
    return
  }

  // of equally near faces the first in the order -x, +x, -y, ...
  var depth = Double.infinity
  var normal = Vector3.zero
  for axis in 0..<3 {
    let below = abs(-size[axis] - local[axis])
    let above = abs(size[axis] - local[axis])
    if below < depth {
      depth = below
      normal = .zero
      normal[axis] = 1
    }
    if above < depth {
      depth = above
      normal = .zero
      normal[axis] = -1
    }
  }
  buffer.append(
    Contact(
      pair: pair, distance: measuresDepth ? -(depth + radius) : -radius,
      position: boxCenter + rotation * (local + (0.5 * (radius - depth)) * normal),
      normal: rotation * normal))
}

/// The number nearest to `x` in -limit...limit.
@inline(__always)
func clamp(_ x: Double, to limit: Double) -> Double { max(-limit, min(limit, x)) }

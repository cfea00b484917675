/// A sphere and a box. Outside, the contact lies between the sphere's deepest point and the box's nearest
/// one; with the centre inside, the nearest face pushes.
///
/// - Parameter measuresDepth: `PhysicsProfile.measuresDepthInsideBoxes`.
@inline(__always)
func collideSphereBox(
  _ pair: Int, _ margin: Double, _ center: Vector3, radius: Double, _ boxCenter: Vector3,
  _ rotation: Matrix3, _ size: Vector3, measuresDepth: Bool, _ buffer: inout ContactBuffer
) {
  let local = rotation.transposed(times: center - boxCenter)
  let nearest = Vector3(
    max(-size.x, min(size.x, local.x)), max(-size.y, min(size.y, local.y)),
    max(-size.z, min(size.z, local.z)))
  let offset = nearest - local
  let separation = offset.length

  if separation > 1e-15 {
    let distance = separation - radius
    if distance >= margin { return }
    let normal = (1 / separation) * offset
    let deepest = local + radius * normal
    buffer.append(
      Contact(
        pair: pair, distance: distance,
        position: boxCenter + rotation * (0.5 * (nearest + deepest)), normal: rotation * normal))
    return
  }

  var depth = Double.infinity
  var normal = Vector3.zero
  for axis in 0..<3 {
    for side in [-1.0, 1.0] {
      let toFace = abs(side * size[axis] - local[axis])
      if toFace < depth {
        depth = toFace
        normal = .zero
        normal[axis] = -side
      }
    }
  }
  buffer.append(
    Contact(
      pair: pair, distance: measuresDepth ? -(depth + radius) : -radius,
      position: boxCenter + rotation * (local + (0.5 * (radius - depth)) * normal),
      normal: rotation * normal))
}

func collideCapsuleBox(
  _ pair: Int, _ margin: Double, _ capsule: GeomFrame, _ capsuleSize: Vector3, _ boxCenter: Vector3,
  _ rotation: Matrix3, _ size: Vector3, measuresDepth: Bool, _ buffer: inout ContactBuffer
) {}

func collideBoxes(
  _ pair: Int, _ margin: Double, _ centerA: Vector3, _ rotationA: Matrix3, _ sizeA: Vector3,
  _ centerB: Vector3, _ rotationB: Matrix3, _ sizeB: Vector3, _ buffer: inout ContactBuffer
) {}

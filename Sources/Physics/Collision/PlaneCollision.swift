/// The plane's normal is its +z axis; everything below it is inside.
@inline(__always)
func collidePlaneSphere(
  _ pair: Int, _ margin: Double, _ plane: GeomFrame, _ center: Vector3, radius: Double,
  _ tangentWish: Vector3, _ buffer: inout ContactBuffer
) {
  let distance = (center - plane.center).dot(plane.axis) - radius
  if distance >= margin { return }
  buffer.append(
    Contact(
      pair: pair, distance: distance,
      position: center - (radius + 0.5 * distance) * plane.axis, normal: plane.axis,
      tangentWish: tangentWish))
}

/// The two end spheres, the +z end first; the first tangent follows the capsule's axis.
@inline(__always)
func collidePlaneCapsule(
  _ pair: Int, _ margin: Double, _ plane: GeomFrame, _ capsule: GeomFrame, _ size: Vector3,
  _ buffer: inout ContactBuffer
) {
  let half = size.y * capsule.axis
  collidePlaneSphere(
    pair, margin, plane, capsule.center + half, radius: size.x, capsule.axis, &buffer)
  collidePlaneSphere(
    pair, margin, plane, capsule.center - half, radius: size.x, capsule.axis, &buffer)
}

/// The first four corners, in binary order of (z, y, x), that lie below the box's centre and touch.
func collidePlaneBox(
  _ pair: Int, _ margin: Double, _ plane: GeomFrame, _ center: Vector3, _ rotation: Matrix3,
  _ size: Vector3, _ buffer: inout ContactBuffer
) {
  let height = (center - plane.center).dot(plane.axis)
  var found = 0
  for corner in 0..<8 where found < 4 {
    let offset =
      rotation
      * Vector3(
        corner & 1 == 0 ? -size.x : size.x, corner & 2 == 0 ? -size.y : size.y,
        corner & 4 == 0 ? -size.z : size.z)
    let drop = offset.dot(plane.axis)
    let distance = height + drop
    if drop > 0 || distance >= margin { continue }
    found += 1
    buffer.append(
      Contact(
        pair: pair, distance: distance, position: center + offset - (0.5 * distance) * plane.axis,
        normal: plane.axis))
  }
}

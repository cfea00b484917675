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
    if drop > 0 || distance > margin { continue }
    found += 1
    buffer.append(
      Contact(
        pair: pair, distance: distance, position: center + offset - (0.5 * distance) * plane.axis,
        normal: plane.axis))
  }
}

/// The cylinder's lowest point, the one beyond it on the other rim, and on the lower rim the two
/// that complete an equilateral triangle (MuJoCo `mjc_PlaneCylinder`).
func collidePlaneCylinder(
  _ pair: Int, _ margin: Double, _ plane: GeomFrame, _ center: Vector3, _ rotation: Matrix3,
  _ size: Vector3, _ buffer: inout ContactBuffer
) {
  let (radius, halfLength) = (size.x, size.y)
  let normal = plane.axis
  let height = (center - plane.center).dot(normal)
  let cosine = normal.dot(rotation.zAxis)
  let downCosine = -abs(cosine)
  let down = cosine > 0 ? -rotation.zAxis : rotation.zAxis

  // from the axis to the rim's lowest point; any point where the disk is parallel to the plane
  let slope = downCosine * down - normal
  let toLowest =
    slope.squaredLength < 1e-30
    ? radius * rotation.xAxis : (radius / slope.squaredLength.squareRoot()) * slope
  let drop = toLowest.dot(normal)
  let toLowerDisk = halfLength * down
  let diskDrop = halfLength * downCosine

  func addContact(_ distance: Double, _ offset: Vector3) {
    buffer.append(
      Contact(
        pair: pair, distance: distance, position: center + offset - (0.5 * distance) * normal,
        normal: normal))
  }

  if height + diskDrop + drop > margin { return }
  addContact(height + diskDrop + drop, toLowest + toLowerDisk)
  if height - diskDrop + drop <= margin {
    addContact(height - diskDrop + drop, toLowest - toLowerDisk)
  }
  let triangleDistance = height + diskDrop - 0.5 * drop
  if triangleDistance <= margin {
    let sideways =
      (radius * 0.75.squareRoot()) * toLowest.cross(toLowerDisk).normalized(or: Vector3(1, 0, 0))
    addContact(triangleDistance, toLowerDisk - 0.5 * toLowest + sideways)
    addContact(triangleDistance, toLowerDisk - 0.5 * toLowest - sideways)
  }
}

/// The ellipsoid's lowest point, where its normal is opposite to the plane's.
func collidePlaneEllipsoid(
  _ pair: Int, _ margin: Double, _ plane: GeomFrame, _ center: Vector3, _ rotation: Matrix3,
  _ size: Vector3, _ buffer: inout ContactBuffer
) {
  let down = rotation.transposed(times: -plane.axis)
  let onSphere = Vector3(size.x * down.x, size.y * down.y, size.z * down.z)
    .normalized(or: Vector3(1, 0, 0))
  let lowest =
    center + rotation
    * Vector3(size.x * onSphere.x, size.y * onSphere.y, size.z * onSphere.z)
  let distance = (lowest - plane.center).dot(plane.axis)
  if distance > margin { return }
  buffer.append(
    Contact(
      pair: pair, distance: distance, position: lowest - (0.5 * distance) * plane.axis,
      normal: plane.axis))
}

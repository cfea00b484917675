/// The nearest point of the cylinder's side, cap or rim (MuJoCo `mjc_SphereCylinder`); from inside, of
/// the nearer of side and cap.
func collideSphereCylinder(
  _ pair: Int, _ margin: Double, _ sphere: GeomFrame, radius: Double, _ cylinder: GeomFrame,
  _ size: Vector3, _ buffer: inout ContactBuffer
) {
  let (cylinderRadius, halfLength) = (size.x, size.y)
  let axis = cylinder.axis
  let toSphere = sphere.center - cylinder.center
  let height = axis.dot(toSphere)
  let outward = toSphere - height * axis
  let squares = outward.squaredLength

  var isBeside = abs(height) < halfLength
  var isAbove = squares < cylinderRadius * cylinderRadius
  if isBeside && isAbove {
    if halfLength - abs(height) < cylinderRadius - squares.squareRoot() {
      isBeside = false
    } else {
      isAbove = false
    }
  }

  if isBeside {
    collideSpheres(
      pair, margin, sphere.center, radius, sphere.axis, cylinder.center + height * axis,
      cylinderRadius, axis, &buffer)
  } else if isAbove {
    let normal = height > 0 ? axis : -axis
    let cap = cylinder.center + (height > 0 ? halfLength : -halfLength) * axis
    let distance = (sphere.center - cap).dot(normal) - radius
    if distance > margin { return }
    buffer.append(
      Contact(
        pair: pair, distance: distance,
        position: sphere.center - (radius + 0.5 * distance) * normal, normal: -normal))
  } else {
    let rim = (cylinderRadius / squares.squareRoot()) * outward
    let corner = cylinder.center + (height > 0 ? halfLength : -halfLength) * axis + rim
    collideSpheres(
      pair, margin, sphere.center, radius, sphere.axis, corner, 0, axis, &buffer)
  }
}

/// The lowest corner of a convex hull, and up to three more of its polygon that faces the plane most
/// (MuJoCo 4.0.0 `mjc_PlaneConvex`).
@inline(never)
func collidePlaneMesh(
  _ pair: Int, _ margin: Double, _ plane: GeomFrame, _ center: Vector3, _ rotation: Matrix3,
  _ hull: HullPointers, _ buffer: inout ContactBuffer
) {
  let normal = plane.axis
  let localNormal = rotation.transposed(times: normal)
  let lowest = hull.support(-localNormal, from: -1)
  func height(_ corner: Int32) -> (point: Vector3, height: Double) {
    let point = rotation * hull.corners[Int(corner)] + center
    return (point, normal.dot(point - plane.center))
  }
  func addContact(_ point: Vector3, _ height: Double) {
    buffer.append(
      Contact(
        pair: pair, distance: height, position: point - 0.5 * height * normal, normal: normal))
  }

  let first = height(lowest)
  if !(first.height <= margin) { return }
  addContact(first.point, first.height)

  var (facing, least) = (Int32(-1), 1.0)
  for polygon in hull.polygons(of: lowest) {
    let cosine = hull.normals[Int(polygon)].dot(localNormal)
    if cosine < least { (facing, least) = (polygon, cosine) }
  }
  if facing < 0 { return }
  let polygon = hull.corners(of: facing)
  let anchor = polygon.firstIndex(of: lowest) ?? 0
  let (b, c, d) = largeQuadrilateral(hull, polygon, anchor)
  let others = polygon.count > 3 ? [b, c, d] : [b, c]
  for index in others {
    let other = height(polygon[index])
    // the near side of the mesh only
    if normal.dot(other.point - center) > 0 || !(other.height <= margin) { continue }
    addContact(other.point, other.height)
  }
}

/// Three corners of a convex polygon that make a large quadrilateral with one; each moves on as long as
/// the area grows.
private func largeQuadrilateral(
  _ hull: HullPointers, _ polygon: UnsafeBufferPointer<Int32>, _ anchor: Int
) -> (Int, Int, Int) {
  let count = polygon.count
  func next(_ index: Int) -> Int { index + 1 < count ? index + 1 : 0 }
  func corner(_ index: Int) -> Vector3 { hull.corners[Int(polygon[index])] }
  func area(_ b: Int, _ c: Int, _ d: Int) -> Double {
    0.5 * (corner(anchor) - corner(c)).cross(corner(b) - corner(d)).length
  }
  var b = next(anchor)
  var c = next(b)
  var d = next(c)
  var result = (b, c, d)
  if count <= 4 { return result }
  var largest = area(b, c, d)
  /// Whether a quadrilateral is larger than all before.
  func improve(_ b: Int, _ c: Int, _ d: Int) -> Bool {
    let area = area(b, c, d)
    if !(area > largest) { return false }
    largest = area
    result = (b, c, d)
    return true
  }
  while improve(b, c, next(d)) {
    d = next(d)
    while improve(b, next(c), d) { c = next(c) }
    while improve(next(b), c, d) { b = next(b) }
  }
  return result
}

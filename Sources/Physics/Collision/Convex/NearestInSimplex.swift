/// Barycentric coordinates of the point of a simplex nearest to the origin, by signed volumes
/// (Montanari, Petrinic and Barbieri, "Improving the GJK algorithm for faster and more reliable
/// distance queries", 2017; MuJoCo `subdistance`). Unused vertices get exactly 0.
enum NearestInSimplex {
  static func segment(_ a: Vector3, _ b: Vector3) -> (Double, Double) {
    let difference = b - a
    let squares = difference.squaredLength
    if squares < 1e-30 { return (0, 1) }
    let foot = -b.dot(difference) / squares * difference + b

    // the coordinate along which the segment is longest
    let span = a - b
    var (longest, axis) = (span.x, 0)
    if abs(span.y) >= abs(longest) { (longest, axis) = (span.y, 1) }
    if abs(span.z) >= abs(longest) { (longest, axis) = (span.z, 2) }
    let toFirst = foot[axis] - b[axis]
    let toSecond = a[axis] - foot[axis]
    if !haveSameSign(longest, toFirst) { return (0, 1) }
    if !haveSameSign(longest, toSecond) { return (1, 0) }
    return (toFirst / longest, toSecond / longest)
  }

  static func triangle(_ a: Vector3, _ b: Vector3, _ c: Vector3) -> Vector3 {
    var isInside = (false, false, false)
    if let foot = originProjected(a, b, c) {
      let areas = ProjectedAreas(a, b, c, foot)
      isInside = (
        haveSameSign(areas.whole, areas.a), haveSameSign(areas.whole, areas.b),
        haveSameSign(areas.whole, areas.c)
      )
      if isInside.0 && isInside.1 && isInside.2 { return areas.coordinates }
    }

    var nearest = Double.greatestFiniteMagnitude
    var result = Vector3.zero
    if !isInside.0 {
      let (s, t) = segment(b, c)
      nearest = (s * b + t * c).squaredLength
      result = Vector3(0, s, t)
    }
    if !isInside.1 {
      let (s, t) = segment(a, c)
      let squares = (s * a + t * c).squaredLength
      if squares < nearest { (nearest, result) = (squares, Vector3(s, 0, t)) }
    }
    if !isInside.2 {
      let (s, t) = segment(a, b)
      if (s * a + t * b).squaredLength < nearest { result = Vector3(s, t, 0) }
    }
    return result
  }

  static func tetrahedron(
    _ a: Vector3, _ b: Vector3, _ c: Vector3, _ d: Vector3
  ) -> (Double, Double, Double, Double) {
    let (va, vb) = (-determinant(b, c, d), determinant(a, c, d))
    let (vc, vd) = (-determinant(a, b, d), determinant(a, b, c))
    let whole = va + vb + vc + vd
    let isInside = (
      haveSameSign(whole, va), haveSameSign(whole, vb), haveSameSign(whole, vc),
      haveSameSign(whole, vd)
    )
    if isInside.0 && isInside.1 && isInside.2 && isInside.3 {
      return (va / whole, vb / whole, vc / whole, vd / whole)
    }

    var nearest = Double.greatestFiniteMagnitude
    var result = (0.0, 0.0, 0.0, 0.0)
    if !isInside.0 {
      let s = triangle(b, c, d)
      nearest = (s.x * b + s.y * c + s.z * d).squaredLength
      result = (0, s.x, s.y, s.z)
    }
    if !isInside.1 {
      let s = triangle(a, c, d)
      let squares = (s.x * a + s.y * c + s.z * d).squaredLength
      if squares < nearest { (nearest, result) = (squares, (s.x, 0, s.y, s.z)) }
    }
    if !isInside.2 {
      let s = triangle(a, b, d)
      let squares = (s.x * a + s.y * b + s.z * d).squaredLength
      if squares < nearest { (nearest, result) = (squares, (s.x, s.y, 0, s.z)) }
    }
    if !isInside.3 {
      let s = triangle(a, b, c)
      if (s.x * a + s.y * b + s.z * c).squaredLength < nearest { result = (s.x, s.y, s.z, 0) }
    }
    return result
  }
}

/// Twice the signed areas of a triangle and of the three that a point of its plane forms with two of
/// the corners, in that projection along an axis in which they are largest.
struct ProjectedAreas {
  let whole: Double
  let a, b, c: Double

  init(_ a: Vector3, _ b: Vector3, _ c: Vector3, _ point: Vector3) {
    let (u, v) = (b - a, c - a)
    let alongX = u.y * v.z - u.z * v.y
    let alongY = u.x * v.z - u.z * v.x
    let alongZ = u.x * v.y - u.y * v.x
    let (first, second): (Int, Int)
    if abs(alongX) >= abs(alongY) && abs(alongX) >= abs(alongZ) {
      (first, second, whole) = (1, 2, alongX)
    } else if abs(alongY) >= abs(alongZ) {
      (first, second, whole) = (0, 2, alongY)
    } else {
      (first, second, whole) = (0, 1, alongZ)
    }
    let (ax, ay) = (a[first] - point[first], a[second] - point[second])
    let (bx, by) = (b[first] - point[first], b[second] - point[second])
    let (cx, cy) = (c[first] - point[first], c[second] - point[second])
    self.a = bx * cy - cx * by
    self.b = cx * ay - ax * cy
    self.c = ax * by - bx * ay
  }

  /// Barycentric coordinates of the point.
  var coordinates: Vector3 {
    let sum = a + b + c
    return Vector3(a / sum, b / sum, c / sum)
  }
}

/// The point nearest to the origin of the plane through three points; nil where they are on a line.
func originProjected(_ a: Vector3, _ b: Vector3, _ c: Vector3) -> Vector3? {
  let (ab, ac, bc) = (b - a, c - a, c - b)
  // from another corner where rounding leaves nothing
  var normal = bc.cross(ab)
  var (squares, offset) = (normal.squaredLength, normal.dot(b))
  if squares == 0 { return nil }
  if offset != 0 && squares > 1e-15 { return offset / squares * normal }
  normal = ab.cross(ac)
  (squares, offset) = (normal.squaredLength, normal.dot(a))
  if squares == 0 { return nil }
  if offset != 0 && squares > 1e-15 { return offset / squares * normal }
  normal = ac.cross(bc)
  (squares, offset) = (normal.squaredLength, normal.dot(c))
  if squares == 0 { return nil }
  return offset / squares * normal
}

func determinant(_ a: Vector3, _ b: Vector3, _ c: Vector3) -> Double { a.dot(b.cross(c)) }

private func haveSameSign(_ a: Double, _ b: Double) -> Bool { a > 0 && b > 0 || a < 0 && b < 0 }

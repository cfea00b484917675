/// The polytope to begin with, from the simplex that contains the origin (MuJoCo 4.0.0 `polytope2`,
/// `polytope3`, `polytope4`).
extension ExpandingPolytope {
  /// The vertices of a simplex, as many as it has.
  struct Simplex {
    var vertices: (DifferencePoint, DifferencePoint, DifferencePoint, DifferencePoint)
    var count: Int
  }

  /// - Returns: false where there is none with the origin inside.
  mutating func begin(_ simplex: Simplex) -> Bool {
    removeAll()
    switch simplex.count {
    case 2: return beginWithSegment(simplex)
    case 3: return beginWithTriangle(simplex, mayShrink: true)
    default: return beginWithTetrahedron(simplex)
    }
  }

  // MARK: From a tetrahedron

  private mutating func beginWithTetrahedron(_ simplex: Simplex) -> Bool {
    let a = append(simplex.vertices.0)
    let b = append(simplex.vertices.1)
    let c = append(simplex.vertices.2)
    let d = append(simplex.vertices.3)
    middle = 0.25 * (point(a) + point(b) + point(c) + point(d))
    for face in 0..<4 {
      let (corners, neighbours) = tetrahedronSide(face, a, b, c, d)
      if appendFace(corners, neighbours: neighbours) < 1e-30 {
        return beginWithTriangle(triangle(corners), mayShrink: true)
      }
    }
    let contains =
      isOriginBeside(a, b, c, of: d) && isOriginBeside(b, c, d, of: a)
      && isOriginBeside(c, d, a, of: b) && isOriginBeside(d, a, b, of: c)
    if contains { beginSearch() }
    return contains
  }

  private func triangle(_ corners: (Int, Int, Int)) -> Simplex {
    let v = scratch.vertices
    return Simplex(vertices: (v[corners.0], v[corners.1], v[corners.2], v[corners.2]), count: 3)
  }

  private func segment(_ a: Int, _ b: Int) -> Simplex {
    let v = scratch.vertices
    return Simplex(vertices: (v[a], v[b], v[b], v[b]), count: 2)
  }

  /// Whether the origin and a point are on the same side of the plane through three others.
  private func isOriginBeside(_ a: Int, _ b: Int, _ c: Int, of other: Int) -> Bool {
    let corner = point(a)
    let normal = (point(b) - corner).cross(point(c) - corner)
    let toOther = normal.dot(point(other) - corner)
    let toOrigin = normal.dot(-corner)
    return toOther > 0 && toOrigin > 0 || toOther < 0 && toOrigin < 0
  }

  // MARK: From a triangle

  /// A double pyramid over the triangle.
  private mutating func beginWithTriangle(_ simplex: Simplex, mayShrink: Bool) -> Bool {
    removeAll()
    let a = append(simplex.vertices.0)
    let b = append(simplex.vertices.1)
    let c = append(simplex.vertices.2)
    let normal = (point(b) - point(a)).cross(point(c) - point(a))
    let area = normal.length
    if area < 1e-15 { return false }
    let below = appendSupport(toward: -normal, length: area)
    let above = appendSupport(toward: normal, length: area)
    if isOn(a, b, c, above) || isOn(a, b, c, below) { return false }
    let rounding = area * 1e-15
    if normal.dot(point(above) - point(a)) < rounding { return false }
    if (-normal).dot(point(below) - point(a)) < rounding { return false }

    var corners = Hexahedron(base: (a, b, c), above: above, below: below)
    let volumes = volumes(from: above, to: below, a, b, c)
    var isTetrahedron = false
    if !volumes.haveOneSign { isTetrahedron = !corners.turn(volumes) }
    let (p, q, r) = corners.base
    let (top, bottom) = (corners.above, corners.below)

    let faces = isTetrahedron ? 4 : 6
    middle =
      isTetrahedron
      ? 0.25 * (point(p) + point(q) + point(top) + point(bottom))
      : 0.2 * (point(p) + point(q) + point(r) + point(top) + point(bottom))
    var isOnFace = false
    for face in 0..<faces {
      let (corners, neighbours) =
        isTetrahedron
        ? tetrahedronSide(face, p, q, top, bottom) : triangleSide(face, (p, q, r), top, bottom)
      if appendFace(corners, neighbours: neighbours) < 1e-30 { isOnFace = true }
    }
    if isOnFace {
      if !mayShrink { return false }
      if isOriginOn(a, b) { return beginWithSegment(segment(a, b)) }
      if isOriginOn(b, c) { return beginWithSegment(segment(b, c)) }
      return isOriginOn(c, a) && beginWithSegment(segment(c, a))
    }

    let tolerated = scratch.limits.tolerance * scratch.limits.tolerance
    for face in 0..<faces {
      let (x, y, z) = scratch.faces[face].corners
      // the corner of the base or of the tetrahedron that the face leaves out
      let other = isTetrahedron ? p + q + top + bottom - x - y - z : p + q + r - y - z
      if !isOriginBeside(x, y, z, of: other)
        && scratch.faces[face].squaredDistance >= tolerated
      {
        return false
      }
    }
    beginSearch()
    return true
  }

  /// Whether a point is in a triangle, within 1e-15.
  private func isOn(_ a: Int, _ b: Int, _ c: Int, _ vertex: Int) -> Bool {
    let shares = ProjectedAreas(point(a), point(b), point(c), point(vertex)).coordinates
    if shares.x < 0 || shares.y < 0 || shares.z < 0 { return false }
    let nearest = shares.x * point(a) + shares.y * point(b) + shares.z * point(c)
    return (nearest - point(vertex)).length < 1e-15
  }

  private func isOriginOn(_ a: Int, _ b: Int) -> Bool {
    let (start, end) = (point(a), point(b))
    if !(start.dot(end) < 0) { return false }
    let difference = end - start
    let squares = difference.squaredLength
    if squares < 1e-30 { return false }
    return (-end.dot(difference) / squares * difference + end).squaredLength < 1e-30
  }

  // MARK: From a segment

  /// A double pyramid around the segment: over a triangle of support points.
  private mutating func beginWithSegment(_ simplex: Simplex) -> Bool {
    removeAll()
    let a = append(simplex.vertices.0)
    let b = append(simplex.vertices.1)
    let difference = point(b) - point(a)
    var axis = 0
    if abs(difference.y) < abs(difference[axis]) { axis = 1 }
    if abs(difference.z) < abs(difference[axis]) { axis = 2 }
    var unit = Vector3.zero
    unit[axis] = 1
    let turn = thirdOfATurn(around: difference)
    let direction = unit.cross(difference)
    let secondDirection = turn * direction
    let thirdDirection = turn * secondDirection
    let c = appendSupport(toward: direction, length: direction.length)
    let d = appendSupport(toward: secondDirection, length: secondDirection.length)
    let e = appendSupport(toward: thirdDirection, length: thirdDirection.length)
    surround(a, b, c, d, e)

    middle = 0.2 * (point(a) + point(b) + point(c) + point(d) + point(e))
    for face in 0..<6 {
      let (corners, neighbours) = segmentSide(face, a, b, (c, d, e))
      if appendFace(corners, neighbours: neighbours) < 1e-30 {
        let (third, fourth) = face % 3 == 0 ? (c, d) : face % 3 == 1 ? (e, c) : (d, e)
        return beginWithTriangle(betterTriangle(a, b, third, fourth), mayShrink: false)
      }
    }
    if !volumes(from: a, to: b, c, d, e).haveOneSign { return false }
    beginSearch()
    return true
  }

  /// Replaces one of three points around a segment by a better one, where they do not surround it.
  private mutating func surround(_ a: Int, _ b: Int, _ c: Int, _ d: Int, _ e: Int) {
    let axis = point(b) - point(a)
    let squares = axis.squaredLength
    let threshold = squares * 1e-15 * squares.squareRoot()
    let (u, v, w) = (point(c) - point(a), point(d) - point(a), point(e) - point(a))
    let around = Volumes(
      u.dot(v.cross(axis)), v.dot(w.cross(axis)), w.dot(u.cross(axis)))
    if around.areAtLeast(threshold) { return }

    // two neighbours with the widest gap between them, and the third
    let (start, end, third): (Int, Int, Int)
    if around.b >= around.a && around.c >= around.a {
      (start, end, third) = (c, d, e)
    } else if around.b > around.a || around.b > around.c {
      (start, end, third) = (e, c, d)
    } else {
      (start, end, third) = (d, e, c)
    }
    let gap = point(end) - point(start)
    let lean = gap.length * (axis.dot(point(third) - point(a)) >= squares * 0.5 ? 0.001 : -0.001)
    let direction = lean * axis + gap.cross(axis)
    let new = appendSupport(toward: direction, length: direction.length)
    vertexCount -= 1

    let origin = point(a)
    let (s, t) = (point(start) - origin, point(end) - origin)
    let (r, x) = (point(third) - origin, point(new) - origin)
    func volume(_ p: Vector3, _ q: Vector3) -> Double { p.dot(q.cross(axis)) }
    let replaced: Int
    if Volumes(volume(x, t), volume(t, r), volume(r, x)).areAtLeast(threshold) {
      replaced = start
    } else if Volumes(volume(s, x), volume(x, r), volume(r, s)).areAtLeast(threshold) {
      replaced = end
    } else if Volumes(volume(s, t), volume(t, x), volume(x, s)).areAtLeast(threshold) {
      replaced = third
    } else {
      return
    }
    scratch.vertices[replaced] = scratch.vertices[new]
  }

  /// Of the triangles of two corners with either end of a segment, the one nearer to the origin.
  private func betterTriangle(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Simplex {
    func area(_ corner: Int) -> Double {
      (point(c) - point(corner)).cross(point(d) - point(corner)).squaredLength
    }
    let (areaA, areaB) = (area(a), area(b))
    if areaA < 1e-15 && areaB >= 1e-15 { return triangle((b, d, c)) }
    if areaB < 1e-15 && areaA >= 1e-15 { return triangle((a, c, d)) }
    func squaredDistance(_ corners: (Int, Int, Int)) -> Double {
      let (p, q, r) = (point(corners.0), point(corners.1), point(corners.2))
      let shares = NearestInSimplex.triangle(p, q, r)
      return (shares.x * p + shares.y * q + shares.z * r).squaredLength
    }
    return squaredDistance((a, c, d)) > squaredDistance((b, d, c))
      ? triangle((b, d, c)) : triangle((a, c, d))
  }

  // MARK: Double pyramids

  /// Volumes that the segment from one vertex to another spans with the sides of a triangle.
  private func volumes(from start: Int, to end: Int, _ a: Int, _ b: Int, _ c: Int) -> Volumes {
    let origin = point(start)
    let axis = point(end) - origin
    let (u, v, w) = (point(a) - origin, point(b) - origin, point(c) - origin)
    return Volumes(
      determinant(u, v, axis), determinant(v, w, axis), determinant(w, u, axis))
  }
}

private typealias Triple = (Int, Int, Int)

/// Corners and neighbours of a face of a tetrahedron.
private func tetrahedronSide(
  _ face: Int, _ a: Int, _ b: Int, _ c: Int, _ d: Int
) -> (Triple, Triple) {
  switch face {
  case 0: ((a, b, c), (1, 3, 2))
  case 1: ((a, d, b), (2, 3, 0))
  case 2: ((a, c, d), (0, 3, 1))
  default: ((d, c, b), (2, 0, 1))
  }
}

/// Of a double pyramid over a triangle.
private func triangleSide(
  _ face: Int, _ base: Triple, _ above: Int, _ below: Int
) -> (Triple, Triple) {
  switch face {
  case 0: ((above, base.0, base.1), (1, 3, 2))
  case 1: ((above, base.2, base.0), (2, 4, 0))
  case 2: ((above, base.1, base.2), (0, 5, 1))
  case 3: ((below, base.1, base.0), (5, 0, 4))
  case 4: ((below, base.0, base.2), (3, 1, 5))
  default: ((below, base.2, base.1), (4, 2, 3))
  }
}

/// Of a double pyramid between the ends of a segment.
private func segmentSide(_ face: Int, _ a: Int, _ b: Int, _ rim: Triple) -> (Triple, Triple) {
  switch face {
  case 0: ((a, rim.0, rim.1), (1, 3, 2))
  case 1: ((a, rim.2, rim.0), (2, 4, 0))
  case 2: ((a, rim.1, rim.2), (0, 5, 1))
  case 3: ((b, rim.1, rim.0), (5, 0, 4))
  case 4: ((b, rim.0, rim.2), (3, 1, 5))
  default: ((b, rim.2, rim.1), (4, 2, 3))
  }
}

private struct Volumes {
  var a, b, c: Double

  init(_ a: Double, _ b: Double, _ c: Double) { (self.a, self.b, self.c) = (a, b, c) }

  /// Whether the segment passes through the triangle.
  var haveOneSign: Bool { areAtLeast(0) }

  /// Whether all are, with one sign.
  func areAtLeast(_ threshold: Double) -> Bool {
    a >= threshold && b >= threshold && c >= threshold
      || a <= -threshold && b <= -threshold && c <= -threshold
  }
}

/// The corners of a double pyramid.
private struct Hexahedron {
  var base: (Int, Int, Int)
  var above, below: Int

  /// Other corners as base, since the line between the tips does not pass through it.
  ///
  /// - Returns: false where there is none; then base 0 and 1 and the tips are a tetrahedron.
  mutating func turn(_ volumes: Volumes) -> Bool {
    let (a, b, c) = base
    let negative = -1e-15
    if volumes.a > 0 && volumes.b < negative && volumes.c < negative {
      (base, above, below) = ((c, below, above), a, b)
    } else if volumes.b > 0 && volumes.a < negative && volumes.c < negative {
      (base, above, below) = ((a, below, above), b, c)
    } else if volumes.c > 0 && volumes.a < negative && volumes.b < negative {
      (base, above, below) = ((b, below, above), c, a)
    } else {
      if volumes.b >= volumes.a && volumes.c >= volumes.a {
        base = (a, b, c)
      } else if volumes.a >= volumes.b && volumes.c >= volumes.b {
        base = (b, c, c)
      } else {
        base = (c, a, c)
      }
      return false
    }
    return true
  }
}

/// Rotation by 120 degrees.
private func thirdOfATurn(around axis: Vector3) -> Matrix3 {
  let length = axis.length
  let (x, y, z) = (axis.x / length, axis.y / length, axis.z / length)
  let (sine, cosine) = (0.86602540378, -0.5)
  let rest = 1 - cosine
  return Matrix3(
    Vector3(cosine + x * x * rest, y * x * rest + z * sine, x * z * rest - y * sine),
    Vector3(x * y * rest - z * sine, cosine + y * y * rest, y * z * rest + x * sine),
    Vector3(x * z * rest + y * sine, y * z * rest - x * sine, cosine + z * z * rest))
}

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The part of a tendon that lies on a shape.
package struct Winding {
  /// Along the shape, m; negative if the tendon does not touch it.
  package var length: Double
  /// Where it meets the shape, and where it leaves it.
  package var first: Vector3
  package var second: Vector3

  static let none = Winding(length: -1, first: .zero, second: .zero)
}

/// The shortest path between two points around a sphere or cylinder, on the side that is asked for, or
/// through the inside if the point that marks the side is there (MuJoCo `mju_wrap`).
///
/// Points and results are in the frame that `center` and `axes` are in.
package func windAround(
  _ wrap: UnsafePointer<PathWrap>, center: Vector3, axes: Matrix3, _ start: Vector3,
  _ stop: Vector3, side: Vector3
) -> Winding {
  let radius = wrap.pointee.radius
  let a = axes.transposed(times: start - center)
  let b = axes.transposed(times: stop - center)
  if a.length < smallest || b.length < smallest { return .none }

  // in a plane through the centre, or across the cylinder
  let (u, v) = wrap.pointee.isSphere ? planeAxes(a, b) : (Vector3(1, 0, 0), Vector3(0, 1, 0))
  let ends = (Point2(a.dot(u), a.dot(v)), Point2(b.dot(u), b.dot(v)))
  var arc: Arc?
  if wrap.pointee.hasSide {
    let s = axes.transposed(times: side - center)
    if s.length < radius {
      arc = insideArc(ends, radius)
    } else {
      arc = outsideArc(ends, radius, side: radius * Point2(s.dot(u), s.dot(v)).normalized)
    }
  } else {
    arc = outsideArc(ends, radius, side: nil)
  }
  guard let arc else { return .none }

  var first = arc.first.x * u + arc.first.y * v
  var second = arc.second.x * u + arc.second.y * v
  var length = arc.length
  if !wrap.pointee.isSphere {
    // a helix: the height grows evenly along the way
    let before = (ends.0 - arc.first).length
    let after = (ends.1 - arc.second).length
    let whole = before + length + after
    first.z = a.z + (b.z - a.z) * before / whole
    second.z = a.z + (b.z - a.z) * (before + length) / whole
    let height = Swift.abs(second.z - first.z)
    length = (length * length + height * height).squareRoot()
  }
  return Winding(
    length: length, first: axes * first + center, second: axes * second + center)
}

/// MuJoCo `mjMINVAL`.
private let smallest = 1e-15

/// Two orthogonal directions that span the plane of the two points and the origin, the first towards
/// the first point.
private func planeAxes(_ a: Vector3, _ b: Vector3) -> (Vector3, Vector3) {
  let u = a.normalized(or: Vector3(1, 0, 0))
  var normal = a.cross(b)
  if normal.length < smallest {
    // any plane: across the two smaller components
    var other = Vector3(1, 1, 1)
    let (x, y, z) = (Swift.abs(u.x), Swift.abs(u.y), Swift.abs(u.z))
    if z > x && z > y {
      other.z = 0
    } else if y > x && y > z {
      other.y = 0
    } else {
      other.x = 0
    }
    normal = u.cross(other)
  }
  normal = normal.normalized(or: Vector3(1, 0, 0))
  return (u, normal.cross(u).normalized(or: Vector3(1, 0, 0)))
}

private struct Point2 {
  var x, y: Double

  init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }

  func dot(_ b: Point2) -> Double { x * b.x + y * b.y }
  func cross(_ b: Point2) -> Double { x * b.y - y * b.x }
  var length: Double { dot(self).squareRoot() }
  var normalized: Point2 {
    let length = length
    return length < smallest ? Point2(1, 0) : (1 / length) * self
  }

  static func + (a: Point2, b: Point2) -> Point2 { Point2(a.x + b.x, a.y + b.y) }
  static func - (a: Point2, b: Point2) -> Point2 { Point2(a.x - b.x, a.y - b.y) }
  static func * (s: Double, a: Point2) -> Point2 { Point2(s * a.x, s * a.y) }
}

/// The part of a path that lies on a circle about the origin.
private struct Arc {
  var length: Double
  var first: Point2
  var second: Point2
}

/// The path around a circle: along the two tangents that meet it on the better side, nil if nothing is
/// in the way.
///
/// The mark of a side counts only where it lies between the ends.
private func outsideArc(_ ends: (Point2, Point2), _ radius: Double, side mark: Point2?) -> Arc? {
  let (a, b) = ends
  let side = mark.flatMap { $0.cross(a) * $0.cross(b) < 0 ? $0 : nil }
  let (squareA, squareB, square) = (a.dot(a), b.dot(b), radius * radius)
  if squareA < square || squareB < square || radius < smallest { return nil }
  let way = b - a
  let squaredWay = way.dot(way)
  if squaredWay < smallest { return nil }

  // the point of the straight line that is nearest to the centre
  let nearest = a + max(0, min(1, -way.dot(a) / squaredWay)) * way
  if nearest.dot(nearest) > square && (side.map { $0.dot(nearest) >= 0 } ?? true) { return nil }

  let tangentA = (squareA - square).squareRoot()
  let tangentB = (squareB - square).squareRoot()
  typealias Candidate = (first: Point2, second: Point2, isLong: Bool, merit: Double)
  func candidate(_ sign: Double) -> Candidate {
    let first = Point2(
      (a.x * square + sign * radius * a.y * tangentA) / squareA,
      (a.y * square - sign * radius * a.x * tangentA) / squareA)
    let second = Point2(
      (b.x * square - sign * radius * b.y * tangentB) / squareB,
      (b.y * square + sign * radius * b.x * tangentB) / squareB)
    let turn = sign * (first.y * second.x - first.x * second.y)
    let isLong = turn < 0
    if cross(a, first, b, second) { return (first, second, isLong, -10_000) }
    guard let side else {
      return (first, second, isLong, -(first - second).dot(first - second))
    }
    // the middle of an arc longer than a half circle is opposite to that of its chord
    let merit = (first + second).normalized.dot(side)
    return (first, second, isLong, isLong ? -merit : merit)
  }
  let (one, other) = (candidate(1), candidate(-1))
  let chosen = one.merit > other.merit ? one : other
  if cross(a, chosen.first, b, chosen.second) { return nil }

  var angle = acos(chosen.first.normalized.dot(chosen.second.normalized))
  if chosen.isLong { angle = 2 * .pi - angle }
  return Arc(length: radius * angle, first: chosen.first, second: chosen.second)
}

/// Whether the lines from p to q and from r to s meet between their ends.
private func cross(_ p: Point2, _ q: Point2, _ r: Point2, _ s: Point2) -> Bool {
  let determinant = (s.y - r.y) * (q.x - p.x) - (s.x - r.x) * (q.y - p.y)
  if Swift.abs(determinant) < smallest { return false }
  let t = ((s.x - r.x) * (p.y - r.y) - (s.y - r.y) * (p.x - r.x)) / determinant
  let u = ((q.x - p.x) * (p.y - r.y) - (q.y - p.y) * (p.x - r.x)) / determinant
  return t >= 0 && t <= 1 && u >= 0 && u <= 1
}

/// The path that is pulled towards a circle from within a ring: it touches the circle at one point, where
/// both sides meet it at the same angle θ; nil if it passes through the circle anyway.
///
/// The angle solves asin(A sin θ) + asin(B sin θ) - 2θ + G = 0, with the ratios A and B of the radius to the
/// distances of the ends, and the angle G between them: by Newton's method from π/2, as far as MuJoCo takes
/// it.
private func insideArc(_ ends: (Point2, Point2), _ radius: Double) -> Arc? {
  let (a, b) = ends
  let (lengthA, lengthB, way) = (a.length, b.length, b - a)
  let squaredWay = way.dot(way)
  if lengthA <= radius || lengthB <= radius || radius < smallest || lengthA < smallest
    || lengthB < smallest
  {
    return nil
  }
  if squaredWay > smallest {
    let share = -way.dot(a) / squaredWay
    if share > 0 && share < 1 && (a + share * way).length <= radius { return nil }
  }

  func touching(_ point: Point2) -> Arc { Arc(length: 0, first: point, second: point) }
  // where the search fails
  let middle = touching(radius * (0.5 * (a + b)).normalized)
  let (ratioA, ratioB) = (radius / lengthA, radius / lengthB)
  let cosine = (lengthA * lengthA + lengthB * lengthB - squaredWay) / (2 * lengthA * lengthB)
  if cosine < -1 + smallest { return nil }
  if cosine > 1 - smallest { return middle }
  let between = acos(cosine)

  func error(_ angle: Double) -> Double {
    asin(ratioA * sin(angle)) + asin(ratioB * sin(angle)) - 2 * angle + between
  }
  var angle = Double.pi / 2
  var f = error(angle)
  if f > 0 { return middle }
  let tolerance = 1e-6
  var iteration = 0
  while Swift.abs(f) > tolerance {
    if iteration == 20 { return middle }
    func slope(_ ratio: Double) -> Double {
      let sine = ratio * sin(angle)
      return ratio * cos(angle) / max(smallest, (1 - sine * sine).squareRoot())
    }
    let derivative = slope(ratioA) + slope(ratioB) - 2
    if derivative > -smallest { return middle }
    let next = angle - f / derivative
    if next > angle { return middle }
    angle = next
    f = error(angle)
    if f > tolerance { return middle }
    iteration += 1
  }

  let isLeft = a.cross(b) > 0
  let from = (isLeft ? a : b).normalized
  let turn = angle - asin((isLeft ? ratioA : ratioB) * sin(angle))
  let (c, s) = (cos(turn), sin(turn))
  return touching(Point2(radius * (c * from.x - s * from.y), radius * (s * from.x + c * from.y)))
}

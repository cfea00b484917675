/// The points of two convex shapes nearest to each other, by the algorithm of Gilbert, Johnson and
/// Keerthi (MuJoCo 4.0.0 `gjk`).
struct ConvexDistance {
  /// The nearest points, where the search got that far.
  private(set) var onFirst: Vector3
  private(set) var onSecond: Vector3
  /// Distance between them; 0 where the shapes overlap for certain, infinite where they are certainly
  /// further apart than the cutoff.
  private(set) var distance = Double.infinity
  /// Whether some plane is between the shapes.
  private(set) var isSeparated = false
  /// The simplex of the difference that contains the point nearest to the origin.
  private(set) var simplex = (
    DifferencePoint(), DifferencePoint(), DifferencePoint(), DifferencePoint()
  )
  private(set) var count = 0

  /// - Parameter cutoff: the distance beyond which only the fact is wanted; 0 for contact or not.
  init(
    _ first: inout ConvexShape, _ second: inout ConvexShape, cutoff: Double,
    _ limits: ConvexLimits
  ) {
    onFirst = first.center
    onSecond = second.center
    let isFinite = first.hasCornersOnly && second.hasCornersOnly
    let smallestGap = isFinite ? 0 : 0.5 * (limits.tolerance * limits.tolerance)
    let smallestDistance = isFinite || cutoff > 0 ? 1e-15 : limits.tolerance

    var nearest = onFirst - onSecond
    var length = nearest.length
    if length < 1e-15 { (nearest, length) = (Vector3(1, 0, 0), 1) }
    var shares = (0.0, 0.0, 0.0, 0.0)

    for iteration in 0..<limits.iterations {
      let support = DifferencePoint(
        &first, &second, toward: -(1 / length * nearest))
      set(count, support)
      let lower = nearest.dot(support.point)
      if lower > 0 {
        isSeparated = true
        if cutoff == 0 || lower >= cutoff * length {
          count = 0
          return
        }
      }
      if iteration > 0 && nearest.dot(nearest - support.point) < smallestGap { break }

      shares = nearestShares(count + 1)
      keepUsedVertices(&shares)
      if count == 0 {
        isSeparated = true
        return
      }
      if count == 4 {
        if !isSeparated { length = 0 }
        break
      }
      nearest = combination(shares, count)
      let shorter = nearest.length
      let stalls = iteration > 0 && abs(shorter - length) < 1e-15
      length = shorter
      if length < (count == 1 ? 1e-15 : smallestDistance) || stalls { break }
    }

    if count > 0 {
      let (a, b, c, d) = simplex
      onFirst = combined(shares, a.onFirst, b.onFirst, c.onFirst, d.onFirst)
      onSecond = combined(shares, a.onSecond, b.onSecond, c.onSecond, d.onSecond)
    }
    if count < 4 && !isSeparated && length >= 1e-15 {
      let support = DifferencePoint(&first, &second, toward: -(1 / length * nearest))
      isSeparated = nearest.dot(support.point) > 0
    }
    distance = length
  }

  subscript(index: Int) -> DifferencePoint {
    switch index {
    case 0: simplex.0
    case 1: simplex.1
    case 2: simplex.2
    default: simplex.3
    }
  }

  private mutating func set(_ index: Int, _ vertex: DifferencePoint) {
    switch index {
    case 0: simplex.0 = vertex
    case 1: simplex.1 = vertex
    case 2: simplex.2 = vertex
    default: simplex.3 = vertex
    }
  }

  private func nearestShares(_ count: Int) -> (Double, Double, Double, Double) {
    let (a, b, c, d) = (simplex.0.point, simplex.1.point, simplex.2.point, simplex.3.point)
    switch count {
    case 1: return (1, 0, 0, 0)
    case 2:
      let (s, t) = NearestInSimplex.segment(a, b)
      return (s, t, 0, 0)
    case 3:
      let s = NearestInSimplex.triangle(a, b, c)
      return (s.x, s.y, s.z, 0)
    default: return NearestInSimplex.tetrahedron(a, b, c, d)
    }
  }

  private mutating func keepUsedVertices(_ shares: inout (Double, Double, Double, Double)) {
    let all = shares
    shares = (0, 0, 0, 0)
    count = 0
    func keep(_ share: Double, _ vertex: DifferencePoint) {
      if share == 0 { return }
      set(count, vertex)
      switch count {
      case 0: shares.0 = share
      case 1: shares.1 = share
      case 2: shares.2 = share
      default: shares.3 = share
      }
      count += 1
    }
    keep(all.0, simplex.0)
    keep(all.1, simplex.1)
    keep(all.2, simplex.2)
    keep(all.3, simplex.3)
  }

  /// The point of the simplex nearest to the origin; as foot of the perpendicular where it is one.
  private func combination(
    _ shares: (Double, Double, Double, Double), _ count: Int
  ) -> Vector3 {
    let (a, b) = (simplex.0.point, simplex.1.point)
    if count == 2 {
      let difference = b - a
      let squares = difference.squaredLength
      if !(squares < 1e-30) { return -b.dot(difference) / squares * difference + b }
    } else if count == 3, let foot = originProjected(a, b, simplex.2.point) {
      return foot
    }
    return combined(shares, a, b, simplex.2.point, simplex.3.point)
  }

  private func combined(
    _ shares: (Double, Double, Double, Double), _ a: Vector3, _ b: Vector3, _ c: Vector3,
    _ d: Vector3
  ) -> Vector3 {
    var sum = shares.0 * a
    if count > 1 { sum += shares.1 * b }
    if count > 2 { sum += shares.2 * c }
    if count > 3 { sum += shares.3 * d }
    return sum
  }
}

/// When the searches of convex collisions end (MuJoCo `ccd_iterations`, `ccd_tolerance`).
package struct ConvexLimits: Sendable {
  let iterations: Int
  let tolerance: Double
  /// Whether faces that lie on each other get several contacts (MuJoCo `multiccd`).
  let findsSeveralContacts: Bool
}

/// The convex hull of points: those of them that are its corners, and triangles between these.
///
/// Quickhull (Barber, Dobkin, Huhdanpaa 1996): from a tetrahedron on, the farthest point outside of a face
/// is joined to the edge of what it sees. A point that is within rounding of a face is no corner.
struct ConvexHull: Equatable {
  /// Indices of points, counter-clockwise seen from outside.
  private(set) var triangles: [SIMD3<Int32>] = []

  /// Ascending indices of the points that are corners.
  var corners: [Int32] {
    Array(Set(triangles.flatMap { [$0.x, $0.y, $0.z] })).sorted()
  }

  /// - Returns: nil where all points are within rounding of one plane.
  init?(_ points: [Vector3]) {
    guard let found = HullBuilder.triangles(around: points) else { return nil }
    triangles = found
    // a farthest point can lie within an edge or a face of which all points are as far
    let inner = flatCorners(points)
    if inner.isEmpty { return }
    let kept = corners.filter { !inner.contains($0) }
    guard let again = HullBuilder.triangles(around: kept.map { points[Int($0)] }) else { return }
    triangles = again.map { SIMD3(kept[Int($0.x)], kept[Int($0.y)], kept[Int($0.z)]) }
  }

  /// The corners at which fewer than three different planes meet.
  private func flatCorners(_ points: [Vector3]) -> Set<Int32> {
    var normals: [Int32: [Vector3]] = [:]
    for triangle in triangles {
      let face = HullFace(triangle.x, triangle.y, triangle.z, points)
      for corner in 0..<3 { normals[triangle[corner], default: []].append(face.normal) }
    }
    return Set(normals.filter { !Self.spanSpace($0.value) }.keys)
  }

  /// Far above the rounding of normals, far below what the rounding of coordinates makes.
  private static let flatness = 1e-10

  private static func spanSpace(_ normals: [Vector3]) -> Bool {
    guard let first = normals.first(where: { $0 != .zero }) else { return false }
    var widest = Vector3.zero
    for normal in normals {
      let across = first.cross(normal)
      if across.length > widest.length { widest = across }
    }
    let length = widest.length
    if length < flatness { return false }
    return normals.contains { abs($0.dot(widest)) > flatness * length }
  }
}

private struct HullFace {
  var corners: SIMD3<Int32>
  /// Faces beyond the edges from corner 0 to 1, 1 to 2, 2 to 0.
  var neighbors = SIMD3<Int32>(repeating: -1)
  /// Outward, of length 1; zero of a face without extent, which nothing is outside of.
  var normal: Vector3
  var offset: Double
  /// Points outside, and the farthest of them.
  var outside: [Int32] = []
  var farthest: (point: Int32, distance: Double) = (-1, 0)
  var isAlive = true

  init(_ a: Int32, _ b: Int32, _ c: Int32, _ points: [Vector3]) {
    corners = SIMD3(a, b, c)
    let (p, q, r) = (points[Int(a)], points[Int(b)], points[Int(c)])
    let across = (q - p).cross(r - p)
    let length = across.length
    normal = length > 0 ? 1 / length * across : .zero
    offset = normal.dot(p)
  }

  func distance(_ point: Vector3) -> Double { normal.dot(point) - offset }

  /// Which edge begins at a corner.
  func edge(from corner: Int32) -> Int { corners.x == corner ? 0 : corners.y == corner ? 1 : 2 }
}

private struct HullBuilder {
  let points: [Vector3]
  /// Distances up to this are none.
  private let tolerance: Double
  private(set) var faces: [HullFace] = []
  /// Faces that may have points outside.
  private var waiting: [Int] = []

  init(_ points: [Vector3]) {
    self.points = points
    let largest = points.reduce(0) { max($0, abs($1.x), abs($1.y), abs($1.z)) }
    // far above the rounding of distances, far below that of coordinates, which have single precision
    tolerance = 4096 * largest * .ulpOfOne
  }

  /// - Returns: nil where all points are within rounding of one plane.
  static func triangles(around points: [Vector3]) -> [SIMD3<Int32>]? {
    var builder = HullBuilder(points)
    guard builder.begin() else { return nil }
    builder.grow()
    return builder.faces.filter(\.isAlive).map(\.corners)
  }

  // MARK: Tetrahedron

  /// - Returns: false where there is none.
  mutating func begin() -> Bool {
    guard let (first, second) = farthestPair(),
      let third = farthest(where: { index in
        (points[index] - points[first]).cross(points[second] - points[first]).squaredLength
      })
    else { return false }
    let base = HullFace(Int32(first), Int32(second), Int32(third), points)
    guard base.normal != .zero,
      let fourth = farthest(where: { abs(base.distance(points[$0])) }),
      abs(base.distance(points[fourth])) > tolerance
    else { return false }

    var (a, b) = (Int32(first), Int32(second))
    let (c, d) = (Int32(third), Int32(fourth))
    // the fourth is below the base
    if base.distance(points[fourth]) > 0 { swap(&a, &b) }
    faces = [(a, b, c), (b, a, d), (c, b, d), (a, c, d)].map {
      HullFace($0.0, $0.1, $0.2, points)
    }
    connectAll()
    distribute(points.indices.map(Int32.init), to: 0..<4)
    return true
  }

  private func farthestPair() -> (Int, Int)? {
    var best = (0, 0)
    var longest = 0.0
    for axis in 0..<3 {
      guard let low = points.indices.min(by: { points[$0][axis] < points[$1][axis] }),
        let high = points.indices.max(by: { points[$0][axis] < points[$1][axis] })
      else { return nil }
      let length = points[high][axis] - points[low][axis]
      if length > longest { (longest, best) = (length, (low, high)) }
    }
    return longest > tolerance ? best : nil
  }

  private func farthest(where size: (Int) -> Double) -> Int? {
    var (best, largest) = (-1, 0.0)
    for index in points.indices {
      let value = size(index)
      if value > largest { (best, largest) = (index, value) }
    }
    return best < 0 ? nil : best
  }

  private mutating func connectAll() {
    var owners: [SIMD2<Int32>: Int32] = [:]
    for (index, face) in faces.enumerated() {
      for edge in 0..<3 {
        owners[SIMD2(face.corners[edge], face.corners[(edge + 1) % 3])] = Int32(index)
      }
    }
    for index in faces.indices {
      let corners = faces[index].corners
      for edge in 0..<3 {
        faces[index].neighbors[edge] =
          owners[SIMD2(corners[(edge + 1) % 3], corners[edge])] ?? -1
      }
    }
  }

  // MARK: Growth

  mutating func grow() {
    while let index = waiting.popLast() {
      if !faces[index].isAlive || faces[index].outside.isEmpty { continue }
      add(faces[index].farthest.point, seeing: index)
    }
  }

  /// Gives each point to the first face that it is outside of.
  private mutating func distribute(_ candidates: [Int32], to range: Range<Int>) {
    for candidate in candidates {
      for index in range {
        let distance = faces[index].distance(points[Int(candidate)])
        if distance <= tolerance { continue }
        faces[index].outside.append(candidate)
        if distance > faces[index].farthest.distance {
          faces[index].farthest = (candidate, distance)
        }
        break
      }
    }
    waiting += range.filter { !faces[$0].outside.isEmpty }
  }

  /// Replaces the faces that a point sees by a cone from it to their outline.
  private mutating func add(_ point: Int32, seeing start: Int) {
    let position = points[Int(point)]
    var seen = [start]
    var outline: [(from: Int32, to: Int32, beyond: Int32)] = []
    faces[start].isAlive = false
    var next = 0
    while next < seen.count {
      let face = faces[seen[next]]
      next += 1
      for edge in 0..<3 {
        let neighbor = Int(face.neighbors[edge])
        if neighbor < 0 || !faces[neighbor].isAlive { continue }
        if faces[neighbor].distance(position) > tolerance {
          faces[neighbor].isAlive = false
          seen.append(neighbor)
        }
      }
    }
    for index in seen {
      let face = faces[index]
      for edge in 0..<3 {
        let neighbor = Int(face.neighbors[edge])
        if neighbor >= 0 && !faces[neighbor].isAlive { continue }
        outline.append(
          (face.corners[edge], face.corners[(edge + 1) % 3], face.neighbors[edge]))
      }
    }

    let first = faces.count
    var beginning: [Int32: Int32] = [:]
    for edge in outline {
      let index = Int32(faces.count)
      var face = HullFace(edge.from, edge.to, point, points)
      face.neighbors[0] = edge.beyond
      faces.append(face)
      if edge.beyond >= 0 {
        let back = faces[Int(edge.beyond)].edge(from: edge.to)
        faces[Int(edge.beyond)].neighbors[back] = index
      }
      beginning[edge.from] = index
    }
    for index in first..<faces.count {
      // the edge from the outline's end to the point borders the face that begins there
      guard let following = beginning[faces[index].corners.y] else { continue }
      faces[index].neighbors[1] = following
      faces[Int(following)].neighbors[2] = Int32(index)
    }
    let candidates = seen.flatMap { faces[$0].outside }.filter { $0 != point }
    for index in seen { faces[index].outside = [] }
    distribute(candidates, to: first..<faces.count)
  }
}

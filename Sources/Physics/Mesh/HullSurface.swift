/// The convex hull of a mesh as contacts need it: corners, and the polygons that its triangles make
/// together (MuJoCo `mesh_poly*`).
struct HullSurface: Equatable, Sendable {
  /// Of the hull, in the frame of the mesh.
  private(set) var corners: [Vector3] = []
  /// Indices of corners, counter-clockwise seen from outside.
  private(set) var polygons: [[Int32]] = []
  /// Outward, of length 1.
  private(set) var normals: [Vector3] = []
  /// By corner, the polygons that it belongs to.
  private(set) var polygonsOfCorner: [[Int32]] = []

  /// - Parameters:
  ///   - raw: the points of the hull's triangles as they were hulled: polygons are found in their frame.
  ///   - placed: the same in the frame of the mesh.
  init(_ hull: ConvexHull, raw: [Vector3], placed: [Vector3]) {
    let indices = hull.corners
    var local: [Int32: Int32] = [:]
    for (number, index) in indices.enumerated() { local[index] = Int32(number) }
    corners = indices.map {
      let exact = placed[Int($0)]
      return Vector3(
        Double(Float(exact.x)), Double(Float(exact.y)), Double(Float(exact.z)))
    }

    var patches: [PatchKey: Int] = [:]
    var outlines: [Outline] = []
    for triangle in hull.triangles {
      let (a, b, c) = (raw[Int(triangle.x)], raw[Int(triangle.y)], raw[Int(triangle.z)])
      guard let key = PatchKey((b - a).cross(c - a)) else { continue }
      if let number = patches[key] {
        outlines[number].insert(triangle)
      } else {
        patches[key] = outlines.count
        outlines.append(Outline(triangle))
      }
    }
    for outline in outlines {
      for path in outline.paths {
        let points = path.prefix(3).map { placed[Int($0)] }
        polygons.append(path.map { local[$0] ?? 0 })
        normals.append(
          (points[1] - points[0]).cross(points[2] - points[0])
            .normalized(or: Vector3(1, 0, 0)))
      }
    }
    polygonsOfCorner = Array(repeating: [], count: corners.count)
    for (number, polygon) in polygons.enumerated() {
      for corner in polygon { polygonsOfCorner[Int(corner)].append(Int32(number)) }
    }
  }

  /// Of a mesh that touches nothing.
  init() {}

  /// Corners of a polygon or polygons of a corner, at most.
  var largestCount: Int {
    max(polygons.map(\.count).max() ?? 0, polygonsOfCorner.map(\.count).max() ?? 0)
  }
}

extension Model {
  /// Corners of a polygon or polygons of a corner, at most, among its meshes.
  var largestPolygon: Int { meshes.compactMap(\.hull?.largestCount).max() ?? 0 }
}

/// Triangles whose normals have the same angles, rounded to hundredths of a radian, make one polygon.
private struct PatchKey: Hashable {
  let azimuth, inclination: Double

  init?(_ normal: Vector3) {
    let length = normal.length
    if !(length >= smallestInertia) { return nil }
    // plus 0 makes -0 positive, of which the azimuth would be another
    let unit = Vector3(normal.x / length + 0, normal.y / length + 0, normal.z / length + 0)
    if abs(unit.z) > 1 - 1e-7 {
      azimuth = 0
      inclination = unit.z < 0 ? (Double.pi / 0.01).rounded() : 0
    } else {
      azimuth = (angle(ofSine: unit.y, cosine: unit.x) / 0.01).rounded()
      inclination = (angle(ofSine: (1 - unit.z * unit.z).squareRoot(), cosine: unit.z) / 0.01)
        .rounded()
    }
  }
}

/// The edges that only one triangle of a patch has.
private struct Outline {
  private var edges: [SIMD2<Int32>]

  init(_ triangle: SIMD3<Int32>) { edges = Self.edges(of: triangle) }

  private static func edges(of triangle: SIMD3<Int32>) -> [SIMD2<Int32>] {
    [
      SIMD2(triangle.x, triangle.y), SIMD2(triangle.y, triangle.z), SIMD2(triangle.z, triangle.x),
    ]
  }

  mutating func insert(_ triangle: SIMD3<Int32>) {
    var new: [SIMD2<Int32>] = []
    for edge in Self.edges(of: triangle) {
      if let index = edges.firstIndex(of: SIMD2(edge.y, edge.x)) {
        edges.remove(at: index)
      } else {
        new.append(edge)
      }
    }
    edges += new
  }

  /// Each loop of edges, one for each connected part of the patch.
  var paths: [[Int32]] {
    var rest = edges
    var paths: [[Int32]] = []
    while let first = rest.first {
      rest.removeFirst()
      var path = [first.x, first.y]
      while let end = path.last, end != path[0],
        let index = rest.firstIndex(where: { $0.x == end })
      {
        path.append(rest.remove(at: index).y)
      }
      if path.last == path[0] { path.removeLast() }
      if path.count >= 3 { paths.append(path) }
    }
    return paths
  }
}

/// A hull as bare pointers.
struct HullPointers {
  let corners: UnsafePointer<Vector3>
  let cornerCount: Int
  let normals: UnsafePointer<Vector3>
  /// Where the corners of each polygon begin in `polygonCorners`, and where the last ones end.
  let polygonStarts: UnsafePointer<Int>
  let polygonCorners: UnsafePointer<Int32>
  /// Where the polygons of each corner begin in `cornerPolygons`, and where the last ones end.
  let cornerStarts: UnsafePointer<Int>
  let cornerPolygons: UnsafePointer<Int32>

  init(_ surface: HullSurface, arena: Arena) {
    func starts(_ lists: [[Int32]]) -> UnsafePointer<Int> {
      arena.copy(lists.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) })
    }
    corners = arena.copy(surface.corners)
    cornerCount = surface.corners.count
    normals = arena.copy(surface.normals)
    polygonStarts = starts(surface.polygons)
    polygonCorners = arena.copy(surface.polygons.flatMap { $0 })
    cornerStarts = starts(surface.polygonsOfCorner)
    cornerPolygons = arena.copy(surface.polygonsOfCorner.flatMap { $0 })
  }

  func polygons(of corner: Int32) -> UnsafeBufferPointer<Int32> {
    let (start, end) = (cornerStarts[Int(corner)], cornerStarts[Int(corner) + 1])
    return UnsafeBufferPointer(start: cornerPolygons + start, count: end - start)
  }

  func corners(of polygon: Int32) -> UnsafeBufferPointer<Int32> {
    let (start, end) = (polygonStarts[Int(polygon)], polygonStarts[Int(polygon) + 1])
    return UnsafeBufferPointer(start: polygonCorners + start, count: end - start)
  }

  /// The farthest corner in a direction.
  ///
  /// - Parameter start: the corner that stays where others are as far, -1 for none.
  func support(_ direction: Vector3, from start: Int32) -> Int32 {
    var best = start
    var farthest = best < 0 ? -Double.infinity : corners[Int(best)].dot(direction)
    for index in 0..<cornerCount {
      let distance = corners[index].dot(direction)
      if distance > farthest { (best, farthest) = (Int32(index), distance) }
    }
    return max(best, 0)
  }
}

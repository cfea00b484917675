/// Where the mass of a mesh is (MuJoCo `inertia` of `<mesh>`).
enum MeshInertiaKind: Equatable {
  /// In the volume within consistently oriented triangles.
  case exact
  /// In the pyramids from the centre of the surface to each triangle, all of which count as positive:
  /// too much where they overlap.
  case legacy
  /// In the convex hull.
  case convex
  /// On the surface.
  case shell
}

/// Mass properties of triangles, of density 1.
struct MeshInertia: Equatable {
  /// m³, or m² of a shell.
  var volume = 0.0
  var centerOfMass = Vector3.zero
  var tensor = SymmetricMatrix3.zero

  /// - Returns: nil for a surface without extent.
  init?(_ mesh: TriangleMesh, _ kind: MeshInertiaKind) {
    let faces = mesh.triangles.map { MeshTriangle($0, mesh.vertices) }
    var (area, moment) = (0.0, Vector3.zero)
    for face in faces {
      area += face.area
      moment = moment + face.area * face.center
    }
    if !(area >= smallestInertia) { return nil }
    let surfaceCenter = Vector3(moment.x / area, moment.y / area, moment.z / area)

    moment = .zero
    for face in faces {
      let weight = face.weight(from: surfaceCenter, kind)
      volume += weight
      // of a pyramid, whatever the kind
      moment =
        moment
        + weight
        * Vector3(
          face.center.x * 3 / 4 + surfaceCenter.x / 4, face.center.y * 3 / 4 + surfaceCenter.y / 4,
          face.center.z * 3 / 4 + surfaceCenter.z / 4)
    }
    if !(volume >= smallestInertia) { return }
    centerOfMass = Vector3(moment.x / volume, moment.y / volume, moment.z / volume)
    setTensor(mesh, kind)
  }

  private mutating func setTensor(_ mesh: TriangleMesh, _ kind: MeshInertiaKind) {
    let centered = mesh.vertices.map { $0 - centerOfMass }
    var products = SymmetricMatrix3.zero
    volume = 0
    for triangle in mesh.triangles {
      let face = MeshTriangle(triangle, centered)
      let weight = face.weight(from: .zero, kind)
      volume += weight
      products = products + face.products(weight / (kind == .shell ? 12 : 20))
    }
    tensor = SymmetricMatrix3(
      xx: products.yy + products.zz, yy: products.xx + products.zz, zz: products.xx + products.yy,
      xy: -products.xy, xz: -products.xz, yz: -products.yz)
  }
}

/// One triangle, with what its mass follows from.
private struct MeshTriangle {
  let corners: (Vector3, Vector3, Vector3)
  let center: Vector3
  /// 0 where it is negligible.
  private(set) var area = 0.0
  /// Of length 1.
  private var normal = Vector3.zero

  init(_ triangle: SIMD3<Int32>, _ vertices: [Vector3]) {
    let (a, b, c) = (
      vertices[Int(triangle.x)], vertices[Int(triangle.y)], vertices[Int(triangle.z)]
    )
    corners = (a, b, c)
    center = Vector3((a.x + b.x + c.x) / 3, (a.y + b.y + c.y) / 3, (a.z + b.z + c.z) / 3)
    let across = (b - a).cross(c - a)
    let length = across.length
    if length < smallestInertia { return }
    area = 0.5 * length
    normal = Vector3(across.x / length, across.y / length, across.z / length)
  }

  /// Volume of the pyramid to a point, or the area of a shell.
  func weight(from apex: Vector3, _ kind: MeshInertiaKind) -> Double {
    if kind == .shell { return area }
    let volume = (center - apex).dot(normal) * area / 3
    return kind == .legacy ? abs(volume) : volume
  }

  /// Integrals of the products of coordinates, times a factor.
  func products(_ factor: Double) -> SymmetricMatrix3 {
    let (d, e, f) = corners
    func entry(_ i: Int, _ j: Int) -> Double {
      let same = 2 * (d[i] * d[j] + e[i] * e[j] + f[i] * f[j])
      let first = same + d[i] * e[j] + d[j] * e[i]
      let second = first + d[i] * f[j] + d[j] * f[i]
      return factor * (second + e[i] * f[j] + e[j] * f[i])
    }
    return SymmetricMatrix3(
      xx: entry(0, 0), yy: entry(1, 1), zz: entry(2, 2), xy: entry(0, 1), xz: entry(0, 2),
      yz: entry(1, 2))
  }
}

extension TriangleMesh {
  /// The first edge that two triangles have in the same direction, by the numbers of its vertices from
  /// 0; nil if they are oriented consistently.
  var repeatedEdge: (Int32, Int32)? {
    var seen: Set<SIMD2<Int32>> = []
    for triangle in triangles
    where MeshTriangle(triangle, vertices).area > smallestInertia.squareRoot() {
      for corner in 0..<3 {
        let edge = SIMD2(triangle[corner], triangle[(corner + 1) % 3])
        if !seen.insert(edge).inserted { return (edge.x, edge.y) }
      }
    }
    return nil
  }
}

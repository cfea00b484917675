import IDQLPhysics

/// The triangles of a mesh or a height field, in the frame of its geom, as MuJoCo draws them.
package final class TriangleSurface: Equatable, Sendable {
  package struct Corner: Hashable, Sendable {
    /// m.
    var place: SIMD3<Float>
    /// Unit, outward.
    var normal: SIMD3<Float>
    /// Where it is on a picture.
    var spot: SIMD2<Float>
  }

  package let corners: [Corner]
  /// Three for each triangle, counter-clockwise seen from outside.
  package let indices: [UInt32]
  /// Half sizes of the smallest box about the origin that contains it, m.
  package let halfSize: Vector3
  /// Whether `spot` is that of the model's description; else x and -y, m, halved.
  package let hasPictureCoordinates: Bool
  /// Whether every triangle is lit as a plane, so that places alone say what its normals are.
  package let isFaceted: Bool

  package static func == (a: TriangleSurface, b: TriangleSurface) -> Bool {
    a === b
      || a.hasPictureCoordinates == b.hasPictureCoordinates && a.indices == b.indices
        && a.corners == b.corners
  }

  /// A triangle that is steeper than this against the normal of its corner is lit as a plane there.
  private static let smallestCosine: Float = 0.8

  package init(_ mesh: IDQLPhysics.Mesh) {
    let look = mesh.appearance
    hasPictureCoordinates = !look.pictureCoordinates.isEmpty
    var builder = Builder()
    let places = mesh.vertices.map { SIMD3(Float($0.x), Float($0.y), Float($0.z)) }
    for (index, triangle) in mesh.triangles.enumerated() {
      let (a, b, c) = (places[triangle.x], places[triangle.y], places[triangle.z])
      let face = Self.normal(a, b, c)
      for (corner, place) in [a, b, c].enumerated() {
        var normal = look.normals[look.triangleNormals[index][corner]]
        if hasPictureCoordinates {
          let spot = look.pictureCoordinates[look.trianglePictureCoordinates[index][corner]]
          builder.add(Corner(place: place, normal: normal, spot: spot), face)
        } else {
          if (normal * face).sum() < Self.smallestCosine { normal = face }
          builder.add(Corner(place: place, normal: normal, spot: Self.spot(place)), face)
        }
      }
    }
    (corners, indices, isFaceted) = (builder.corners, builder.indices, builder.isFaceted)
    halfSize = mesh.halfSize
  }

  /// Two triangles for each square of the grid, and the walls and the bottom of what they stand on.
  package init(_ field: HeightField) {
    hasPictureCoordinates = false
    let (rows, columns) = (field.rowCount, field.columnCount)
    let base = -Float(field.base)
    func place(_ index: Int, of count: Int, _ half: Double) -> Float {
      Float(half) * (Float(index) / (0.5 * Float(count - 1)) - 1)
    }
    func point(_ row: Int, _ column: Int) -> SIMD3<Float> {
      SIMD3(
        place(column, of: columns, field.halfWidth), place(row, of: rows, field.halfDepth),
        Float(field.height) * field.elevations[row * columns + column])
    }
    func foot(_ row: Int, _ column: Int) -> SIMD3<Float> {
      var foot = point(row, column)
      foot.z = base
      return foot
    }
    var builder = Builder()
    func add(_ points: [SIMD3<Float>]) {
      for index in 2..<points.count {
        let (a, b, c) = (points[0], points[index - 1], points[index])
        let face = Self.normal(a, b, c)
        // hardly any two triangles lie in a plane
        for place in [a, b, c] {
          builder.append(Corner(place: place, normal: face, spot: Self.spot(place)))
        }
      }
    }
    // a single row or column has no area
    if rows > 1 && columns > 1 {
      let (top, right) = (rows - 1, columns - 1)
      for row in 0..<top {
        for column in 0..<right {
          add([point(row, column), point(row + 1, column + 1), point(row + 1, column)])
          add([point(row, column), point(row, column + 1), point(row + 1, column + 1)])
        }
      }
      for row in 0..<top {
        add([foot(row + 1, 0), foot(row, 0), point(row, 0), point(row + 1, 0)])
        add([
          foot(row, right), foot(row + 1, right), point(row + 1, right), point(row, right),
        ])
      }
      for column in 0..<right {
        add([foot(0, column), foot(0, column + 1), point(0, column + 1), point(0, column)])
        add([foot(top, column + 1), foot(top, column), point(top, column), point(top, column + 1)])
      }
      add([foot(0, 0), foot(top, 0), foot(top, right), foot(0, right)])
    }
    (corners, indices, isFaceted) = (builder.corners, builder.indices, builder.isFaceted)
    halfSize = Vector3(field.halfWidth, field.halfDepth, max(field.height, field.base))
  }

  private static func spot(_ place: SIMD3<Float>) -> SIMD2<Float> {
    SIMD2(0.5 * place.x, -0.5 * place.y)
  }

  /// Of length 1; 0 for a triangle without area.
  private static func normal(
    _ a: SIMD3<Float>, _ b: SIMD3<Float>, _ c: SIMD3<Float>
  ) -> SIMD3<Float> {
    func wide(_ v: SIMD3<Float>) -> Vector3 { Vector3(Double(v.x), Double(v.y), Double(v.z)) }
    let normal = wide(b - a).cross(wide(c - a))
    // of small triangles as well
    let length = normal.length
    guard length > 0 else { return .zero }
    return SIMD3(
      Float(normal.x / length), Float(normal.y / length), Float(normal.z / length))
  }

  private struct Builder {
    var corners: [Corner] = []
    var indices: [UInt32] = []
    var isFaceted = true
    private var numbers: [Corner: UInt32] = [:]

    /// Equal corners become one.
    ///
    /// - Parameter face: normal of the triangle.
    mutating func add(_ corner: Corner, _ face: SIMD3<Float>) {
      if corner.normal != face { isFaceted = false }
      if let number = numbers[corner] {
        indices.append(number)
      } else {
        numbers[corner] = UInt32(corners.count)
        append(corner)
      }
    }

    mutating func append(_ corner: Corner) {
      indices.append(UInt32(corners.count))
      corners.append(corner)
    }
  }
}

extension Array {
  fileprivate subscript(index: Int32) -> Element { self[Int(index)] }
}

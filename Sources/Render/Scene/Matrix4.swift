import IDQLPhysics

/// A matrix of homogeneous coordinates, stored by columns as OpenGL takes it.
struct Matrix4: Equatable {
  var columns: (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>, SIMD4<Double>)

  init(rows a: SIMD4<Double>, _ b: SIMD4<Double>, _ c: SIMD4<Double>, _ d: SIMD4<Double>) {
    columns = (
      SIMD4(a.x, b.x, c.x, d.x), SIMD4(a.y, b.y, c.y, d.y), SIMD4(a.z, b.z, c.z, d.z),
      SIMD4(a.w, b.w, c.w, d.w)
    )
  }

  static func == (a: Self, b: Self) -> Bool { a.columns == b.columns }

  static func * (m: Self, v: SIMD4<Double>) -> SIMD4<Double> {
    let (first, second) = (v.x * m.columns.0 + v.y * m.columns.1, v.z * m.columns.2)
    return first + second + v.w * m.columns.3
  }

  static func * (a: Self, b: Self) -> Self {
    var product = b
    product.columns = (
      a * b.columns.0, a * b.columns.1, a * b.columns.2, a * b.columns.3
    )
    return product
  }

  /// The mirror image in the plane of the points x with normal · x = offset.
  static func reflection(normal n: Vector3, offset: Double) -> Self {
    func row(_ axis: Vector3, _ component: Double) -> SIMD4<Double> {
      SIMD4(
        axis.x - 2 * component * n.x, axis.y - 2 * component * n.y, axis.z - 2 * component * n.z,
        2 * component * offset)
    }
    return Matrix4(
      rows: row(Vector3(1, 0, 0), n.x), row(Vector3(0, 1, 0), n.y), row(Vector3(0, 0, 1), n.z),
      SIMD4(0, 0, 0, 1))
  }

  /// Sixteen numbers, column by column.
  var floats: [Float] {
    [columns.0, columns.1, columns.2, columns.3].flatMap { column in
      (0..<4).map { Float(column[$0]) }
    }
  }
}

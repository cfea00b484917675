/// A 3 × 3 matrix by its columns. The columns of a rotation matrix are the axes of the rotated
/// frame.
@frozen public struct Matrix3: Equatable, Sendable {
  /// Columns.
  public var xAxis, yAxis, zAxis: Vector3

  @inlinable @inline(__always) package init(_ xAxis: Vector3, _ yAxis: Vector3, _ zAxis: Vector3) {
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.zAxis = zAxis
  }

  package static let identity = Matrix3(Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1))

  /// Product with a vector: for a rotation, from the rotated frame to the outer one.
  @inlinable @inline(__always) public static func * (m: Matrix3, v: Vector3) -> Vector3 {
    Vector3(
      m.xAxis.x * v.x + m.yAxis.x * v.y + m.zAxis.x * v.z,
      m.xAxis.y * v.x + m.yAxis.y * v.y + m.zAxis.y * v.z,
      m.xAxis.z * v.x + m.yAxis.z * v.y + m.zAxis.z * v.z)
  }
  @inlinable @inline(__always) package static func * (a: Matrix3, b: Matrix3) -> Matrix3 {
    Matrix3(a * b.xAxis, a * b.yAxis, a * b.zAxis)
  }
  /// `mᵀ v`: for a rotation, from the outer frame to the rotated one.
  @inlinable @inline(__always) public func transposed(times v: Vector3) -> Vector3 {
    Vector3(xAxis.dot(v), yAxis.dot(v), zAxis.dot(v))
  }
  @inlinable @inline(__always) package var transposed: Matrix3 {
    Matrix3(
      Vector3(xAxis.x, yAxis.x, zAxis.x), Vector3(xAxis.y, yAxis.y, zAxis.y),
      Vector3(xAxis.z, yAxis.z, zAxis.z))
  }
}

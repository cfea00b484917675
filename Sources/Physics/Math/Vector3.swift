/// Three numbers in a right-handed frame: a point, a direction, a force or a moment.
@frozen public struct Vector3: Equatable, Sendable {
  /// Components along the axes of the frame.
  public var x, y, z: Scalar

  /// - Parameters: as the properties.
  @inlinable @inline(__always) public init(_ x: Scalar, _ y: Scalar, _ z: Scalar) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// The null vector.
  public static let zero = Vector3(0, 0, 0)

  /// Sum.
  @inlinable @inline(__always) public static func + (a: Vector3, b: Vector3) -> Vector3 {
    Vector3(a.x + b.x, a.y + b.y, a.z + b.z)
  }
  /// Difference.
  @inlinable @inline(__always) public static func - (a: Vector3, b: Vector3) -> Vector3 {
    Vector3(a.x - b.x, a.y - b.y, a.z - b.z)
  }
  /// The opposite vector.
  @inlinable @inline(__always) public static prefix func - (a: Vector3) -> Vector3 {
    Vector3(-a.x, -a.y, -a.z)
  }
  /// Product with a scalar.
  @inlinable @inline(__always) public static func * (s: Scalar, a: Vector3) -> Vector3 {
    Vector3(s * a.x, s * a.y, s * a.z)
  }
  /// Adds `b` to `a`.
  @inlinable @inline(__always) public static func += (a: inout Vector3, b: Vector3) { a = a + b }
  /// Subtracts `b` from `a`.
  @inlinable @inline(__always) public static func -= (a: inout Vector3, b: Vector3) { a = a - b }

  /// Scalar product.
  @inlinable @inline(__always) public func dot(_ b: Vector3) -> Scalar {
    x * b.x + y * b.y + z * b.z
  }
  /// Vector product, right-handed.
  @inlinable @inline(__always) public func cross(_ b: Vector3) -> Vector3 {
    Vector3(y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x)
  }
  @inlinable @inline(__always) package var squaredLength: Scalar { dot(self) }
  /// Euclidean norm.
  @inlinable @inline(__always) public var length: Scalar { dot(self).squareRoot() }

  /// This direction at unit length; `fallback` where it is shorter than 1e-15 (MuJoCo `mjMINVAL`).
  @inlinable @inline(__always) package func normalized(or fallback: Vector3) -> Vector3 {
    let length = length
    return select(length < 1e-15, fallback, (1 / length) * self)
  }
}

@inlinable @inline(__always) func select(_ condition: Mask, _ a: Vector3, _ b: Vector3) -> Vector3 {
  Vector3(select(condition, a.x, b.x), select(condition, a.y, b.y), select(condition, a.z, b.z))
}

/// Three numbers in a right-handed frame: a point, a direction, a force or a moment.
@frozen public struct Vector3: Equatable, Sendable {
  public var x, y, z: Double

  @inlinable public init(_ x: Double, _ y: Double, _ z: Double) {
    self.x = x
    self.y = y
    self.z = z
  }

  public static let zero = Vector3(0, 0, 0)

  @inlinable public static func + (a: Vector3, b: Vector3) -> Vector3 {
    Vector3(a.x + b.x, a.y + b.y, a.z + b.z)
  }
  @inlinable public static func - (a: Vector3, b: Vector3) -> Vector3 {
    Vector3(a.x - b.x, a.y - b.y, a.z - b.z)
  }
  @inlinable public static prefix func - (a: Vector3) -> Vector3 { Vector3(-a.x, -a.y, -a.z) }
  @inlinable public static func * (s: Double, a: Vector3) -> Vector3 {
    Vector3(s * a.x, s * a.y, s * a.z)
  }
  @inlinable public static func += (a: inout Vector3, b: Vector3) { a = a + b }
  @inlinable public static func -= (a: inout Vector3, b: Vector3) { a = a - b }

  @inlinable public func dot(_ b: Vector3) -> Double { x * b.x + y * b.y + z * b.z }
  @inlinable public func cross(_ b: Vector3) -> Vector3 {
    Vector3(y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x)
  }
  @inlinable public var squaredLength: Double { dot(self) }
  public var components: [Double] { [x, y, z] }
  @inlinable public var length: Double { dot(self).squareRoot() }

  /// This direction at unit length; `fallback` where it is shorter than 1e-15 (MuJoCo `mjMINVAL`).
  @inlinable public func normalized(or fallback: Vector3) -> Vector3 {
    let length = length
    return length < 1e-15 ? fallback : (1 / length) * self
  }

  /// Component 0, 1 or 2. For code that chooses an axis at run time.
  @inlinable public subscript(axis: Int) -> Double {
    get { axis == 0 ? x : axis == 1 ? y : z }
    set { if axis == 0 { x = newValue } else if axis == 1 { y = newValue } else { z = newValue } }
  }
}

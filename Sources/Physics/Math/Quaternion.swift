/// A rotation as w + xi + yj + zk (MuJoCo's order), right-handed and active: `rotate` takes a
/// vector from the rotated frame to the outer one.
@frozen public struct Quaternion: Equatable, Sendable {
  /// Components: w = cos(angle / 2), and x, y, z = sin(angle / 2) times the axis.
  public var w, x, y, z: Scalar

  /// - Parameters: as the properties. They are not normalised.
  @inlinable @inline(__always) public init(_ w: Scalar, _ x: Scalar, _ y: Scalar, _ z: Scalar) {
    self.w = w
    self.x = x
    self.y = y
    self.z = z
  }

  /// Rotation by `angle` [rad] about the unit vector `axis`.
  @inlinable @inline(__always) public init(axis: Vector3, angle: Scalar) {
    let half = sineAndCosine(0.5 * angle)
    self.init(half.cosine, half.sine * axis.x, half.sine * axis.y, half.sine * axis.z)
  }

  /// Of a real part and an imaginary one.
  @inline(__always) init(_ w: Scalar, _ imaginary: Vector3) {
    self.init(w, imaginary.x, imaginary.y, imaginary.z)
  }

  /// No rotation.
  public static let identity = Quaternion(1, 0, 0, 0)

  /// First `b`, then `a`.
  @inlinable @inline(__always) public static func * (a: Quaternion, b: Quaternion) -> Quaternion {
    Quaternion(
      a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
      a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
      a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
      a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w)
  }

  /// The inverse of a unit quaternion.
  @inlinable @inline(__always) public var conjugate: Quaternion { Quaternion(w, -x, -y, -z) }
  @inlinable @inline(__always) package var imaginary: Vector3 { Vector3(x, y, z) }

  /// At unit length; the identity where it is shorter than 1e-15, and unchanged where it is longer
  /// or shorter than one by no more than that, so that normalising twice changes nothing (MuJoCo
  /// `mju_normalize4`).
  @inlinable @inline(__always) public var normalized: Quaternion {
    let length = (w * w + x * x + y * y + z * z).squareRoot()
    let s = 1 / length
    let scaled = Quaternion(s * w, s * x, s * y, s * z)
    return select(
      length < 1e-15, .identity, select(abs(length - 1) <= 1e-15, self, scaled))
  }

  /// A vector of the rotated frame in the outer one, by this unit quaternion.
  @inlinable @inline(__always) public func rotate(_ v: Vector3) -> Vector3 { matrix * v }

  /// The rotation matrix of this unit quaternion (MuJoCo `mju_quat2Mat`).
  @inlinable @inline(__always) public var matrix: Matrix3 {
    let (xx, yy, zz, ww) = (x * x, y * y, z * z, w * w)
    let (xy, xz, yz) = (x * y, x * z, y * z)
    let (wx, wy, wz) = (w * x, w * y, w * z)
    return Matrix3(
      Vector3((ww - yy) + (xx - zz), 2 * (xy + wz), 2 * (xz - wy)),
      Vector3(2 * (xy - wz), (ww + yy) - (xx + zz), 2 * (yz + wx)),
      Vector3(2 * (xz + wy), 2 * (yz - wx), (ww - yy) - (xx - zz)))
  }
}

extension Quaternion {
  @inline(__always) static func + (a: Quaternion, b: Quaternion) -> Quaternion {
    Quaternion(a.w + b.w, a.x + b.x, a.y + b.y, a.z + b.z)
  }
  @inline(__always) static func * (s: Double, a: Quaternion) -> Quaternion {
    Quaternion(s * a.w, s * a.x, s * a.y, s * a.z)
  }

  /// Axis times angle in (-π, π] of this unit quaternion [rad] (MuJoCo `mju_quat2Vel` over unit
  /// time).
  var rotationVector: Vector3 {
    let sine = imaginary.length
    let positive = 2 * angle(ofSine: sine, cosine: w)
    let turn = select(positive > Double.pi, positive - 2 * Double.pi, positive)
    return select(sine < 1e-15, .zero, (turn / sine) * imaginary)
  }

  /// This rotation followed by `angularVelocity` [rad/s, in the rotated frame] for `duration`
  /// (MuJoCo `mju_quatIntegrate`).
  func advanced(by angularVelocity: Vector3, for duration: Double) -> Quaternion {
    let speed = angularVelocity.length
    let start = normalized
    return select(
      speed < 1e-15, start,
      start * Quaternion(axis: (1 / speed) * angularVelocity, angle: duration * speed))
  }
}

@inlinable @inline(__always) func select(_ condition: Mask, _ a: Quaternion, _ b: Quaternion)
  -> Quaternion
{
  Quaternion(
    select(condition, a.w, b.w), select(condition, a.x, b.x), select(condition, a.y, b.y),
    select(condition, a.z, b.z))
}

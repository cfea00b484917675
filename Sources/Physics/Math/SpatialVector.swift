/// A spatial motion (angular and linear velocity or acceleration) or force (moment and force) in
/// world axes, at the reference point of its kinematic tree.
///
/// For a motion, `linear` is the velocity of the body-fixed point that coincides with the reference
/// point. Featherstone, *Rigid Body Dynamics Algorithms* (2008), chapter 2.
@frozen public struct SpatialVector: Equatable, Sendable {
  /// Angular velocity or acceleration, rad/s or rad/s²; of a force the moment, N m.
  public var angular: Vector3
  /// Linear velocity or acceleration, m/s or m/s²; of a force the force itself, N.
  public var linear: Vector3

  @inlinable @inline(__always) package init(angular: Vector3, linear: Vector3) {
    self.angular = angular
    self.linear = linear
  }

  package static let zero = SpatialVector(angular: .zero, linear: .zero)

  @inlinable @inline(__always) package static func + (a: SpatialVector, b: SpatialVector)
    -> SpatialVector
  {
    SpatialVector(angular: a.angular + b.angular, linear: a.linear + b.linear)
  }
  @inlinable @inline(__always) package static func += (a: inout SpatialVector, b: SpatialVector) {
    a = a + b
  }
  @inlinable @inline(__always) package static func * (s: Vector3.Scalar, a: SpatialVector)
    -> SpatialVector
  {
    SpatialVector(angular: s * a.angular, linear: s * a.linear)
  }

  /// Power of this force under the motion `b`, or of this motion under the force `b`.
  @inlinable @inline(__always) package func dot(_ b: SpatialVector) -> Vector3.Scalar {
    angular.dot(b.angular) + linear.dot(b.linear)
  }

  /// Rate of change of the motion `b` when it is fixed to a body that moves with this motion.
  @inlinable @inline(__always) package func cross(motion b: SpatialVector) -> SpatialVector {
    SpatialVector(
      angular: angular.cross(b.angular),
      linear: angular.cross(b.linear) + linear.cross(b.angular))
  }

  /// Rate of change of the force `b` when it is fixed to a body that moves with this motion.
  @inlinable @inline(__always) package func cross(force b: SpatialVector) -> SpatialVector {
    SpatialVector(
      angular: angular.cross(b.angular) + linear.cross(b.linear),
      linear: angular.cross(b.linear))
  }

  /// Linear velocity at `offset` from the reference point.
  @inlinable @inline(__always) public func linear(at offset: Vector3) -> Vector3 {
    linear + angular.cross(offset)
  }
}

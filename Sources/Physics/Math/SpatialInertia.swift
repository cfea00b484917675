/// Inertia of a rigid body about the reference point of its kinematic tree, in world axes.
package struct SpatialInertia: Equatable, Sendable {
  package var mass: Real
  /// Mass times the offset of the centre of mass from the reference point.
  package var firstMoment: Vector3
  /// Rotational inertia about the reference point, symmetric.
  package var xx, yy, zz, xy, xz, yz: Real

  package static let zero = SpatialInertia(
    mass: .zero, firstMoment: .zero, xx: .zero, yy: .zero, zz: .zero, xy: .zero, xz: .zero,
    yz: .zero)

  @inline(__always) init(
    mass: Real, firstMoment: Vector3,
    xx: Real, yy: Real, zz: Real, xy: Real, xz: Real, yz: Real
  ) {
    self.mass = mass
    self.firstMoment = firstMoment
    (self.xx, self.yy, self.zz, self.xy, self.xz, self.yz) = (xx, yy, zz, xy, xz, yz)
  }

  /// A body of `principal` moments about the columns of `axes`, its centre of mass at `offset`.
  @inline(__always) init(
    mass: Real, principal: Vector3, axes: Matrix3, offset c: Vector3
  ) {
    let (u, v, w) = (axes.xAxis, axes.yAxis, axes.zAxis)
    let (p, q, r) = (principal.x * u, principal.y * v, principal.z * w)
    let h = mass * c
    self.init(
      mass: mass, firstMoment: h,
      xx: p.x * u.x + q.x * v.x + r.x * w.x + h.y * c.y + h.z * c.z,
      yy: p.y * u.y + q.y * v.y + r.y * w.y + h.x * c.x + h.z * c.z,
      zz: p.z * u.z + q.z * v.z + r.z * w.z + h.x * c.x + h.y * c.y,
      xy: p.x * u.y + q.x * v.y + r.x * w.y - h.x * c.y,
      xz: p.x * u.z + q.x * v.z + r.x * w.z - h.x * c.z,
      yz: p.y * u.z + q.y * v.z + r.y * w.z - h.y * c.z)
  }

  @inline(__always) static func += (a: inout SpatialInertia, b: SpatialInertia) {
    a = SpatialInertia(
      mass: a.mass + b.mass, firstMoment: a.firstMoment + b.firstMoment,
      xx: a.xx + b.xx, yy: a.yy + b.yy, zz: a.zz + b.zz,
      xy: a.xy + b.xy, xz: a.xz + b.xz, yz: a.yz + b.yz)
  }

  /// Momentum of a velocity, or the force that gives an acceleration.
  @inline(__always) static func * (i: SpatialInertia, v: SpatialVector) -> SpatialVector {
    let w = v.angular
    return SpatialVector(
      angular: Vector3(
        i.xx * w.x + i.xy * w.y + i.xz * w.z,
        i.xy * w.x + i.yy * w.y + i.yz * w.z,
        i.xz * w.x + i.yz * w.y + i.zz * w.z) + i.firstMoment.cross(v.linear),
      linear: i.mass * v.linear - i.firstMoment.cross(w))
  }
}

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Quaternion {
  /// The shortest rotation that turns +z onto the unit vector `direction` (MuJoCo `mjuu_z2quat`).
  package init(turningZOnto direction: Vector3) {
    let axis = Vector3(0, 0, 1).cross(direction)
    let sine = axis.length
    // along z already, or against it: any horizontal axis will do
    let unit = sine < 1e-10 ? Vector3(1, 0, 0) : (1 / sine) * axis
    self.init(axis: unit, angle: atan2(sine, direction.z))
  }

  /// The rotation of a matrix with orthonormal, right-handed columns, with its largest component
  /// positive (Shepperd's method).
  package init(_ m: Matrix3) {
    let (a, b, c) = (m.xAxis, m.yAxis, m.zAxis)
    let q: Quaternion
    if a.x + b.y + c.z > 0 {
      let w = 0.5 * (1 + a.x + b.y + c.z).squareRoot()
      q = Quaternion(w, 0.25 * (b.z - c.y) / w, 0.25 * (c.x - a.z) / w, 0.25 * (a.y - b.x) / w)
    } else if a.x > b.y && a.x > c.z {
      let x = 0.5 * (1 + a.x - b.y - c.z).squareRoot()
      q = Quaternion(0.25 * (b.z - c.y) / x, x, 0.25 * (b.x + a.y) / x, 0.25 * (c.x + a.z) / x)
    } else if b.y > c.z {
      let y = 0.5 * (1 - a.x + b.y - c.z).squareRoot()
      q = Quaternion(0.25 * (c.x - a.z) / y, 0.25 * (b.x + a.y) / y, y, 0.25 * (c.y + b.z) / y)
    } else {
      let z = 0.5 * (1 - a.x - b.y + c.z).squareRoot()
      q = Quaternion(0.25 * (a.y - b.x) / z, 0.25 * (c.x + a.z) / z, 0.25 * (c.y + b.z) / z, z)
    }
    self = q.normalized
  }
}

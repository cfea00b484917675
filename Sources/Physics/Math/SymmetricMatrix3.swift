/// A symmetric 3 × 3 matrix, such as an inertia tensor.
struct SymmetricMatrix3: Equatable, Sendable {
  var xx, yy, zz, xy, xz, yz: Double

  static let zero = SymmetricMatrix3(xx: 0, yy: 0, zz: 0, xy: 0, xz: 0, yz: 0)

  static func + (a: Self, b: Self) -> Self {
    SymmetricMatrix3(
      xx: a.xx + b.xx, yy: a.yy + b.yy, zz: a.zz + b.zz, xy: a.xy + b.xy, xz: a.xz + b.xz,
      yz: a.yz + b.yz)
  }

  /// In outer axes, the inertia with principal moments `moments` along the axes of `orientation`.
  init(moments: Vector3, orientation: Quaternion) {
    let r = orientation.matrix
    func entry(_ i: Int, _ j: Int) -> Double {
      r.xAxis[i] * moments.x * r.xAxis[j] + r.yAxis[i] * moments.y * r.yAxis[j]
        + r.zAxis[i] * moments.z * r.zAxis[j]
    }
    self.init(
      xx: entry(0, 0), yy: entry(1, 1), zz: entry(2, 2), xy: entry(0, 1), xz: entry(0, 2),
      yz: entry(1, 2))
  }

  /// Inertia about the origin of a point mass at `p`.
  init(mass: Double, at p: Vector3) {
    self.init(
      xx: mass * (p.y * p.y + p.z * p.z), yy: mass * (p.x * p.x + p.z * p.z),
      zz: mass * (p.x * p.x + p.y * p.y), xy: -mass * p.x * p.y, xz: -mass * p.x * p.z,
      yz: -mass * p.y * p.z)
  }

  init(xx: Double, yy: Double, zz: Double, xy: Double, xz: Double, yz: Double) {
    (self.xx, self.yy, self.zz, self.xy, self.xz, self.yz) = (xx, yy, zz, xy, xz, yz)
  }

  static func * (m: Self, v: Vector3) -> Vector3 {
    Vector3(
      m.xx * v.x + m.xy * v.y + m.xz * v.z, m.xy * v.x + m.yy * v.y + m.yz * v.z,
      m.xz * v.x + m.yz * v.y + m.zz * v.z)
  }

  /// Eigenvalues in descending order, and the right-handed frame of their axes.
  ///
  /// Jacobi's method, the largest off-diagonal entry first, with the accumulated rotation kept as a
  /// quaternion. Order and signs are those of MuJoCo (`mju_eig3`), because fluid drag acts along
  /// these axes. Differs from MuJoCo before 3.5, which stopped at rotations of about 1e-6.
  func principalAxes() -> (moments: Vector3, orientation: Quaternion) {
    principalAxes(downTo: 1e-15 * max(abs(xx), abs(yy), abs(zz)))
  }

  /// As MuJoCo's compiler finds those of a mesh: off-diagonal entries up to 1e-7 of the largest
  /// moment stay.
  func principalAxesOfMesh() -> (moments: Vector3, orientation: Quaternion) {
    principalAxes(downTo: 1e-7 * max(abs(xx), abs(yy), abs(zz)))
  }

  private func principalAxes(
    downTo threshold: Double
  ) -> (moments: Vector3, orientation: Quaternion) {
    var orientation = Quaternion.identity
    var diagonal = Vector3(xx, yy, zz)

    for _ in 0..<500 {
      let r = orientation.matrix
      let (mx, my, mz) = (self * r.xAxis, self * r.yAxis, self * r.zAxis)
      diagonal = Vector3(r.xAxis.dot(mx), r.yAxis.dot(my), r.zAxis.dot(mz))
      let (dxy, dxz, dyz) = (r.xAxis.dot(my), r.xAxis.dot(mz), r.yAxis.dot(mz))

      // the largest off-diagonal entry, and the axis about which to turn it away
      let (row, column, pivot): (Int, Int, Double) =
        if abs(dxy) > abs(dxz) && abs(dxy) > abs(dyz) {
          (0, 1, dxy)
        } else if abs(dxz) > abs(dyz) {
          (0, 2, dxz)
        } else {
          (1, 2, dyz)
        }
      if !(abs(pivot) > threshold) { break }
      let axis = 3 - row - column

      let cotangent = (diagonal[column] - diagonal[row]) / (2 * pivot)
      let root = (1 + cotangent * cotangent).squareRoot()
      let tangent = cotangent >= 0 ? 1 / (cotangent + root) : -1 / (root - cotangent)
      let cosine = 1 / (1 + tangent * tangent).squareRoot()

      // half-angle form; about y the rotation from row to column runs backwards
      var sineOfHalf = abs(tangent) * cosine / (2 * (1 + cosine)).squareRoot()
      if (cotangent >= 0) != (axis == 1) { sineOfHalf = -sineOfHalf }
      var imaginary = Vector3.zero
      imaginary[axis] = sineOfHalf
      let turn = Quaternion(
        (1 - sineOfHalf * sineOfHalf).squareRoot(), imaginary.x, imaginary.y, imaginary.z)
      orientation = (orientation * turn.normalized).normalized
    }

    // bubble sort: an exchange of neighbours is a quarter turn about the third axis
    for lead in [0, 1, 0] where diagonal[lead] + threshold < diagonal[lead + 1] {
      (diagonal[lead], diagonal[lead + 1]) = (diagonal[lead + 1], diagonal[lead])
      let half = 0.5.squareRoot()
      var imaginary = Vector3.zero
      imaginary[(lead + 2) % 3] = half
      orientation =
        (orientation * Quaternion(half, imaginary.x, imaginary.y, imaginary.z)).normalized
    }
    return (diagonal, orientation)
  }
}

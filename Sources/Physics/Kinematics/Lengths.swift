/// Computes the lengths of tendons (MuJoCo `mj_tendon`) and their rates of change (`mj_fwdVelocity`).
///
/// | Argument          | Shape   | Meaning                                    |
/// |-------------------|---------|--------------------------------------------|
/// | `lengthJacobians` | entries | out, but for fixed tendons, whose is constant |
/// | `lengths`         | lengths | out                                        |
/// | `rates`           | lengths | out                                        |
@inline(never)
func computeLengths(
  _ m: ModelPointers, frames: UnsafePointer<BodyFrame>, axes: UnsafePointer<SpatialVector>,
  position: UnsafePointer<Real>, velocity: UnsafePointer<Real>,
  lengthJacobians: UnsafeMutablePointer<Real>, lengths: UnsafeMutablePointer<Real>,
  rates: UnsafeMutablePointer<Real>
) {
  for index in 0..<m.special.pointee.lengthCount {
    let length = m.special.pointee.lengths + index
    if length.pointee.stepCount > 0 {
      lengths[index] = spatialLength(
        m, length, frames, axes, lengthJacobians + length.pointee.jacobian)
      rates[index] = speed(of: length, m, lengthJacobians, velocity)
      continue
    }
    var sum = Real.zero
    for term in 0..<length.pointee.termCount {
      let part = m.special.pointee.lengthTerms[length.pointee.firstTerm + term]
      sum += part.coefficient * position[part.position]
    }
    lengths[index] = sum
    rates[index] = speed(of: length, m, lengthJacobians, velocity)
  }
}

/// Rate of change of a length.
@inline(__always)
func speed(
  of length: UnsafePointer<LengthConstraint>, _ m: ModelPointers,
  _ lengthJacobians: UnsafePointer<Real>, _ velocity: UnsafePointer<Real>
) -> Real {
  let jacobian = lengthJacobians + length.pointee.jacobian
  let chain = m.rowChains + length.pointee.chain
  var rate = Real.zero
  for e in 0..<length.pointee.entryCount { rate += jacobian[e] * velocity[chain[e]] }
  return rate
}

/// Adds a force along a length to the forces on degrees of freedom.
@inline(__always)
func add(
  _ force: Real, along length: UnsafePointer<LengthConstraint>, _ m: ModelPointers,
  _ lengthJacobians: UnsafePointer<Real>, to total: UnsafeMutablePointer<Real>
) {
  let jacobian = lengthJacobians + length.pointee.jacobian
  let chain = m.rowChains + length.pointee.chain
  for e in 0..<length.pointee.entryCount { total[chain[e]] += jacobian[e] * force }
}

/// Adds the forces of springs and dampers of tendons (MuJoCo `mj_passive`).
@inline(never)
func addTendonForces(
  _ m: ModelPointers, lengths: UnsafePointer<Real>, lengthJacobians: UnsafePointer<Real>,
  velocity: UnsafePointer<Real>, passive: UnsafeMutablePointer<Real>
) {
  for index in 0..<m.special.pointee.lengthCount {
    let length = m.special.pointee.lengths + index
    let (stiffness, damping) = (length.pointee.stiffness, length.pointee.damping)
    if stiffness == 0 && damping == 0 { continue }
    let l = lengths[index]
    let (low, high) = (length.pointee.springLower, length.pointee.springUpper)
    let stretch = select(l > high, l - high, select(l < low, l - low, .zero))
    let force = -stiffness * stretch - damping * speed(of: length, m, lengthJacobians, velocity)
    add(force, along: length, m, lengthJacobians, to: passive)
  }
}

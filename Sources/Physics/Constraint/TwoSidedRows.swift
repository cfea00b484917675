/// Rows whose force acts in both directions: equalities, and dry friction up to a limit. They come
/// before all others.
extension ConstraintBuffer {
  /// Appends a row whose Jacobian stands at the end of `jacobians`.
  ///
  /// - Parameters:
  ///   - impedance: at its position.
  ///   - limit: greatest force; infinite for an equality.
  ///   - restoring: reference acceleration besides that of damping.
  @inline(__always)
  mutating func appendTwoSided(
    chain: Int, count: Int, depth: Int, _ law: ConstraintLaw, inverseWeight: Double,
    impedance: Real, limit: Double, position: Real, restoring: Real,
    velocity: UnsafePointer<Real>
  ) {
    let jacobian = jacobians + entryCount
    var rate = Real.zero
    for e in 0..<count { rate += jacobian[e] * velocity[chains[chain &+ e]] }
    let regularizer = larger(1e-15, (1 - impedance) / impedance * inverseWeight)
    rows[rowCount] = ConstraintRow(
      jacobian: entryCount, count: count, chain: chain, depth: depth,
      inverseRegularizer: 1 / regularizer, reference: restoring - law.damping * rate,
      position: position, margin: limit)
    rowCount &+= 1
    entryCount &+= count
    twoSidedCount &+= 1
  }
}

/// Adds rows of dry friction (MuJoCo `mj_instantiateFriction`): of degrees of freedom, then of
/// tendons. They oppose any acceleration that would not stop the motion.
///
/// - Parameter lengthJacobians: of the tendons.
@inline(never)
func addFrictionRows(
  _ m: ModelPointers, lengthJacobians: UnsafePointer<Real>, velocity: UnsafePointer<Real>,
  _ buffer: inout ConstraintBuffer
) {
  for index in 0..<m.special.pointee.frictionCount {
    let friction = m.special.pointee.frictions + index
    let jacobian = buffer.jacobians + buffer.entryCount
    if friction.pointee.length < 0 {
      jacobian[0] = Real(1)
    } else {
      jacobian.update(
        from: lengthJacobians + m.special.pointee.lengths[friction.pointee.length].jacobian,
        count: friction.pointee.entryCount)
    }
    let law = friction.pointee.law
    buffer.appendTwoSided(
      chain: friction.pointee.chain, count: friction.pointee.entryCount,
      depth: friction.pointee.depth, law, inverseWeight: friction.pointee.inverseWeight,
      impedance: law.impedance(at: .zero), limit: friction.pointee.limit, position: .zero,
      restoring: .zero, velocity: velocity)
  }
}

/// Adds rows of equalities (MuJoCo `mj_instantiateEquality`).
///
/// | Argument           | Shape     | Meaning                                                      |
/// |--------------------|-----------|--------------------------------------------------------------|
/// | `lengths`          | lengths   | of the tendons                                               |
/// | `lengthJacobians`  | entries   | of the tendons                                               |
/// | `bodyVelocity`     | bodyCount | at the tree's reference point, world axes                    |
/// | `bodyAcceleration` | bodyCount | of zero joint acceleration, the world rising against gravity |
@inline(never)
func addEqualityRows(
  _ m: ModelPointers, frames: UnsafePointer<BodyFrame>, axes: UnsafePointer<SpatialVector>,
  lengths: UnsafePointer<Real>, lengthJacobians: UnsafePointer<Real>,
  bodyVelocity: UnsafePointer<SpatialVector>, bodyAcceleration: UnsafePointer<SpatialVector>,
  velocity: UnsafePointer<Real>, _ buffer: inout ConstraintBuffer
) {
  for index in 0..<m.special.pointee.equalityCount {
    let equality = m.special.pointee.equalities + index
    if equality.pointee.kind == .lengths {
      addLengthEquality(m, equality, lengths, lengthJacobians, velocity, &buffer)
    } else {
      addBodyEquality(
        m, equality, frames, axes, bodyVelocity, bodyAcceleration, velocity, &buffer)
    }
  }
}

@inline(__always)
private func addLengthEquality(
  _ m: ModelPointers, _ equality: UnsafePointer<EqualityConstraint>,
  _ lengths: UnsafePointer<Real>, _ lengthJacobians: UnsafePointer<Real>,
  _ velocity: UnsafePointer<Real>, _ buffer: inout ConstraintBuffer
) {
  let (a, b) = (equality.pointee.firstLength, equality.pointee.secondLength)
  let count = equality.pointee.entryCount
  let polynomial = equality.pointee.polynomial
  var position = lengths[a] - m.special.pointee.lengths[a].initialLength - polynomial.constant
  var slope = Real.zero
  if b >= 0 {
    let x = lengths[b] - m.special.pointee.lengths[b].initialLength
    let c = polynomial.coefficients
    // by Horner's rule
    position -= x * (c[0] + x * (c[1] + x * (c[2] + c[3] * x)))
    slope = c[0] + x * (2 * c[1] + x * (3 * c[2] + 4 * c[3] * x))
  }

  let jacobian = buffer.jacobians + buffer.entryCount
  let own = m.special.pointee.rowOffsets + equality.pointee.offsets
  for e in 0..<count {
    jacobian[e] =
      own[e] < 0 ? .zero : lengthJacobians[m.special.pointee.lengths[a].jacobian + own[e]]
    let other = own[count + e]
    if other >= 0 {
      jacobian[e] -= slope * lengthJacobians[m.special.pointee.lengths[b].jacobian + other]
    }
  }
  let law = equality.pointee.law
  let impedance = law.impedance(at: position)
  buffer.appendTwoSided(
    chain: equality.pointee.chain, count: count, depth: equality.pointee.depth, law,
    inverseWeight: equality.pointee.translationWeight, impedance: impedance, limit: .infinity,
    position: position, restoring: -law.stiffness * impedance * position, velocity: velocity)
}

/// Rows of two points, and of two frames: position errors in world axes, then the axis part of the
/// quaternion between the frames.
@inline(__always)
private func addBodyEquality(
  _ m: ModelPointers, _ equality: UnsafePointer<EqualityConstraint>,
  _ frames: UnsafePointer<BodyFrame>, _ axes: UnsafePointer<SpatialVector>,
  _ bodyVelocity: UnsafePointer<SpatialVector>, _ bodyAcceleration: UnsafePointer<SpatialVector>,
  _ velocity: UnsafePointer<Real>, _ buffer: inout ConstraintBuffer
) {
  let (first, second) = (equality.pointee.first, equality.pointee.second)
  let isWeld = equality.pointee.kind == .weld
  let scale = equality.pointee.torqueScale
  let count = equality.pointee.entryCount
  let a = AnchorMotion(m, first, frames, bodyVelocity, bodyAcceleration)
  let b = AnchorMotion(m, second, frames, bodyVelocity, bodyAcceleration)

  let jacobian = buffer.jacobians + buffer.entryCount
  jacobian.update(repeating: .zero, count: equality.pointee.rowCount * count)
  let shared = equality.pointee.sharedCount
  addChain(m, first, shared, count, sign: 1, a.offset, isWeld: isWeld, axes, jacobian)
  addChain(m, second, shared, count, sign: -1, b.offset, isWeld: isWeld, axes, jacobian)

  // q = conj(q₂) q₁ turns with ½ conj(q₂) (ω₁ - ω₂) q₁
  let inverse = b.orientation.conjugate
  let error = a.position - b.position
  var turn = Vector3.zero
  var squares = error.squaredLength
  if isWeld {
    turn = scale * (inverse * a.orientation).imaginary
    squares += turn.squaredLength
    for e in 0..<count {
      let axis = Vector3(jacobian[3 * count + e], jacobian[4 * count + e], jacobian[5 * count + e])
      let turned = (inverse * Quaternion(.zero, axis)) * a.orientation
      let rate = (0.5 * scale) * turned.imaginary
      jacobian[3 * count + e] = rate.x
      jacobian[4 * count + e] = rate.y
      jacobian[5 * count + e] = rate.z
    }
  }

  // what J̇ v contributes to the second derivatives of the errors
  var pull = Vector3.zero
  var twist = Vector3.zero
  if m.special.pointee.correctsConstraintRates {
    pull = a.acceleration - b.acceleration
    if isWeld {
      let spin = Quaternion(.zero, a.spin - b.spin)
      let rate = 0.5 * (Quaternion(.zero, a.spin) * a.orientation)
      let inverseRate = (0.5 * (Quaternion(.zero, b.spin) * b.orientation)).conjugate
      let turning = Quaternion(.zero, a.spinRate - b.spinRate)
      let first = (inverseRate * spin) * a.orientation
      let second = (inverse * turning) * a.orientation
      let third = (inverse * spin) * rate
      twist = (0.5 * scale) * (first + (second + third)).imaginary
    }
  }

  let law = equality.pointee.law
  let impedance = law.impedance(at: squares.squareRoot())
  let stiffness = law.stiffness * impedance
  @inline(__always) func append(_ position: Real, _ correction: Real, _ weight: Double) {
    buffer.appendTwoSided(
      chain: equality.pointee.chain, count: count, depth: 0, law, inverseWeight: weight,
      impedance: impedance, limit: .infinity, position: position,
      restoring: -stiffness * position - correction, velocity: velocity)
  }
  let weight = equality.pointee.translationWeight
  append(error.x, pull.x, weight)
  append(error.y, pull.y, weight)
  append(error.z, pull.z, weight)
  if isWeld {
    let weight = equality.pointee.rotationWeight
    append(turn.x, twist.x, weight)
    append(turn.y, twist.y, weight)
    append(turn.z, twist.z, weight)
  }
}

/// Where an anchor is, and how it moves at zero joint acceleration.
private struct AnchorMotion {
  let position: Vector3
  let orientation: Quaternion
  /// From the reference point of its tree.
  let offset: Vector3
  /// Angular velocity and acceleration.
  let spin: Vector3
  let spinRate: Vector3
  let acceleration: Vector3

  @inline(__always)
  init(
    _ m: ModelPointers, _ end: EqualityConstraint.End, _ frames: UnsafePointer<BodyFrame>,
    _ bodyVelocity: UnsafePointer<SpatialVector>, _ bodyAcceleration: UnsafePointer<SpatialVector>
  ) {
    let frame = frames + end.body
    position = frame.pointee.origin + frame.pointee.rotation * end.position
    orientation = frame.pointee.orientation * end.orientation
    offset = position - frames[end.root].origin
    if end.isMoving {
      let (v, a) = (bodyVelocity[end.body], bodyAcceleration[end.body])
      (spin, spinRate) = (v.angular, a.angular)
      acceleration =
        a.linear(at: offset) + v.angular.cross(v.linear(at: offset))
        + Vector3(m.special.pointee.gravity)
    } else {
      (spin, spinRate, acceleration) = (.zero, .zero, .zero)
    }
  }
}

/// Adds the contribution of one body: the velocity of its anchor, and its rotation, by a unit
/// velocity of each degree of freedom.
@inline(__always)
private func addChain(
  _ m: ModelPointers, _ end: EqualityConstraint.End, _ sharedCount: Int, _ count: Int,
  sign: Double, _ offset: Vector3, isWeld: Bool, _ axes: UnsafePointer<SpatialVector>,
  _ jacobian: UnsafeMutablePointer<Real>
) {
  if end.leaf < 0 { return }
  let chain = m.tree.chain + m.tree.start[end.leaf]
  for e in 0...m.tree.depth[end.leaf] {
    let axis = axes[chain[e]]
    let entry = jacobian + (e < sharedCount ? e : e &+ end.gap)
    let v = sign * axis.linear(at: offset)
    entry[0] += v.x
    entry[count] += v.y
    entry[2 * count] += v.z
    if isWeld {
      let w = sign * axis.angular
      entry[3 * count] += w.x
      entry[4 * count] += w.y
      entry[5 * count] += w.z
    }
  }
}

/// Length of a spatial tendon, and its Jacobian (MuJoCo `mj_tendon`): from site to site, straight or
/// around what is in the way.
@inline(__always)
func spatialLength(
  _ m: ModelPointers, _ length: UnsafePointer<LengthConstraint>, _ frames: UnsafePointer<BodyFrame>,
  _ axes: UnsafePointer<SpatialVector>, _ jacobian: UnsafeMutablePointer<Real>
) -> Real {
  jacobian.update(repeating: .zero, count: length.pointee.entryCount)
  var sum = Real.zero
  for index in 0..<length.pointee.stepCount {
    let step = m.special.pointee.pathSteps + length.pointee.firstStep + index
    let start = place(step.pointee.start, frames)
    let stop = place(step.pointee.stop, frames)
    var isStraight = Mask.always
    if step.pointee.wrap >= 0 {
      let wrap = m.special.pointee.wraps + step.pointee.wrap
      let found = windAround(
        wrap, center: place(wrap.pointee.center, frames),
        axes: frames[wrap.pointee.center.body].rotation * wrap.pointee.axes, start, stop,
        side: place(wrap.pointee.side, frames))
      let touches = found.length >= 0
      isStraight = !touches
      if someLane(touches) {
        let own =
          ((found.first - start).length + found.length + (stop - found.second).length)
          / step.pointee.divisor
        sum += select(touches, own, .zero)
        addPiece(
          m, wrap.pointee.approach, step.pointee.share, start, found.first, frames, axes, jacobian,
          where: touches)
        addPiece(
          m, wrap.pointee.departure, step.pointee.share, found.second, stop, frames, axes, jacobian,
          where: touches)
      }
    }
    if someLane(isStraight) {
      sum += select(isStraight, (stop - start).length / step.pointee.divisor, .zero)
      addPiece(
        m, step.pointee.straight, step.pointee.share, start, stop, frames, axes, jacobian,
        where: isStraight)
    }
  }
  return sum
}

@inline(__always)
private func place(_ point: PathPoint, _ frames: UnsafePointer<BodyFrame>) -> Vector3 {
  frames[point.body].origin + frames[point.body].rotation * point.position
}

/// Adds to the Jacobian how a straight piece between points of two bodies changes its length.
@inline(__always)
private func addPiece(
  _ m: ModelPointers, _ piece: PathPiece, _ share: Double, _ a: Vector3, _ b: Vector3,
  _ frames: UnsafePointer<BodyFrame>, _ axes: UnsafePointer<SpatialVector>,
  _ jacobian: UnsafeMutablePointer<Real>, where isThere: Mask
) {
  let direction = (b - a).normalized(or: Vector3(1, 0, 0))
  let entries = m.special.pointee.pathEntries + piece.first
  @inline(__always) func add(_ sign: Double, _ point: Vector3, _ root: Int, _ range: Range<Int>) {
    let offset = point - frames[root].origin
    for e in range {
      let rate = (sign * share) * direction.dot(axes[entries[e].dof].linear(at: offset))
      jacobian[entries[e].entry] += select(isThere, rate, .zero)
    }
  }
  let count = piece.firstCount + piece.secondCount
  add(-1, a, piece.firstRoot, 0..<piece.firstCount)
  add(1, b, piece.secondRoot, piece.firstCount..<count)
}

/// Adds the inertia of tendons to the mass matrix, as far as the tree layout has its entries, and to the
/// bias force what follows from the change of their Jacobians (MuJoCo `mj_tendonArmature`,
/// `mj_tendonBias`). Tendons with inertia are not wound around anything.
@inline(never)
func addTendonInertia(
  _ m: ModelPointers, frames: UnsafePointer<BodyFrame>,
  bodyVelocity: UnsafePointer<SpatialVector>, bodyAcceleration: UnsafePointer<SpatialVector>,
  lengthJacobians: UnsafePointer<Real>, massMatrix: UnsafeMutablePointer<Real>,
  bias: UnsafeMutablePointer<Real>
) {
  for index in 0..<m.special.pointee.lengthCount
  where m.special.pointee.lengths[index].armature > 0 {
    let length = m.special.pointee.lengths + index
    let armature = length.pointee.armature
    addProduct(
      m.tree, Real(armature), m.rowChains + length.pointee.chain,
      lengthJacobians + length.pointee.jacobian, length.pointee.entryCount, to: massMatrix)

    var rate = Real.zero
    for index in 0..<length.pointee.stepCount {
      let step = m.special.pointee.pathSteps + length.pointee.firstStep + index
      if step.pointee.start.body == step.pointee.stop.body { continue }
      let a = PointMotion(m, step.pointee.start, frames, bodyVelocity, bodyAcceleration)
      let b = PointMotion(m, step.pointee.stop, frames, bodyVelocity, bodyAcceleration)
      let distance = (b.position - a.position).length
      let direction = (b.position - a.position).normalized(or: Vector3(1, 0, 0))
      let velocity = b.velocity - a.velocity
      let across = velocity - direction.dot(velocity) * direction
      let inverse = select(distance > 1e-15, 1 / distance, .zero)
      rate +=
        (direction.dot(b.acceleration - a.acceleration) + inverse * across.dot(velocity))
        / step.pointee.divisor
    }
    add(armature * rate, along: length, m, lengthJacobians, to: bias)
  }
}

/// Where a point is, and how it moves at zero joint acceleration.
private struct PointMotion {
  let position: Vector3
  let velocity: Vector3
  let acceleration: Vector3

  @inline(__always)
  init(
    _ m: ModelPointers, _ point: PathPoint, _ frames: UnsafePointer<BodyFrame>,
    _ bodyVelocity: UnsafePointer<SpatialVector>, _ bodyAcceleration: UnsafePointer<SpatialVector>
  ) {
    position = place(point, frames)
    let offset = position - frames[point.root].origin
    if point.isMoving {
      let (v, a) = (bodyVelocity[point.body], bodyAcceleration[point.body])
      velocity = v.linear(at: offset)
      acceleration =
        a.linear(at: offset) + v.angular.cross(velocity) + Vector3(m.special.pointee.gravity)
    } else {
      (velocity, acceleration) = (.zero, .zero)
    }
  }
}

/// Memory of `solvePrecisely`.
struct PreciseScratch {
  /// Length full.entryCount: the factors.
  let matrix: UnsafeMutablePointer<PreciseReal>
  // length dofCount
  let acceleration, candidate, direction, product: UnsafeMutablePointer<PreciseReal>
  // length rows
  let residual, candidateResidual: UnsafeMutablePointer<PreciseReal>

  init(_ m: ModelPointers, rowCapacity: Int, arena: Arena) {
    func reals(_ count: Int) -> UnsafeMutablePointer<PreciseReal> {
      arena.array(count, repeating: PreciseReal(.zero))
    }
    matrix = reals(m.full.entryCount)
    acceleration = reals(m.velocityCount)
    candidate = reals(m.velocityCount)
    direction = reals(m.velocityCount)
    product = reals(m.velocityCount)
    residual = reals(rowCapacity)
    candidateResidual = reals(rowCapacity)
  }
}

/// The minimum of `solveConstraints` in twice the precision.
///
/// MuJoCo's regularizer of a row may be as small as 1e-15, and that of a pyramid's edges is smaller
/// by the square of the friction coefficient, down to 1e-10: D‖J‖² then exceeds the effective mass
/// by more than the sixteen digits of a number. Then M is lost in the rounding of M + JᵀDJ, and the
/// rounding of a residual is a considerable force. So the whole computation has 32 digits: Newton's
/// method from rest, with an exact line search in each step. Rare, and some twenty times the
/// arithmetic.
///
/// - Parameter isWanted: the lanes in which `scratch.candidate`, its residuals and
///   `constraintForce` are replaced.
/// - Returns: the lanes in which it was found.
@inline(never)
func solvePrecisely(
  _ layout: MatrixLayout, mass: UnsafePointer<Real>, force: UnsafePointer<Real>,
  _ constraints: ConstraintBuffer, _ scratch: SolverScratch,
  constraintForce: UnsafeMutablePointer<Real>, where isWanted: Mask
) -> Mask {
  let p = scratch.precise
  let n = layout.count
  let rowCount = constraints.rowCount
  for d in 0..<n { p.acceleration[d] = PreciseReal(.zero) }
  computeResiduals(constraints, p.acceleration, into: p.residual)

  let attempts = min(200, max(4, attemptBudget / max(1, layout.entryCount * n / 3)))
  var isSearching = isWanted
  var isExact = Mask.always
  for _ in 0..<attempts {
    for r in 0..<constraints.twoSidedCount {
      _ = scratch.setState(constraints, r, p.residual[r].high, where: isSearching)
    }
    for r in constraints.twoSidedCount..<rowCount {
      let changes = isSearching && p.residual[r].isNegative != scratch.isActive[r]
      scratch.isActive[r] = scratch.isActive[r] != changes
    }
    findMinimum(layout, mass: mass, force: force, constraints, scratch, &isExact)
    var isOther = Mask.never
    for r in 0..<constraints.twoSidedCount {
      isOther = isOther || scratch.differs(constraints, r, p.candidateResidual[r].high)
    }
    for r in constraints.twoSidedCount..<rowCount {
      isOther = isOther || p.candidateResidual[r].isNegative != scratch.isActive[r]
    }
    isSearching = isSearching && isOther
    if !someLane(isSearching) { break }

    let length = findStepLength(
      layout, mass: mass, force: force, constraints, scratch, where: isSearching)
    for d in 0..<n {
      p.acceleration[d] = select(
        isSearching, p.acceleration[d] + length * p.direction[d], p.acceleration[d])
    }
    for r in 0..<rowCount {
      let change = p.candidateResidual[r] - p.residual[r]
      p.residual[r] = select(isSearching, p.residual[r] + length * change, p.residual[r])
    }
  }

  for d in 0..<n {
    scratch.candidate[d] = select(isWanted, p.candidate[d].high, scratch.candidate[d])
  }
  for r in 0..<rowCount {
    scratch.candidateResidual[r] = select(
      isWanted, p.candidateResidual[r].high, scratch.candidateResidual[r])
  }
  // at the minimum the gradient vanishes; this rounds less than the sum of forces of stiff rows
  multiply(layout, mass, scratch.candidate, into: scratch.product)
  for d in 0..<n {
    constraintForce[d] = select(isWanted, scratch.product[d] - force[d], constraintForce[d])
  }
  return isWanted && isExact && !isSearching
}

/// Multiply-adds of all eliminations of one search, a few seconds: beyond some 180 degrees of freedom
/// that all touch, it may end before the minimum is found.
private let attemptBudget = 200_000_000

/// The minimum for the active rows, and its residuals: one solve, and two steps of iterative
/// refinement by the gradient there, because the factors may have lost digits even here.
///
/// - Parameter isExact: the lanes in which the second step changed nothing.
@inline(__always)
private func findMinimum(
  _ layout: MatrixLayout, mass: UnsafePointer<Real>, force: UnsafePointer<Real>,
  _ constraints: ConstraintBuffer, _ scratch: SolverScratch, _ isExact: inout Mask
) {
  let p = scratch.precise
  for e in 0..<layout.entryCount { p.matrix[e] = PreciseReal(mass[e]) }
  for d in 0..<layout.count { p.candidate[d] = PreciseReal(force[d]) }
  for r in 0..<constraints.twoSidedCount {
    addHeldForce(constraints, scratch, r, sign: 1, p.candidate)
  }
  for r in 0..<constraints.rowCount where someLane(scratch.isActive[r]) {
    addRow(layout, constraints, r, where: scratch.isActive[r], p.matrix, p.candidate)
  }
  factorize(layout, p.matrix)
  solve(layout, factors: p.matrix, p.candidate)

  for _ in 0..<2 {
    computeResiduals(constraints, p.candidate, into: p.candidateResidual)
    multiply(layout, mass, p.candidate, into: p.direction)
    for d in 0..<layout.count { p.direction[d] = p.direction[d] - PreciseReal(force[d]) }
    for r in 0..<constraints.twoSidedCount {
      addHeldForce(constraints, scratch, r, sign: -1, p.direction)
    }
    for r in 0..<constraints.rowCount where someLane(scratch.isActive[r]) {
      let row = constraints.rows + r
      let jacobian = constraints.jacobians + row.pointee.jacobian
      let chain = constraints.chains + row.pointee.chain
      let pull =
        p.candidateResidual[r]
        * select(
          scratch.isActive[r], row.pointee.inverseRegularizer, 0)
      for e in 0..<row.pointee.count {
        p.direction[chain[e]] = p.direction[chain[e]] + pull * jacobian[e]
      }
    }
    solve(layout, factors: p.matrix, p.direction)
    var step = Real.zero
    var size = Real.zero
    for d in 0..<layout.count {
      p.candidate[d] = p.candidate[d] - p.direction[d]
      step = larger(abs(p.direction[d].high), step)
      size = larger(abs(p.candidate[d].high), size)
    }
    isExact = step <= 1e-12 * size
  }
  computeResiduals(constraints, p.candidate, into: p.candidateResidual)
}

/// Adds Jᵀ times the force at the limit of a row, which is 0 where the row is active.
@inline(__always)
private func addHeldForce(
  _ constraints: ConstraintBuffer, _ scratch: SolverScratch, _ r: Int, sign: Double,
  _ total: UnsafeMutablePointer<PreciseReal>
) {
  let row = constraints.rows + r
  let jacobian = constraints.jacobians + row.pointee.jacobian
  let chain = constraints.chains + row.pointee.chain
  for e in 0..<row.pointee.count {
    total[chain[e]] =
      total[chain[e]] + PreciseReal.product(sign * scratch.heldForce[r], jacobian[e])
  }
}

/// y = **A** x.
@inline(__always)
private func multiply(
  _ layout: MatrixLayout, _ a: UnsafePointer<Real>, _ x: UnsafePointer<PreciseReal>,
  into y: UnsafeMutablePointer<PreciseReal>
) {
  for k in 0..<layout.count {
    let row = a + layout.start[k]
    let chain = layout.chain + layout.start[k]
    y[k] = x[k] * row[layout.depth[k]]
    for e in 0..<layout.depth[k] {
      y[k] = y[k] + x[chain[e]] * row[e]
      y[chain[e]] = y[chain[e]] + x[k] * row[e]
    }
  }
}

/// J·a - reference, per row; 1 for a row that does not exist.
@inline(__always)
private func computeResiduals(
  _ constraints: ConstraintBuffer, _ acceleration: UnsafePointer<PreciseReal>,
  into residual: UnsafeMutablePointer<PreciseReal>
) {
  for r in 0..<constraints.rowCount {
    let row = constraints.rows + r
    let jacobian = constraints.jacobians + row.pointee.jacobian
    let chain = constraints.chains + row.pointee.chain
    var sum = PreciseReal(-row.pointee.reference)
    for e in 0..<row.pointee.count { sum = sum + acceleration[chain[e]] * jacobian[e] }
    residual[r] = select(row.pointee.reference.isFinite, sum, PreciseReal(Real(1)))
  }
}

/// The step from the acceleration to the candidate at which the cost is least. Also computes that
/// direction.
///
/// Newton's method on the slope of the cost, which is piecewise linear and rising, inside a
/// shrinking bracket.
@inline(__always)
private func findStepLength(
  _ layout: MatrixLayout, mass: UnsafePointer<Real>, force: UnsafePointer<Real>,
  _ constraints: ConstraintBuffer, _ scratch: SolverScratch, where isWanted: Mask
) -> PreciseReal {
  let p = scratch.precise
  for d in 0..<layout.count { p.direction[d] = p.candidate[d] - p.acceleration[d] }
  multiply(layout, mass, p.direction, into: p.product)
  var smoothSlope = PreciseReal(.zero)
  var smoothCurvature = PreciseReal(.zero)
  for d in 0..<layout.count {
    smoothSlope = smoothSlope + p.product[d] * p.acceleration[d] - p.direction[d] * force[d]
    smoothCurvature = smoothCurvature + p.product[d] * p.direction[d]
  }

  var low = Real.zero
  var high = Real.infinity
  var length = PreciseReal(Real(1))
  var scale = Real.zero
  var isSearching = isWanted
  for _ in 0..<200 {
    var slope = smoothSlope + length * smoothCurvature
    var curvature = smoothCurvature
    for r in 0..<constraints.twoSidedCount {
      let change = p.candidateResidual[r] - p.residual[r]
      let value = p.residual[r] + length * change
      let (isActive, held) = constraints.state(r, value.high)
      let weighted = change * constraints.rows[r].inverseRegularizer
      slope = select(isActive, slope + weighted * value, slope - change * held)
      curvature = select(isActive, curvature + weighted * change, curvature)
    }
    for r in constraints.twoSidedCount..<constraints.rowCount {
      let change = p.candidateResidual[r] - p.residual[r]
      let value = p.residual[r] + length * change
      let counts = value.isNegative
      if !someLane(counts) { continue }
      let weighted = change * constraints.rows[r].inverseRegularizer
      slope = select(counts, slope + weighted * value, slope)
      curvature = select(counts, curvature + weighted * change, curvature)
    }
    scale = larger(scale, abs(slope.high))
    isSearching = isSearching && !(abs(slope.high) <= 1e-28 * scale)
    low = select(slope.high < 0, length.high, low)
    high = select(slope.high < 0, high, length.high)
    let newton = length - slope / curvature
    let bisected = select(high.isFinite, 0.5 * (low + high), 2 * length.high)
    let isInside = newton.high >= low && newton.high <= high
    let next = select(isInside, newton, PreciseReal(bisected))
    isSearching = isSearching && (next.high != length.high || next.low != length.low)
    if !someLane(isSearching) { break }
    length = select(isSearching, next, length)
  }
  return length
}

/// Adds one active row: D J Jᵀ to the matrix, D J reference to the right side.
@inline(__always)
private func addRow(
  _ layout: MatrixLayout, _ constraints: ConstraintBuffer, _ r: Int, where isActive: Mask,
  _ matrix: UnsafeMutablePointer<PreciseReal>, _ rightSide: UnsafeMutablePointer<PreciseReal>
) {
  let row = constraints.rows + r
  let jacobian = constraints.jacobians + row.pointee.jacobian
  let chain = constraints.chains + row.pointee.chain
  let weight = select(isActive, row.pointee.inverseRegularizer, 0)
  let reference = select(isActive, row.pointee.reference, 0)
  for e in 0..<row.pointee.count {
    let scaled = PreciseReal.product(weight, jacobian[e])
    rightSide[chain[e]] = rightSide[chain[e]] + scaled * reference
    let entries = matrix + layout.start[chain[e]]
    for i in 0...e {
      let column = layout.depth[chain[i]]
      entries[column] = entries[column] + scaled * jacobian[i]
    }
  }
}

/// **A** = **L**ᵀ **D** **L**, as the plain `factorize`.
@inline(__always)
private func factorize(_ layout: MatrixLayout, _ a: UnsafeMutablePointer<PreciseReal>) {
  for k in (0..<layout.count).reversed() {
    let row = a + layout.start[k]
    let chainStart = layout.chainStart + layout.start[k]
    let pivot = row[layout.depth[k]]
    for e in (0..<layout.depth[k]).reversed() where someLane(row[e].high != .zero) {
      let scale = row[e] / pivot
      let target = a + chainStart[e]
      for i in 0...e { target[i] = target[i] - scale * row[i] }
      row[e] = scale
    }
  }
}

/// Solves **A** x = b in place, as the plain `solve`.
@inline(__always)
private func solve(
  _ layout: MatrixLayout, factors a: UnsafePointer<PreciseReal>,
  _ x: UnsafeMutablePointer<PreciseReal>
) {
  for k in (0..<layout.count).reversed() {
    let row = a + layout.start[k]
    let chain = layout.chain + layout.start[k]
    for e in 0..<layout.depth[k] { x[chain[e]] = x[chain[e]] - row[e] * x[k] }
  }
  for k in 0..<layout.count {
    let row = a + layout.start[k]
    let chain = layout.chain + layout.start[k]
    var value = x[k] / row[layout.depth[k]]
    for e in 0..<layout.depth[k] { value = value - row[e] * x[chain[e]] }
    x[k] = value
  }
}

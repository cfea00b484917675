/// Memory of the constraint solver.
package struct SolverScratch {
  /// Length full.entryCount: the factors of the matrix solved last.
  let matrix: UnsafeMutablePointer<Real>
  /// Length full.entryCount: the mass matrix in the layout of the rows.
  let mass: UnsafeMutablePointer<Real>
  // length dofCount
  let inverseDiagonal, candidate, direction, product: UnsafeMutablePointer<Real>
  /// Length dofCount: the diagonal of the matrix solved last.
  let diagonal: UnsafeMutablePointer<Real>
  // length rows
  package let residual, candidateResidual: UnsafeMutablePointer<Real>
  let isActive: UnsafeMutablePointer<Mask>
  /// Length of the rows that act in both directions: the force of one that is not active, at its
  /// limit; else 0.
  let heldForce: UnsafeMutablePointer<Real>
  let precise: PreciseScratch

  init(_ m: ModelPointers, rowCapacity: Int, arena: Arena) {
    matrix = arena.reals(m.full.entryCount)
    mass = arena.reals(m.full.entryCount)
    inverseDiagonal = arena.reals(m.velocityCount)
    candidate = arena.reals(m.velocityCount)
    direction = arena.reals(m.velocityCount)
    product = arena.reals(m.velocityCount)
    diagonal = arena.reals(m.velocityCount)
    residual = arena.reals(rowCapacity)
    candidateResidual = arena.reals(rowCapacity)
    isActive = arena.array(rowCapacity, repeating: .never)
    heldForce = arena.reals(rowCapacity)
    precise = PreciseScratch(m, rowCapacity: rowCapacity, arena: arena)
  }
}

/// Finds the acceleration a that minimises
///
///     ½ aᵀM a - aᵀf + ½ Σᵢ Dᵢ min(0, Jᵢa - rᵢ)²
///
/// over all constraint rows i, or for one that acts in both directions ½ Dᵢ(Jᵢa - rᵢ)², going on as a
/// straight line where its slope reaches the limit of its force: MuJoCo's soft, convex contact dynamics (Todorov, *Convex and
/// analytically-invertible dynamics with contacts and constraints*, 2014; MuJoCo `mj_solPrimal`,
/// Newton).
///
/// | Argument          | Shape    | Meaning                                                 |
/// |-------------------|----------|---------------------------------------------------------|
/// | `massMatrix`      | tree     | **M**                                                   |
/// | `force`           | dofCount | f, all forces but the constraints' (`qfrc_smooth`)      |
/// | `acceleration`    | dofCount | in: start (`qacc_warmstart`); out: the minimum (`qacc`) |
/// | `constraintForce` | dofCount | out: Jᵀ · row forces (`qfrc_constraint`)                |
///
/// Where the gradient of the cost shows that the minimum is lost by rounding, it is searched again
/// in twice the precision: rows can be more than 10¹⁶ times stiffer than their effective masses.
///
/// Differs from MuJoCo: it always converges to the last active set where MuJoCo may stop at its
/// tolerance, so the starting point changes the result by rounding only.
///
/// - Returns: whether the result is the minimum.
@inline(__always)
func solveConstraints(
  _ m: ModelPointers, _ layout: MatrixLayout, massMatrix: UnsafePointer<Real>,
  force: UnsafePointer<Real>, _ constraints: ConstraintBuffer, _ scratch: SolverScratch,
  acceleration: UnsafeMutablePointer<Real>, constraintForce: UnsafeMutablePointer<Real>
) -> Mask {
  if layout.isFull { copyMatrix(massMatrix, m.tree, into: scratch.mass, layout) }
  let mass = layout.isFull ? UnsafePointer(scratch.mass) : massMatrix

  computeResiduals(constraints, acceleration, into: scratch.residual)
  if constraints.twoSidedCount > 0 { setTwoSidedRows(constraints, scratch) }
  for r in constraints.twoSidedCount..<constraints.rowCount {
    scratch.isActive[r] = scratch.residual[r] < 0
  }
  var isFound = searchActiveRows(
    layout, mass: mass, force: force, constraints, scratch, acceleration)
  computeConstraintForce(layout, constraints, scratch, into: constraintForce)
  if constraints.rowCount > 0 {
    let isResolved = keepsMass(layout, mass: mass, scratch)
    if !everyLane(isResolved) {
      let vanishes = gradientVanishes(
        m, layout, mass: mass, force: force, constraintForce, scratch)
      isFound = isFound && (isResolved || vanishes)
    }
  }
  if !everyLane(isFound) {
    let isFoundNow = solvePrecisely(
      layout, mass: mass, force: force, constraints, scratch, constraintForce: constraintForce,
      where: !isFound)
    isFound = isFound || isFoundNow
  }
  acceleration.update(from: scratch.candidate, count: layout.count)
  return isFound
}

/// Finds the active rows whose minimum has the same active rows.
///
/// While the set of active rows (negative residual) stays the same, the cost is quadratic and one
/// solve with M + JᵀDJ of those rows gives its exact minimum. If that minimum has the same active
/// rows, it is the answer; otherwise its active rows are tried next. Usually a few attempts
/// suffice; where they do not, an exact line search from the start towards each minimum lowers the
/// cost. There are finitely many sets and the cost decreases, so this terminates. The answer does
/// not depend on the path to it.
///
/// - Returns: the lanes in which they were found.
@inline(__always)
private func searchActiveRows(
  _ layout: MatrixLayout, mass: UnsafePointer<Real>, force: UnsafePointer<Real>,
  _ constraints: ConstraintBuffer, _ scratch: SolverScratch,
  _ acceleration: UnsafeMutablePointer<Real>
) -> Mask {
  let n = layout.count
  let rowCount = constraints.rowCount
  let twoSidedCount = constraints.twoSidedCount
  // lanes that have converged stay as they are: the same active rows give the same minimum again
  var isSearching = Mask.always
  var isFound = Mask.always
  for attempt in 0..<100 {
    solve(layout, mass: mass, force: force, constraints, scratch)
    var isOther = Mask.never
    if twoSidedCount > 0 { isOther = twoSidedRowsDiffer(constraints, scratch) }
    for r in twoSidedCount..<rowCount {
      isOther = isOther || (scratch.candidateResidual[r] < 0) != scratch.isActive[r]
    }
    isSearching = isSearching && isOther
    if !someLane(isSearching) { return isFound }

    if attempt <= plainAttempts {
      // the active rows of the minimum, or in the end once more those of the start
      let residual = attempt < plainAttempts ? scratch.candidateResidual : scratch.residual
      if twoSidedCount > 0 {
        changeTwoSidedRows(constraints, scratch, residual, where: isSearching)
      }
      for r in twoSidedCount..<rowCount {
        let changes = isSearching && (residual[r] < 0) != scratch.isActive[r]
        scratch.isActive[r] = scratch.isActive[r] != changes
      }
      continue
    }

    // lower the cost in that direction
    for d in 0..<n { scratch.direction[d] = scratch.candidate[d] - acceleration[d] }
    multiply(layout, mass, scratch.direction, into: scratch.product)
    var slope = Real.zero
    var curvature = Real.zero
    for d in 0..<n {
      slope += scratch.product[d] * acceleration[d] - scratch.direction[d] * force[d]
      curvature += scratch.product[d] * scratch.direction[d]
    }
    let length = findStepLength(
      constraints, scratch, where: isSearching, smoothSlope: slope, smoothCurvature: curvature)
    var hasChanged = Mask.never
    for d in 0..<n {
      acceleration[d] = select(
        isSearching, acceleration[d] + length * scratch.direction[d], acceleration[d])
    }
    for r in 0..<rowCount {
      let residual = scratch.residual[r]
      let moved = residual + length * (scratch.candidateResidual[r] - residual)
      scratch.residual[r] = select(isSearching, moved, residual)
      if r < twoSidedCount {
        hasChanged =
          scratch.setState(constraints, r, moved, where: isSearching) || hasChanged
        continue
      }
      let changes = isSearching && (moved < 0) != scratch.isActive[r]
      hasChanged = hasChanged || changes
      scratch.isActive[r] = scratch.isActive[r] != changes
    }
    // otherwise the next attempt would be the same: rounding decides, or the state is not finite
    isFound = isFound && (hasChanged || !isSearching)
    isSearching = isSearching && hasChanged
    if !someLane(isSearching) { return isFound }
  }
  return isFound && !isSearching
}

/// The minimum for the active rows.
@inline(__always)
private func solve(
  _ layout: MatrixLayout, mass: UnsafePointer<Real>, force: UnsafePointer<Real>,
  _ constraints: ConstraintBuffer, _ scratch: SolverScratch
) {
  scratch.matrix.update(from: mass, count: layout.entryCount)
  scratch.candidate.update(from: force, count: layout.count)
  if constraints.twoSidedCount > 0 { addHeldForces(constraints, scratch) }
  for r in 0..<constraints.rowCount where someLane(scratch.isActive[r]) {
    addRow(
      layout, constraints, r, where: scratch.isActive[r], matrix: scratch.matrix,
      rightSide: scratch.candidate)
  }
  for d in 0..<layout.count {
    scratch.diagonal[d] = scratch.matrix[layout.start[d] &+ layout.depth[d]]
  }
  if layout.isFull {
    factorizeSparsely(layout, scratch.matrix, inverseDiagonal: scratch.inverseDiagonal)
  } else {
    factorize(layout, scratch.matrix, inverseDiagonal: scratch.inverseDiagonal)
  }
  solve(
    layout, factors: scratch.matrix, inverseDiagonal: scratch.inverseDiagonal, scratch.candidate)
  computeResiduals(constraints, scratch.candidate, into: scratch.candidateResidual)
}

/// Jᵀ · row forces of the candidate.
@inline(__always)
private func computeConstraintForce(
  _ layout: MatrixLayout, _ constraints: ConstraintBuffer, _ scratch: SolverScratch,
  into constraintForce: UnsafeMutablePointer<Real>
) {
  constraintForce.update(repeating: .zero, count: layout.count)
  if constraints.twoSidedCount > 0 { addTwoSidedForces(constraints, scratch, to: constraintForce) }
  for r in constraints.twoSidedCount..<constraints.rowCount where someLane(scratch.isActive[r]) {
    let row = constraints.rows + r
    let jacobian = constraints.jacobians + row.pointee.jacobian
    let chain = constraints.chains + row.pointee.chain
    let push = select(
      scratch.isActive[r], -row.pointee.inverseRegularizer * scratch.candidateResidual[r], 0)
    for e in 0..<row.pointee.count { constraintForce[chain[e]] += jacobian[e] * push }
  }
}

// Rows that act in both directions are apart from the others, whose loops would else be slower.

@inline(never)
private func setTwoSidedRows(_ constraints: ConstraintBuffer, _ scratch: SolverScratch) {
  for r in 0..<constraints.twoSidedCount {
    (scratch.isActive[r], scratch.heldForce[r]) = constraints.state(r, scratch.residual[r])
  }
}

@inline(never)
private func twoSidedRowsDiffer(
  _ constraints: ConstraintBuffer, _ scratch: SolverScratch
) -> Mask {
  var isOther = Mask.never
  for r in 0..<constraints.twoSidedCount {
    isOther = isOther || scratch.differs(constraints, r, scratch.candidateResidual[r])
  }
  return isOther
}

@inline(never)
private func changeTwoSidedRows(
  _ constraints: ConstraintBuffer, _ scratch: SolverScratch, _ residual: UnsafePointer<Real>,
  where isWanted: Mask
) {
  for r in 0..<constraints.twoSidedCount {
    _ = scratch.setState(constraints, r, residual[r], where: isWanted)
  }
}

@inline(never)
private func addHeldForces(_ constraints: ConstraintBuffer, _ scratch: SolverScratch) {
  for r in 0..<constraints.twoSidedCount where !everyLane(scratch.isActive[r]) {
    constraints.add(scratch.heldForce[r], ofRow: r, to: scratch.candidate)
  }
}

@inline(never)
private func addTwoSidedForces(
  _ constraints: ConstraintBuffer, _ scratch: SolverScratch, to total: UnsafeMutablePointer<Real>
) {
  for r in 0..<constraints.twoSidedCount {
    let push = -constraints.rows[r].inverseRegularizer * scratch.candidateResidual[r]
    constraints.add(select(scratch.isActive[r], push, scratch.heldForce[r]), ofRow: r, to: total)
  }
}

extension ConstraintBuffer {
  /// What a residual makes of a row that acts in both directions: whether its force is -D times it,
  /// and else the force at the limit.
  @inline(__always)
  func state(_ r: Int, _ residual: Real) -> (isActive: Mask, heldForce: Real) {
    let limit = rows[r].margin
    let isActive = !(abs(rows[r].inverseRegularizer * residual) >= limit)
    return (isActive, select(isActive, 0, select(residual < 0, Real(limit), Real(-limit))))
  }

  /// Adds Jᵀ times the force of a row.
  @inline(__always)
  func add(_ push: Real, ofRow r: Int, to total: UnsafeMutablePointer<Real>) {
    let row = rows + r
    let jacobian = jacobians + row.pointee.jacobian
    let chain = chains + row.pointee.chain
    for e in 0..<row.pointee.count { total[chain[e]] += jacobian[e] * push }
  }
}

extension SolverScratch {
  /// Whether a residual makes another state of a row that acts in both directions.
  @inline(__always)
  func differs(_ constraints: ConstraintBuffer, _ r: Int, _ residual: Real) -> Mask {
    let state = constraints.state(r, residual)
    return state.isActive != isActive[r] || state.heldForce != heldForce[r]
  }

  /// Sets that state.
  ///
  /// - Returns: the lanes in which it changes.
  @inline(__always)
  func setState(
    _ constraints: ConstraintBuffer, _ r: Int, _ residual: Real, where isWanted: Mask
  ) -> Mask {
    let changes = isWanted && differs(constraints, r, residual)
    let state = constraints.state(r, residual)
    isActive[r] = isActive[r] != (changes && state.isActive != isActive[r])
    heldForce[r] = select(changes, state.heldForce, heldForce[r])
    return changes
  }
}

/// Whether the rows left M so many of its digits in the rounded matrix that the gradient vanishes
/// without a look at it: this costs a twentieth.
@inline(__always)
private func keepsMass(
  _ layout: MatrixLayout, mass: UnsafePointer<Real>, _ scratch: SolverScratch
) -> Mask {
  var isKept = Mask.always
  for d in 0..<layout.count {
    let entry = mass[layout.start[d] &+ layout.depth[d]]
    isKept = isKept && scratch.diagonal[d] <= stiffnessLimit * entry
  }
  return isKept
}

/// From the diagonal of M to that of the matrix. Rounding is 1e-16 of the latter, and then an order
/// of magnitude less than `gradientTolerance` of the former.
private let stiffnessLimit = 1e5

/// Whether M a - f - (force of the constraints) is no more than rounding at the candidate: less
/// than would accelerate any degree of freedom by 1e-10 of the largest acceleration.
@inline(__always)
private func gradientVanishes(
  _ m: ModelPointers, _ layout: MatrixLayout, mass: UnsafePointer<Real>,
  force: UnsafePointer<Real>, _ constraintForce: UnsafePointer<Real>, _ scratch: SolverScratch
) -> Mask {
  multiply(layout, mass, scratch.candidate, into: scratch.product)
  var error = Real.zero
  var scale = Real.zero
  for d in 0..<layout.count {
    let gradient = scratch.product[d] - force[d] - constraintForce[d]
    error = larger(error, abs(gradient * m.dofs[d].inverseWeight))
    scale = larger(scale, abs(scratch.candidate[d]))
  }
  return error <= gradientTolerance * scale
}

/// Rounding by itself gives at most 1e-11 with the masses and rows of robots.
private let gradientTolerance = 1e-10

/// After so many sets of active rows a line search begins.
private let plainAttempts = 3

/// J·a - reference, per row.
@inline(__always)
private func computeResiduals(
  _ constraints: ConstraintBuffer, _ acceleration: UnsafePointer<Real>,
  into residual: UnsafeMutablePointer<Real>
) {
  for r in 0..<constraints.rowCount {
    let row = constraints.rows + r
    let jacobian = constraints.jacobians + row.pointee.jacobian
    let chain = constraints.chains + row.pointee.chain
    var sum = -row.pointee.reference
    for e in 0..<row.pointee.count { sum += jacobian[e] * acceleration[chain[e]] }
    residual[r] = sum
  }
}

/// Adds one active row: D J Jᵀ to the matrix, D J reference to the right side.
@inline(__always)
private func addRow(
  _ layout: MatrixLayout, _ constraints: ConstraintBuffer, _ r: Int, where isActive: Mask,
  matrix: UnsafeMutablePointer<Real>, rightSide: UnsafeMutablePointer<Real>
) {
  let row = constraints.rows + r
  let jacobian = constraints.jacobians + row.pointee.jacobian
  let chain = constraints.chains + row.pointee.chain
  let weight = select(isActive, row.pointee.inverseRegularizer, 0)
  let reference = select(isActive, row.pointee.reference, 0)
  if layout.isFull {
    // the columns of two branches are apart from each other
    for e in 0..<row.pointee.count {
      let scaled = weight * jacobian[e]
      rightSide[chain[e]] += scaled * reference
      let entries = matrix + layout.start[chain[e]]
      for i in 0...e { entries[chain[i]] += scaled * jacobian[i] }
    }
    return
  }
  let chainStart = layout.chainStart + row.pointee.chain
  for e in 0..<row.pointee.count {
    let scaled = weight * jacobian[e]
    rightSide[chain[e]] += scaled * reference
    add(
      scaled, jacobian, count: e &+ 1, to: matrix + chainStart[e] + row.pointee.depth)
  }
}

/// The step along the search direction at which the cost, a convex piecewise quadratic, is least.
///
/// Newton's method on its slope, which is piecewise linear and rising, inside a shrinking bracket.
@inline(__always)
private func findStepLength(
  _ constraints: ConstraintBuffer, _ scratch: SolverScratch, where isWanted: Mask,
  smoothSlope: Real, smoothCurvature: Real
) -> Real {
  var low = Real.zero
  var high = Real.infinity
  var length = Real(1)
  var scale = Real.zero
  var isSearching = isWanted
  for _ in 0..<100 {
    var slope = smoothSlope + length * smoothCurvature
    var curvature = smoothCurvature
    for r in 0..<constraints.twoSidedCount {
      let change = scratch.candidateResidual[r] - scratch.residual[r]
      let value = scratch.residual[r] + length * change
      let (isActive, held) = constraints.state(r, value)
      let weighted = constraints.rows[r].inverseRegularizer * change
      slope += select(isActive, weighted * value, -held * change)
      curvature = select(isActive, curvature + weighted * change, curvature)
    }
    for r in constraints.twoSidedCount..<constraints.rowCount {
      let change = scratch.candidateResidual[r] - scratch.residual[r]
      let value = scratch.residual[r] + length * change
      let counts = value < 0
      if !someLane(counts) { continue }
      let weighted = constraints.rows[r].inverseRegularizer * change
      slope = select(counts, slope + weighted * value, slope)
      curvature = select(counts, curvature + weighted * change, curvature)
    }
    scale = larger(scale, abs(slope))
    isSearching = isSearching && !(abs(slope) <= 1e-15 * scale)
    low = select(slope < 0, length, low)
    high = select(slope < 0, high, length)
    let newton = length - slope / curvature
    let bisected = select(high.isFinite, 0.5 * (low + high), 2 * length)
    let next = select(newton > low && newton < high, newton, bisected)
    isSearching = isSearching && next != length
    if !someLane(isSearching) { break }
    length = select(isSearching, next, length)
  }
  return length
}

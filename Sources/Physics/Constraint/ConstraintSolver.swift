/// Memory of the constraint solver.
struct SolverScratch {
  /// Length full.entryCount: the factors of the matrix solved last.
  let matrix: UnsafeMutablePointer<Double>
  /// Length full.entryCount: the mass matrix in the layout of the rows.
  let mass: UnsafeMutablePointer<Double>
  // length dofCount
  let inverseDiagonal, candidate, direction, product: UnsafeMutablePointer<Double>
  // length rows
  let residual, candidateResidual: UnsafeMutablePointer<Double>
  let isActive: UnsafeMutablePointer<Bool>

  init(_ m: ModelPointers, rowCapacity: Int, arena: Arena) {
    matrix = arena.doubles(m.full.entryCount)
    mass = arena.doubles(m.full.entryCount)
    inverseDiagonal = arena.doubles(m.velocityCount)
    candidate = arena.doubles(m.velocityCount)
    direction = arena.doubles(m.velocityCount)
    product = arena.doubles(m.velocityCount)
    residual = arena.doubles(rowCapacity)
    candidateResidual = arena.doubles(rowCapacity)
    isActive = arena.array(rowCapacity, repeating: false)
  }
}

/// Finds the acceleration a that minimises
///
///     ½ aᵀM a - aᵀf + ½ Σᵢ Dᵢ min(0, Jᵢa - rᵢ)²
///
/// over all constraint rows i: MuJoCo's soft, convex contact dynamics (Todorov, *Convex and analytically-
/// invertible dynamics with contacts and constraints*, 2014; MuJoCo `mj_solPrimal`, Newton).
///
/// | Argument          | Shape    | Meaning                                                      |
/// |-------------------|----------|--------------------------------------------------------------|
/// | `massMatrix`      | tree     | **M**                                                        |
/// | `force`           | dofCount | f, all forces but the constraints' (`qfrc_smooth`)           |
/// | `acceleration`    | dofCount | in: where to start (`qacc_warmstart`); out: the minimum, `qacc` |
/// | `constraintForce` | dofCount | out: Jᵀ · row forces (`qfrc_constraint`)                     |
///
/// While the set of active rows (negative residual) stays the same, the cost is quadratic and one solve
/// with M + JᵀDJ of those rows gives its exact minimum. If that minimum has the same active rows, it is
/// the answer; otherwise an exact line search towards it lowers the cost, and the new active rows are
/// tried. There are finitely many sets and the cost falls, so this ends.
///
/// Differs from MuJoCo: it always converges to the last active set where MuJoCo may stop at its
/// tolerance, so the starting point changes the result by rounding only.
@inline(__always)
func solveConstraints(
  _ m: ModelPointers, _ layout: MatrixLayout, massMatrix: UnsafePointer<Double>,
  force: UnsafePointer<Double>, _ constraints: ConstraintBuffer, _ scratch: SolverScratch,
  acceleration: UnsafeMutablePointer<Double>, constraintForce: UnsafeMutablePointer<Double>
) {
  let n = m.velocityCount
  let isTree = layout.entryCount == m.tree.entryCount
  if !isTree { copyMatrix(massMatrix, m.tree, into: scratch.mass, layout) }
  let mass = isTree ? massMatrix : UnsafePointer(scratch.mass)
  let rowCount = constraints.rowCount

  computeResiduals(layout, constraints, acceleration, into: scratch.residual)
  for r in 0..<rowCount { scratch.isActive[r] = scratch.residual[r] < 0 }

  for _ in 0..<100 {
    // the minimum for these active rows
    scratch.matrix.update(from: mass, count: layout.entryCount)
    scratch.candidate.update(from: force, count: n)
    for r in 0..<rowCount where scratch.isActive[r] {
      addRow(layout, constraints, r, matrix: scratch.matrix, rightSide: scratch.candidate)
    }
    factorize(layout, scratch.matrix, inverseDiagonal: scratch.inverseDiagonal)
    solve(
      layout, factors: scratch.matrix, inverseDiagonal: scratch.inverseDiagonal, scratch.candidate)

    computeResiduals(layout, constraints, scratch.candidate, into: scratch.candidateResidual)
    var isSame = true
    for r in 0..<rowCount where (scratch.candidateResidual[r] < 0) != scratch.isActive[r] {
      isSame = false
    }
    if isSame { break }

    // lower the cost on the way there
    for d in 0..<n { scratch.direction[d] = scratch.candidate[d] - acceleration[d] }
    multiply(layout, mass, scratch.direction, into: scratch.product)
    var slope = 0.0
    var curvature = 0.0
    for d in 0..<n {
      slope += scratch.product[d] * acceleration[d] - scratch.direction[d] * force[d]
      curvature += scratch.product[d] * scratch.direction[d]
    }
    let length = findStepLength(
      constraints, scratch, smoothSlope: slope, smoothCurvature: curvature)
    var hasChanged = false
    for d in 0..<n { acceleration[d] += length * scratch.direction[d] }
    for r in 0..<rowCount {
      scratch.residual[r] += length * (scratch.candidateResidual[r] - scratch.residual[r])
      let isActive = scratch.residual[r] < 0
      if isActive != scratch.isActive[r] { hasChanged = true }
      scratch.isActive[r] = isActive
    }
    // rows that rest exactly on their edge, or a state that is not finite
    if !hasChanged { break }
  }

  acceleration.update(from: scratch.candidate, count: n)
  constraintForce.update(repeating: 0, count: n)
  for r in 0..<rowCount where scratch.isActive[r] {
    let row = constraints.rows + r
    let jacobian = constraints.jacobians + row.pointee.jacobian
    let chain = layout.chain + row.pointee.chain
    let push = -row.pointee.inverseRegularizer * scratch.candidateResidual[r]
    for e in 0..<row.pointee.count { constraintForce[chain[e]] += jacobian[e] * push }
  }
}

/// J·a - reference, per row.
@inline(__always)
private func computeResiduals(
  _ layout: MatrixLayout, _ constraints: ConstraintBuffer, _ acceleration: UnsafePointer<Double>,
  into residual: UnsafeMutablePointer<Double>
) {
  for r in 0..<constraints.rowCount {
    let row = constraints.rows + r
    let jacobian = constraints.jacobians + row.pointee.jacobian
    let chain = layout.chain + row.pointee.chain
    var sum = -row.pointee.reference
    for e in 0..<row.pointee.count { sum += jacobian[e] * acceleration[chain[e]] }
    residual[r] = sum
  }
}

/// Adds one active row: D J Jᵀ to the matrix, D J reference to the right side.
@inline(__always)
private func addRow(
  _ layout: MatrixLayout, _ constraints: ConstraintBuffer, _ r: Int,
  matrix: UnsafeMutablePointer<Double>, rightSide: UnsafeMutablePointer<Double>
) {
  let row = constraints.rows + r
  let jacobian = constraints.jacobians + row.pointee.jacobian
  let chain = layout.chain + row.pointee.chain
  let weight = row.pointee.inverseRegularizer
  let reference = row.pointee.reference
  for e in 0..<row.pointee.count {
    let scaled = weight * jacobian[e]
    rightSide[chain[e]] += scaled * reference
    let target = matrix + layout.start[chain[e]] + row.pointee.depth
    for f in 0...e { target[f] += scaled * jacobian[f] }
  }
}

/// The step along the search direction at which the cost, a convex piecewise quadratic, is least.
///
/// Newton's method on its slope, which is piecewise linear and rising, inside a shrinking bracket.
@inline(__always)
private func findStepLength(
  _ constraints: ConstraintBuffer, _ scratch: SolverScratch, smoothSlope: Double,
  smoothCurvature: Double
) -> Double {
  var low = 0.0
  var high = Double.infinity
  var length = 1.0
  var scale = 0.0
  for _ in 0..<100 {
    var slope = smoothSlope + length * smoothCurvature
    var curvature = smoothCurvature
    for r in 0..<constraints.rowCount {
      let change = scratch.candidateResidual[r] - scratch.residual[r]
      let value = scratch.residual[r] + length * change
      if value < 0 {
        let weighted = constraints.rows[r].inverseRegularizer * change
        slope += weighted * value
        curvature += weighted * change
      }
    }
    scale = max(scale, abs(slope))
    if abs(slope) <= 1e-15 * scale { return length }
    if slope < 0 { low = length } else { high = length }
    var next = length - slope / curvature
    if !(next > low && next < high) { next = high.isFinite ? 0.5 * (low + high) : 2 * length }
    if next == length { return length }
    length = next
  }
  return length
}

/// Contacts with elliptic friction cones: rows, and the search for the minimum, whose cost is no
/// longer piecewise quadratic. Models that use them step one by one, not in lanes.
///
/// A contact has a row for the normal and one for each direction of friction. With residuals u,
/// scaled to N = μ u₀ and T = |(μⱼ uⱼ)|, its cost is zero for N ≥ μ T, ½ Σ D u² for μ N + T ≤ 0, and
/// between the two ½ D₀ (N - μ T)² / (μ² (1 + μ²)) (MuJoCo `mj_constraintUpdate`).
extension Simulation {
  /// Adds rows for contacts (MuJoCo `mj_instantiateContact`).
  func addEllipticContactRows(velocity: UnsafePointer<Double>) {
    let w = workspace
    let m = w.model
    for c in 0..<w.contacts.count {
      let contact = w.contacts.contacts + c
      let pair = m.pairConstraints[contact.pointee.pair]
      let margin = pair.margin - pair.gap
      let violation = contact.pointee.distance - margin
      if violation >= 0 { continue }
      contact.pointee.firstRow = w.constraints.rowCount

      let count = pair.entryCount
      let first = w.constraints.jacobians + w.constraints.entryCount
      first.update(repeating: 0, count: pair.ellipticRowCount * count)
      for (leaf, gap, root, sign) in [
        (pair.firstLeaf, pair.firstGap, pair.firstRoot, -1.0),
        (pair.secondLeaf, pair.secondGap, pair.secondRoot, 1.0),
      ] where leaf >= 0 {
        let offset = contact.pointee.position - w.frames[root].origin
        for e in 0...m.tree.depth[leaf] {
          let axis = w.axes[m.tree.chain[m.tree.start[leaf] + e]]
          let entry = first + (e < pair.sharedCount ? e : e + gap)
          let v = sign * axis.linear(at: offset)
          let turn = sign * axis.angular
          let parts = [
            contact.pointee.normal.dot(v), contact.pointee.firstTangent.dot(v),
            contact.pointee.secondTangent.dot(v), contact.pointee.normal.dot(turn),
            contact.pointee.firstTangent.dot(turn), contact.pointee.secondTangent.dot(turn),
          ]
          for row in 0..<pair.ellipticRowCount { entry[row * count] += parts[row] }
        }
      }

      let impedance = pair.law.impedance(at: violation)
      let regularizer = max(1e-15, (1 - impedance) / impedance * pair.translationWeight)
      for row in 0..<pair.ellipticRowCount {
        let jacobian = first + row * count
        var rate = 0.0
        for e in 0..<count { rate += jacobian[e] * velocity[m.rowChains[pair.chain + e]] }
        let own =
          row == 0 ? regularizer : regularizer * pair.ellipticRegularizerScale(ofDirection: row - 1)
        let restoring = row == 0 ? pair.law.stiffness * impedance * violation : 0
        w.constraints.rows[w.constraints.rowCount] = ConstraintRow(
          jacobian: w.constraints.entryCount, count: count, chain: pair.chain, depth: 0,
          inverseRegularizer: 1 / own, reference: -pair.law.damping * rate - restoring,
          position: row == 0 ? contact.pointee.distance : 0, margin: row == 0 ? margin : 0)
        w.constraints.rowCount += 1
        w.constraints.entryCount += count
      }
    }
  }

  /// Newton's method with an exact line search, until steps are rounding.
  ///
  /// - Returns: whether it got there.
  func solveEllipticCones(_ layout: MatrixLayout) -> Bool {
    let w = workspace
    let m = w.model
    let (s, rows) = (w.solver, w.constraints)
    let n = layout.count
    if layout.isFull { copyMatrix(w.massMatrix, m.tree, into: s.mass, layout) }
    let mass = layout.isFull ? UnsafePointer(s.mass) : UnsafePointer(w.massMatrix)
    let cones = ConeBlocks(w)
    var isFound = false
    var best = Double.infinity
    var isStuck = 0

    cones.computeResiduals(w.acceleration, into: s.residual)
    for _ in 0..<200 {
      // gradient, and the factors of the second derivatives
      let forces = s.candidateResidual
      cones.computeForces(s.residual, into: forces)
      multiply(layout, mass, w.acceleration, into: s.product)
      for d in 0..<n { s.candidate[d] = w.smoothForce[d] - s.product[d] }
      for r in 0..<rows.rowCount { rows.add(forces[r], ofRow: r, to: s.candidate) }
      s.matrix.update(from: mass, count: layout.entryCount)
      cones.addSecondDerivatives(s.residual, layout, s.matrix)
      if layout.isFull {
        factorizeSparsely(layout, s.matrix, inverseDiagonal: s.inverseDiagonal)
      } else {
        factorize(layout, s.matrix, inverseDiagonal: s.inverseDiagonal)
      }
      solve(layout, factors: s.matrix, inverseDiagonal: s.inverseDiagonal, s.candidate)

      var (size, step) = (0.0, 0.0)
      for d in 0..<n {
        s.direction[d] = s.candidate[d]
        size = max(size, abs(w.acceleration[d]))
        step = max(step, abs(s.direction[d]))
      }
      if !(step.isFinite && size.isFinite) { break }
      // once no step is smaller than those before, rounding decides
      isStuck = step < 0.5 * best ? 0 : isStuck + 1
      best = min(best, step)
      if step <= 1e-15 * size || (isStuck >= 3 && best <= 1e-10 * size) {
        isFound = true
        break
      }
      for r in 0..<rows.rowCount { forces[r] = cones.change(ofRow: r, along: s.direction) }
      let length = cones.stepLength(mass, layout, s, w)
      for d in 0..<n { w.acceleration[d] += length * s.direction[d] }
      cones.computeResiduals(w.acceleration, into: s.residual)
    }

    cones.computeForces(s.residual, into: s.candidateResidual)
    w.constraintForce.update(repeating: 0, count: n)
    for r in 0..<rows.rowCount {
      rows.add(s.candidateResidual[r], ofRow: r, to: w.constraintForce)
    }
    return isFound
  }
}

/// The rows of one step, of which those of a contact belong together.
private struct ConeBlocks {
  struct Block {
    var first: Int
    var count: Int
    /// Of the regularised cone, and of the directions.
    var mu: Double
    var friction: (Double, Double, Double, Double, Double)

    func scale(_ row: Int) -> Double {
      switch row {
      case 0: mu
      case 1: friction.0
      case 2: friction.1
      case 3: friction.2
      case 4: friction.3
      default: friction.4
      }
    }
  }

  enum Zone { case free, stuck, sliding }

  let rows: ConstraintBuffer
  private(set) var blocks: [Block] = []
  /// Rows before the first contact's.
  let plainCount: Int

  init(_ w: Workspace) {
    rows = w.constraints
    var plainCount = rows.rowCount
    for c in (0..<w.contacts.count) where w.contacts.contacts[c].firstRow >= 0 {
      let first = w.contacts.contacts[c].firstRow
      plainCount = min(plainCount, first)
      let pair = w.model.pairConstraints[w.contacts.contacts[c].pair]
      blocks.append(
        Block(
          first: first, count: pair.ellipticRowCount, mu: pair.regularizedFriction,
          friction: pair.friction))
    }
    self.plainCount = plainCount
  }

  func change(ofRow r: Int, along direction: UnsafePointer<Double>) -> Double {
    let row = rows.rows[r]
    var sum = 0.0
    for e in 0..<row.count {
      sum += rows.jacobians[row.jacobian + e] * direction[rows.chains[row.chain + e]]
    }
    return sum
  }

  func computeResiduals(
    _ acceleration: UnsafePointer<Double>, into residual: UnsafeMutablePointer<Double>
  ) {
    for r in 0..<rows.rowCount {
      residual[r] = change(ofRow: r, along: acceleration) - rows.rows[r].reference
    }
  }

  private func plainForce(_ r: Int, _ residual: Double) -> (force: Double, isActive: Bool) {
    let force = -rows.rows[r].inverseRegularizer * residual
    if r >= rows.twoSidedCount { return (max(0, force), residual < 0) }
    let state = rows.state(r, residual)
    return (state.isActive ? force : state.heldForce, state.isActive)
  }

  /// N, T and where they are.
  private func zone(_ block: Block, _ u: (Int) -> Double) -> (zone: Zone, n: Double, t: Double) {
    let n = block.mu * u(0)
    var squares = 0.0
    for j in 1..<max(1, block.count) {
      let scaled = block.scale(j) * u(j)
      squares += scaled * scaled
    }
    let t = squares.squareRoot()
    if block.count == 1 { return (u(0) < 0 ? .stuck : .free, n, 0) }
    if n >= block.mu * t { return (.free, n, t) }
    return (block.mu * n + t <= 0 ? .stuck : .sliding, n, t)
  }

  private func coneStiffness(_ block: Block) -> Double {
    let mu = block.mu
    return rows.rows[block.first].inverseRegularizer / (mu * mu * (1 + mu * mu))
  }

  func computeForces(
    _ residual: UnsafePointer<Double>, into forces: UnsafeMutablePointer<Double>
  ) {
    for r in 0..<plainCount { forces[r] = plainForce(r, residual[r]).force }
    for block in blocks {
      let u = residual + block.first
      let f = forces + block.first
      let (zone, n, t) = zone(block) { u[$0] }
      switch zone {
      case .free: for j in 0..<block.count { f[j] = 0 }
      case .stuck:
        for j in 0..<block.count { f[j] = -rows.rows[block.first + j].inverseRegularizer * u[j] }
      case .sliding:
        f[0] = -coneStiffness(block) * (n - block.mu * t) * block.mu
        let share = f[0] / t
        for j in 1..<block.count { f[j] = -share * block.scale(j) * u[j] * block.scale(j) }
      }
    }
  }

  /// Adds Jᵀ H J of all rows and blocks.
  func addSecondDerivatives(
    _ residual: UnsafePointer<Double>, _ layout: MatrixLayout,
    _ matrix: UnsafeMutablePointer<Double>
  ) {
    for r in 0..<plainCount where plainForce(r, residual[r]).isActive {
      add(r, r, rows.rows[r].inverseRegularizer, layout, matrix)
    }
    for block in blocks {
      let u = residual + block.first
      let (zone, n, t) = zone(block) { u[$0] }
      switch zone {
      case .free: continue
      case .stuck:
        for r in block.first..<block.first + block.count {
          add(r, r, rows.rows[r].inverseRegularizer, layout, matrix)
        }
      case .sliding:
        let (mu, d) = (block.mu, coneStiffness(block))
        func scaled(_ j: Int) -> Double { block.scale(j) * u[j] }
        for a in 0..<block.count {
          for b in 0..<block.count {
            var h: Double
            if a == 0 && b == 0 {
              h = 1
            } else if a == 0 || b == 0 {
              h = -mu / t * scaled(max(a, b))
            } else {
              h = mu * n / (t * t * t) * scaled(a) * scaled(b)
              if a == b { h += mu * mu - mu * n / t }
            }
            h *= d * block.scale(a) * block.scale(b)
            add(block.first + a, block.first + b, h, layout, matrix)
          }
        }
      }
    }
  }

  /// Adds h Jₐᵀ J_b, the lower triangle.
  private func add(
    _ a: Int, _ b: Int, _ h: Double, _ layout: MatrixLayout, _ matrix: UnsafeMutablePointer<Double>
  ) {
    let (row, other) = (rows.rows[a], rows.rows[b])
    let (left, right) = (rows.jacobians + row.jacobian, rows.jacobians + other.jacobian)
    let chain = rows.chains + row.chain
    for e in 0..<row.count where left[e] != 0 {
      let scaled = h * left[e]
      let start = layout.start[chain[e]]
      for i in 0...e { matrix[start + layout.depth[chain[i]]] += scaled * right[i] }
    }
  }

  /// The step along the direction at which the cost is least. Its slope rises, and is smooth between
  /// the borders of the zones: Newton's method in a shrinking bracket. `candidateResidual` holds the
  /// changes of residuals.
  func stepLength(
    _ mass: UnsafePointer<Double>, _ layout: MatrixLayout, _ s: SolverScratch, _ w: Workspace
  ) -> Double {
    multiply(layout, mass, s.direction, into: s.product)
    var (smoothSlope, smoothCurvature) = (0.0, 0.0)
    for d in 0..<layout.count {
      smoothSlope += s.product[d] * w.acceleration[d] - s.direction[d] * w.smoothForce[d]
      smoothCurvature += s.product[d] * s.direction[d]
    }
    var (low, high, length, scale) = (0.0, Double.infinity, 1.0, 0.0)
    for _ in 0..<100 {
      let (slope, curvature) = derivatives(
        at: length, smoothSlope, smoothCurvature, s.residual, s.candidateResidual)
      scale = max(scale, abs(slope))
      if abs(slope) <= 1e-15 * scale { break }
      if slope < 0 { low = length } else { high = length }
      let newton = length - slope / curvature
      let next =
        newton > low && newton < high ? newton : high.isFinite ? 0.5 * (low + high) : 2 * length
      if next == length { break }
      length = next
    }
    return length
  }

  private func derivatives(
    at length: Double, _ smoothSlope: Double, _ smoothCurvature: Double,
    _ residual: UnsafePointer<Double>, _ change: UnsafePointer<Double>
  ) -> (slope: Double, curvature: Double) {
    var slope = smoothSlope + length * smoothCurvature
    var curvature = smoothCurvature
    for r in 0..<plainCount {
      let (force, isActive) = plainForce(r, residual[r] + length * change[r])
      slope -= force * change[r]
      if isActive { curvature += rows.rows[r].inverseRegularizer * change[r] * change[r] }
    }
    for block in blocks {
      let (u, du) = (residual + block.first, change + block.first)
      func moved(_ j: Int) -> Double { u[j] + length * du[j] }
      let (zone, n, t) = zone(block, moved)
      switch zone {
      case .free: continue
      case .stuck:
        for j in 0..<block.count {
          let d = rows.rows[block.first + j].inverseRegularizer
          slope += d * moved(j) * du[j]
          curvature += d * du[j] * du[j]
        }
      case .sliding:
        // N and T along the line
        let (mu, d) = (block.mu, coneStiffness(block))
        let rate = mu * du[0]
        var (product, squares) = (0.0, 0.0)
        for j in 1..<block.count {
          let (x, dx) = (block.scale(j) * moved(j), block.scale(j) * du[j])
          product += x * dx
          squares += dx * dx
        }
        let (first, second) = (product / t, squares / t - product * product / (t * t * t))
        let gap = n - mu * t
        let gapRate = rate - mu * first
        slope += d * gap * gapRate
        curvature += d * (gapRate * gapRate - gap * mu * second)
      }
    }
    return (slope, curvature)
  }
}

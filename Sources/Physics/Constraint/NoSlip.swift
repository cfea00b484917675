/// What `noslip_iterations` adds: after the constraints are solved, sweeps over the forces of friction
/// alone, as if they had no softness (MuJoCo `mj_solNoSlip`). Models that ask for it step one by one, not
/// in lanes.
///
/// The sweeps end, in each island, where one lowers the cost by less than a tolerance, so the result is
/// one of a given number of sweeps in a given order, not a minimum: order and tests are MuJoCo's.
extension Simulation {
  /// Changes the forces of friction, and what follows from them.
  ///
  /// - Parameter forces: of all rows; in: as solved; out: without slip.
  func removeSlip(_ forces: UnsafeMutablePointer<Double>) {
    let w = workspace
    let m = w.model
    let rows = w.constraints
    if rows.rowCount == 0 { return }

    // M = Lᵀ D L without constraints, and the motion by all forces as they are
    let (factors, inverse) = (w.solver.matrix, w.solver.inverseDiagonal)
    factors.update(from: w.massMatrix, count: m.tree.entryCount)
    factorize(m.tree, factors, inverseDiagonal: inverse)
    func accelerate() {
      w.constraintForce.update(repeating: 0, count: m.velocityCount)
      for r in 0..<rows.rowCount { rows.add(forces[r], ofRow: r, to: w.constraintForce) }
      for d in 0..<m.velocityCount { w.acceleration[d] = w.smoothForce[d] + w.constraintForce[d] }
      solve(m.tree, factors: factors, inverseDiagonal: inverse, w.acceleration)
    }
    accelerate()
    let blocks = SlipBlocks(w)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: blocks.rowCount * m.velocityCount) {
      guard let responses = $0.baseAddress else { return }
      for (index, r) in blocks.rows.enumerated() {
        let response = responses + index * m.velocityCount
        response.update(repeating: 0, count: m.velocityCount)
        rows.add(1, ofRow: r, to: response)
        solve(m.tree, factors: factors, inverseDiagonal: inverse, response)
      }
      let sweeps = SlipSweeps(
        rows: rows, velocityCount: m.velocityCount, responses: responses, forces: forces,
        acceleration: w.acceleration)
      let special = m.special.pointee
      for island in blocks.islands {
        for iteration in 0..<special.noSlipIterations {
          var improvement = 0.0
          if iteration == 0 {
            for r in island.rows {
              improvement += 0.5 * forces[r] * forces[r] / rows.rows[r].inverseRegularizer
            }
          }
          for block in island.blocks { improvement -= sweeps.change(block) }
          if improvement / island.inertia < special.noSlipTolerance { break }
        }
      }
    }
    accelerate()
  }
}

/// Rows whose forces are chosen together: one of dry friction, two opposite edges of a pyramid, or all
/// directions of an elliptic cone.
private struct SlipBlock {
  enum Kind { case dryFriction, edges, cone }

  let kind: Kind
  /// First row, and how many.
  let first: Int
  let count: Int
  /// Of the first row among those whose responses are known.
  let response: Int
  /// Of an elliptic cone: row of the normal, and coefficients of friction.
  var normal = -1
  var friction: (Double, Double, Double, Double, Double) = (0, 0, 0, 0, 0)

  func friction(_ direction: Int) -> Double {
    switch direction {
    case 0: friction.0
    case 1: friction.1
    case 2: friction.2
    case 3: friction.3
    default: friction.4
    }
  }
}

/// The blocks of one step, by islands: trees of bodies that rows connect.
private struct SlipBlocks {
  struct Island {
    var rows: [Int] = []
    var blocks: [SlipBlock] = []
    /// Sum of the diagonal of M: improvements are relative to it.
    var inertia = 0.0
  }

  private(set) var islands: [Island] = []
  /// Those in blocks.
  private(set) var rows: [Int] = []
  var rowCount: Int { rows.count }

  init(_ w: Workspace) {
    let m = w.model
    // by degree of freedom: the root of its tree, or what that was joined to
    var roots = Array(0..<m.velocityCount)
    for d in 0..<m.velocityCount { roots[d] = m.tree.chain[m.tree.start[d]] }
    func root(_ d: Int) -> Int {
      var d = roots[d]
      while roots[d] != d { d = roots[d] }
      return d
    }
    let count = w.constraints.rowCount
    func first(_ r: Int) -> Int {
      let row = w.constraints.rows[r]
      return row.count == 0 ? 0 : root(w.constraints.chains[row.chain])
    }
    for r in 0..<count where m.special.pointee.hasIslands {
      let row = w.constraints.rows[r]
      for e in 0..<row.count {
        let (a, b) = (first(r), root(w.constraints.chains[row.chain + e]))
        if a != b { roots[max(a, b)] = min(a, b) }
      }
    }
    var islandOfRoot: [Int: Int] = [:]
    func island(_ r: Int) -> Int {
      let key = m.special.pointee.hasIslands ? first(r) : 0
      if let found = islandOfRoot[key] { return found }
      islandOfRoot[key] = islands.count
      islands.append(Island())
      return islands.count - 1
    }
    for r in 0..<count { islands[island(r)].rows.append(r) }
    for d in 0..<m.velocityCount {
      let key = m.special.pointee.hasIslands ? root(d) : 0
      if let own = islandOfRoot[key] {
        islands[own].inertia += w.massMatrix[m.tree.start[d] + m.tree.depth[d]]
      }
    }

    func append(_ block: SlipBlock) {
      rows += block.first..<block.first + block.count
      islands[island(block.first)].blocks.append(block)
    }
    for r in w.constraints.twoSidedCount
      - m.special.pointee.frictionCount..<w.constraints.twoSidedCount
    {
      append(SlipBlock(kind: .dryFriction, first: r, count: 1, response: rows.count))
    }
    for c in 0..<w.contacts.count where w.contacts.contacts[c].firstRow >= 0 {
      let first = w.contacts.contacts[c].firstRow
      let pair = m.pairConstraints[w.contacts.contacts[c].pair]
      if pair.dimension == 1 { continue }
      if m.hasEllipticCones {
        append(
          SlipBlock(
            kind: .cone, first: first + 1, count: pair.dimension - 1, response: rows.count,
            normal: first, friction: pair.friction))
      } else {
        for r in stride(from: first, to: first + pair.rowCount, by: 2) {
          append(SlipBlock(kind: .edges, first: r, count: 2, response: rows.count))
        }
      }
    }
  }
}

/// The forces of blocks, with the acceleration that follows from those of all rows.
private struct SlipSweeps {
  let rows: ConstraintBuffer
  let velocityCount: Int
  /// Acceleration by a unit force of each row of a block.
  let responses: UnsafeMutablePointer<Double>
  let forces: UnsafeMutablePointer<Double>
  let acceleration: UnsafeMutablePointer<Double>

  private func product(_ r: Int, _ motion: UnsafePointer<Double>) -> Double {
    let row = rows.rows[r]
    var sum = 0.0
    for e in 0..<row.count {
      sum += rows.jacobians[row.jacobian + e] * motion[rows.chains[row.chain + e]]
    }
    return sum
  }

  /// Gives a block the forces that are best while all others stay.
  ///
  /// - Returns: the change of the cost.
  func change(_ block: SlipBlock) -> Double {
    let n = block.count
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: n * n + 3 * n) { scratch in
      let matrix = UnsafeMutableBufferPointer(rebasing: scratch[0..<n * n])
      let residual = UnsafeMutableBufferPointer(rebasing: scratch[n * n..<n * n + n])
      let old = UnsafeMutableBufferPointer(rebasing: scratch[n * n + n..<n * n + 2 * n])
      let offset = UnsafeMutableBufferPointer(rebasing: scratch[(n * n + 2 * n)...])
      let smallest = block.kind == .dryFriction ? 1e-15 : 1e-10
      for i in 0..<n {
        let r = block.first + i
        residual[i] = product(r, acceleration) - rows.rows[r].reference
        old[i] = forces[r]
        for j in 0..<n {
          matrix[i * n + j] = product(r, responses + (block.response + j) * velocityCount)
        }
        matrix[i * n + i] = max(smallest, matrix[i * n + i])
      }
      for i in 0..<n {
        offset[i] = residual[i]
        for j in 0..<n { offset[i] -= matrix[i * n + j] * old[j] }
      }

      let own = forces + block.first
      switch block.kind {
      case .dryFriction:
        let limit = rows.rows[block.first].margin
        own[0] = max(-limit, min(limit, old[0] - residual[0] / matrix[0]))
      case .edges: chooseEdges(own, matrix, offset)
      case .cone:
        if forces[block.normal] < 1e-15 {
          for i in 0..<n { own[i] = 0 }
        } else {
          chooseInCone(block, forces[block.normal], own, matrix, offset)
        }
      }

      var cost = 0.0
      for i in 0..<n {
        let delta = own[i] - old[i]
        var product = 0.0
        for j in 0..<n { product += matrix[i * n + j] * (own[j] - old[j]) }
        cost += delta * (0.5 * product + residual[i])
      }
      if block.kind != .dryFriction && cost > 1e-10 {
        for i in 0..<n { own[i] = old[i] }
        return 0
      }
      for i in 0..<n where own[i] != old[i] {
        let response = responses + (block.response + i) * velocityCount
        let delta = own[i] - old[i]
        for d in 0..<velocityCount { acceleration[d] += delta * response[d] }
      }
      return cost
    }
  }

  /// Two opposite edges of a pyramid: their sum stays, their difference is chosen.
  private func chooseEdges(
    _ own: UnsafeMutablePointer<Double>, _ matrix: UnsafeMutableBufferPointer<Double>,
    _ offset: UnsafeMutableBufferPointer<Double>
  ) {
    let middle = 0.5 * (own[0] + own[1])
    let curvature = matrix[0] + matrix[3] - matrix[1] - matrix[2]
    let slope = middle * (matrix[0] - matrix[3]) + offset[0] - offset[1]
    if curvature < 1e-15 {
      (own[0], own[1]) = (middle, middle)
      return
    }
    let half = -slope / curvature
    if half < -middle {
      (own[0], own[1]) = (0, 2 * middle)
    } else if half > middle {
      (own[0], own[1]) = (2 * middle, 0)
    } else {
      (own[0], own[1]) = (middle + half, middle - half)
    }
  }

  /// The minimum of ½ xᵀ A x + bᵀ x with Σ (xᵢ / μᵢ)² ≤ N², by Newton's method on the multiplier of the
  /// constraint, as far as MuJoCo takes it (`mju_QCQP`).
  private func chooseInCone(
    _ block: SlipBlock, _ normal: Double, _ own: UnsafeMutablePointer<Double>,
    _ matrix: UnsafeMutableBufferPointer<Double>, _ offset: UnsafeMutableBufferPointer<Double>
  ) {
    let n = block.count
    var scaled = SmallSystem(count: n)
    for i in 0..<n {
      scaled.b[i] = offset[i] * block.friction(i)
      for j in 0..<n {
        scaled.a[i * n + j] = matrix[i * n + j] * block.friction(i) * block.friction(j)
      }
    }
    var multiplier = 0.0
    var x = SIMD8<Double>.zero
    for _ in 0..<20 {
      guard scaled.factorize(shift: multiplier) else {
        for i in 0..<n { own[i] = 0 }
        return
      }
      x = -scaled.solve(scaled.b)
      let excess = (x * x).sum() - normal * normal
      if excess < 1e-10 { break }
      let slope = -2 * (x * scaled.solve(x)).sum()
      let step = -excess / slope
      if step < 1e-10 { break }
      multiplier += step
    }
    for i in 0..<n { own[i] = x[i] * block.friction(i) }
    if multiplier == 0 { return }
    var squares = 0.0
    for i in 0..<n {
      squares += own[i] * own[i] / (block.friction(i) * block.friction(i))
    }
    let scale = (normal * normal / max(1e-15, squares)).squareRoot()
    for i in 0..<n { own[i] *= scale }
  }
}

/// A symmetric system of up to five equations.
private struct SmallSystem {
  let count: Int
  var a: SIMD32<Double> = .zero
  var b: SIMD8<Double> = .zero
  private var l: SIMD32<Double> = .zero

  init(count: Int) { self.count = count }

  /// Factorises A + shift.
  ///
  /// - Returns: false where MuJoCo calls it singular: by the determinant up to three equations, by the
  ///   pivots beyond.
  mutating func factorize(shift: Double) -> Bool {
    var determinant = 1.0
    var smallest = Double.infinity
    for i in 0..<count {
      for j in 0...i {
        var sum = a[i * count + j] + (i == j ? shift : 0)
        for k in 0..<j { sum -= l[i * count + k] * l[j * count + k] }
        if i == j {
          determinant *= sum
          smallest = min(smallest, sum)
          l[i * count + i] = max(sum, 1e-300).squareRoot()
        } else {
          l[i * count + j] = sum / l[j * count + j]
        }
      }
    }
    return count <= 3 ? determinant >= 1e-10 : smallest >= 1e-10
  }

  func solve(_ right: SIMD8<Double>) -> SIMD8<Double> {
    var x = right
    for i in 0..<count {
      for j in 0..<i { x[i] -= l[i * count + j] * x[j] }
      x[i] /= l[i * count + i]
    }
    for i in (0..<count).reversed() {
      for j in i + 1..<max(count, i + 1) { x[i] -= l[j * count + i] * x[j] }
      x[i] /= l[i * count + i]
    }
    return x
  }
}

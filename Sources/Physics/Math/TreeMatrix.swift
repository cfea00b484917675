/// Factorises a positive definite matrix in place: **A** = **L**ᵀ **D** **L**, **L** unit lower
/// triangular with the layout of **A** (MuJoCo `mj_factorI`).
///
/// | Argument          | Shape      | Meaning                                               |
/// |-------------------|------------|-------------------------------------------------------|
/// | `a`               | entryCount | in: **A**; out: **L** below the diagonal, **D** on it |
/// | `inverseDiagonal` | count      | out: 1 / **D**                                        |
@inline(__always)
func factorize(
  _ layout: MatrixLayout, _ a: UnsafeMutablePointer<Real>,
  inverseDiagonal: UnsafeMutablePointer<Real>
) {
  var k = layout.count - 1
  while k >= 0 {
    let row = a + layout.start[k]
    let chainStart = layout.chainStart + layout.start[k]
    var e = layout.depth[k]
    let inverse = 1 / row[e]
    inverseDiagonal[k] = inverse
    while e > 0 {
      e &-= 1
      let scale = row[e] * inverse
      add(-scale, row, count: e &+ 1, to: a + chainStart[e])
      row[e] = scale
    }
    k &-= 1
  }
}

/// The same in a full layout, where bodies that do not touch, not even over others, leave zeros:
/// those are passed over, at no change of a bit.
@inline(__always)
func factorizeSparsely(
  _ layout: MatrixLayout, _ a: UnsafeMutablePointer<Real>,
  inverseDiagonal: UnsafeMutablePointer<Real>
) {
  var k = layout.count - 1
  while k >= 0 {
    let row = a + layout.start[k]
    let inverse = 1 / row[k]
    inverseDiagonal[k] = inverse
    var first = 0
    while first < k, !someLane(row[first] != .zero) { first &+= 1 }
    var e = k
    while e > first {
      e &-= 1
      if !someLane(row[e] != .zero) { continue }
      let scale = row[e] * inverse
      add(-scale, row + first, count: e &- first &+ 1, to: a + layout.start[e] + first)
      row[e] = scale
    }
    k &-= 1
  }
}

/// y += s x. By twos, because rows are short and a round of the loop costs as much as its
/// arithmetic.
@inline(__always)
func add(
  _ s: Real, _ x: UnsafePointer<Real>, count: Int, to y: UnsafeMutablePointer<Real>
) {
  var i = 1
  while i < count {
    y[i &- 1] += s * x[i &- 1]
    y[i] += s * x[i]
    i &+= 2
  }
  if i == count { y[i &- 1] += s * x[i &- 1] }
}

/// Solves **A** x = b in place from the factors of `factorize` (MuJoCo `mj_solveLD`).
@inline(__always)
func solve(
  _ layout: MatrixLayout, factors a: UnsafePointer<Real>,
  inverseDiagonal: UnsafePointer<Real>, _ x: UnsafeMutablePointer<Real>
) {
  // Lᵀ y = b, leaves to root
  var k = layout.count - 1
  while k >= 0 {
    let row = a + layout.start[k]
    let chain = layout.chain + layout.start[k]
    let value = x[k]
    for e in 0..<layout.depth[k] { x[chain[e]] -= row[e] * value }
    k &-= 1
  }
  // D L x = y, root to leaves
  for k in 0..<layout.count {
    let row = a + layout.start[k]
    let chain = layout.chain + layout.start[k]
    var value = x[k] * inverseDiagonal[k]
    for e in 0..<layout.depth[k] { value -= row[e] * x[chain[e]] }
    x[k] = value
  }
}

/// y = **A** x for a matrix that is not factorised.
@inline(__always)
func multiply(
  _ layout: MatrixLayout, _ a: UnsafePointer<Real>, _ x: UnsafePointer<Real>,
  into y: UnsafeMutablePointer<Real>
) {
  for k in 0..<layout.count {
    let row = a + layout.start[k]
    let chain = layout.chain + layout.start[k]
    let depth = layout.depth[k]
    let value = x[k]
    var sum = row[depth] * value
    for e in 0..<depth {
      sum += row[e] * x[chain[e]]
      y[chain[e]] += row[e] * value
    }
    y[k] = sum
  }
}

/// Copies a matrix into a layout that has room for all its entries; the others become zero.
@inline(__always)
func copyMatrix(
  _ a: UnsafePointer<Real>, _ source: MatrixLayout,
  into b: UnsafeMutablePointer<Real>, _ target: MatrixLayout
) {
  b.update(repeating: .zero, count: target.entryCount)
  for k in 0..<source.count {
    let row = a + source.start[k]
    let chain = source.chain + source.start[k]
    let targetRow = b + target.start[k]
    for e in 0...source.depth[k] { targetRow[target.depth[chain[e]]] = row[e] }
  }
}

/// Adds s J Jᵀ to a matrix, as far as its layout has the entries: J has one for each of `count` degrees
/// of freedom, in rising order.
@inline(__always)
func addProduct(
  _ layout: MatrixLayout, _ s: Real, _ chain: UnsafePointer<Int>, _ jacobian: UnsafePointer<Real>,
  _ count: Int, to matrix: UnsafeMutablePointer<Real>
) {
  for i in 0..<count {
    let row = chain[i]
    let scaled = s * jacobian[i]
    for j in 0...i {
      let column = layout.depth[chain[j]]
      let entry = layout.start[row] + column
      if column <= layout.depth[row], layout.chain[entry] == chain[j] {
        matrix[entry] += scaled * jacobian[j]
      }
    }
  }
}

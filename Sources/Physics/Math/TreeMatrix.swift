/// Which entries of a symmetric matrix over degrees of freedom can be non-zero, and where they lie.
///
/// Row i holds one entry for each degree of freedom on the way from the root to i, by depth, the
/// diagonal last. Two degrees of freedom on different branches never share an entry. Since the way to
/// an ancestor is the beginning of the way to i, every inner loop of the factorisation runs over two
/// contiguous arrays, and eliminating from the leaves to the root fills in nothing
/// (Featherstone 2008, §6.5: sparsity of **M** in a tree).
struct MatrixLayout {
  let count: Int
  /// Length `entryCount`.
  let entryCount: Int
  /// Number of ancestors of each degree of freedom.
  let depth: UnsafePointer<Int>
  /// Where the row of each degree of freedom starts, in `chain` as well as in a matrix.
  let start: UnsafePointer<Int>
  /// The degree of freedom that an entry of a row belongs to.
  let chain: UnsafePointer<Int>

  /// - Parameter parents: of each degree of freedom, -1 at a root; parents precede children.
  init(parents: [Int], arena: Arena) {
    var depth: [Int] = []
    var start: [Int] = []
    var chain: [Int] = []
    for (index, parent) in parents.enumerated() {
      start.append(chain.count)
      depth.append(parent < 0 ? 0 : depth[parent] + 1)
      if parent >= 0 { chain += chain[start[parent]...(start[parent] + depth[parent])] }
      chain.append(index)
    }
    count = parents.count
    entryCount = chain.count
    self.depth = arena.copy(depth)
    self.start = arena.copy(start)
    self.chain = arena.copy(chain)
  }
}

/// Factorises a positive definite matrix in place: **A** = **L**ᵀ **D** **L**, **L** unit lower
/// triangular with the layout of **A** (MuJoCo `mj_factorI`).
///
/// | Argument          | Shape      | Meaning                                                     |
/// |-------------------|------------|-------------------------------------------------------------|
/// | `a`               | entryCount | in: **A**; out: **L** below the diagonal, **D** on it         |
/// | `inverseDiagonal` | count      | out: 1 / **D**                                              |
@inline(__always)
func factorize(
  _ layout: MatrixLayout, _ a: UnsafeMutablePointer<Double>,
  inverseDiagonal: UnsafeMutablePointer<Double>
) {
  var k = layout.count - 1
  while k >= 0 {
    let row = a + layout.start[k]
    let chain = layout.chain + layout.start[k]
    let depth = layout.depth[k]
    let inverse = 1 / row[depth]
    inverseDiagonal[k] = inverse
    var e = depth - 1
    while e >= 0 {
      let scale = row[e] * inverse
      let ancestor = a + layout.start[chain[e]]
      var f = 0
      while f <= e {
        ancestor[f] -= scale * row[f]
        f &+= 1
      }
      row[e] = scale
      e &-= 1
    }
    k &-= 1
  }
}

/// Solves **A** x = b in place from the factors of `factorize` (MuJoCo `mj_solveLD`).
@inline(__always)
func solve(
  _ layout: MatrixLayout, factors a: UnsafePointer<Double>,
  inverseDiagonal: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>
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
  _ layout: MatrixLayout, _ a: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
  into y: UnsafeMutablePointer<Double>
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
  _ a: UnsafePointer<Double>, _ source: MatrixLayout,
  into b: UnsafeMutablePointer<Double>, _ target: MatrixLayout
) {
  b.update(repeating: 0, count: target.entryCount)
  for k in 0..<source.count {
    let row = a + source.start[k]
    let chain = source.chain + source.start[k]
    let targetRow = b + target.start[k]
    for e in 0...source.depth[k] { targetRow[target.depth[chain[e]]] = row[e] }
  }
}

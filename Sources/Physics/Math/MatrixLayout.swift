/// Which entries of a symmetric matrix over degrees of freedom can be non-zero, and where they lie.
///
/// Row i holds one entry for each degree of freedom on the path from the root to i, by depth, the
/// diagonal last. Two degrees of freedom on different branches never share an entry. Since the path
/// to an ancestor is a prefix of the path to i, every inner loop of the factorisation runs over two
/// contiguous arrays, and elimination from the leaves to the root has no fill-in (Featherstone
/// 2008, §6.5: sparsity of **M** in a tree).
package struct MatrixLayout {
  package let count: Int
  /// Length `entryCount`.
  package let entryCount: Int
  /// Number of ancestors of each degree of freedom.
  package let depth: UnsafePointer<Int>
  /// Where the row of each degree of freedom starts, in `chain` as well as in a matrix.
  package let start: UnsafePointer<Int>
  /// The degree of freedom that an entry of a row belongs to.
  package let chain: UnsafePointer<Int>
  /// Length `entryCount`: where the row of that degree of freedom starts.
  package let chainStart: UnsafePointer<Int>
  /// Whether every degree of freedom is the child of the one before, whatever the tree: then row i
  /// has the columns 0…i, of which many may be zero.
  package let isFull: Bool

  /// Room for every entry.
  package init(full count: Int, arena: Arena) {
    self.init(parents: (0..<count).map { $0 - 1 }, isFull: true, arena: arena)
  }

  /// - Parameter parents: of each degree of freedom, -1 at a root; parents precede children.
  package init(parents: [Int], arena: Arena) {
    self.init(parents: parents, isFull: false, arena: arena)
  }

  private init(parents: [Int], isFull: Bool, arena: Arena) {
    self.isFull = isFull
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
    chainStart = arena.copy(chain.map { start[$0] })
  }
}

/// The degrees of freedom that the entries of constraint rows belong to: first the paths from the
/// roots, as the rows of a `MatrixLayout` have them, then those of pairs of bodies on two branches.
struct RowChains {
  /// Degrees of freedom, in rising order within each chain.
  private(set) var elements: [Int]
  private let tree: MatrixLayout
  /// Where the chain of two branches begins.
  private var branches: [IndexPair: Int] = [:]

  init(_ tree: MatrixLayout) {
    self.tree = tree
    elements = Array(UnsafeBufferPointer(start: tree.chain, count: tree.entryCount))
  }

  /// Of the bodies that the two degrees of freedom move, -1 for one that cannot move.
  ///
  /// Degrees of freedom are numbered by depth first, so that of two branches one lies before the
  /// other.
  ///
  /// - Returns: where the chain begins and how long it is; how many of its elements, from the first
  ///   on, are on both paths, and how many only on that to the lower one, 0 unless both branch off.
  mutating func row(
    _ first: Int, _ second: Int
  ) -> (start: Int, count: Int, sharedCount: Int, gap: Int) {
    let (low, high) = (min(first, second), max(first, second))
    if high < 0 { return (0, 0, 0, 0) }
    let path = self.path(high)
    if low < 0 { return (path.lowerBound, path.count, path.count, 0) }
    let other = self.path(low)
    let sharedCount = zip(path, other).prefix { elements[$0] == elements[$1] }.count
    let gap = other.count - sharedCount
    if gap == 0 { return (path.lowerBound, path.count, path.count, 0) }

    let key = IndexPair(low, high)
    let start = branches[key] ?? elements.count
    if branches.updateValue(start, forKey: key) == nil {
      elements += elements[other] + elements[path.dropFirst(sharedCount)]
    }
    return (start, path.count + gap, sharedCount, gap)
  }

  /// Of the given degrees of freedom, in rising order: if they lie on one path from the root, the
  /// part of it from the first to the last.
  ///
  /// - Returns: where the chain begins and how long it is; how many ancestors its first element has,
  ///   as of a `ConstraintRow`; whether they lie on several paths.
  mutating func row(
    of dofs: [Int]
  ) -> (start: Int, count: Int, depth: Int, couplesBranches: Bool) {
    guard let first = dofs.first, let last = dofs.last else { return (0, 0, 0, false) }
    let path = self.path(last)
    if Set(dofs).isSubset(of: elements[path]) {
      let start = path.lowerBound + tree.depth[first]
      return (start, path.upperBound - start, tree.depth[first], false)
    }
    elements += dofs
    return (elements.count - dofs.count, dofs.count, 0, true)
  }

  /// Whether the elements of a chain are consecutive on one path from the root.
  func isPath(_ start: Int, _ count: Int) -> Bool {
    start + count <= tree.entryCount
  }

  private func path(_ leaf: Int) -> Range<Int> {
    tree.start[leaf]..<tree.start[leaf] + tree.depth[leaf] + 1
  }
}

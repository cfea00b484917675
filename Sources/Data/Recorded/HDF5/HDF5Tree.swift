extension HDF5Storage {
  /// Passes the records of a B-tree of the newer kind (*version 2*) to `body`, in order.
  ///
  /// - Throws: `HDF5Fault` if the tree is damaged or of another kind; what `body` throws.
  func forEachRecord(
    ofTree address: Int, kind: Int, _ body: (inout HDF5Cursor) throws -> Void
  ) throws {
    var head = try cursor(at: address, count: 22 + addressSize + lengthSize)
    try head.expect("BTHD")
    _ = try head.expect(version: 0...0, of: "indices")
    guard try head.byte() == kind else { throw HDF5Fault("an index is of another kind") }
    let nodeSize = try head.number(4)
    let recordSize = try head.number(2)
    let depth = try head.number(2)
    try head.skip(2)
    let root = try head.address()
    let count = try head.number(2)
    _ = try head.length()
    try head.requireChecksum(from: 0)
    guard let root else { return }
    guard recordSize > 0, nodeSize > 10 + recordSize, depth < 16 else {
      throw HDF5Fault("an index makes no sense")
    }

    // how many records a node and all below it can hold decides the size of the counts in nodes
    var sizes = TreeSizes(kind: kind, recordSize: recordSize)
    let leafLimit = (nodeSize - 10) / recordSize
    sizes.count = HDF5FractalHeap.byteCount(of: leafLimit)
    sizes.totals = [0]
    var total = leafLimit
    for level in 1..<max(2, depth + 1) {
      let pointer = addressSize + sizes.count + sizes.totals[level - 1]
      let limit = max(0, (nodeSize - 10 - pointer) / (recordSize + pointer))
      let (product, overflow) = (limit + 1).multipliedReportingOverflow(by: total)
      guard !overflow, product < Int.max / 2 else { throw HDF5Fault("an index makes no sense") }
      total = product + limit
      sizes.totals.append(HDF5FractalHeap.byteCount(of: total))
    }
    try visit(root, count, depth, sizes, body)
  }

  private struct TreeSizes {
    var kind: Int
    var recordSize: Int
    /// Bytes of a child's number of records.
    var count = 0
    /// Bytes of the number of records in and under a child, by the child's level.
    var totals: [Int] = []
  }

  private func visit(
    _ address: Int, _ count: Int, _ depth: Int, _ sizes: TreeSizes,
    _ body: (inout HDF5Cursor) throws -> Void
  ) throws {
    let pointer = depth == 0 ? 0 : addressSize + sizes.count + sizes.totals[depth - 1]
    var node = try cursor(
      at: address,
      count: 6 + count * sizes.recordSize + (depth == 0 ? 0 : (count + 1) * pointer) + 4)
    try node.expect(depth == 0 ? "BTLF" : "BTIN")
    _ = try node.expect(version: 0...0, of: "indices")
    guard try node.byte() == sizes.kind else { throw HDF5Fault("an index is not in order") }
    var records: [HDF5Cursor] = []
    for _ in 0..<count {
      records.append(
        HDF5Cursor(
          bytes: Array(try node.take(sizes.recordSize)), addressSize: addressSize,
          lengthSize: lengthSize))
    }
    var children: [(address: Int, count: Int)] = []
    for _ in 0..<(depth == 0 ? 0 : count + 1) {
      guard let child = try node.address() else { throw HDF5Fault("an index has a gap") }
      children.append((child, try node.number(sizes.count)))
      try node.skip(sizes.totals[depth - 1])
    }
    try node.requireChecksum(from: 0)
    for (index, child) in children.enumerated() {
      try visit(child.address, child.count, depth - 1, sizes, body)
      if index < records.count { try body(&records[index]) }
    }
    if depth == 0 { for index in records.indices { try body(&records[index]) } }
  }
}

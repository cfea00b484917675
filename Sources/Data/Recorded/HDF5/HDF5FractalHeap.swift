/// Where a large group keeps its links: a space of its own, spread over blocks of the file.
struct HDF5FractalHeap {
  private struct Block {
    /// Position in the heap's own space.
    var start: Int
    var size: Int
    var address: Int
  }

  private let storage: HDF5Storage
  private let offsetSize: Int
  private let lengthSize: Int
  /// In the order of `start`.
  private var blocks: [Block] = []

  init(_ storage: HDF5Storage, at address: Int) throws {
    self.storage = storage
    let size = 22 + 12 * storage.lengthSize + 3 * storage.addressSize
    var head = try storage.cursor(at: address, count: size + 4)
    try head.expect("FRHP")
    _ = try head.expect(version: 0...0, of: "heaps")
    try head.skip(2)
    guard try head.number(2) == 0 else { throw HDF5Fault("a group's links are compressed") }
    try head.skip(1)
    let largestObject = try head.number(4)
    _ = try head.length()
    _ = try head.address()
    _ = try head.length()
    _ = try head.address()
    for _ in 0..<8 { _ = try head.length() }
    let width = try head.number(2)
    let startSize = try head.length()
    let largestBlock = try head.length()
    let bits = try head.number(2)
    _ = try head.number(2)
    let root = try head.address()
    let rows = try head.number(2)
    try head.requireChecksum(from: 0)

    guard (1...1024).contains(width), startSize > 0, largestBlock >= startSize,
      largestBlock <= 1 << 32,
      (1...64).contains(bits)
    else { throw HDF5Fault("a heap's table makes no sense") }
    offsetSize = (bits + 7) / 8
    lengthSize = min(
      (largestBlock.trailingZeroBitCount + 7) / 8, Self.byteCount(of: largestObject))
    guard let root else { return }
    if rows == 0 {
      blocks = [Block(start: 0, size: startSize, address: root)]
    } else {
      let table = Table(width: width, startSize: startSize, largestBlock: largestBlock)
      try addBlocks(under: root, rows: rows, from: 0, table, depth: 0)
    }
  }

  private struct Table {
    var width: Int
    var startSize: Int
    var largestBlock: Int

    /// Of the blocks in a row: the first two are equal, each later one has twice the size.
    func size(ofRow row: Int) throws -> Int {
      guard row < 40 else { throw HDF5Fault("a heap's table makes no sense") }
      let (size, overflow) = startSize.multipliedReportingOverflow(by: 1 << max(0, row - 1))
      guard !overflow, size <= 1 << 40 else { throw HDF5Fault("a heap's table makes no sense") }
      return size
    }
  }

  private mutating func addBlocks(
    under address: Int, rows: Int, from start: Int, _ table: Table, depth: Int
  ) throws {
    guard depth < 8 else { throw HDF5Fault("a heap's table makes no sense") }
    var node = try storage.cursor(
      at: address,
      count: 5 + storage.addressSize + offsetSize + rows * table.width * storage.addressSize + 4)
    try node.expect("FHIB")
    _ = try node.expect(version: 0...0, of: "heaps")
    try node.skip(storage.addressSize + offsetSize)
    var position = start
    var children: [(address: Int, size: Int, start: Int)] = []
    for row in 0..<rows {
      let size = try table.size(ofRow: row)
      for _ in 0..<table.width {
        if let child = try node.address() {
          if size <= table.largestBlock {
            blocks.append(Block(start: position, size: size, address: child))
          } else {
            children.append((child, size, position))
          }
        }
        position += size
      }
    }
    try node.requireChecksum(from: 0)
    for child in children {
      // the rows that a block of this size has: width · (start + start + 2 start + …) = size
      var (inner, covered) = (0, 0)
      while covered < child.size {
        covered += table.width * (try table.size(ofRow: inner))
        inner += 1
      }
      try addBlocks(
        under: child.address, rows: inner, from: child.start, table, depth: depth + 1)
    }
  }

  /// Bytes that numbers up to `limit` take.
  static func byteCount(of limit: Int) -> Int {
    limit < 1 ? 1 : (Int.bitWidth - 1 - limit.leadingZeroBitCount) / 8 + 1
  }

  /// The object that an identifier in an index stands for.
  func object(_ identifier: ArraySlice<UInt8>) throws -> HDF5Cursor {
    var fields = HDF5Cursor(
      bytes: Array(identifier), addressSize: storage.addressSize, lengthSize: storage.lengthSize)
    guard try fields.byte() == 0 else { throw HDF5Fault("a link of unusual size is not read") }
    let offset = try fields.number(offsetSize)
    let length = try fields.number(lengthSize)
    // the last block that begins at or before it
    var (low, high) = (0, blocks.count)
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle].start <= offset { low = middle + 1 } else { high = middle }
    }
    guard low > 0, offset - blocks[low - 1].start < blocks[low - 1].size,
      length <= blocks[low - 1].size - (offset - blocks[low - 1].start)
    else { throw HDF5Fault("a link lies outside of its heap") }
    let block = blocks[low - 1]
    let (address, overflow) = block.address.addingReportingOverflow(offset - block.start)
    guard !overflow else { throw HDF5Fault("a link lies outside of its heap") }
    return try storage.cursor(at: address, count: length)
  }
}

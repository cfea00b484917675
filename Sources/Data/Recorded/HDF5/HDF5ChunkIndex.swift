/// A stored piece of an array: a box of its elements.
struct HDF5Chunk {
  /// Index of the first element along each axis, divided by the length of a chunk.
  var place: [Int]
  var address: Int
  /// Stored bytes; nil if they are those of the elements.
  var byteCount: Int?
  /// Bit i: filter i was not applied.
  var filterMask = 0
}

/// Where an array's chunks lie. Each kind of index is HDF5's choice by what may grow.
struct HDF5ChunkIndex {
  enum Kind {
    case oldTree(rank: Int)
    case single(byteCount: Int?, filterMask: Int)
    /// All in a row, without an index.
    case implicit(grid: [Int])
    case fixedArray(grid: [Int])
    /// One axis grows; `grid` has the lengths of the others.
    case extensibleArray(grid: [Int?])
    case tree(rank: Int)
  }

  private let kind: Kind
  private let address: Int?
  /// Bytes of a chunk's elements.
  private var chunkByteCount = 0
  private var isFiltered = false

  init(kind: Kind, address: Int?) {
    self.kind = kind
    self.address = address
  }

  /// From a layout message of version 4 or 5, behind the lengths of a chunk.
  init(
    _ cursor: inout HDF5Cursor, _ flags: Int, limits: [Int?], chunk: [Int], _ elementSize: Int,
    isFiltered: Bool
  ) throws {
    self.isFiltered = isFiltered
    chunkByteCount = try Self.byteCount(chunk, elementSize)
    let growing: [Int?] = zip(limits, chunk).map { limit, length in
      limit.map { $0 / length + ($0 % length == 0 ? 0 : 1) }
    }
    let grid = growing.compactMap { $0 }
    let number = try cursor.byte()
    switch number {
    case 1:
      let hasSize = flags & 2 != 0
      let size = hasSize ? try cursor.length() : nil
      kind = .single(byteCount: size, filterMask: hasSize ? try cursor.number(4) : 0)
    case 2: kind = .implicit(grid: grid)
    case 3:
      try cursor.skip(1)
      kind = .fixedArray(grid: grid)
    case 4:
      try cursor.skip(5)
      kind = .extensibleArray(grid: growing)
    case 5:
      try cursor.skip(6)
      kind = .tree(rank: chunk.count)
    default: throw HDF5Fault("its index, \(number), is not known")
    }
    let isComplete =
      switch kind {
      case .implicit, .fixedArray: grid.count == chunk.count
      case .extensibleArray: grid.count == chunk.count - 1
      default: true
      }
    guard isComplete else { throw HDF5Fault("its index does not fit its axes") }
    address = try cursor.address()
  }

  static func byteCount(_ chunk: [Int], _ elementSize: Int) throws -> Int {
    var count = elementSize
    for length in chunk {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow, product <= 1 << 40 else { throw HDF5Fault("its chunks are \(chunk)") }
      count = product
    }
    return count
  }

  /// Passes every chunk that was stored to `body`.
  func forEach(_ storage: HDF5Storage, _ body: (HDF5Chunk) throws -> Void) throws {
    guard let address else { return }
    switch kind {
    case .oldTree(let rank): try walk(storage, address, rank, above: 64, body)
    case .single(let byteCount, let filterMask):
      try body(
        HDF5Chunk(place: [], address: address, byteCount: byteCount, filterMask: filterMask))
    case .implicit(let grid):
      for index in 0..<grid.reduce(1, Self.product) {
        let (offset, overflow) = index.multipliedReportingOverflow(by: chunkByteCount)
        guard !overflow, offset <= storage.file.byteCount else {
          throw HDF5Fault("a part of it lies beyond the end of the file")
        }
        try body(HDF5Chunk(place: Self.place(index, grid), address: address + offset))
      }
    case .fixedArray(let grid):
      try walkFixedArray(storage, address) { try body(place($0, Self.place($1, grid))) }
    case .extensibleArray(let grid):
      let axis = grid.firstIndex { $0 == nil } ?? 0
      // the growing axis counts as the outermost
      let others = grid.compactMap { $0 }
      try walkExtensibleArray(storage, address) { chunk, index in
        let row = others.reduce(1, Self.product)
        guard row > 0 else { return }
        var found = Self.place(index % row, others)
        found.insert(index / row, at: axis)
        try body(place(chunk, found))
      }
    case .tree(let rank): try walkTree(storage, address, rank, body)
    }
  }

  private func place(_ chunk: HDF5Chunk, _ place: [Int]) -> HDF5Chunk {
    var chunk = chunk
    chunk.place = place
    return chunk
  }

  private static func product(_ a: Int, _ b: Int) -> Int {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? .max : product
  }

  private static func place(_ index: Int, _ grid: [Int]) -> [Int] {
    var (rest, place) = (index, grid)
    for axis in grid.indices.reversed() {
      place[axis] = grid[axis] == 0 ? 0 : rest % grid[axis]
      rest = grid[axis] == 0 ? 0 : rest / grid[axis]
    }
    return place
  }

  // MARK: Trees

  private func walk(
    _ storage: HDF5Storage, _ address: Int, _ rank: Int, above: Int,
    _ body: (HDF5Chunk) throws -> Void
  ) throws {
    let node = try storage.oldTreeNode(
      address, kind: 1, keySize: 8 + 8 * (rank + 1), above: above)
    for child in node.children {
      if node.level > 0 {
        try walk(storage, child.address, rank, above: node.level, body)
        continue
      }
      var key = child.key
      let size = try key.number(4)
      let mask = try key.number(4)
      // offsets in elements; they become places where the length of a chunk is known
      let offsets = try (0..<rank).map { _ in try key.number(8) }
      try body(
        HDF5Chunk(
          place: offsets, address: child.address, byteCount: size, filterMask: mask))
    }
  }

  /// Whether places are counted in elements and not in chunks.
  var countsElements: Bool { if case .oldTree = kind { true } else { false } }

  private func walkTree(
    _ storage: HDF5Storage, _ address: Int, _ rank: Int, _ body: (HDF5Chunk) throws -> Void
  ) throws {
    try storage.forEachRecord(ofTree: address, kind: isFiltered ? 11 : 10) { record in
      guard let chunk = try record.address() else { throw HDF5Fault("an index has a gap") }
      var found = HDF5Chunk(place: [], address: chunk)
      if isFiltered {
        found.byteCount = try record.number(record.rest - 4 - 8 * rank)
        found.filterMask = try record.number(4)
      }
      found.place = try (0..<rank).map { _ in try record.number(8) }
      try body(found)
    }
  }

  // MARK: Arrays

  /// An entry of an array of chunks; nil for one that was not stored.
  private func entry(_ cursor: inout HDF5Cursor, size: Int) throws -> HDF5Chunk? {
    let start = cursor.position
    let address = try cursor.address()
    guard isFiltered else { return address.map { HDF5Chunk(place: [], address: $0) } }
    let byteCount = try cursor.number(size - (cursor.position - start) - 4)
    let mask = try cursor.number(4)
    return address.map {
      HDF5Chunk(place: [], address: $0, byteCount: byteCount, filterMask: mask)
    }
  }

  private func requireEntry(_ size: Int, _ storage: HDF5Storage) throws {
    let sizes =
      isFiltered
      ? storage.addressSize + 5...storage.addressSize + 12
      : storage.addressSize...storage.addressSize
    guard sizes.contains(size) else { throw HDF5Fault("an index makes no sense") }
  }

  private func walkFixedArray(
    _ storage: HDF5Storage, _ address: Int, _ body: (HDF5Chunk, Int) throws -> Void
  ) throws {
    var head = try storage.cursor(
      at: address, count: 12 + storage.lengthSize + storage.addressSize)
    try head.expect("FAHD")
    _ = try head.expect(version: 0...0, of: "indices")
    try head.skip(1)
    let size = try head.byte()
    let pageBits = try head.byte()
    let count = try head.length()
    let data = try head.address()
    try head.requireChecksum(from: 0)
    try requireEntry(size, storage)
    guard let data else { return }
    guard pageBits < 32, count <= storage.file.byteCount else {
      throw HDF5Fault("an index makes no sense")
    }
    let pageCount = count > 1 << pageBits ? (count + (1 << pageBits) - 1) >> pageBits : 0
    let prefix = 6 + storage.addressSize + (pageCount + 7) / 8
    var block = try storage.cursor(
      at: data, count: prefix + (pageCount == 0 ? count * size : 0) + 4)
    try block.expect("FADB")
    try block.skip(2 + storage.addressSize)
    let written = Array(try block.take((pageCount + 7) / 8))
    if pageCount == 0 {
      for index in 0..<count {
        if let chunk = try entry(&block, size: size) { try body(chunk, index) }
      }
      try block.requireChecksum(from: 0)
      return
    }
    try block.requireChecksum(from: 0)
    try walkPages(
      storage, from: data + prefix + 4, count: count, pageBits, size,
      isWritten: { written[$0 / 8] & 0x80 >> UInt8($0 % 8) != 0 }, first: 0, body)
  }

  /// Entries in pages of `1 << pageBits`, each with its checksum; the last one may be shorter.
  private func walkPages(
    _ storage: HDF5Storage, from start: Int, count: Int, _ pageBits: Int, _ size: Int,
    isWritten: (Int) -> Bool, first: Int, _ body: (HDF5Chunk, Int) throws -> Void
  ) throws {
    let length = 1 << pageBits
    for page in 0..<(count + length - 1) / length where isWritten(page) {
      let entries = min(length, count - page * length)
      var block = try storage.cursor(
        at: start + page * (length * size + 4), count: entries * size + 4)
      for index in 0..<entries {
        if let chunk = try entry(&block, size: size) {
          try body(chunk, first + page * length + index)
        }
      }
      try block.requireChecksum(from: 0)
    }
  }

  private func walkExtensibleArray(
    _ storage: HDF5Storage, _ address: Int, _ body: (HDF5Chunk, Int) throws -> Void
  ) throws {
    var head = try storage.cursor(
      at: address, count: 16 + 6 * storage.lengthSize + storage.addressSize)
    try head.expect("EAHD")
    _ = try head.expect(version: 0...0, of: "indices")
    try head.skip(1)
    let size = try head.byte()
    let (bits, direct) = (try head.byte(), try head.byte())
    let (smallest, pointers) = (try head.byte(), try head.byte())
    let pageBits = try head.byte()
    for _ in 0..<6 { _ = try head.length() }
    let index = try head.address()
    try head.requireChecksum(from: 0)
    try requireEntry(size, storage)
    guard let index else { return }
    guard bits <= 32, pageBits < 32, smallest > 0, smallest.nonzeroBitCount == 1, pointers > 0,
      pointers.nonzeroBitCount == 1, smallest.trailingZeroBitCount <= bits
    else { throw HDF5Fault("an index makes no sense") }
    let shape = ArrayShape(
      entrySize: size, offsetSize: (bits + 7) / 8, smallest: smallest, pageBits: pageBits)

    // super block s holds 2^(s/2) blocks of smallest · 2^((s+1)/2) entries; those of the first
    // super blocks are listed in the index block itself
    let superCount = 1 + bits - smallest.trailingZeroBitCount
    let inIndex = min(superCount, 2 * pointers.trailingZeroBitCount)
    let blockCount = 2 * (pointers - 1)
    var block = try storage.cursor(
      at: index,
      count: 6 + storage.addressSize + direct * size
        + (blockCount + superCount - inIndex) * storage.addressSize + 4)
    try block.expect("EAIB")
    try block.skip(2 + storage.addressSize)
    for place in 0..<direct {
      if let chunk = try entry(&block, size: size) { try body(chunk, place) }
    }
    var first = direct
    for number in 0..<inIndex {
      for _ in 0..<1 << (number / 2) {
        let count = shape.entryCount(ofSuperBlock: number)
        if let data = try block.address() {
          try walkDataBlock(storage, data, count, shape, first: first, body)
        }
        first += count
      }
    }
    for number in inIndex..<superCount {
      let count = shape.entryCount(ofSuperBlock: number)
      if let address = try block.address() {
        try walkSuperBlock(storage, address, number, shape, first: first, body)
      }
      let (end, overflow) = first.addingReportingOverflow(count << (number / 2))
      guard !overflow else { throw HDF5Fault("an index makes no sense") }
      first = end
    }
    try block.requireChecksum(from: 0)
  }

  private struct ArrayShape {
    var entrySize: Int
    var offsetSize: Int
    var smallest: Int
    var pageBits: Int

    func entryCount(ofSuperBlock number: Int) -> Int { smallest << ((number + 1) / 2) }
    func isPaged(_ count: Int) -> Bool { count > 1 << pageBits }
  }

  private func walkSuperBlock(
    _ storage: HDF5Storage, _ address: Int, _ number: Int, _ shape: ArrayShape, first: Int,
    _ body: (HDF5Chunk, Int) throws -> Void
  ) throws {
    let blockCount = 1 << (number / 2)
    let count = shape.entryCount(ofSuperBlock: number)
    // a bit for every page of every block, in one row, though room is kept for whole bytes of each
    let pages = shape.isPaged(count) ? count >> shape.pageBits : 0
    let maskSize = (pages + 7) / 8
    var block = try storage.cursor(
      at: address,
      count: 6 + storage.addressSize + shape.offsetSize + blockCount * maskSize
        + blockCount * storage.addressSize + 4)
    try block.expect("EASB")
    try block.skip(2 + storage.addressSize + shape.offsetSize)
    let masks = Array(try block.take(blockCount * maskSize))
    for number in 0..<blockCount {
      if let data = try block.address() {
        try walkDataBlock(
          storage, data, count, shape, first: first + number * count,
          isWritten: { page in
            let bit = number * pages + page
            return masks[bit / 8] & 0x80 >> UInt8(bit % 8) != 0
          }, body)
      }
    }
    try block.requireChecksum(from: 0)
  }

  private func walkDataBlock(
    _ storage: HDF5Storage, _ address: Int, _ count: Int, _ shape: ArrayShape, first: Int,
    isWritten: (Int) -> Bool = { _ in true }, _ body: (HDF5Chunk, Int) throws -> Void
  ) throws {
    let prefix = 6 + storage.addressSize + shape.offsetSize
    let isPaged = shape.isPaged(count)
    var block = try storage.cursor(
      at: address, count: prefix + (isPaged ? 0 : count * shape.entrySize) + 4)
    try block.expect("EADB")
    try block.skip(2 + storage.addressSize + shape.offsetSize)
    if !isPaged {
      for index in 0..<count {
        if let chunk = try entry(&block, size: shape.entrySize) { try body(chunk, first + index) }
      }
      try block.requireChecksum(from: 0)
      return
    }
    try block.requireChecksum(from: 0)
    try walkPages(
      storage, from: address + prefix + 4, count: count, shape.pageBits, shape.entrySize,
      isWritten: isWritten, first: first, body)
  }
}

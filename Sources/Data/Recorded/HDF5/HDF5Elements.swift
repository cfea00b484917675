import IDQLTensors

extension HDF5Array {
  /// Number of elements, and of their bytes.
  private func counts() throws -> (elements: Int, bytes: Int) {
    if shape.contains(0) { return (0, 0) }
    var (count, overflows) = (elementSize, false)
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      (count, overflows) = (product, overflows || overflow)
    }
    guard !overflows else { throw HDF5Fault("it claims the shape \(shape)") }
    return (count / elementSize, count)
  }

  /// All elements in row-major order. One chunk is unpacked at a time, and memory is taken only
  /// once it is known that the file holds every element: what was never written is refused, where
  /// the HDF5 library would give zeros.
  func values<Number: BinaryFloatingPoint & Sendable>(
    _ storage: HDF5Storage, as: Number.Type = Number.self
  ) throws -> [Number] {
    let (count, byteCount) = try counts()
    if count == 0 { return [] }
    let numbers = try converter(to: Number.self)

    switch layout {
    case .elsewhere(let reason): throw HDF5Fault(reason)
    case .compact(let bytes):
      guard bytes.count >= byteCount else { throw missing(bytes.count, of: byteCount) }
      return numbers(Array(bytes.prefix(byteCount)))
    case .contiguous(let address, let stored):
      guard let address, stored >= byteCount, storage.holds(address, byteCount) else {
        throw missing(address == nil ? 0 : stored, of: byteCount)
      }
      var values: [Number] = []
      values.reserveCapacity(count)
      // in pieces of a mebibyte, a multiple of every element's size
      for start in stride(from: 0, to: byteCount, by: 1 << 20) {
        values += numbers(
          try storage.read(at: address + start, count: min(1 << 20, byteCount - start)))
      }
      return values
    case .chunked(let index, let chunk):
      for filter in filters { try filter.requireSupport() }
      let chunkBytes = try HDF5ChunkIndex.byteCount(chunk, elementSize)
      let chunks = try chunks(index, chunk, chunkBytes, storage)
      var values = [Number](repeating: 0, count: count)
      for stored in chunks {
        let bytes = try unpacked(stored, storage, chunkBytes)
        place(numbers(bytes), from: stored.place, chunk, into: &values)
      }
      return values
    }
  }

  /// The same of some rows, which are indices of the first axis: of a large array only what they take is
  /// in memory.
  ///
  /// - Parameter known: the chunks, which are looked up the first time.
  func values<Number: BinaryFloatingPoint & Sendable>(
    _ storage: HDF5Storage, rows: Range<Int>, _ known: inout [HDF5Chunk]?
  ) throws -> [Number] {
    precondition(!shape.isEmpty && rows.upperBound <= shape[0], "rows of the array")
    let (count, byteCount) = try counts()
    if count == 0 || rows.isEmpty { return [] }
    let rowBytes = byteCount / shape[0]
    let numbers = try converter(to: Number.self)
    switch layout {
    case .elsewhere, .compact:
      let rowCount = count / shape[0]
      let all: [Number] = try values(storage)
      return Array(all[rows.lowerBound * rowCount..<rows.upperBound * rowCount])
    case .contiguous(let address, let stored):
      guard let address, stored >= byteCount, storage.holds(address, byteCount) else {
        throw missing(address == nil ? 0 : stored, of: byteCount)
      }
      return numbers(
        try storage.read(
          at: address + rows.lowerBound * rowBytes, count: rows.count * rowBytes))
    case .chunked(let index, let chunk):
      let chunkBytes = try HDF5ChunkIndex.byteCount(chunk, elementSize)
      if known == nil {
        for filter in filters { try filter.requireSupport() }
        known = try chunks(index, chunk, chunkBytes, storage).sorted { $0.place[0] < $1.place[0] }
      }
      // the rows of whole chunks, from which the ones that are asked for are taken
      var band = self
      let first = rows.lowerBound / chunk[0] * chunk[0]
      band.shape[0] = min(shape[0], (rows.upperBound + chunk[0] - 1) / chunk[0] * chunk[0]) - first
      let width = count / shape[0]
      var values = [Number](repeating: 0, count: band.shape[0] * width)
      for stored in known ?? [] where (first..<rows.upperBound).contains(stored.place[0]) {
        let bytes = try unpacked(stored, storage, chunkBytes)
        let start = [stored.place[0] - first] + stored.place.dropFirst()
        band.place(numbers(bytes), from: start, chunk, into: &values)
      }
      return Array(
        values[(rows.lowerBound - first) * width..<(rows.upperBound - first) * width])
    }
  }

  private func converter<Number: BinaryFloatingPoint & Sendable>(
    to _: Number.Type
  ) throws -> ([UInt8]) -> [Number] {
    let (type, isBigEndian) =
      switch elements {
      case .numbers(let type, let isBigEndian), .flags(let type, let isBigEndian):
        (type, isBigEndian)
      case .other(let what): throw HDF5Fault("it holds \(what)")
      }
    return { [elementSize] bytes in
      var bytes = bytes
      if isBigEndian { bytes.reverseElements(of: elementSize) }
      return bytes.withUnsafeBytes { convert($0, type, to: Number.self) }
    }
  }

  private func missing(_ stored: Int, of byteCount: Int) -> HDF5Fault {
    HDF5Fault(
      "of its shape \(shape) not all was written: \(stored) of \(byteCount) bytes are there")
  }

  /// The chunks that the array consists of, each once, with the index of their first element in
  /// place of their own.
  ///
  /// - Throws: `HDF5Fault` unless all are there, or if they cannot hold what they should.
  private func chunks(
    _ index: HDF5ChunkIndex, _ chunk: [Int], _ chunkBytes: Int, _ storage: HDF5Storage
  ) throws -> [HDF5Chunk] {
    let grid = zip(shape, chunk).map { ($0 - 1) / $1 + 1 }
    var needed = 1
    for length in grid {
      let (product, overflow) = needed.multipliedReportingOverflow(by: length)
      // each takes a byte at least
      guard !overflow, product <= storage.file.byteCount else {
        throw HDF5Fault(
          "it claims the shape \(shape), more than \(storage.file.byteCount) bytes can hold")
      }
      needed = product
    }
    var isFound = [Bool](repeating: false, count: needed)
    var chunks: [HDF5Chunk] = []
    var total = 0
    try index.forEach(storage) { stored in
      guard let start = try start(of: stored, index, chunk) else { return }
      let number = zip(zip(start, chunk), grid).reduce(0) { $0 * $1.1 + $1.0.0 / $1.0.1 }
      if isFound[number] { throw HDF5Fault("a chunk is there twice") }
      isFound[number] = true
      let byteCount = filters.isEmpty ? chunkBytes : stored.byteCount ?? chunkBytes
      total += byteCount
      guard storage.holds(stored.address, byteCount), total <= storage.file.byteCount else {
        throw HDF5Fault("its chunks are larger than the file")
      }
      // deflate, the best of all filters, expands a byte to at most 1032
      guard chunkBytes / 1032 <= byteCount else {
        throw HDF5Fault("\(byteCount) bytes cannot unpack to \(chunkBytes)")
      }
      chunks.append(
        HDF5Chunk(
          place: start, address: stored.address, byteCount: byteCount,
          filterMask: stored.filterMask))
    }
    guard chunks.count == needed else {
      throw HDF5Fault(
        "of its shape \(shape) not all was written: \(chunks.count) of \(needed) chunks are there")
    }
    return chunks
  }

  /// The first element of a chunk along each axis; nil if all of it lies beyond the array.
  private func start(
    of stored: HDF5Chunk, _ index: HDF5ChunkIndex, _ chunk: [Int]
  ) throws -> [Int]? {
    if stored.place.isEmpty { return Array(repeating: 0, count: chunk.count) }
    var start = stored.place
    for axis in chunk.indices {
      if index.countsElements {
        guard start[axis] % chunk[axis] == 0 else { throw HDF5Fault("a chunk lies askew") }
      } else {
        let (product, overflow) = start[axis].multipliedReportingOverflow(by: chunk[axis])
        guard !overflow else { return nil }
        start[axis] = product
      }
      if start[axis] >= shape[axis] { return nil }
    }
    return start
  }

  private func unpacked(
    _ stored: HDF5Chunk, _ storage: HDF5Storage, _ chunkBytes: Int
  ) throws -> [UInt8] {
    var bytes = try storage.read(
      at: stored.address, count: stored.byteCount ?? chunkBytes)
    for (number, filter) in filters.enumerated().reversed()
    where number > 31 || stored.filterMask & 1 << number == 0 {
      bytes = try filter.undone(bytes, byteCount: chunkBytes, elementSize: elementSize)
    }
    guard bytes.count == chunkBytes else {
      throw HDF5Fault("a chunk has \(bytes.count) bytes and not \(chunkBytes)")
    }
    return bytes
  }

  /// Copies the part of a chunk that lies within the array, run by run of the last axis.
  private func place<Number>(
    _ numbers: [Number], from start: [Int], _ chunk: [Int], into values: inout [Number]
  ) {
    let size = MemoryLayout<Number>.stride
    values.withUnsafeMutableBytes { target in
      numbers.withUnsafeBytes { copyBox(from: $0, to: target, elementSize: size, start, chunk) }
    }
  }

  /// On bytes, which the compiler makes one loop of, whatever the elements are.
  private func copyBox(
    from source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer,
    elementSize size: Int, _ start: [Int], _ chunk: [Int]
  ) {
    let rank = shape.count
    let extent = (0..<rank).map { min(chunk[$0], shape[$0] - start[$0]) }
    let run = extent[rank - 1] * size
    let rows = rank > 1 ? extent[rank - 2] : 1
    var counter = Array(repeating: 0, count: rank)
    while true {
      var (from, to) = (0, 0)
      for axis in 0..<rank {
        from = from * chunk[axis] + counter[axis]
        to = to * shape[axis] + start[axis] + counter[axis]
      }
      for row in 0..<rows {
        let begin = (from + row * chunk[rank - 1]) * size
        UnsafeMutableRawBufferPointer(rebasing: target[((to + row * shape[rank - 1]) * size)...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[begin..<begin + run]))
      }
      var axis = rank - 3
      while axis >= 0 {
        counter[axis] += 1
        if counter[axis] < extent[axis] { break }
        counter[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}

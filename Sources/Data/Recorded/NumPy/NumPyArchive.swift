import IDQLTensors

/// The arrays of an .npz file, read one at a time from the mapped file.
package struct NumPyArchive: ColumnFile {
  package let name: String
  package let columns: [String]
  package let unreadable: [String: String]
  private let archive: ZipArchive
  private let arrays: [String: (entry: ZipArchive.Entry, header: NumPyHeader)]

  init(_ file: DataFile) throws { try self.init(file.contents(), named: file.path) }

  /// The same checks on bytes already in memory, which are copied.
  package init(bytes: [UInt8], named name: String) throws {
    try self.init(bytes.withUnsafeBytes { ByteStorage(copying: $0) }, named: name)
  }

  private init(_ storage: ByteStorage, named name: String) throws {
    self.name = name
    archive = try Self.naming(name) { try ZipArchive(storage) }
    var arrays: [String: (ZipArchive.Entry, NumPyHeader)] = [:]
    var unreadable: [String: String] = [:]
    for (file, entry) in archive.entries where file.hasSuffix(".npy") {
      let column = String(file.dropLast(4))
      var head: [UInt8] = []
      let limit = min(NumPyHeader.limit + 12, entry.byteCount)
      try Self.naming(name) { [archive] in
        try archive.read(entry, named: column, limit: limit) { head += $0 }
      }
      do throws(NumPyHeader.Problem) {
        let header = try NumPyHeader(head)
        try Self.check(header, holds: entry.byteCount)
        arrays[column] = (entry, header)
      } catch {
        guard error.isOfElements else {
          throw DatasetError(file: name, .damaged(part: quoted(column), reason: error.reason))
        }
        // text and the like, which nobody may need
        unreadable[column] = error.reason
      }
    }
    self.arrays = arrays
    self.unreadable = unreadable
    columns = arrays.keys.sorted()
  }

  private static func check(
    _ header: NumPyHeader, holds byteCount: Int
  ) throws(NumPyHeader.Problem) {
    var expected = header.type.size
    var overflows = false
    for length in header.shape {
      let (product, overflow) = expected.multipliedReportingOverflow(by: length)
      (expected, overflows) = (product, overflows || overflow)
    }
    guard !overflows, byteCount - header.byteCount == expected else {
      throw NumPyHeader.Problem(
        reason: "\(byteCount - header.byteCount) bytes do not make the shape \(header.shape)")
    }
  }

  /// Tells which file an archive's error is about.
  private static func naming<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ZipError {
      throw DatasetError(file: name, .damaged(part: error.part, reason: error.reason))
    }
  }

  package func shape(_ column: String) throws -> [Int] { try array(column).header.shape }

  package func floats(_ column: String) throws -> [Float] { try numbers(column) }

  package func doubles(_ column: String) throws -> [Double] { try numbers(column) }

  package func flags(_ column: String) throws -> [Float] { try numbers(column) }

  private func array(
    _ column: String
  ) throws -> (entry: ZipArchive.Entry, header: NumPyHeader) {
    if let array = arrays[column] { return array }
    if let reason = unreadable[column] {
      throw DatasetError(file: name, .damaged(part: quoted(column), reason: reason))
    }
    throw missing(column)
  }

  /// Converts piece by piece, so that the unconverted bytes are never all in memory.
  private func numbers<Number: BinaryFloatingPoint & Sendable>(
    _ column: String
  ) throws -> [Number] {
    let (entry, header) = try array(column)
    let size = header.type.size
    var numbers: [Number] = []
    numbers.reserveCapacity(header.shape.reduce(1, *))
    var pending: [UInt8] = []
    var skipped = 0
    try Self.naming(name) {
      try archive.read(entry, named: column) { piece in
        let skip = min(header.byteCount - skipped, piece.count)
        skipped += skip
        pending += piece.dropFirst(skip)
        let whole = pending.count / size * size
        pending.withUnsafeBytes {
          numbers += convert(
            UnsafeRawBufferPointer(rebasing: $0[..<whole]), header.type, to: Number.self)
        }
        pending.removeFirst(whole)
      }
    }
    return header.isColumnMajor ? rowMajor(numbers, header.shape) : numbers
  }

  /// From Fortran's order, in which the first index runs fastest.
  private func rowMajor<Number: Sendable>(_ numbers: [Number], _ shape: [Int]) -> [Number] {
    let count = numbers.count
    return [Number](unsafeUninitializedCapacity: count) { target, initialized in
      var index = Array(repeating: 0, count: shape.count)
      for place in 0..<count {
        var source = 0
        for axis in shape.indices.reversed() { source = source * shape[axis] + index[axis] }
        target.initializeElement(at: place, to: numbers[source])
        for axis in shape.indices.reversed() {
          index[axis] += 1
          if index[axis] < shape[axis] { break }
          index[axis] = 0
        }
      }
      initialized = count
    }
  }
}

import IDQLTensors

/// The arrays of an .npz file, read one at a time, or some rows of them after the other.
package final class NumPyArchive: RowFile {
  package let name: String
  package let columns: [String]
  /// Arrays that cannot be read, which nobody may need: why, by name.
  package let unreadable: [String: String]
  private let archive: ZipArchive
  private let arrays: [String: (entry: ZipArchive.Entry, header: NumPyHeader)]
  /// Of columns that are read by rows, how far they are.
  private var rowReaders: [String: RowReader] = [:]

  private struct RowReader {
    var bytes: ZipEntryReader
    var row = 0
    /// Of the rows from `row` on.
    var pending: [UInt8] = []
  }

  convenience init(_ file: DataFile) throws { try self.init(file, named: file.path) }

  /// The same checks on bytes already in memory, which are copied.
  package convenience init(bytes: [UInt8], named name: String) throws {
    try self.init(bytes.withUnsafeBytes { ByteStorage(copying: $0) }, named: name)
  }

  private init(_ source: any ZipSource, named name: String) throws {
    self.name = name
    archive = try Self.naming(name) { try ZipArchive(source) }
    var arrays: [String: (ZipArchive.Entry, NumPyHeader)] = [:]
    var unreadable: [String: String] = [:]
    for (file, entry) in archive.entries where file.hasSuffix(".npy") {
      let column = String(file.dropLast(4))
      var head: [UInt8] = []
      let limit = min(NumPyHeader.limit + 12, entry.byteCount)
      do {
        try archive.read(entry, named: column, limit: limit) { head += $0 }
        let header = try NumPyHeader(head)
        try Self.check(header, holds: entry.byteCount)
        arrays[column] = (entry, header)
      } catch let error as ZipError {
        unreadable[column] = error.reason
      } catch let problem as NumPyHeader.Problem {
        unreadable[column] = problem.reason
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

  func flags(_ column: String, rows: Range<Int>?) throws -> [Float] {
    try numbers(column, rows: rows)
  }

  /// Columns in Fortran's order have no rows that lie together.
  var leastRows: Int { arrays.values.contains { $0.header.isColumnMajor } ? .max : 1 }

  func numbers<Number: BinaryFloatingPoint & Sendable>(
    _ column: String, rows: Range<Int>?
  ) throws -> [Number] {
    guard let rows else { return try numbers(column) }
    let (entry, header) = try array(column)
    let rowBytes = header.type.size * header.shape.dropFirst().reduce(1, *)
    if rows.isEmpty || rowBytes == 0 { return [] }
    return try Self.naming(name) {
      var reader =
        try rowReaders[column].flatMap { $0.row <= rows.lowerBound ? $0 : nil }
        ?? start(entry, header, column)
      rowReaders[column] = nil
      while reader.row * rowBytes + reader.pending.count < rows.upperBound * rowBytes {
        guard let piece = try reader.bytes.next() else { break }
        reader.pending += piece
        // rows before those that are asked for
        let passed = min(rows.lowerBound - reader.row, reader.pending.count / rowBytes)
        reader.pending.removeFirst(passed * rowBytes)
        reader.row += passed
      }
      let first = (rows.lowerBound - reader.row) * rowBytes
      let numbers: [Number] = header.numbers(
        reader.pending[first..<first + rows.count * rowBytes])
      reader.pending.removeFirst(first + rows.count * rowBytes)
      reader.row = rows.upperBound
      // behind the last row the checksum is compared
      if rows.upperBound == header.shape[0] { _ = try reader.bytes.next() }
      rowReaders[column] = reader
      return numbers
    }
  }

  private func start(
    _ entry: ZipArchive.Entry, _ header: NumPyHeader, _ column: String
  ) throws -> RowReader {
    var reader = RowReader(bytes: try archive.reader(entry, named: column))
    while reader.pending.count < header.byteCount, let piece = try reader.bytes.next() {
      reader.pending += piece
    }
    reader.pending.removeFirst(min(header.byteCount, reader.pending.count))
    return reader
  }

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
        numbers += header.numbers(pending[..<whole]) as [Number]
        pending.removeFirst(whole)
      }
    }
    return header.isColumnMajor ? rowMajor(numbers, header.shape) : numbers
  }

  /// From Fortran's order, in which the first index runs fastest.
  private func rowMajor<Number: Sendable>(_ numbers: [Number], _ shape: [Int]) -> [Number] {
    let count = numbers.count
    if count == 0 { return [] }
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

import CIDQLZlib

/// What is wrong with an archive: which part of it cannot be read, and why.
package struct ZipError: Error, Equatable {
  /// `the archive`, or the quoted name of an entry.
  package let part: String
  /// As the second half of a sentence about the part.
  package let reason: String

  /// `part` cannot be read, because of `reason`.
  package init(part: String, reason: String) {
    self.part = part
    self.reason = reason
  }
}

/// Entries of a zip archive (PKWARE, *.ZIP File Format Specification*, 6.3.10), stored or deflated,
/// with the 64-bit extension, which is all that NumPy, PyTorch and Stable-Baselines3 write.
package struct ZipArchive: Sendable {
  /// Where one file of the archive lies.
  package struct Entry: Sendable {
    var isDeflated: Bool
    /// Of the uncompressed bytes.
    var checksum: UInt32
    /// Where its header begins in the file.
    var start: Int
    /// Where the compressed bytes lie in the file.
    var range: Range<Int>
    /// Of the uncompressed bytes.
    package var byteCount: Int
    /// Why the content cannot be read, if its directory says so.
    var problem: String?
  }

  /// In the order of the archive's directory.
  package private(set) var entries: [(name: String, entry: Entry)] = []
  private let source: any ZipSource

  /// The most bytes that an archive may unpack to: the first number, and as many times its own size
  /// as the second says. Arrays of numbers seldom shrink to less than a tenth, marks of endings to a
  /// thousandth.
  package static let unpackedLimit = (bytes: 1 << 26, factor: 100)

  /// Reads the directory.
  ///
  /// - Throws: `ZipError`, also if entries overlap, or unpack to more than `unpackedLimit`: reading
  ///   an archive takes time and memory in proportion to its size.
  package init(_ source: any ZipSource) throws(ZipError) {
    self.source = source
    var (position, count) = try directory()
    var unpacked = 0
    let limit = Self.unpackedLimit.bytes + Self.unpackedLimit.factor * source.byteCount
    while count > 0 {
      let (entryName, entry, next) = try self.entry(at: position)
      // no sum overflows, for an entry has at most 1032 times the bytes of the file
      if entry.isDeflated { unpacked += entry.byteCount }
      guard unpacked <= limit else {
        throw damaged(
          "the archive",
          "its entries unpack to more than \(limit) bytes, too many for a file of "
            + "\(source.byteCount)")
      }
      entries.append((entryName, entry))
      position = next
      count -= 1
    }
    try requireSeparateEntries()
  }

  private func requireSeparateEntries() throws(ZipError) {
    let inOrder = entries.sorted { $0.entry.start < $1.entry.start }
    for (one, other) in zip(inOrder, inOrder.dropFirst())
    where other.entry.start < one.entry.range.upperBound {
      throw damaged(
        quoted(other.name), "its bytes are also those of the entry \(quoted(one.name))")
    }
  }

  // MARK: Directory

  /// Where the list of entries begins, and how many there are.
  private func directory() throws(ZipError) -> (position: Int, count: Int) {
    // the end record is followed by a comment of at most 65,535 bytes
    let last = source.byteCount - 22
    var end = last
    while end >= max(0, last - 65_535), try number(end, 4) != 0x0605_4b50 { end -= 1 }
    guard end >= max(0, last - 65_535), end >= 0 else {
      throw damaged("the archive", "its directory is missing, so it was cut short")
    }
    let (count, position) = (try number(end + 10, 2), try number(end + 16, 4))
    guard count == 0xFFFF || position == 0xFFFF_FFFF else { return (position, count) }
    // the 64-bit end record is found through its locator, right before
    guard end >= 20, try number(end - 20, 4) == 0x0706_4b50 else {
      throw damaged("the archive", "its 64-bit directory is missing")
    }
    let wide = try number(end - 12, 8)
    guard try number(wide, 4) == 0x0606_4b50 else {
      throw damaged("the archive", "its 64-bit directory is missing")
    }
    return (try number(wide + 48, 8), try number(wide + 32, 8))
  }

  private func entry(
    at position: Int
  ) throws(ZipError) -> (name: String, entry: Entry, next: Int) {
    guard try number(position, 4) == 0x0201_4b50 else {
      throw damaged("the archive", "byte \(position) begins no entry of its directory")
    }
    let method = try number(position + 10, 2)
    let checksum = try number(position + 16, 4)
    var (packed, byteCount) = (try number(position + 20, 4), try number(position + 24, 4))
    let lengths = (
      name: try number(position + 28, 2), extra: try number(position + 30, 2),
      comment: try number(position + 32, 2)
    )
    var header = try number(position + 42, 4)
    let nameStart = position + 46
    let entryName = String(decoding: try bytes(nameStart, lengths.name), as: UTF8.self)

    // the 64-bit values are in this order, each present only if its 32-bit field holds all ones
    var extra = nameStart + lengths.name
    let extraEnd = extra + lengths.extra
    while extra + 4 <= extraEnd {
      let (kind, length) = (try number(extra, 2), try number(extra + 2, 2))
      if kind == 1 {
        var wide = extra + 4
        if byteCount == 0xFFFF_FFFF { (byteCount, wide) = (try number(wide, 8), wide + 8) }
        if packed == 0xFFFF_FFFF { (packed, wide) = (try number(wide, 8), wide + 8) }
        if header == 0xFFFF_FFFF { header = try number(wide, 8) }
      }
      extra += 4 + length
    }

    guard try number(header, 4) == 0x0403_4b50 else {
      throw damaged(quoted(entryName), "byte \(header) begins no entry")
    }
    let start = header + 30 + (try number(header + 26, 2)) + (try number(header + 28, 2))
    try requireRange(start, packed)
    // deflate expands a byte to at most 1032
    guard method != 8 || byteCount / 1032 <= packed else {
      throw damaged(quoted(entryName), "\(packed) bytes cannot unpack to \(byteCount)")
    }
    let isSupported = method == 8 || method == 0 && packed == byteCount
    let entry = Entry(
      isDeflated: method == 8, checksum: UInt32(checksum), start: header,
      range: start..<start + packed, byteCount: byteCount,
      problem: isSupported
        ? nil : "compression method \(method); stored (0) and deflate (8) are supported")
    return (entryName, entry, extraEnd + lengths.comment)
  }

  /// A little-endian number; one too large for an offset becomes an offset beyond the end.
  private func number(_ position: Int, _ size: Int) throws(ZipError) -> Int {
    var value: UInt64 = 0
    for (index, byte) in try bytes(position, size).enumerated() {
      value |= UInt64(byte) << UInt64(8 * index)
    }
    return value > UInt64(Int.max / 4) ? Int.max / 4 : Int(value)
  }

  private func bytes(_ position: Int, _ count: Int) throws(ZipError) -> [UInt8] {
    try requireRange(position, count)
    do { return try source.read(at: position, count: count) } catch {
      throw damaged("the archive", "\(error)")
    }
  }

  private func requireRange(_ position: Int, _ count: Int) throws(ZipError) {
    guard position >= 0, count >= 0, position <= source.byteCount,
      count <= source.byteCount - position
    else { throw damaged("the archive", "it ends before byte \(position + count)") }
  }

  private func damaged(_ part: String, _ reason: String) -> ZipError {
    ZipError(part: part, reason: reason)
  }

  // MARK: Content

  /// All bytes of an entry, verified against the checksum.
  ///
  /// - Returns: where they lie: in the archive itself unless they are deflated.
  package func contents(
    _ entry: Entry, named part: String
  ) throws -> (storage: ByteStorage, range: Range<Int>) {
    if !entry.isDeflated, let storage = source as? ByteStorage {
      try read(entry, named: part) { _ in }
      return (storage, entry.range)
    }
    var bytes: [UInt8] = []
    try read(entry, named: part) { bytes += $0 }
    return (bytes.withUnsafeBytes { ByteStorage(copying: $0) }, 0..<bytes.count)
  }

  /// Passes the uncompressed bytes of an entry to `consume` in pieces of at most a mebibyte: all of
  /// them, verified against the checksum, if `limit` is nil; else at least the first `limit` bytes.
  package func read(
    _ entry: Entry, named part: String, limit: Int? = nil,
    _ consume: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let reader = try reader(entry, named: part)
    while reader.position < limit ?? .max, let piece = try reader.next() {
      try piece.withUnsafeBytes(consume)
    }
  }

  /// The uncompressed bytes of an entry from the beginning on.
  ///
  /// - Throws: `ZipError` if it is packed otherwise than by deflate.
  package func reader(_ entry: Entry, named part: String) throws -> ZipEntryReader {
    if let problem = entry.problem { throw damaged(quoted(part), problem) }
    return try ZipEntryReader(source, entry, part)
  }
}

/// Where the bytes of an archive lie.
package protocol ZipSource: Sendable {
  var byteCount: Int { get }
  /// `count` bytes from `offset` on, which are there.
  func read(at offset: Int, count: Int) throws -> [UInt8]
}

extension ByteStorage: ZipSource {
  package var byteCount: Int { bytes.count }

  package func read(at offset: Int, count: Int) -> [UInt8] {
    Array(bytes[offset..<offset + count])
  }
}

/// The uncompressed bytes of an entry, one piece after the other, verified against its length and
/// checksum when the last one is asked for. Used by one thread at a time.
package final class ZipEntryReader {
  /// How many bytes were given.
  package private(set) var position = 0
  private let source: any ZipSource
  private let entry: ZipArchive.Entry
  private let part: String
  private var checksum = crc32(0, nil, 0)
  /// Compressed bytes that have not been read.
  private var rest: Range<Int>
  private var stream = z_stream()
  /// Compressed bytes that the stream works on.
  private var input: UnsafeMutableBufferPointer<UInt8>
  private var isAtEnd = false

  private static let pieceSize = 1 << 20

  fileprivate init(_ source: any ZipSource, _ entry: ZipArchive.Entry, _ part: String) throws {
    (self.source, self.entry, self.part) = (source, entry, part)
    rest = entry.range
    input = .allocate(capacity: entry.isDeflated ? Self.pieceSize : 0)
    // negative: without zlib's header
    if entry.isDeflated,
      inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) != Z_OK
    {
      throw damaged("zlib cannot start")
    }
  }

  deinit {
    if entry.isDeflated { inflateEnd(&stream) }
    input.deallocate()
  }

  private func damaged(_ reason: String) -> ZipError {
    ZipError(part: quoted(part), reason: reason)
  }

  /// The next bytes, at most a mebibyte; nil behind the last ones.
  package func next() throws -> [UInt8]? {
    var piece: [UInt8] = []
    while piece.isEmpty, !isAtEnd { piece = try entry.isDeflated ? inflated() : stored() }
    if piece.isEmpty {
      guard position == entry.byteCount, UInt32(truncatingIfNeeded: checksum) == entry.checksum
      else { throw damaged("its bytes do not have the checksum that the archive names") }
      return nil
    }
    guard position + piece.count <= entry.byteCount else {
      throw damaged("it unpacks to more than \(entry.byteCount) bytes")
    }
    position += piece.count
    checksum = crc32_z(checksum, piece, piece.count)
    return piece
  }

  private func stored() throws -> [UInt8] {
    let piece = try source.read(at: rest.lowerBound, count: min(rest.count, Self.pieceSize))
    rest = rest.lowerBound + piece.count..<rest.upperBound
    isAtEnd = rest.isEmpty
    return piece
  }

  /// Raw deflate (RFC 1951).
  private func inflated() throws -> [UInt8] {
    if stream.avail_in == 0 {
      let bytes = try source.read(at: rest.lowerBound, count: min(rest.count, Self.pieceSize))
      rest = rest.lowerBound + bytes.count..<rest.upperBound
      _ = input.update(fromContentsOf: bytes)
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(bytes.count)
    }
    var status = Z_OK
    let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { output, count in
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(Self.pieceSize)
      status = CIDQLZlib.inflate(&stream, Z_NO_FLUSH)
      count = Self.pieceSize - Int(stream.avail_out)
    }
    guard status == Z_OK || status == Z_STREAM_END else {
      throw damaged("its compressed bytes are damaged or cut short")
    }
    isAtEnd = status == Z_STREAM_END
    return piece
  }
}

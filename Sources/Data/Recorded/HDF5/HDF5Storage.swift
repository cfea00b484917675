import IDQLTensors

/// The bytes of an HDF5 file (*HDF5 File Format Specification*, version 3.0): its first block, and
/// access by the addresses that it uses.
///
/// The format is read by this module itself, and not by the HDF5 library, because the library cannot
/// be kept from the rest of the system: it follows links into other files, loads plugins that the
/// environment names, and some damaged files crash it. What is read here is what h5py and Minari
/// write; everything else is refused by its name.
final class HDF5Storage {
  let file: DataFile
  /// Where address 0 lies: behind a block of the user's own, if there is one.
  private(set) var base = 0
  private(set) var addressSize = 8
  private(set) var lengthSize = 8
  /// Of the root group's object header.
  private(set) var root = 0
  /// Of groups that paths led through, the links by their names.
  var knownTargets: [Int: [String: HDF5Link.Target]] = [:]
  /// Stored bytes that may still be read, see `spend`.
  private var budget: Int

  var name: String { file.path }

  static let signature: [UInt8] = [0x89] + Array("HDF\r\n\u{1A}\n".utf8)

  /// Where the signature is: at 0, 512, 1024, 2048 …; nil if there is none.
  static func start(in file: DataFile) throws(FileError) -> Int? {
    var position = 0
    while position <= file.byteCount - 8 {
      if try file.read(at: position, count: 8) == signature { return position }
      position = max(512, position * 2)
    }
    return nil
  }

  /// - Throws: `DatasetError`, `FileError`.
  init(_ file: DataFile) throws {
    self.file = file
    // a file may hold each byte once; a few readings of it are enough for everything
    budget = 16 * file.byteCount + 65_536
    guard let start = try Self.start(in: file) else {
      throw DatasetError(file: file.path, .notHDF5)
    }
    do {
      try readSuperblock(at: start)
    } catch let fault as HDF5Fault {
      throw DatasetError(file: file.path, .damaged(part: "the file", reason: fault.reason))
    }
  }

  private func readSuperblock(at start: Int) throws {
    let bytes = try file.read(at: start, count: min(256, file.byteCount - start))
    var cursor = HDF5Cursor(bytes: bytes, position: 8, addressSize: 8, lengthSize: 8)
    let version = try cursor.expect(version: 0...3, of: "first block")
    if version < 2 { try cursor.skip(4) }
    addressSize = try cursor.byte()
    lengthSize = try cursor.byte()
    guard [2, 4, 8].contains(addressSize), [2, 4, 8].contains(lengthSize) else {
      throw HDF5Fault("its addresses have \(addressSize) bytes and its lengths \(lengthSize)")
    }
    // with the sizes that are now known
    cursor = HDF5Cursor(
      bytes: bytes, position: cursor.position, addressSize: addressSize, lengthSize: lengthSize)
    if version < 2 {
      try cursor.skip(version == 0 ? 9 : 13)
    } else if try cursor.byte() & 0b101 != 0 {
      throw HDF5Fault(
        "its writer has not closed it, so that the last rows may be missing; if nothing writes to "
          + "it any more, 'h5clear -s FILE' removes the mark")
    }
    base = try cursor.address() ?? 0
    // a block of the user's own may have been put before a finished file
    if base == 0 { base = start }
    guard base == start else { throw HDF5Fault("its first block lies at \(start), not at \(base)") }
    _ = try cursor.address()
    let end = try cursor.address() ?? 0
    let last = end > base ? end : base + end
    guard last <= file.byteCount else {
      throw HDF5Fault("it was cut short: \(file.byteCount) of \(last) bytes are there")
    }
    if version < 2 {
      _ = try cursor.address()
      _ = try cursor.address()
    }
    let root = try cursor.address()
    if version >= 2 { try cursor.requireChecksum(from: 0) }
    guard let root else { throw HDF5Fault("it has no root group") }
    self.root = root
  }

  /// `count` bytes at an address.
  func cursor(at address: Int, count: Int) throws -> HDF5Cursor {
    HDF5Cursor(
      bytes: try read(at: address, count: count), addressSize: addressSize, lengthSize: lengthSize)
  }

  func read(at address: Int, count: Int) throws -> [UInt8] {
    guard holds(address, count) else {
      throw HDF5Fault("a part of it lies beyond the end of the file")
    }
    try spend(count)
    return try file.read(at: base + address, count: count)
  }

  /// Whether so many bytes at an address are within the file.
  func holds(_ address: Int, _ count: Int) -> Bool {
    address >= 0 && count >= 0 && address <= file.byteCount - base
      && count <= file.byteCount - base - address
  }

  /// As above, but at most `count` bytes where the file ends before.
  func cursor(at address: Int, upTo count: Int) throws -> HDF5Cursor {
    let left = file.byteCount - base - min(max(0, address), file.byteCount - base)
    return try cursor(at: address, count: min(count, left))
  }

  /// Damaged or hostile structures may refer to the same bytes again and again.
  private func spend(_ count: Int) throws {
    guard count <= budget else { throw HDF5Fault("its parts overlap") }
    budget -= count
  }
}

extension HDF5Cursor {
  /// That the four bytes at hand are the checksum of those from `start` on.
  mutating func requireChecksum(from start: Int) throws {
    let computed = lookup3(bytes[start..<position])
    let isRight = try number(4) == Int(computed)
    // a fuzzer would never get past it
    #if !IDQL_FUZZING
      guard isRight else { throw HDF5Fault("a checksum is wrong") }
    #endif
  }
}

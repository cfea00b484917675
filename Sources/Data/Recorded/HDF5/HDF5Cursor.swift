/// What is wrong with a part of an HDF5 file, as the second half of a sentence about it.
struct HDF5Fault: Error, Equatable {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}

/// Reads fields one after the other, little-endian, as HDF5 stores them.
struct HDF5Cursor {
  let bytes: [UInt8]
  var position = 0
  /// Bytes of an address, HDF5's *size of offsets*, and of a length.
  let addressSize: Int
  let lengthSize: Int

  var rest: Int { bytes.count - position }

  mutating func skip(_ count: Int) throws {
    guard count >= 0, count <= rest else { throw HDF5Fault("a part of it ends early") }
    position += count
  }

  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    let start = position
    try skip(count)
    return bytes[start..<start + count]
  }

  mutating func byte() throws -> Int { try number(1) }

  /// An unsigned number of 1 to 8 bytes.
  mutating func number(_ size: Int) throws -> Int {
    let value = try take(size).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let number = Int(exactly: value) else { throw HDF5Fault("a number is out of range") }
    return number
  }

  mutating func length() throws -> Int { try number(lengthSize) }

  /// A position in the file; nil where nothing was stored, for which HDF5 writes ones.
  mutating func address() throws -> Int? {
    let field = try take(addressSize)
    if field.allSatisfy({ $0 == 0xFF }) { return nil }
    let value = field.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    // far from what sums of addresses and lengths could overflow
    guard value < 1 << 60 else { throw HDF5Fault("an address is out of range") }
    return Int(value)
  }

  mutating func expect(_ signature: String) throws {
    guard try take(4).elementsEqual(signature.utf8) else {
      throw HDF5Fault("the mark '\(signature)' is missing")
    }
  }

  /// - Throws: `HDF5Fault` unless it is one of those that are read.
  mutating func expect(version: ClosedRange<Int>, of part: String) throws -> Int {
    let found = try byte()
    guard version.contains(found) else {
      throw HDF5Fault(
        "version \(found) of its \(part) is not read; 'h5repack --low=0 --high=1 FILE NEW' writes "
          + "an older one")
    }
    return found
  }
}

/// Bob Jenkins's hash of 2006 (*lookup3*, `hashlittle`, start 0), HDF5's checksum of its own parts.
func lookup3(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 {
    value << count | value >> (32 - count)
  }
  var a = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.count)
  var (b, c) = (a, a)
  var rest = bytes
  func word(_ start: Int) -> UInt32 {
    (0..<4).reduce(0) { value, index in
      let place = rest.startIndex + start + index
      return place < rest.endIndex ? value | UInt32(rest[place]) << UInt32(8 * index) : value
    }
  }
  while rest.count > 12 {
    (a, b, c) = (a &+ word(0), b &+ word(4), c &+ word(8))
    a = (a &- c) ^ rotated(c, 4)
    c = c &+ b
    b = (b &- a) ^ rotated(a, 6)
    a = a &+ c
    c = (c &- b) ^ rotated(b, 8)
    b = b &+ a
    a = (a &- c) ^ rotated(c, 16)
    c = c &+ b
    b = (b &- a) ^ rotated(a, 19)
    a = a &+ c
    c = (c &- b) ^ rotated(b, 4)
    b = b &+ a
    rest = rest.dropFirst(12)
  }
  if rest.isEmpty { return c }
  (a, b, c) = (a &+ word(0), b &+ word(4), c &+ word(8))
  c = (c ^ b) &- rotated(b, 14)
  a = (a ^ c) &- rotated(c, 11)
  b = (b ^ a) &- rotated(a, 25)
  c = (c ^ b) &- rotated(b, 16)
  a = (a ^ c) &- rotated(c, 4)
  b = (b ^ a) &- rotated(a, 14)
  c = (c ^ b) &- rotated(b, 24)
  return c
}

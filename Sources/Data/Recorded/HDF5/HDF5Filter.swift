import CIDQLZlib
import IDQLTensors

/// One step of how an array's chunks are packed.
struct HDF5Filter: Equatable {
  /// By HDF5's registry of filters.
  var identifier: Int
  /// Whether chunks may be stored without it.
  var isOptional: Bool
  var values: [Int]

  private static let known = [
    1: "deflate", 2: "shuffle", 3: "Fletcher's checksum", 4: "szip", 5: "n-bit", 6: "scale-offset",
    307: "bzip2", 32_000: "LZF", 32_001: "Blosc", 32_004: "LZ4", 32_008: "bitshuffle",
    32_013: "ZFP", 32_015: "Zstandard", 32_026: "Blosc2",
  ]

  /// - Throws: `HDF5Fault` if it cannot be undone.
  func requireSupport() throws {
    guard [1, 2, 3, 32_000].contains(identifier) else {
      let name = Self.known[identifier].map { "\($0) (filter \(identifier))" }
      throw HDF5Fault(
        "it is packed with \(name ?? "filter \(identifier)"); gzip, LZF, shuffle and Fletcher's "
          + "checksum are read, and 'h5repack -f GZIP=4 FILE NEW' repacks it")
    }
  }

  /// What a filtered chunk was before.
  ///
  /// - Parameters:
  ///   - byteCount: of the chunk's elements.
  ///   - elementSize: for shuffling, unless the filter's own values say another one.
  func undone(_ bytes: [UInt8], byteCount: Int, elementSize: Int) throws -> [UInt8] {
    switch identifier {
    case 1: return try inflated(bytes, byteCount)
    case 2: return unshuffled(bytes, values.first.flatMap { $0 > 0 ? $0 : nil } ?? elementSize)
    case 3: return try checked(bytes)
    default: return try lzfExpanded(bytes, byteCount)
    }
  }

  private func inflated(_ bytes: [UInt8], _ byteCount: Int) throws -> [UInt8] {
    // deflate expands a byte to at most 1032; a checksum may follow the elements
    guard byteCount / 1032 <= bytes.count else {
      throw HDF5Fault("\(bytes.count) bytes cannot unpack to \(byteCount)")
    }
    let room = byteCount + 4
    var written = uLongf(room)
    var status = Z_OK
    let result = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      status = uncompress(buffer.baseAddress, &written, bytes, uLong(bytes.count))
      count = status == Z_OK ? Int(written) : 0
    }
    guard status == Z_OK else { throw HDF5Fault("a chunk does not unpack") }
    return result
  }

  /// Byte i of all elements stood together.
  private func unshuffled(_ bytes: [UInt8], _ size: Int) -> [UInt8] {
    let count = bytes.count / size
    if size < 2 || count < 2 { return bytes }
    return bytes.withUnsafeBufferPointer { source in
      [UInt8](unsafeUninitializedCapacity: bytes.count) { target, initialized in
        for place in 0..<size {
          var index = place
          let plane = place * count
          for element in 0..<count {
            target[index] = source[plane + element]
            index += size
          }
        }
        // what does not fill an element was left as it is
        for index in count * size..<bytes.count { target[index] = source[index] }
        initialized = bytes.count
      }
    }
  }

  /// Fletcher's sums of 16-bit words stand behind the bytes.
  private func checked(_ bytes: [UInt8]) throws -> [UInt8] {
    guard bytes.count >= 4 else { throw HDF5Fault("a chunk has no checksum") }
    let content = bytes.count - 4
    var (low, high) = (UInt64(0), UInt64(0))
    func fold(_ value: UInt64) -> UInt64 { (value & 0xFFFF) + (value >> 16) }
    var index = 0
    while index < content {
      let next = index + 1 < content ? UInt64(bytes[index + 1]) : 0
      low = fold(low + (UInt64(bytes[index]) << 8 | next))
      high = fold(high + low)
      index += 2
    }
    (low, high) = (fold(low), fold(high))
    let stored = (0..<4).reduce(UInt64(0)) { $0 | UInt64(bytes[content + $1]) << UInt64(8 * $1) }
    // sums of 0 and of 65535 are the same number, and swapped ones were written by old releases
    func same(_ a: UInt64, _ b: UInt64) -> Bool { a % 0xFFFF == b % 0xFFFF }
    func swapped(_ word: UInt64) -> UInt64 { (word & 0xFF) << 8 | word >> 8 }
    let (storedHigh, storedLow) = (stored >> 16, stored & 0xFFFF)
    let isRight =
      same(storedHigh, high) && same(storedLow, low)
      || same(swapped(storedHigh), high) && same(swapped(storedLow), low)
    guard isRight else { throw HDF5Fault("a chunk's checksum is wrong") }
    return Array(bytes[..<content])
  }

  /// LibLZF's format (Marc Lehmann), which h5py writes: literals, and references to what came up to
  /// 8192 bytes before.
  private func lzfExpanded(_ bytes: [UInt8], _ byteCount: Int) throws -> [UInt8] {
    // three bytes stand for at most 264
    guard byteCount / 88 <= bytes.count else {
      throw HDF5Fault("\(bytes.count) bytes cannot unpack to \(byteCount)")
    }
    let fault = HDF5Fault("a chunk does not unpack")
    var result: [UInt8] = []
    result.reserveCapacity(byteCount)
    var position = 0
    while position < bytes.count {
      let control = Int(bytes[position])
      position += 1
      if control < 32 {
        guard bytes.count - position > control else { throw fault }
        result += bytes[position...position + control]
        position += control + 1
        continue
      }
      var length = control >> 5
      guard position < bytes.count else { throw fault }
      if length == 7 {
        length += Int(bytes[position])
        position += 1
      }
      guard position < bytes.count else { throw fault }
      let back = (control & 31) << 8 | Int(bytes[position])
      position += 1
      var source = result.count - back - 1
      guard source >= 0, result.count + length + 2 <= byteCount + 4 else { throw fault }
      for _ in 0..<length + 2 {
        result.append(result[source])
        source += 1
      }
    }
    return result
  }
}

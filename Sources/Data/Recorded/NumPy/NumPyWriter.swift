import CIDQLZlib
import IDQLTensors

/// Writes arrays as `numpy.savez` does: a zip archive of .npy files that are not packed, with the
/// 64-bit fields that large ones need.
struct NumPyWriter {
  private let sink: FileSink
  private var directory: [UInt8] = []
  private var count = 0
  private var position = 0

  /// Writes the file that `fill` makes; it appears complete or not at all.
  ///
  /// - Throws: `FileError`.
  static func write(to path: String, _ fill: (inout NumPyWriter) throws -> Void) throws {
    try writeFileAtomically(to: path) { sink in
      var writer = NumPyWriter(sink: sink)
      try fill(&writer)
      try writer.finish()
    }
  }

  private init(sink: FileSink) { self.sink = sink }

  mutating func add(_ column: String, _ table: Table<Float>) throws {
    try add(column, "<f4", [table.rowCount, table.columnCount], table.values)
  }

  mutating func add(_ column: String, _ table: Table<Double>) throws {
    try add(column, "<f8", [table.rowCount, table.columnCount], table.values)
  }

  mutating func add(_ column: String, _ flags: [Bool]) throws {
    try add(column, "|b1", [flags.count], flags.map { UInt8($0 ? 1 : 0) })
  }

  private mutating func add<Number>(
    _ column: String, _ type: String, _ shape: [Int], _ values: [Number]
  ) throws {
    let axes = shape.map { "\($0)," }.joined(separator: " ")
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(axes)), }"
    // the numbers begin at a multiple of 64
    text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
    let header =
      [0x93] + Array("NUMPY".utf8) + [1, 0] + little(text.utf8.count, 2) + Array(text.utf8)
    try values.withUnsafeBytes { numbers in
      let checksum = header.withUnsafeBytes { crc32_z(0, bytes($0), $0.count) }
      try add(
        "\(column).npy", checksum: Int(crc32_z(checksum, bytes(numbers), numbers.count)),
        header, numbers)
    }
  }

  private func bytes(_ buffer: UnsafeRawBufferPointer) -> UnsafePointer<UInt8>? {
    buffer.bindMemory(to: UInt8.self).baseAddress
  }

  private mutating func add(
    _ name: String, checksum: Int, _ header: [UInt8], _ numbers: UnsafeRawBufferPointer
  ) throws {
    let size = header.count + numbers.count
    let name = Array(name.utf8)
    // version 4.5, not packed, the first day that there is, lengths in the 64-bit extra field
    let common =
      little(45, 2) + little(0, 2) + little(0, 2) + little(0, 2) + little(0x21, 2)
      + little(checksum, 4) + little(0xFFFF_FFFF, 4) + little(0xFFFF_FFFF, 4)
      + little(name.count, 2)
    let lengths = little(size, 8) + little(size, 8)
    let start = position
    try put(little(0x0403_4b50, 4) + common + little(20, 2) + name)
    try put(little(1, 2) + little(16, 2) + lengths)
    try put(header)
    try sink.write(numbers)
    position += numbers.count
    directory += little(0x0201_4b50, 4) + little(45, 2) + common + little(28, 2)
    directory += little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4)
    directory += little(0xFFFF_FFFF, 4) + name
    directory += little(1, 2) + little(24, 2) + lengths + little(start, 8)
    count += 1
  }

  private mutating func put(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try sink.write($0) }
    position += bytes.count
  }

  private mutating func finish() throws {
    let start = position
    try put(directory)
    let end = position
    try put(
      little(0x0606_4b50, 4) + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 4)
        + little(0, 4) + little(count, 8) + little(count, 8) + little(end - start, 8)
        + little(start, 8))
    try put(little(0x0706_4b50, 4) + little(0, 4) + little(end, 8) + little(1, 4))
    try put(
      little(0x0605_4b50, 4) + little(0, 2) + little(0, 2) + little(count, 2) + little(count, 2)
        + little(0xFFFF_FFFF, 4) + little(0xFFFF_FFFF, 4) + little(0, 2))
  }

  private func little(_ number: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}

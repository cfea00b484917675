import Foundation

/// One record of a TensorBoard event file: a TFRecord (length, payload, each with a masked CRC-32C)
/// around a protocol-buffer `Event` (TensorFlow, `core/util/event.proto`, `core/lib/io/record_writer`).
enum TensorBoardRecord {
  /// The record that a file begins with.
  static func header(time: Date) -> [UInt8] {
    record(field(1, time.timeIntervalSince1970) + field(3, Array("brain.Event:2".utf8)))
  }

  /// Scalars of one step.
  static func scalars(_ values: [(name: String, value: Double)], step: Int, time: Date) -> [UInt8] {
    let summary = values.flatMap { name, value in
      field(1, field(1, Array(name.utf8)) + key(2, type: 5) + littleEndian(Float(value).bitPattern))
    }
    return record(
      field(1, time.timeIntervalSince1970) + key(2, type: 0) + varint(UInt64(step))
        + field(5, summary))
  }

  /// Where the first `count` records of a file end; nil if it has fewer.
  static func end(_ count: Int, in file: [UInt8]) -> Int? {
    var end = 0
    for _ in 0..<count {
      guard file.count - end >= 16 else { return nil }
      let length = file.withUnsafeBytes {
        UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: end, as: UInt64.self))
      }
      // the length, the payload, and a checksum after each
      guard length <= UInt64(file.count - end - 16) else { return nil }
      end += 16 + Int(length)
    }
    return end
  }

  private static func record(_ payload: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(payload.count))
    return length + littleEndian(masked(crc32c(length))) + payload
      + littleEndian(masked(crc32c(payload)))
  }

  private static func field(_ number: UInt64, _ value: Double) -> [UInt8] {
    key(number, type: 1) + littleEndian(value.bitPattern)
  }

  private static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    key(number, type: 2) + varint(UInt64(bytes.count)) + bytes
  }

  private static func key(_ number: UInt64, type: UInt64) -> [UInt8] { varint(number << 3 | type) }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }

  /// As TFRecord stores a checksum: rotated and moved, so that a checksum of data which holds
  /// checksums stays useful.
  private static func masked(_ sum: UInt32) -> UInt32 { (sum >> 15 | sum << 17) &+ 0xA282_EAD8 }
}

/// The Castagnoli checksum (RFC 3720, appendix B.4).
func crc32c(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(~0) { sum, byte in
    (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
      sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1
    }
  }
}

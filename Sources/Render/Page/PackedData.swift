import CIDQLZlib
import Foundation
import IDQLSpelling

/// Data of a page: a header as JSON and channels of whole numbers after it, deflated, as base64 text.
///
/// A channel is one byte d from 0 to 2, then the d-th differences of its numbers as varints (seven bits to a byte, the
/// lowest first; 2n for n ≥ 0 and -2n - 1 for n < 0). Motion is smooth, so its differences are small, and deflate makes
/// little of small bytes. Nothing says how many numbers a channel has: the header does.
struct PackedData {
  private(set) var bytes: [UInt8] = []

  /// - Throws: what encoding throws.
  init(_ header: some Encodable) throws {
    let text = Array(try header.jsonText().utf8)
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: text.count >> shift))
    }
    bytes += text
  }

  /// Largest magnitude of a number, so that differences stay exact in every reader.
  static let limit = 1 << 30

  /// - Precondition: no number is beyond `limit`.
  mutating func add(channel numbers: [Int]) {
    var orders = [numbers]
    for _ in 0..<2 { orders.append(Self.differences(orders[orders.count - 1])) }
    let costs = orders.map { $0.reduce(0) { $0 + Self.bitCount($1) } }
    let best = costs.indices.min { (costs[$0], $0) < (costs[$1], $1) } ?? 0
    bytes.append(UInt8(best))
    for number in orders[best] { add(varint: number) }
  }

  /// The first number, and what each of the others adds to the one before.
  private static func differences(_ numbers: [Int]) -> [Int] {
    zip(numbers, [0] + numbers).map { $0 - $1 }
  }

  private static func bitCount(_ number: Int) -> Int {
    Int.bitWidth - number.magnitude.leadingZeroBitCount
  }

  private mutating func add(varint number: Int) {
    var rest = number >= 0 ? UInt(number) << 1 : UInt(-(number + 1)) << 1 | 1
    while rest > 127 {
      bytes.append(UInt8(truncatingIfNeeded: rest | 128))
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// The bytes deflated (RFC 1950), as base64.
  var text: String {
    var size = compressBound(uLong(bytes.count))
    let data = [UInt8](unsafeUninitializedCapacity: Int(size)) { target, count in
      let status = compress2(target.baseAddress, &size, bytes, uLong(bytes.count), 9)
      count = status == Z_OK ? Int(size) : 0
    }
    precondition(!data.isEmpty, "zlib: out of memory")
    return Data(data).base64EncodedString()
  }
}

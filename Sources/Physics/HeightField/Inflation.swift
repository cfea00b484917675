/// Unpacks what `deflate` compressed (RFC 1951).
struct Inflation {
  private let source: ArraySlice<UInt8>
  private var position: Int
  /// Bits of the byte before `position` that were not read yet, the next one lowest.
  private var bits = 0
  private var bitCount = 0

  init(_ source: ArraySlice<UInt8>) {
    self.source = source
    position = source.startIndex
  }

  /// - Parameter count: of the unpacked bytes; others are an error.
  mutating func bytes(count: Int) throws(UnreadableFile) -> [UInt8] {
    var result: [UInt8] = []
    // a byte of deflate unpacks to 1,032 at most
    result.reserveCapacity(min(count, 1032 * source.count))
    var isLast = false
    while !isLast {
      isLast = try number(1) == 1
      switch try number(2) {
      case 0: try copyStored(to: &result, limit: count)
      case 1: try unpack(.fixedLengths, .fixedDistances, to: &result, limit: count)
      case 2:
        let (lengths, distances) = try codes()
        try unpack(lengths, distances, to: &result, limit: count)
      default: throw Self.damaged
      }
    }
    if result.count != count { throw Self.damaged }
    return result
  }

  private static var damaged: UnreadableFile { UnreadableFile(reason: "its data are damaged") }

  private mutating func number(_ count: Int) throws(UnreadableFile) -> Int {
    while bitCount < count {
      guard position < source.endIndex else { throw Self.damaged }
      bits |= Int(source[position]) << bitCount
      position += 1
      bitCount += 8
    }
    defer {
      bits >>= count
      bitCount -= count
    }
    return bits & ((1 << count) - 1)
  }

  private mutating func copyStored(
    to result: inout [UInt8], limit: Int
  ) throws(UnreadableFile) {
    (bits, bitCount) = (0, 0)
    let size = try number(16)
    let complement = try number(16)
    guard size ^ complement == 0xFFFF, position + size <= source.endIndex,
      result.count + size <= limit
    else { throw Self.damaged }
    result += source[position..<position + size]
    position += size
  }

  private mutating func unpack(
    _ lengths: HuffmanCode, _ distances: HuffmanCode, to result: inout [UInt8], limit: Int
  ) throws(UnreadableFile) {
    while true {
      let symbol = try symbol(of: lengths)
      if symbol == 256 { return }
      if symbol < 256 {
        if result.count == limit { throw Self.damaged }
        result.append(UInt8(symbol))
        continue
      }
      guard symbol - 257 < Self.lengthBases.count else { throw Self.damaged }
      let length =
        Self.lengthBases[symbol - 257] + (try number(Self.lengthBits[symbol - 257]))
      let place = try self.symbol(of: distances)
      guard place < Self.distanceBases.count else { throw Self.damaged }
      let distance = Self.distanceBases[place] + (try number(max(0, place / 2 - 1)))
      guard distance <= result.count, result.count + length <= limit else { throw Self.damaged }
      // what is copied may be part of the copy
      for _ in 0..<length { result.append(result[result.count - distance]) }
    }
  }

  private mutating func symbol(of code: HuffmanCode) throws(UnreadableFile) -> Int {
    var (word, first, index) = (0, 0, 0)
    for length in 1..<code.counts.count {
      word |= try number(1)
      let count = code.counts[length]
      if word - first < count { return code.symbols[index + word - first] }
      index += count
      first = (first + count) << 1
      word <<= 1
    }
    throw Self.damaged
  }

  /// The codes of a block that has its own, which are written in a code themselves.
  private mutating func codes() throws(UnreadableFile) -> (HuffmanCode, HuffmanCode) {
    let lengthCount = try number(5) + 257
    let distanceCount = try number(5) + 1
    let orderCount = try number(4) + 4
    var sizes = [Int](repeating: 0, count: 19)
    for place in Self.order.prefix(orderCount) { sizes[place] = try number(3) }
    let code = HuffmanCode(sizes: sizes)
    var all: [Int] = []
    while all.count < lengthCount + distanceCount {
      let symbol = try symbol(of: code)
      switch symbol {
      case 0...15: all.append(symbol)
      case 16:
        guard let last = all.last else { throw Self.damaged }
        all += [Int](repeating: last, count: try number(2) + 3)
      case 17: all += [Int](repeating: 0, count: try number(3) + 3)
      default: all += [Int](repeating: 0, count: try number(7) + 11)
      }
    }
    if all.count != lengthCount + distanceCount { throw Self.damaged }
    return (
      HuffmanCode(sizes: Array(all[..<lengthCount])), HuffmanCode(sizes: Array(all[lengthCount...]))
    )
  }

  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
  private static let lengthBits = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
  ]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
    3073, 4097, 6145, 8193, 12289, 16385, 24577,
  ]
}

/// A canonical code: symbols in the order of their words.
private struct HuffmanCode {
  /// By number of bits, how many symbols have a word of so many.
  let counts: [Int]
  let symbols: [Int]

  /// - Parameter sizes: by symbol, the bits of its word; 0 of one that does not occur.
  init(sizes: [Int]) {
    var counts = [Int](repeating: 0, count: 16)
    for size in sizes where size > 0 { counts[size] += 1 }
    self.counts = counts
    symbols = (1...15).flatMap { size in sizes.indices.filter { sizes[$0] == size } }
  }

  static let fixedLengths = HuffmanCode(
    sizes: [Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112)
      + [Int](repeating: 7, count: 24) + [Int](repeating: 8, count: 8))
  static let fixedDistances = HuffmanCode(sizes: [Int](repeating: 5, count: 30))
}

/// The 128-bit permuted congruential generator with XSL-RR output (NumPy `numpy.random.PCG64`).
///
/// O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random
/// Number Generation" (Harvey Mudd College, 2014), §6.3. A copy is a snapshot: it continues the
/// stream from the same point.
package struct PCG64: Equatable, Sendable {
  private var state: UInt128
  /// Odd; selects one of 2¹²⁷ streams.
  private let increment: UInt128
  /// The unused upper half of the word that the last 32-bit draw split.
  private var half: UInt32?

  /// As NumPy's `PCG64(seed_sequence)`.
  package init(_ seed: SeedSequence) {
    let words = seed.state(count: 4).map { UInt128($0) }
    increment = (words[2] << 64 | words[3]) << 1 | 1
    state = (increment &+ (words[0] << 64 | words[1])) &* Self.multiplier &+ increment
  }

  /// One step of the generator (NumPy `random_raw`).
  package mutating func nextUInt64() -> UInt64 {
    state = state &* Self.multiplier &+ increment
    let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let rotation = UInt64(truncatingIfNeeded: state >> 122)
    return folded >> rotation | folded << ((64 &- rotation) & 63)
  }

  /// The lower half of a 64-bit draw, then its upper half at the next call, even if 64-bit draws
  /// were made between the two.
  package mutating func nextUInt32() -> UInt32 {
    if let upper = half {
      half = nil
      return upper
    }
    let word = nextUInt64()
    half = UInt32(truncatingIfNeeded: word >> 32)
    return UInt32(truncatingIfNeeded: word)
  }

  private static let multiplier: UInt128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645
}

/// Encoded with the names and meanings of NumPy's `bit_generator.state`; the 128-bit numbers are
/// decimal strings, which Python's `int` reads.
extension PCG64: Codable {
  private enum CodingKeys: String, CodingKey {
    case state
    case increment = "inc"
    case hasHalf = "has_uint32"
    case half = "uinteger"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func number(_ key: CodingKeys) throws -> UInt128 {
      let text = try values.decode(String.self, forKey: key)
      guard let number = UInt128(text) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: values,
          debugDescription: "PCG64 '\(key.stringValue)' is '\(text)', not an integer below 2^128.")
      }
      return number
    }
    state = try number(.state)
    increment = try number(.increment)
    guard increment & 1 == 1 else {
      throw DecodingError.dataCorruptedError(
        forKey: .increment, in: values,
        debugDescription: "PCG64 'inc' is \(increment), which is even; it must be odd.")
    }
    let word = try values.decode(UInt32.self, forKey: .half)
    half = try values.decode(Int.self, forKey: .hasHalf) == 0 ? nil : word
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(String(state), forKey: .state)
    try values.encode(String(increment), forKey: .increment)
    try values.encode(half == nil ? 0 : 1, forKey: .hasHalf)
    try values.encode(half ?? 0, forKey: .half)
  }
}

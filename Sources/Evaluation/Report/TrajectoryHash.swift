/// A digest of an episode's trajectory: the first observation, then every action, the observation
/// after it, and the reward. Two episodes that differ in one bit of one of these almost certainly
/// have different digests.
///
/// FNV-1a over 64-bit words, with the high half folded back after each multiplication.
package struct TrajectoryHash: Equatable, Sendable {
  private var bits: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  package mutating func absorb(_ number: Double) {
    bits = (bits ^ number.bitPattern) &* 0x0000_0100_0000_01b3
    bits ^= bits >> 32
  }

  package mutating func absorb(_ numbers: [Double]) {
    for number in numbers { absorb(number) }
  }

  /// 16 hexadecimal digits.
  package var text: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// A digest of all that happened in an episode: what was first observed, then every action, what was
/// observed after it, and the reward. Two episodes that differ in one bit of one of these almost
/// certainly have different digests.
///
/// 64-bit words go through FNV-1a's multiplication, with the high half folded back after each.
public struct TrajectoryHash: Equatable, Sendable {
  private var bits: UInt64 = 0xcbf2_9ce4_8422_2325

  public init() {}

  public mutating func absorb(_ number: Double) {
    bits = (bits ^ number.bitPattern) &* 0x0000_0100_0000_01b3
    bits ^= bits >> 32
  }

  public mutating func absorb(_ numbers: [Double]) {
    for number in numbers { absorb(number) }
  }

  /// 16 hexadecimal digits.
  public var text: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

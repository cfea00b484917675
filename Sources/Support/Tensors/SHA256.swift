import CIDQLSHA256

/// The digest that names a policy file in a result (NIST FIPS 180-4).
package struct SHA256: Sendable {
  private var hash: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]

  /// Bytes that do not fill a block yet.
  private var rest: [UInt8] = []
  private var byteCount: UInt64 = 0
  private var schedule = [UInt32](repeating: 0, count: 64)

  /// Whether the processor's own instructions are used.
  private let usesInstructions: Bool

  package init() { self.init(usesInstructions: Self.hasInstructions) }

  /// - Parameter usesInstructions: only where `hasInstructions`; the digest is the same.
  init(usesInstructions: Bool) { self.usesInstructions = usesInstructions }

  /// Whether the processor has instructions for it, about ten times as fast.
  static let hasInstructions = idql_sha256_is_supported()

  /// The digest of `bytes` in 64 hexadecimal digits.
  package static func hexDigest(of bytes: UnsafeRawBufferPointer) -> String {
    var digest = SHA256()
    digest.absorb(bytes)
    return digest.hexDigest
  }

  /// Of a file.
  ///
  /// - Throws: `FileError`.
  package static func hexDigest(ofFile path: String) throws -> String {
    let file = try ByteStorage(contentsOf: path)
    return withExtendedLifetime(file) { hexDigest(of: file.bytes) }
  }

  /// Takes further bytes.
  package mutating func absorb(_ bytes: UnsafeRawBufferPointer) {
    byteCount += UInt64(bytes.count)
    var bytes = bytes[...]
    if !rest.isEmpty {
      let missing = bytes.prefix(64 - rest.count)
      rest += missing
      bytes = bytes.dropFirst(missing.count)
      if rest.count < 64 { return }
      let block = rest
      block.withUnsafeBytes { absorbBlocks($0) }
      rest = []
    }
    let whole = bytes.prefix(bytes.count / 64 * 64)
    absorbBlocks(UnsafeRawBufferPointer(rebasing: whole))
    bytes = bytes.dropFirst(whole.count)
    rest += bytes
  }

  /// Of all bytes so far, in 64 hexadecimal digits.
  package var hexDigest: String {
    var digest = self
    // a one bit, zeros up to the last eight bytes of a block, then the length in bits
    let zeros = (64 + 55 - rest.count % 64) % 64
    let last = [0x80] + [UInt8](repeating: 0, count: zeros)
    last.withUnsafeBytes { digest.absorb($0) }
    withUnsafeBytes(of: (byteCount * 8).bigEndian) { digest.absorb($0) }
    return digest.hash.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// Any number of blocks of 64 bytes.
  private mutating func absorbBlocks(_ blocks: UnsafeRawBufferPointer) {
    guard let start = blocks.baseAddress else { return }
    if usesInstructions {
      idql_sha256_absorb(
        &hash, start.assumingMemoryBound(to: UInt8.self), blocks.count / 64, Self.constants)
    } else {
      for offset in stride(from: 0, to: blocks.count, by: 64) {
        absorbBlock(UnsafeRawBufferPointer(rebasing: blocks[offset..<offset + 64]))
      }
    }
  }

  /// One block of 64 bytes (§6.2.2).
  private mutating func absorbBlock(_ block: UnsafeRawBufferPointer) {
    for t in 0..<16 {
      schedule[t] = UInt32(
        bigEndian: block.loadUnaligned(fromByteOffset: 4 * t, as: UInt32.self))
    }
    for t in 16..<64 {
      let early = schedule[t - 15]
      let late = schedule[t - 2]
      let sigma0 = early.rotated(7) ^ early.rotated(18) ^ (early >> 3)
      let sigma1 = late.rotated(17) ^ late.rotated(19) ^ (late >> 10)
      schedule[t] = schedule[t - 16] &+ sigma0 &+ schedule[t - 7] &+ sigma1
    }
    var (a, b, c, d) = (hash[0], hash[1], hash[2], hash[3])
    var (e, f, g, h) = (hash[4], hash[5], hash[6], hash[7])
    for t in 0..<64 {
      let choice = (e & f) ^ (~e & g)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      let sum0 = a.rotated(2) ^ a.rotated(13) ^ a.rotated(22)
      let sum1 = e.rotated(6) ^ e.rotated(11) ^ e.rotated(25)
      let first = h &+ sum1 &+ choice &+ Self.constants[t] &+ schedule[t]
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ sum0 &+ majority)
    }
    for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { hash[index] &+= value }
  }

  /// First 32 bits of the fractional parts of the cube roots of the first 64 primes (§4.2.2), found
  /// by the integer cube root of prime · 2⁹⁶.
  private static let constants: [UInt32] = {
    var primes: [UInt64] = []
    var candidate: UInt64 = 2
    while primes.count < 64 {
      if !primes.contains(where: { candidate.isMultiple(of: $0) }) { primes.append(candidate) }
      candidate += 1
    }
    return primes.map { prime in
      let target = UInt128(prime) << 96
      var root: UInt128 = 0
      for bit in stride(from: 35, through: 0, by: -1) {
        let trial = root | (1 << UInt128(bit))
        if trial * trial * trial <= target { root = trial }
      }
      return UInt32(truncatingIfNeeded: root)
    }
  }()
}

extension UInt32 {
  fileprivate func rotated(_ count: UInt32) -> UInt32 { self >> count | self << (32 - count) }
}

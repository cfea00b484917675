/// Turns integers of any size and quality into well mixed generator states (NumPy
/// `numpy.random.SeedSequence`).
///
/// The entropy is hashed into a pool of four 32-bit words, after O'Neill, "Simple Portable C++ Seed
/// Entropy" (2015). Sequences that differ only in `spawnKey` give independent streams: that of
/// episode i of an evaluation with seed S is `SeedSequence(entropy: [S], spawnKey: [i])`.
public struct SeedSequence: Sendable {
  private let pool: [UInt32]

  /// As NumPy's `SeedSequence(entropy, spawn_key=spawnKey)`.
  ///
  /// - Parameters:
  ///   - entropy: integers, each of which contributes its significant 32-bit words, low word first.
  ///     An integer beyond 64 bits is given as the list of its 32-bit words.
  ///   - spawnKey: the path of this stream in the tree of streams spawned from the same entropy.
  public init(entropy: [UInt64], spawnKey: [UInt32] = []) {
    var words = entropy.flatMap(Self.words)
    if !spawnKey.isEmpty && words.count < Self.poolSize {
      // without the padding a spawn key would act like further entropy
      words += Array(repeating: 0, count: Self.poolSize - words.count)
    }
    pool = Self.mix(words + spawnKey)
  }

  /// `count` words of generator state (NumPy `generate_state(count, uint64)`).
  package func state(count: Int) -> [UInt64] {
    var multiplier: UInt32 = 0x8b51_f9dd
    func word(_ index: Int) -> UInt64 {
      var value = pool[index % Self.poolSize] ^ multiplier
      multiplier &*= 0x58f3_8ded
      value &*= multiplier
      return UInt64(value ^ value >> 16)
    }
    return (0..<count).map { index in
      let low = word(2 * index)
      return low | word(2 * index + 1) << 32
    }
  }

  private static let poolSize = 4

  private static func words(_ value: UInt64) -> [UInt32] {
    let low = UInt32(truncatingIfNeeded: value)
    return value >> 32 == 0 ? [low] : [low, UInt32(value >> 32)]
  }

  /// Fills the pool from the first words, lets every pool word act on every other, then folds in
  /// the remaining words.
  private static func mix(_ words: [UInt32]) -> [UInt32] {
    var multiplier: UInt32 = 0x43b0_d7e5
    func hash(_ word: UInt32) -> UInt32 {
      var value = word ^ multiplier
      multiplier &*= 0x931e_8875
      value &*= multiplier
      return value ^ value >> 16
    }
    func combine(_ a: UInt32, _ b: UInt32) -> UInt32 {
      let value = 0xca01_f9dd &* a &- 0x4973_f715 &* b
      return value ^ value >> 16
    }

    var pool = (0..<poolSize).map { hash($0 < words.count ? words[$0] : 0) }
    for source in 0..<poolSize {
      for target in 0..<poolSize where target != source {
        pool[target] = combine(pool[target], hash(pool[source]))
      }
    }
    for word in words.dropFirst(poolSize) {
      for target in 0..<poolSize { pool[target] = combine(pool[target], hash(word)) }
    }
    return pool
  }
}

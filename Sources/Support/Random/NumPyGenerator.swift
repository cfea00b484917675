/// The stream of NumPy's `Generator(PCG64(SeedSequence(seed)))`: the same calls give the same bits.
///
/// A copy is a snapshot: it continues the stream from the same point.
public struct NumPyGenerator: Equatable, Codable, Sendable {
  var bits: PCG64

  /// As `numpy.random.default_rng(seed)`, and as `env.reset(seed=seed)` seeds an environment.
  public init(seed: UInt64) {
    self.init(seed: seed, spawnKey: [])
  }

  /// As `numpy.random.default_rng(numpy.random.SeedSequence(seed, spawn_key=spawnKey))`.
  package init(seed: UInt64, spawnKey: [UInt32]) {
    self.init(SeedSequence(entropy: [seed], spawnKey: spawnKey))
  }

  /// As `numpy.random.default_rng(sequence)`.
  public init(_ sequence: SeedSequence) {
    bits = PCG64(sequence)
  }

  /// Uniform 64 bits (NumPy `bit_generator.random_raw()`).
  package mutating func nextUInt64() -> UInt64 { bits.nextUInt64() }

  /// Uniform 32 bits; two consecutive calls take the halves of one 64-bit draw, the lower first.
  package mutating func nextUInt32() -> UInt32 { bits.nextUInt32() }

  /// Uniform in [0, 1), a multiple of 2⁻⁵³ (NumPy `random()`).
  public mutating func random() -> Double {
    Double(bits.nextUInt64() >> 11) * 0x1p-53
  }

  /// Uniform in [0, 1), a multiple of 2⁻²⁴ (NumPy `random(dtype=float32)`).
  package mutating func randomFloat() -> Float {
    Float(bits.nextUInt32() >> 8) * 0x1p-24
  }

  /// Uniform between `low` and `high` (NumPy `uniform(low, high)`).
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * random()
  }

  /// Uniform in 0 ..< `bound` (NumPy `integers(bound)` of its default type, int64).
  ///
  /// Lemire, "Fast Random Integer Generation in an Interval" (ACM TOMACS 29(1), 2019), on 32-bit
  /// draws where they suffice.
  /// - Precondition: `bound` is positive.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "an integer below \(bound) was asked for; the bound must be positive")
    if bound == 1 { return 0 }  // NumPy draws nothing either
    if bound == 1 << 32 { return Int(bits.nextUInt32()) }
    if bound < 1 << 32 {
      let bound = UInt32(bound)
      var product = bits.nextUInt32().multipliedFullWidth(by: bound)
      if product.low < bound {
        let threshold = (0 &- bound) % bound
        while product.low < threshold {
          product = bits.nextUInt32().multipliedFullWidth(by: bound)
        }
      }
      return Int(product.high)
    }
    let bound = UInt64(bound)
    var product = bits.nextUInt64().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = bits.nextUInt64().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// Draws as many indices of the list as it has elements, as ``integer(below:)``, and counts each.
  ///
  /// - Parameter counts: out: how often each index was drawn.
  package mutating func countIndices(_ counts: inout [Int]) {
    for index in counts.indices { counts[index] = 0 }
    for _ in counts.indices { counts[integer(below: counts.count)] += 1 }
  }

  /// An index drawn with the given probabilities (NumPy `choice(count, p=probabilities)`).
  ///
  /// - Precondition: not empty, no negative entry, and a positive sum; it need not be exactly one.
  package mutating func choice(probabilities: [Double]) -> Int {
    var sum = 0.0
    let cumulative = probabilities.map { probability in
      precondition(probability >= 0, "a probability is \(probability); it must not be negative")
      sum += probability
      return sum
    }
    precondition(sum > 0, "the probabilities have the sum \(sum); it must be positive")
    let target = random()
    // the last cumulative value over itself is one, so a larger one is always found
    return cumulative.firstIndex { $0 / sum > target } ?? cumulative.count - 1
  }

  /// Brings the elements into a random order, all orders equally likely (NumPy `shuffle`).
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, integer(upTo: last))
    }
  }

  /// Uniform in 0 ... `last`, `last` > 0: the draw that NumPy's shuffle keeps from older releases.
  /// It repeats until the bits under a mask fit.
  private mutating func integer(upTo last: Int) -> Int {
    let mask = UInt64.max >> UInt64(last).leadingZeroBitCount
    while true {
      let word = last >> 32 == 0 ? UInt64(bits.nextUInt32()) : bits.nextUInt64()
      if word & mask <= UInt64(last) { return Int(word & mask) }
    }
  }

  /// The numbers 0 ..< `count` in random order (NumPy `permutation(count)`).
  package mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    shuffle(&order)
    return order
  }
}

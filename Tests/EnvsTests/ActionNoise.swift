import IDQLRandom

/// Uniform actions beyond the motors' range on both sides, or within it.
struct ActionNoise {
  private var generator: NumPyGenerator

  init(seed: UInt64) { generator = NumPyGenerator(seed: seed) }

  mutating func next(_ count: Int, reach: Double = 1) -> [Double] {
    (0..<count).map { _ in generator.uniform(-reach, reach) }
  }
}

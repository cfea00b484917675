import Foundation
import Testing

@testable import IDQLRandom

/// Every comparison is of exact bits: a stream that is nearly NumPy's is another stream.
@Suite struct NumPyGeneratorTests {
  @Test(arguments: NumPyGolden.recorded.streams)
  func firstDrawsAreNumPys(_ golden: NumPyGolden.Stream) throws {
    let seed = try #require(UInt64(golden.seed))
    let start = NumPyGenerator(seed: seed, spawnKey: golden.spawnKey)
    func draws<Value>(_ count: Int, _ draw: (inout NumPyGenerator) -> Value) -> [Value] {
      var generator = start
      return (0..<count).map { _ in draw(&generator) }
    }

    #expect(draws(6) { String($0.nextUInt64()) } == golden.words)
    #expect(draws(6) { $0.random() } == golden.random)
    #expect(draws(6) { $0.randomFloat().bitPattern } == golden.randomFloatBits)
    #expect(draws(6) { $0.uniform(-0.005, 0.005) } == golden.uniform)
    #expect(draws(12) { $0.standardNormal() } == golden.normal)
    #expect(draws(12) { $0.standardNormalFloat().bitPattern } == golden.normalFloatBits)
    #expect(draws(12) { $0.choice(probabilities: [0.1, 0.2, 0.3, 0.4]) } == golden.choice)
    for (bound, expected) in zip(NumPyGolden.recorded.bounds, golden.integers) {
      let bound = try #require(Int(bound))
      #expect(draws(4) { $0.integer(below: bound) } == expected, "below \(bound)")
    }
    var generator = start
    #expect(generator.permutation(12) == golden.permutation)
  }

  @Test(arguments: NumPyGolden.recorded.streams)
  func halvesOfWordsAreKeptAsNumPyKeepsThem(_ golden: NumPyGolden.Stream) throws {
    var generator = NumPyGenerator(
      seed: try #require(UInt64(golden.seed)), spawnKey: golden.spawnKey)
    var drawn: [Double] = []
    for _ in 0..<5 {
      drawn.append(Double(generator.randomFloat()))
      drawn.append(generator.random())
      drawn.append(Double(generator.integer(below: 10)))
      drawn.append(generator.standardNormal())
      drawn.append(Double(generator.standardNormalFloat()))
      drawn.append(Double(generator.nextUInt32()))
      drawn.append(Double(generator.nextUInt32()))
    }
    #expect(drawn == golden.mixed)
  }

  /// Long enough that every strip of the ziggurat, its edges and some hundred tail draws take part
  @Test(arguments: NumPyGolden.recorded.longRuns.indices)
  func longRunsAreNumPys(_ index: Int) throws {
    let golden = NumPyGolden.recorded.longRuns[index]
    let count = NumPyGolden.recorded.draws
    let start = NumPyGenerator(seed: try #require(UInt64(golden.seed)))
    func digest(_ draw: (inout NumPyGenerator) -> UInt64) -> String {
      var generator = start
      var sum: UInt64 = 0
      for i in 0..<count { sum &+= draw(&generator) &* UInt64(2 * i + 1) }
      return String(sum)
    }

    #expect(digest { $0.random().bitPattern } == golden.random)
    #expect(digest { UInt64($0.randomFloat().bitPattern) } == golden.randomFloat)
    #expect(digest { $0.standardNormal().bitPattern } == golden.normal)
    #expect(digest { UInt64($0.standardNormalFloat().bitPattern) } == golden.normalFloat)
    #expect(digest { UInt64($0.integer(below: 1000)) } == golden.below1000)
    #expect(digest { UInt64($0.integer(below: 3_000_000_000)) } == golden.below3e9)
    #expect(digest { UInt64($0.integer(below: 1 << 62 + 12345)) } == golden.below2to62)
    var generator = start
    let order = generator.permutation(count)
    var next = 0
    #expect(
      digest { _ in
        defer { next += 1 }
        return UInt64(order[next])
      } == golden.permutation)
  }

  /// Not covered by comparison with NumPy alone: that the numbers are what they claim to be.
  @Test func normalDrawsHaveTheMomentsOfANormal() {
    var generator = NumPyGenerator(seed: 20)
    let draws = (0..<200_000).map { _ in generator.standardNormal() }
    let mean = draws.reduce(0, +) / Double(draws.count)
    let square = draws.reduce(0) { $0 + $1 * $1 } / Double(draws.count)
    let fourth = draws.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(draws.count)
    // five standard errors: of the mean 1/√n, of the square √2/√n, of the fourth power √96/√n
    let error = 5 / Double(draws.count).squareRoot()
    #expect(abs(mean) < error)
    #expect(abs(square - 1) < error * 2.0.squareRoot())
    #expect(abs(fourth - 3) < error * 96.0.squareRoot())
  }

  @Test func spawnedStreamsDiffer() {
    let first = (0..<100 as Range<UInt32>).map { key in
      var generator = NumPyGenerator(seed: 7, spawnKey: [key])
      return generator.nextUInt64()
    }
    #expect(Set(first).count == 100)
    var plain = NumPyGenerator(seed: 7)
    #expect(!first.contains(plain.nextUInt64()))
  }

  @Test func aSavedGeneratorContinuesItsStream() throws {
    var generator = NumPyGenerator(seed: 5)
    // once with and once without a pending half
    for _ in 0..<2 {
      _ = generator.nextUInt32()
      let saved = try JSONEncoder().encode(generator)
      var restored = try JSONDecoder().decode(NumPyGenerator.self, from: saved)
      #expect(restored == generator)
      var copy = generator
      for _ in 0..<10 {
        #expect(restored.standardNormalFloat() == copy.standardNormalFloat())
        #expect(restored.random() == copy.random())
      }
    }
  }
}

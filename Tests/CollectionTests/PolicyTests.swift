import IDQLAgent
import IDQLRandom
import Testing

@testable import IDQLCollection

@Suite struct PolicyTests {
  /// Constant actions, no draws.
  private struct Steady: Policy {
    let observationCount = 1
    let actionCount = 2
    func actions(
      observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
    ) -> [Float] { steps.flatMap { _ in [0.25, -0.5] } }
  }

  private func actions(_ policy: any Policy, seeds: Range<UInt64>) -> [Float] {
    var noise = seeds.map { NumPyGenerator(seed: $0) }
    return policy.actions(
      observations: seeds.map { _ in 0 }, steps: seeds.map { _ in 0 }, noise: &noise)
  }

  /// A row's noise comes from its own stream, whatever the rest of the batch.
  @Test func rowsDrawTheirOwnNoise() {
    let uniform = UniformPolicy(observationCount: 1, actionCount: 2)
    for policy in [uniform, NoisyPolicy(base: uniform, deviation: 0.3)] as [any Policy] {
      let together = actions(policy, seeds: 0..<50)
      #expect(together == (0..<50).flatMap { actions(policy, seeds: $0..<$0 + 1) })
      #expect(Set(together).count > 90)
    }
  }

  @Test func noiseIsNormalAroundTheBase() {
    let found = actions(NoisyPolicy(base: Steady(), deviation: 0.2), seeds: 0..<10_000)
    for (index, mean) in [0.25, -0.5].enumerated() {
      let deviations = stride(from: index, to: found.count, by: 2).map { Double(found[$0]) - mean }
      let average = deviations.reduce(0, +) / 10_000
      let variance = deviations.reduce(0) { $0 + $1 * $1 } / 10_000
      // four standard errors, and what clipping at 2.5 deviations takes away, 0.3 %
      #expect(abs(average) < 4 * 0.2 / 100)
      #expect(abs(variance / 0.04 - 1) < 4 * 2.0.squareRoot() / 100 + 0.01)
    }
    #expect(found.allSatisfy { (-1...1).contains($0) } && found.contains(-1))
  }
}

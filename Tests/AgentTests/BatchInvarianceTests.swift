import IDQLRandom
import TestSupport
import Testing

@testable import IDQLAgent

/// A row's action follows from its observation and its own noise stream, to the bit.
@Suite struct BatchInvarianceTests {
  private let observations = (0..<64).map { row in
    (0..<11).map { Double(row * 11 + $0).remainder(dividingBy: 7) * 0.3 }
  }

  private func streams(_ rows: Range<Int>) -> [NumPyGenerator] {
    rows.map { NumPyGenerator(seed: UInt64($0)) }
  }

  @Test(arguments: [1, 5, 64], SelectionRule.allCases)
  func doesNotDependOnTheBatch(_ candidates: Int, _ rule: SelectionRule) throws {
    var options = IDQLOptions()
    options.candidateCount = candidates
    options.rule = rule
    let policy = try Fixtures.hopperSimple.get().with(options)
    let rows = candidates == 64 ? 10 : 64

    var noise = streams(0..<rows)
    let all = policy.actions(
      observations: Array(observations.prefix(rows).joined()),
      steps: [Int](repeating: 0, count: rows),
      noise: &noise)
    for size in [1, 2, 3, 7, 10] {
      var actions: [Float] = []
      var after: [NumPyGenerator] = []
      for first in stride(from: 0, to: rows, by: size) {
        let batch = first..<min(first + size, rows)
        var noise = streams(batch)
        actions += policy.actions(
          observations: Array(observations[batch].joined()), steps: batch.map { _ in 0 },
          noise: &noise)
        after += noise
      }
      #expect(actions == all, "batches of \(size)")
      #expect(after == noise)
    }
  }

  @Test func doesNotDependOnTheOrder() throws {
    let policy = try Fixtures.hopperFull.get()
    let rows = 5
    var noise = streams(0..<rows)
    let forward = policy.actions(
      observations: Array(observations.prefix(rows).joined()), steps: [0, 1, 2, 3, 4], noise: &noise
    )
    var reversedNoise = Array(streams(0..<rows).reversed())
    let backward = policy.actions(
      observations: Array(observations.prefix(rows).reversed().joined()), steps: [4, 3, 2, 1, 0],
      noise: &reversedNoise)
    for row in 0..<rows {
      let mirrored = rows - 1 - row
      #expect(forward[row * 3..<row * 3 + 3] == backward[mirrored * 3..<mirrored * 3 + 3])
    }
  }

  /// The documented order: initial noise, the noise of each step but the last, the selection.
  @Test func drawsInTheDocumentedOrder() throws {
    var options = IDQLOptions()
    options.candidateCount = 3
    options.rule = .softmax
    let policy = try Fixtures.hopperSimple.get().with(options)
    var stream = NumPyGenerator(seed: 3)
    let initial = (0..<9).map { _ in stream.standardNormalFloat() }
    let steps = (0..<4 * 9).map { _ in stream.standardNormalFloat() }
    let draw = stream.random()
    let decision = policy.decide(
      observations: observations[0].map(Float.init), initialNoise: initial,
      stepNoise: steps + [Float](repeating: .nan, count: 9), selectionDraws: [draw])

    var noise = [NumPyGenerator(seed: 3)]
    let actions = policy.actions(observations: observations[0], steps: [0], noise: &noise)
    #expect(actions == decision.actions)
    #expect(noise == [stream])
  }

  @Test func actorsActRowByRow() throws {
    let policy = try loadPolicy(contentsOf: goldenPath("actor_hopper_tqc.safetensors"))
    var none = streams(0..<64)
    let all = policy.actions(
      observations: Array(observations.joined()), steps: Array(0..<64), noise: &none)
    #expect(none == streams(0..<64))
    for (row, observation) in observations.enumerated() {
      var none = streams(0..<1)
      let one = policy.actions(observations: observation, steps: [row], noise: &none)
      #expect(one == Array(all[row * 3..<row * 3 + 3]))
    }
  }
}

import Testing

@testable import IDQLRandom

@Suite struct SeedSequenceTests {
  @Test(arguments: NumPyGolden.recorded.sequences.indices)
  func stateIsNumPys(_ index: Int) throws {
    let golden = NumPyGolden.recorded.sequences[index]
    let entropy = try golden.entropy.map { try #require(UInt64($0)) }
    let sequence = SeedSequence(entropy: entropy, spawnKey: golden.spawnKey)
    #expect(sequence.state(count: 5).map { String($0) } == golden.state)
  }

  @Test func aLongIntegerIsTheListOfItsWords() {
    let whole = SeedSequence(entropy: [0x0000_0007_0000_0005])
    let words = SeedSequence(entropy: [5, 7])
    #expect(whole.state(count: 4) == words.state(count: 4))
  }
}

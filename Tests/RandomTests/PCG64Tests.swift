import Foundation
import Testing

@testable import IDQLRandom

@Suite struct PCG64Tests {
  private struct Saved: Decodable {
    var state, inc: String
    var hasHalf: Int
    var uinteger: UInt32

    enum CodingKeys: String, CodingKey {
      case state, inc, uinteger
      case hasHalf = "has_uint32"
    }
  }

  @Test(arguments: NumPyGolden.recorded.streams)
  func savedFormIsNumPysState(_ golden: NumPyGolden.Stream) throws {
    let seed = SeedSequence(
      entropy: [try #require(UInt64(golden.seed))], spawnKey: golden.spawnKey)
    var bits = PCG64(seed)
    let saved = try JSONDecoder().decode(Saved.self, from: JSONEncoder().encode(bits))
    #expect(saved.state == golden.state.state)
    #expect(saved.inc == golden.state.inc)
    #expect(saved.hasHalf == 0)

    let word = try #require(UInt64(golden.words[0]))
    #expect(bits.nextUInt32() == UInt32(truncatingIfNeeded: word))
    let split = try JSONDecoder().decode(Saved.self, from: JSONEncoder().encode(bits))
    #expect(split.hasHalf == 1)
    #expect(split.uinteger == UInt32(word >> 32))
  }

  @Test(arguments: [
    (
      #"{"state": "12x", "inc": "3", "has_uint32": 0, "uinteger": 0}"#,
      "PCG64 'state' is '12x', not an integer below 2^128."
    ),
    (
      #"{"state": "12", "inc": "4", "has_uint32": 0, "uinteger": 0}"#,
      "PCG64 'inc' is 4, which is even; it must be odd."
    ),
  ])
  func aDamagedStateIsRefused(_ json: String, _ message: String) {
    #expect {
      try JSONDecoder().decode(PCG64.self, from: Data(json.utf8))
    } throws: { error in
      guard case DecodingError.dataCorrupted(let context) = error else { return false }
      return context.debugDescription == message
    }
  }
}

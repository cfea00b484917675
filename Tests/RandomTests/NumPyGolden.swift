import TestSupport
import Testing

/// What Scripts/record_numpy_streams.py has written; 64-bit integers are decimal strings.
struct NumPyGolden: Decodable {
  struct Stream: Decodable, CustomTestStringConvertible {
    struct State: Decodable { var state, inc: String }

    var seed: String
    var spawnKey: [UInt32]
    var words: [String]
    var random, uniform, normal, mixed: [Double]
    var randomFloatBits, normalFloatBits: [UInt32]
    var integers: [[Int]]
    var permutation, choice: [Int]
    var state: State

    var testDescription: String { "seed \(seed), spawn key \(spawnKey)" }
  }

  struct LongRun: Decodable {
    var seed: String
    var random, randomFloat, normal, normalFloat: String
    var below1000, below3e9, below2to62, permutation: String
  }

  struct Sequence: Decodable {
    var entropy: [String]
    var spawnKey: [UInt32]
    var state: [String]
  }

  var bounds: [String]
  var draws: Int
  var streams: [Stream]
  var longRuns: [LongRun]
  var sequences: [Sequence]

  static let recorded: NumPyGolden = goldenJSON("numpy_streams.json")
}

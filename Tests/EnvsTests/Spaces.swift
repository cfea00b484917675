import TestSupport
import Testing

/// Sizes, steps and limits of the originals.
struct Spaces: Decodable {
  struct Environment: Decodable, CustomTestStringConvertible {
    var id: String
    var observations, actions: Int
    /// Seconds, to a nanosecond.
    var stepDuration: Double
    var stepLimit: Int

    var testDescription: String { id }
  }

  var environments: [Environment]

  static let shared: Spaces = goldenJSON("spaces.json")
}

import TestSupport
import Testing

/// Arrays of `mjModel`, row-major, under MuJoCo's names.
struct CompiledModels: Decodable {
  struct Compiled: Decodable, CustomTestStringConvertible {
    var model, profile: String
    var arrays: [String: [Double]]

    var testDescription: String { "\(model) with \(profile) physics" }
  }

  var models: [Compiled]

  static let shared: CompiledModels = goldenJSON("compiled_models.json")
}

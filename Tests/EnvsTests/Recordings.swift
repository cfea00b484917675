import Foundation
import Testing

/// Reads a JSON recording of the folder Golden.
func recording<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) -> Value {
  do {
    let folder = Bundle.module.bundleURL.appendingPathComponent("Golden")
    let data = try Data(contentsOf: folder.appendingPathComponent(name))
    return try JSONDecoder().decode(Value.self, from: data)
  } catch {
    preconditionFailure("the recording \(name) cannot be read: \(error)")
  }
}

/// Arrays of `mjModel`, row-major, under MuJoCo's names.
struct CompiledModels: Decodable {
  struct Compiled: Decodable, CustomTestStringConvertible {
    var model, profile: String
    var arrays: [String: [Double]]

    var testDescription: String { "\(model) with \(profile) physics" }
  }

  var models: [Compiled]

  static let shared: CompiledModels = recording("compiled_models.json")
}

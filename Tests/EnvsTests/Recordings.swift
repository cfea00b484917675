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

/// Written by Scripts/record_gymnasium.py.
struct GymnasiumRecording: Decodable {
  struct Environment: Decodable, CustomTestStringConvertible {
    var id: String
    var resets: [Reset]
    var episodes: [Episode]

    var testDescription: String { id }
  }

  struct Reset: Decodable {
    struct Start: Decodable { var observation, position, velocity: [Double] }

    var seed: UInt64
    var first, second: Start
  }

  struct Episode: Decodable {
    struct Step: Decodable {
      var action, observation, parts: [Double]
      var reward: Double
      var terminated, truncated: Bool
    }

    var seed: UInt64
    var steps: [Step]
  }

  var environments: [Environment]

  static let shared: GymnasiumRecording = recording("gymnasium.json")
}

/// Worked examples of three MuJoCo generations, from a given state with a constant action.
struct WorkedExamples: Decodable {
  struct Example: Decodable, CustomTestStringConvertible {
    struct Step: Decodable {
      /// Environment steps since the start.
      var count: Int
      var position, velocity, observation: [Double]
      var reward: Double
      var terminated: Bool
    }

    var name, id, physics, reference: String
    var position, velocity, action: [Double]
    /// Where a maze's goal was put.
    var goal: [Double]?
    var steps: [Step]

    var testDescription: String { "\(name), \(id) with \(physics) physics" }
  }

  var examples: [Example]

  static let shared: WorkedExamples = recording("worked_examples.json")
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

/// Written by Scripts/record_robotics.py.
struct RoboticsRecording: Decodable {
  struct Environment: Decodable, CustomTestStringConvertible {
    var id: String
    var episodes: [Episode]

    var testDescription: String { id }
  }

  struct Episode: Decodable {
    struct Start: Decodable { var observation, place, goal: [Double] }

    struct Step: Decodable {
      var action, observation, place: [Double]
      var reward: Double
      var terminated, truncated, isSuccess: Bool
    }

    var seed: UInt64
    var first, second: Start
    var steps: [Step]
  }

  var environments: [Environment]

  static let shared: RoboticsRecording = recording("robotics.json")
}

/// The first steps of two trained ants, from given states with the actions that were taken.
struct AntReplays: Decodable {
  struct Replay: Decodable, CustomTestStringConvertible {
    var policy: String
    var position, velocity, rewards: [Double]
    var actions, positions: [[Double]]

    var testDescription: String { policy }
  }

  var environment: String
  var replays: [Replay]

  static let shared: AntReplays = recording("ant_replays.json")
}

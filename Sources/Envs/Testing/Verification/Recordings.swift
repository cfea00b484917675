import Foundation
import IDQLTensors

/// The package's resources: recordings of other simulators.
enum Recordings {
  /// Written by Scripts/record_gymnasium.py.
  static let gymnasium = Result { try json("gymnasium.json", as: GymnasiumRecording.self) }
  /// Written by Scripts/record_robotics.py.
  static let robotics = Result { try json("robotics.json", as: RoboticsRecording.self) }
  /// From a recording of Scripts/record_ogbench.py.
  static let ogbench = Result { try json("ogbench.json", as: OGBenchRecording.self) }
  static let workedExamples = Result { try json("worked_examples.json", as: WorkedExamples.self) }
  static let antReplays = Result { try json("ant_replays.json", as: AntReplays.self) }

  /// Single steps of a model, written by Scripts/make_recordings.py; nil if none were recorded
  /// under that physics.
  static func steps(of model: String, physics: String) throws -> TensorFile? {
    let path = try folder().appending(path: "steps/\(physics)/\(model).safetensors").path
    return FileManager.default.fileExists(atPath: path) ? try TensorFile(contentsOf: path) : nil
  }

  private static func json<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    let url = try folder().appending(path: name)
    return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
  }

  /// In the folder of the program, or in that of the test bundle that a runner was given; not
  /// through `Bundle.module`, which stops the process if it is missing.
  private static func folder() throws -> URL {
    let arguments = ProcessInfo.processInfo.arguments.filter { $0.hasSuffix(".xctest") }
    let programs =
      [Bundle.main.executableURL].compactMap { $0 } + arguments.map { URL(fileURLWithPath: $0) }
    let folders = programs.map {
      $0.resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "swift-idql_IDQLEnvironmentTesting.resources/Recordings")
    }
    guard let found = folders.first(where: { FileManager.default.fileExists(atPath: $0.path) })
    else {
      throw FileError(
        path: folders[0].path, .open, reason: "The recordings are not beside the program")
    }
    return found
  }
}

/// Resets and short episodes of Gymnasium's robots.
struct GymnasiumRecording: Decodable, Sendable {
  struct Environment: Decodable, Sendable {
    var id: String
    var resets: [Reset]
    var episodes: [Episode]
  }

  struct Reset: Decodable, Sendable {
    struct Start: Decodable, Sendable { var observation, position, velocity: [Double] }

    var seed: UInt64
    /// The seeded reset, and the one that continues its stream.
    var first, second: Start
  }

  struct Episode: Decodable, Sendable {
    struct Step: Decodable, Sendable {
      /// `parts`: forward, control, healthy and contact reward, as far as the robot has them.
      var action, observation, parts: [Double]
      var reward: Double
      var terminated, truncated: Bool
    }

    var seed: UInt64
    var steps: [Step]
  }

  var reference: String
  var environments: [Environment]
}

/// Resets and short episodes of Gymnasium-Robotics' mazes.
struct RoboticsRecording: Decodable, Sendable {
  struct Environment: Decodable, Sendable {
    var id: String
    var episodes: [Episode]
  }

  struct Episode: Decodable, Sendable {
    struct Start: Decodable, Sendable { var observation, place, goal: [Double] }

    struct Step: Decodable, Sendable {
      var action, observation, place: [Double]
      var reward: Double
      var terminated, truncated, isSuccess: Bool
    }

    var seed: UInt64
    var first, second: Start
    var steps: [Step]
  }

  var reference: String
  var environments: [Environment]
}

/// Single steps and short episodes of OGBench's antsoccer and humanoidmaze, solved to convergence.
struct OGBenchRecording: Decodable, Sendable {
  struct Environment: Decodable, Sendable {
    var id: String
    var cases: [Case]
    var episodes: [Episode]
  }

  struct Case: Decodable, Sendable {
    struct Next: Decodable, Sendable { var position, velocity: [Double] }

    var position, velocity, action: [Double]
    var next: Next
  }

  struct Episode: Decodable, Sendable {
    struct Step: Decodable, Sendable {
      var action, observation: [Double]
      var reward: Double
      var terminated, isSuccess: Bool
    }

    var goal, position, velocity: [Double]
    var steps: [Step]
  }

  var reference: String
  var environments: [Environment]
}

/// Worked examples of three MuJoCo generations, from a given state with a constant action.
struct WorkedExamples: Decodable, Sendable {
  struct Example: Decodable, Sendable {
    struct Step: Decodable, Sendable {
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
  }

  var examples: [Example]
}

/// The first steps of two trained ants, from given states with the actions that were taken.
struct AntReplays: Decodable, Sendable {
  struct Replay: Decodable, Sendable {
    var policy: String
    var position, velocity, rewards: [Double]
    var actions, positions: [[Double]]
  }

  var reference, environment: String
  var replays: [Replay]
}

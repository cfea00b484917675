import ArgumentParser
import Evaluation
import Foundation
import Physics

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure speed.", subcommands: [BenchPhysicsCommand.self])
}

struct BenchPhysicsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "physics", abstract: "Time steps per second of processor time, on one thread.",
    discussion: """
      Random controls, drawn anew for every step from the controls' ranges; a reset every 10 \
      simulated seconds.
      """)

  @Argument(help: "MJCF document.") var model: String
  @Option(help: "Time steps to take.") var steps = 16_000
  @Option(help: "Seed of the controls.") var seed: UInt64 = 0
  @Option(help: "Physics profile.") var physics = PhysicsProfile.mujoco4
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws {
    guard steps > 0 else { throw ValidationError("--steps must be at least 1, not \(steps).") }
  }

  func run() throws {
    let result = PhysicsBenchmark(
      try Model(contentsOf: model, profile: physics), steps: steps, seed: seed)
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      print(String(decoding: try encoder.encode(result), as: UTF8.self))
    } else {
      print(
        "\(Int(result.stepsPerCPUSecond)) steps per processor second "
          + "(\(result.model), \(result.physics), \(steps) steps)")
    }
  }
}

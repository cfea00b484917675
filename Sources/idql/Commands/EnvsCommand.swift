import ArgumentParser
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLTensors

struct EnvsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "envs", abstract: "List the environments, or print the exact rules of one.",
    discussion: "Example: idql envs antmaze-large-play-v2 --map")

  @Argument(help: "Environment whose rules to print.", completion: .environments) var id: String?
  @Option(help: "Physics profile to describe it with.") var physics: PhysicsProfile?
  @OptionGroup var timing: SuccessTimingOption
  @Flag(help: "Draw the maze instead: walls, start, goal and how near is there, to scale.")
  var map = false

  @Option(help: "Also write it to this file; \(jsonHelp)", completion: .file()) var json: String?

  func validate() throws {
    if id == nil, map || physics != nil || timing.successTiming != nil {
      throw ValidationError(
        "--map, --physics and --success-timing need the name of an environment.")
    }
  }

  func run() throws {
    try requireOutputs(["--json": json], besides: [])
    guard let id else {
      return try deliver(json: json, EnvironmentList().jsonDocument(.environments)) {
        EnvironmentID.all.map(\.description).joined(separator: "\n")
      }
    }
    let environment = try makeEnvironment(
      id: id, physics: physics,
      options: EnvironmentOptions(successTiming: timing.successTiming))
    try deliver(json: json, EnvironmentDocument(environment).jsonDocument(.environment)) {
      map ? try mazePlan(of: environment, for: "--map").terminalMap() : environment.rules
    }
  }
}

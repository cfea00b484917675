import ArgumentParser
import Envs
import Physics

struct EnvsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "envs", abstract: "List the environments, or print the exact rules of one.")

  @Argument(help: "Environment whose rules to print.") var id: String?
  @Option(help: "Physics profile to describe it with.") var physics: PhysicsProfile?

  func run() throws {
    if let id {
      print(try makeEnvironment(id: id, physics: physics).rules)
    } else {
      for id in EnvironmentID.all { print(id) }
    }
  }
}

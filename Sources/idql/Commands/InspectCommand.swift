import ArgumentParser
import IDQLAgent
import IDQLEvaluation
import IDQLRuns

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Say what a policy checkpoint holds and what it fits.")

  @Argument(help: "Policy checkpoint: safetensors, or flax msgpack.") var policy: String

  func run() throws {
    print(try loadPolicy(contentsOf: policyPath(policy)).description.text())
  }
}

import ArgumentParser
import IDQLAgent
import IDQLRuns
import IDQLTensors

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a policy file holds, what of it is used, and what it fits.",
    discussion: """
      Each setting is marked: stored in the file, stated by an option, or assumed as in the reference. \
      Commands that act refuse to assume what every action depends on.

      Example: idql inspect policy.safetensors
      """)

  @Argument(
    help: "Policy file, in any format that Docs/Formats.md lists, or the folder of a run.",
    completion: .file())
  var policy: String
  @OptionGroup(title: "What a policy's file does not say") var stated: StatedOptions

  @Option(help: "Also write it to this file; \(jsonHelp)", completion: .file()) var json: String?

  func run() throws {
    let loaded = try stated.load(policy, assumingTheRest: true)
    try requireOutputs(["--json": json], besides: policyFiles(of: policyPath(policy)))
    try deliver(json: json, PolicyDocument(loaded).jsonDocument(.policy)) { try loaded.text() }
  }
}

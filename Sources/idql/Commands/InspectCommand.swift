import ArgumentParser
import IDQLAgent
import IDQLTensors

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a policy file holds, what of it is used, and what it fits.",
    discussion: """
      Each setting is marked: stored in the file, stated by an option, or assumed as in the reference. \
      Commands that act refuse to assume what every action depends on.
      """)

  @Argument(help: "Policy file, in any format that Docs/Formats.md lists, or the folder of a run.")
  var policy: String
  @OptionGroup var stated: StatedOptions

  func run() throws {
    try printOut(stated.load(policy, assumingTheRest: true).text())
  }
}

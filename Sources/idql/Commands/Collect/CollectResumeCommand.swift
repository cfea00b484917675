import ArgumentParser
import IDQLCollection

struct CollectResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on with a collection of ars or sac that was interrupted or killed.",
    discussion: """
      What it writes is what the collection would have written undisturbed, to the bit.

      Example: idql collect resume data/hopper-training
      """)

  @Argument(help: "Folder of the training, PREFIX-training.", completion: .directory)
  var training: String
  @OptionGroup(title: "Execution") var execution: ExecutionOptions

  func run() throws { try follow(LevelCollection(resuming: training), execution) }
}

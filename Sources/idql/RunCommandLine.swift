import ArgumentParser
import Foundation
import IDQLAgent
import IDQLEvaluation
import IDQLTensors

/// Runs the command that the arguments of this process name, then ends the process: all of `idql`,
/// for a program that adds environments of its own first.
///
/// ```swift
/// import IDQL
/// import IDQLCommandLine
///
/// try environments.register(swimmer)
/// runCommandLine()
/// ```
///
/// - Parameter sourceRevision: the commit that the program was built from, for its results.
public func runCommandLine(sourceRevision: String = "unknown") -> Never {
  ProgramIdentity.current = ProgramIdentity(sourceRevision: sourceRevision)
  run(RootCommand.self)
}

/// Parses the arguments of this process as one of the root's commands, runs it, and ends the
/// process.
package func run(_ root: any ParsableCommand.Type) -> Never {
  fillStandardStreams()
  Interruption.watch()
  do {
    try requireUTF8(CommandLine.unsafeArgv)
    try NetworkKernels.requireChoice()
    let arguments = CommandArguments.joiningNegativeNumbers(
      Array(CommandLine.arguments.dropFirst()))
    do {
      if let topic = HelpTopic(arguments) {
        try printOut(topic.text(root))
        exit(EXIT_SUCCESS)
      }
      try CommandArguments.requireCommands(arguments, of: root)
      var command = try root.parseAsRoot(arguments)
      try command.run()
      StatusLine.clear()
    } catch  where root.exitCode(for: error).isSuccess {
      // help and version texts are errors to the parser, but answers to the user
      try printOut(root.fullMessage(for: error))
    }
    exit(EXIT_SUCCESS)
  } catch let status as ExitCode {
    StatusLine.clear()
    exit(status.rawValue)
  } catch {
    Failure(error, of: root).exit()
  }
}

/// - Throws: `Failure` for an argument that cannot be text: Swift would replace what is wrong with it, and
///   another file would be read or written than the one that was named.
private func requireUTF8(_ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws {
  for (index, argument) in CommandLine.arguments.enumerated() {
    guard let bytes = arguments[index], String(validatingCString: bytes) == nil else { continue }
    throw Failure(
      .usage,
      "argument \(index), '\(argument)', is not UTF-8; give the file another name, or a link that "
        + "has one.")
  }
}

package struct RootCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "idql",
    abstract: "Score IDQL diffusion policies in a MuJoCo-compatible simulator.",
    discussion: """
      'idql help COMMAND' explains every option of a command, with an example. 'idql help settings' lists \
      the settings of a training run, 'idql help man' prints the manual page ('idql help man > idql.1'; \
      'man ./idql.1'), and 'idql --generate-completion-script bash' (or zsh, fish) what the shell needs to \
      complete options, environments and files.

      The environment variable IDQL_KERNELS chooses the instructions that compute networks: \
      \(NetworkKernels.supported.map(\.name).joined(separator: ", ")) on this processor, the first \
      unless it is set.
      """,
    version: packageVersion,
    groupedSubcommands: [
      CommandGroup(
        name: "Scores",
        subcommands: [
          EvalCommand.self, CompareCommand.self, ExplainCommand.self, TableCommand.self,
          ReportCommand.self, ResultsCommand.self, CriticCommand.self,
        ]),
      CommandGroup(
        name: "Studies",
        subcommands: [WorkCommand.self, LaunchCommand.self, MergeCommand.self]),
      CommandGroup(
        name: "Data and training",
        subcommands: [
          CollectCommand.self, DataCommand.self, TrainCommand.self, FinetuneCommand.self,
          PlotCommand.self,
        ]),
      CommandGroup(
        name: "What there is",
        subcommands: [
          EnvsCommand.self, InspectCommand.self, ConvertCommand.self, VerifyCommand.self,
        ]),
      CommandGroup(
        name: "Pictures",
        subcommands: [ViewCommand.self, ReplayCommand.self, RecordCommand.self]),
      CommandGroup(
        name: "Arrays and speed",
        subcommands: [
          SimulateCommand.self, RolloutCommand.self, ActCommand.self, BenchCommand.self,
        ]),
    ])

  package init() {}
}

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
    do {
      var command = try root.parseAsRoot()
      try command.run()
    } catch  where root.exitCode(for: error).isSuccess {
      // help and version texts are errors to the parser, but answers to the user
      try printOut(root.fullMessage(for: error))
    }
    exit(EXIT_SUCCESS)
  } catch let status as ExitCode {
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

struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idql",
    abstract: "Score IDQL diffusion policies in a MuJoCo-compatible simulator.",
    discussion: """
      The environment variable IDQL_KERNELS chooses the instructions that compute networks: \
      \(NetworkKernels.supported.map(\.name).joined(separator: ", ")) on this processor, the first \
      unless it is set.
      """,
    version: packageVersion,
    subcommands: [
      EvalCommand.self, WorkCommand.self, LaunchCommand.self, MergeCommand.self,
      CompareCommand.self, TableCommand.self,
      CollectCommand.self, TrainCommand.self,
      FinetuneCommand.self,
      PlotCommand.self, EnvsCommand.self, InspectCommand.self, ConvertCommand.self,
      SimulateCommand.self,
      RolloutCommand.self, ActCommand.self, DataCommand.self, VerifyCommand.self,
      ViewCommand.self, ReplayCommand.self, RecordCommand.self, BenchCommand.self,
    ])
}

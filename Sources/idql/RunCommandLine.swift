import ArgumentParser
import Foundation
import IDQLEvaluation

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
  do {
    var command = try root.parseAsRoot()
    try command.run()
    root.exit()
  } catch {
    // help and version texts are errors to the parser, but answers to the user; a status is one too
    if root.exitCode(for: error).isSuccess || error is ExitCode { root.exit(withError: error) }
    Failure(error, of: root).exit()
  }
}

struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idql",
    abstract: "Score IDQL diffusion policies in a MuJoCo-compatible simulator.",
    version: packageVersion,
    subcommands: [
      EvalCommand.self, CollectCommand.self, TrainCommand.self, FinetuneCommand.self,
      PlotCommand.self, EnvsCommand.self, InspectCommand.self, ConvertCommand.self,
      SimulateCommand.self,
      RolloutCommand.self, ActCommand.self, DataCommand.self, VerifyCommand.self,
      ViewCommand.self, ReplayCommand.self, RecordCommand.self, BenchCommand.self,
    ])
}

import ArgumentParser
import CommandSupport
import Evaluation
import Foundation

@main
struct IDQL: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idql",
    abstract: "Score IDQL diffusion policies in a MuJoCo-compatible simulator.",
    version: packageVersion,
    subcommands: [
      EvalCommand.self, CollectCommand.self, TrainCommand.self, FinetuneCommand.self,
      PlotCommand.self, EnvsCommand.self, InspectCommand.self, SimulateCommand.self,
      RolloutCommand.self, ActCommand.self, DataCommand.self, VerifyCommand.self,
      ViewCommand.self, ReplayCommand.self, RecordCommand.self, BenchCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      // help and version texts are errors to the parser, but answers to the user; a status is one too
      if exitCode(for: error).isSuccess || error is ExitCode { exit(withError: error) }
      Failure(error, of: IDQL.self).exit()
    }
  }
}

import ArgumentParser
import Foundation
import IDQLAgent
import IDQLCollection
import IDQLDatasets
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRender
import IDQLResults
import IDQLRuns
import IDQLSpelling
import IDQLTensors
import IDQLTraining

/// A failure of the program: one line on standard error, and an exit status from BSD's sysexits.h.
package struct Failure: Error, Equatable, CustomStringConvertible {
  package enum Status: Int32 {
    /// EX_USAGE: the command was wrong.
    case usage = 64
    /// EX_DATAERR: what a file holds is wrong, or does not fit.
    case badData = 65
    /// EX_NOINPUT: a file cannot be read.
    case noInput = 66
    /// EX_UNAVAILABLE: something the system should have is missing.
    case unavailable = 69
    /// EX_SOFTWARE.
    case software = 70
    /// EX_CANTCREAT: a file cannot be made.
    case cannotCreate = 73
    /// EX_IOERR: writing stopped half-way.
    case inputOutput = 74
    // 128 + SIGHUP, SIGINT, SIGPIPE and SIGTERM, as shells report them
    case hungUp = 129
    case interrupted = 130
    case brokenPipe = 141
    case terminated = 143
  }

  package let status: Status
  package let description: String

  package init(_ status: Status, _ description: String) {
    self.status = status
    self.description = description
  }

  /// What any error of the libraries or of the argument parser means to the user.
  ///
  /// - Parameter program: whose arguments were parsed.
  package init(_ error: any Error, of program: any ParsableCommand.Type) {
    switch error {
    case let failure as Failure: self = failure
    case let error as FileError where error.isBrokenPipe: self.init(.brokenPipe, "\(error)")
    case let error as FileError: self.init(Self.status(of: error.operation), "\(error)")
    case let error as EvaluationError: self.init(Self.status(of: error), "\(error)")
    case is TensorFileError, is ArrayError, is CheckpointError, is DatasetError, is ComparisonError:
      self.init(.badData, "\(error)")
    case let error as MJCFError: self.init(Self.status(of: error), "\(error)")
    case let error as RunError: self.init(Self.status(of: error), "\(error)")
    case let error as RenderError: self.init(Self.status(of: error.problem), "\(error)")
    case let error as ReplayError: self.init(Self.status(of: error), "\(error)")
    case is ViewerScriptError: self.init(.badData, "\(error)")
    case let error as CollectionError: self.init(Self.status(of: error), "\(error)")
    case let error as StudyError: self.init(Self.status(of: error), "\(error)")
    case is ResultsError: self.init(.badData, "\(error)")
    case let error as SQLiteError: self.init(Self.status(of: error), "\(error)")
    case let error as EnvironmentError: self.init(Self.status(of: error), "\(error)")
    case LearnerError.state: self.init(.badData, "\(error)")
    case ExplanationError.alwaysRefused: self.init(.badData, "\(error)")
    case is IDQLOptionsError, is LearnerError, is ExplanationError, is NetworkKernelsError:
      self.init(.usage, "\(error)")
    case is CancellationError: self.init(Interruption.status, "interrupted.")
    default:
      let isUsage = program.exitCode(for: error) == .validationFailure
      self.init(isUsage ? .usage : .software, program.message(for: error))
    }
  }

  private static func status(of operation: FileError.Operation) -> Status {
    switch operation {
    case .open, .read: .noInput
    case .create, .replace: .cannotCreate
    case .write: .inputOutput
    }
  }

  private static func status(of error: EvaluationError) -> Status {
    switch error {
    case .countOutOfRange, .seedOutOfRange: .usage
    case .sizeMismatch, .outOfBounds: .badData
    }
  }

  private static func status(of error: StudyError) -> Status {
    switch error {
    case .noPlan: .noInput
    case .exists: .cannotCreate
    case .nothingFits: .usage
    case .otherProgram: .unavailable
    case .damagedPlan, .refusedPart, .contradiction, .notAReport, .otherPolicy, .severalFiles,
      .unknownPhysics, .unknownTiming:
      .badData
    }
  }

  private static func status(of error: SQLiteError) -> Status {
    switch error.kind {
    case .statement: .usage
    case .notADatabase: .badData
    case .system: .inputOutput
    }
  }

  private static func status(of error: EnvironmentError) -> Status {
    switch error {
    case .foreignSnapshot, .unfitSnapshot, .unreadableMemory, .impossibleStep: .badData
    default: .usage
    }
  }

  private static func status(of error: RunError) -> Status {
    switch error {
    case .notTOML, .dataChanged, .damagedRun: .badData
    case .noRun, .noCheckpoint: .noInput
    case .folderExists: .cannotCreate
    case .inUse, .otherArithmetic: .unavailable
    case .unknownSetting, .dataCount, .noData, .settingType, .settingRange, .split, .nothingToPlot,
      .goalConditioned:
      .usage
    }
  }

  private static func status(of error: CollectionError) -> Status {
    switch error {
    case .setting, .unknownLevel, .wrongRecipe: .usage
    case .folderExists: .cannotCreate
    case .noCollection: .noInput
    case .inUse, .otherArithmetic: .unavailable
    case .notAnActor, .noMedium, .noPolicy, .brokenPolicy, .damaged, .notOfCollection: .badData
    case .interrupted: Interruption.status
    }
  }

  private static func status(of problem: RenderError.Problem) -> Status {
    switch problem {
    case .noOpenGL, .oldOpenGL, .missingFunction, .driver, .noFFmpeg: .unavailable
    case .size, .oddSize, .filmRate, .filmFormat, .framePattern, .noCamera, .unknownSource,
      .noPanels, .noRoom:
      .usage
    case .ffmpegFailed: .inputOutput
    case .notPNG: .badData
    }
  }

  private static func status(of error: ReplayError) -> Status {
    switch error {
    case .noEpisode, .noCell: .usage
    case .noPolicy: .noInput
    case .noName: .badData
    }
  }

  private static func status(of error: MJCFError) -> Status {
    if case .unreadable = error { .noInput } else { .badData }
  }

  /// The message as one line, also if it contains line breaks.
  package var line: String { Self.line(description) }

  private static func line(_ text: String) -> String {
    "idql: " + text.split(whereSeparator: \.isNewline).joined(separator: " ").printable
  }

  /// Tells something on standard error, on one line, and goes on.
  package static func note(_ text: String) { printError(line("note: \(text)") + "\n") }

  /// Says the line, unless it is that nobody reads any more, and ends the process.
  package func exit() -> Never {
    if status != .brokenPipe { printError("\(line)\n") }
    Foundation.exit(status.rawValue)
  }
}

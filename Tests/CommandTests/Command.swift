import Foundation
import TestSupport
import Testing

/// What a run of the built program gave.
struct CommandResult {
  var status: Int32
  var output: String
  var error: String
}

/// The built `idql`, run as a process of its own, as a user runs it.
enum Command {
  /// Beside the test bundle, where SwiftPM puts every product.
  static let program: URL = {
    let arguments = ProcessInfo.processInfo.arguments
    // under `swift test` the running program is a helper, and the bundle is one of its arguments
    let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appending(path: "idql")
  }()

  /// Runs to the end.
  static func run(_ arguments: String...) throws -> CommandResult {
    try start(arguments).finish()
  }

  /// A run that is under way.
  struct Running {
    let process: Process
    fileprivate let output: Captured
    fileprivate let error: Captured

    /// Ctrl-C, or another signal, once the program is ready for it: before that, it may be ignored, as in
    /// every process that a shell started in the background.
    ///
    /// - Parameter file: that has to be there first.
    func interrupt(
      after seconds: Double = 0, by signal: Int32 = SIGINT, once file: String? = nil
    ) throws {
      let status = "/proc/\(process.processIdentifier)/status"
      while process.isRunning {
        let text = try String(contentsOfFile: status, encoding: .utf8)
        let caught = text.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
        let mask = caught.flatMap { UInt64($0.dropFirst(7).drop { $0 == "\t" }, radix: 16) } ?? 0
        if mask >> UInt64(SIGINT - 1) & 1 == 1 { break }
        Thread.sleep(forTimeInterval: 0.01)
      }
      while let file, process.isRunning, !FileManager.default.fileExists(atPath: file) {
        Thread.sleep(forTimeInterval: 0.01)
      }
      Thread.sleep(forTimeInterval: seconds)
      kill(process.processIdentifier, signal)
    }

    func finish() throws -> CommandResult {
      process.waitUntilExit()
      return CommandResult(
        // a process that a signal ended has no exit status of its own
        status: process.terminationReason == .exit ? process.terminationStatus : -1,
        output: try output.text(), error: try error.text())
    }
  }

  /// - Parameters:
  ///   - environment: variables to set besides those of this process.
  ///   - directory: to run in; this process's if left out.
  static func start(
    _ arguments: [String], program: URL = program, environment: [String: String] = [:],
    directory: String? = nil
  ) throws -> Running {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    process.environment = ProcessInfo.processInfo.environment.merging([
      "SWIFT_BACKTRACE": "enable=no"
    ]) { $1 }.merging(environment) { $1 }
    let (output, error) = (try Captured(), try Captured())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output.handle
    process.standardError = error.handle
    try process.run()
    return Running(process: process, output: output, error: error)
  }

  /// What git says of the sources that `program` was built from; `unknown` where there is no git.
  static func sourceRevision() throws -> String {
    let described = try start(
      ["git", "-C", checkoutPath("Tests"), "describe", "--always", "--dirty", "--abbrev=12"],
      program: URL(filePath: "/usr/bin/env")
    ).finish()
    guard described.status == 0 else { return "unknown" }
    return described.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// A file rather than a pipe, which would fill up and stop a program that nobody reads.
  fileprivate struct Captured {
    let url: URL
    let handle: FileHandle

    init() throws {
      url = FileManager.default.temporaryDirectory.appending(path: "idql-\(UUID().uuidString)")
      #expect(FileManager.default.createFile(atPath: url.path, contents: nil))
      handle = try FileHandle(forWritingTo: url)
    }

    func text() throws -> String {
      defer { try? FileManager.default.removeItem(at: url) }
      return String(decoding: try Data(contentsOf: url), as: UTF8.self)
    }
  }
}

/// Expects a refusal: this status, exactly this line, and nothing on standard output.
func expectRefusal(
  _ status: Int32, _ line: String, _ arguments: [String], environment: [String: String] = [:],
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let result = try Command.start(arguments, environment: environment).finish()
  #expect(result.status == status, sourceLocation: sourceLocation)
  #expect(result.error == "idql: \(line)\n", sourceLocation: sourceLocation)
  #expect(result.output.isEmpty, sourceLocation: sourceLocation)
}

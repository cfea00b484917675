import Foundation

/// A display without a screen, on which windows are opened and closed unseen.
final class Display {
  /// As DISPLAY has it.
  let name: String
  private let server: Process
  private var manager: Process?

  static let program = "/usr/bin/Xvfb"
  static let managerProgram = "/usr/bin/openbox"
  static var isInstalled: Bool {
    [program, managerProgram].allSatisfy(FileManager.default.isExecutableFile)
  }

  /// - Parameter hasManager: whether there is somebody to minimise windows.
  init(hasManager: Bool = false) throws {
    server = Process()
    server.executableURL = URL(fileURLWithPath: Self.program)
    // the server picks a number that is free and writes it to its standard output
    server.arguments = ["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
    let output = Pipe()
    server.standardOutput = output
    server.standardError = FileHandle.nullDevice
    try server.run()
    var number = ""
    while !number.hasSuffix("\n") {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { break }
      number += String(decoding: data, as: UTF8.self)
    }
    name = ":" + number.trimmingCharacters(in: .whitespacesAndNewlines)
    guard hasManager else { return }
    let manager = Process()
    manager.executableURL = URL(fileURLWithPath: Self.managerProgram)
    manager.arguments = ["--sm-disable"]
    // a home in which it cannot leave anything
    manager.environment = ["DISPLAY": name, "HOME": "/dev/null"]
    manager.standardOutput = FileHandle.nullDevice
    manager.standardError = FileHandle.nullDevice
    try manager.run()
    self.manager = manager
  }

  deinit {
    // not terminate(): the threads of the tests block that signal, and their children inherit it
    for process in [manager, server].compactMap({ $0 }) {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    for file in ["/tmp/.X\(name.dropFirst())-lock", "/tmp/.X11-unix/X\(name.dropFirst())"] {
      try? FileManager.default.removeItem(atPath: file)
    }
  }
}

/// What a run of one of the built programs gave.
struct Run {
  var status: Int32
  var output: String
  var error: String

  /// - Parameters:
  ///   - program: beside the test bundle, where SwiftPM puts every product.
  ///   - display: nil for none.
  ///   - variables: of the environment, besides its own.
  ///   - folder: to run in; nil for that of the tests.
  init(
    _ program: String, on display: Display?, _ arguments: [String],
    _ variables: [String: String] = [:], in folder: String? = nil
  ) throws {
    let known = ProcessInfo.processInfo.arguments
    let bundle = known.first { $0.hasSuffix(".xctest") } ?? known[0]
    let process = Process()
    process.executableURL = URL(fileURLWithPath: bundle).deletingLastPathComponent()
      .appending(path: program)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    var environment = ProcessInfo.processInfo.environment
    for name in ["DISPLAY", "WAYLAND_DISPLAY"] { environment[name] = nil }
    environment["DISPLAY"] = display?.name
    environment["LIBGL_ALWAYS_SOFTWARE"] = "1"
    environment.merge(variables) { $1 }
    process.environment = environment
    let (output, error) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = error
    try process.run()
    // a few lines: they fit into the pipes
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : -1
    self.output = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    self.error = String(
      decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  }
}

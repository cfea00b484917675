import Foundation
import IDQLEvaluation
import TestSupport
import Testing

@testable import IDQLCommandLine

/// Bars in terminals, which are pseudo-terminals here.
@Suite struct StatusLineTests {
  /// Runs with standard error on a terminal of that width.
  ///
  /// - Returns: what was drawn.
  private func watched(columns: Int, _ arguments: [String]) throws -> String {
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    #expect(master >= 0)
    // TIOCSPTLCK and TIOCGPTN of Linux, for which Swift has no names: unlock the other end, and its number
    var (lock, number) = (Int32(0), UInt32(0))
    #expect(ioctl(master, 0x4004_5431, &lock) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
    let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    #expect(slave >= 0)
    var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    #expect(ioctl(slave, UInt(TIOCSWINSZ), &size) == 0)
    let process = Process()
    process.executableURL = Command.program
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(fileDescriptor: slave, closeOnDealloc: false)
    try process.run()
    close(slave)
    var drawn: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    // reading fails once nobody has the other end open
    while case let count = read(master, &buffer, buffer.count), count > 0 {
      drawn += buffer[..<count]
    }
    close(master)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(arguments)")
    return String(decoding: drawn, as: UTF8.self)
  }

  /// One line, drawn over, that is gone in the end.
  private func expectOneLine(_ drawn: String, columns: Int, _ what: String) {
    let clearing = "\u{1B}[K"
    #expect(drawn.contains(what), "\(drawn.prefix(300))")
    #expect(!drawn.contains("\n"))
    let lines = drawn.components(separatedBy: "\r").dropFirst()
    #expect(lines.allSatisfy { $0.hasSuffix(clearing) })
    #expect(lines.allSatisfy { $0.count - clearing.count < columns })
    #expect(lines.last == clearing)
  }

  @Test(arguments: [40, 80, 200]) func aBarFitsAndGoes(_ columns: Int) throws {
    try withTemporaryFolder { folder in
      let scored = ["eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor]
      expectOneLine(
        try watched(columns: columns, scored + ["-n", "3"]), columns: columns, "episodes")
      let trained =
        ["train", "--env", "Hopper-v4", "--data", TrainCommandTests.data, "--steps", "9"]
        + ["--set", "actor.width=16", "--set", "evaluation.every=5", "--set", "critic.widths=[16]"]
        + ["--set", "evaluation.episodes=1", "--out", "\(folder)/run"]
      expectOneLine(try watched(columns: columns, trained), columns: columns, "steps")
      #expect(
        try Command.run("eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor, "-n", "2")
          .error == "")
      let study = "\(folder)/study"
      #expect(try Command.start(scored + ["-n", "2", "--plan", study]).finish().status == 0)
      #expect(try Command.run("work", study).status == 0)
      expectOneLine(try watched(columns: columns, ["merge", study]), columns: columns, "cells")
    }
  }

  @Test func aNarrowTerminalLosesTheBarBeforeTheNumbers() {
    let content = ProgressBar.Content(fraction: 0.5, text: "1/2 episodes")
    #expect(
      content.line(width: 80) == "[" + text("#", 15) + text(".", 15) + "]  50 %  1/2 episodes")
    #expect(content.line(width: 33) == "[#####.....]  50 %  1/2 episodes")
    #expect(content.line(width: 30) == " 50 %  1/2 episodes")
    #expect(content.line(width: 9) == " 50 %  1/")
    #expect(content.line(width: 0) == "")
  }

  private func text(_ character: Character, _ count: Int) -> String {
    String(repeating: character, count: count)
  }
}

import Foundation
import TestSupport
import Testing

@Suite struct VerifyCommandTests {
  @Test func listsEveryRecordedEnvironment() throws {
    let result = try Command.run("verify")
    #expect(result.status == 0 && result.error == "")
    for id in ["Hopper-v2", "Ant-v5", "antmaze-large-navigate-v0", "PointMaze_UMaze-v3"] {
      #expect(result.output.contains("\n\(id) "), "\(id)")
    }
    #expect(result.output.contains("No recording of"))
    #expect(!result.output.contains("BEYOND"))
  }

  @Test func verifiesOneEnvironment() throws {
    let result = try Command.run("verify", "--env", "hopper-medium-v2", "--physics", "mujoco2.1")
    let lines = result.output.split(separator: "\n")
    #expect(result.status == 0)
    #expect(lines[1].hasPrefix("hopper-medium-v2  mujoco2.1  36     "))
    #expect(lines[1].contains("  1.0e-10  ok  "))
    #expect(lines.last == "  Hopper-v2: hopper-medium-v2")
  }

  /// A copy of the program, to give it other recordings, and then none.
  @Test func endsWithStatus1BeyondABar() throws {
    try withTemporaryFolder { folder in
      let folder = URL(fileURLWithPath: folder)
      let name = "swift-idql_IDQLEnvironmentTesting.resources"
      let original = Command.program.deletingLastPathComponent().appending(path: name)
      let program = folder.appending(path: "idql")
      try FileManager.default.copyItem(at: Command.program, to: program)
      try FileManager.default.copyItem(at: original, to: folder.appending(path: name))
      let file = folder.appending(path: "\(name)/Recordings/worked_examples.json")
      let text = try String(contentsOf: file, encoding: .utf8)
      // the first reward of Hopper/nominal, one hundredth off
      let found = try #require(text.firstMatch(of: /"reward":(\d\.\d+)/))
      let reward = try #require(Double(found.1)) + 0.01
      try text.replacingCharacters(in: found.range, with: "\"reward\":\(reward)")
        .write(to: file, atomically: true, encoding: .utf8)

      let result = try Command.start(["verify", "--env", "Hopper-v4"], program: program).finish()
      #expect(result.status == 1 && result.error == "")
      #expect(
        result.output.contains("1.0e-02     1.0e-10  BEYOND  reward, Hopper/nominal, step 1\n"))
      #expect(result.output.hasSuffix("1 of 3 lines are beyond their bars.\n"))

      try FileManager.default.removeItem(at: folder.appending(path: name))
      let bare = try Command.start(["verify", "--env", "Hopper-v4"], program: program).finish()
      #expect(bare.status == 66 && bare.output == "")
      #expect(
        bare.error
          == "idql: \(folder.path)/\(name)/Recordings: cannot open the file: The recordings are not "
          + "beside the program.\n")
    }
  }
}

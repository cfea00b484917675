import Foundation
import IDQLRender
import TestSupport
import Testing

/// The window itself, on a display without a screen, drawn by software.
@Suite(.enabled(if: Display.isInstalled), .serialized) struct WindowTests {
  static let agent = goldenPath("hopper_simple.safetensors", of: "AgentTests")

  /// Runs a script on a small window.
  func play(
    _ script: String, _ arguments: [String], program: String = "idql-view", in folder: String,
    hasManager: Bool = false, workingIn: String? = nil, _ variables: [String: String] = [:]
  ) throws -> Run {
    let path = "\(folder)/script.txt"
    try Data(script.utf8).write(to: URL(fileURLWithPath: path))
    return try Run(
      program, on: Display(hasManager: hasManager),
      arguments + ["--size", "480x360", "--script", path], variables, in: workingIn)
  }

  /// How many of a coarse grid's pixels differ from the picture's first.
  func variety(_ picture: Picture) -> Int {
    let first = picture[0, 0]
    return stride(from: 0, to: picture.width, by: 7).reduce(0) { sum, x in
      sum + stride(from: 0, to: picture.height, by: 7).count { picture[x, $0] != first }
    }
  }

  @Test func everyPanelIsDrawnAndTheWindowCanBeResized() throws {
    try withTemporaryFolder { folder in
      let run = try play(
        """
        seek 3
        screenshot \(folder)/scene.png
        key F8
        key F9
        key F10
        key F11
        key F12
        key F1
        key Tab
        key Shift+Tab
        branch
        wait 0.1
        screenshot \(folder)/panels.png
        size 700 300
        wait 0.2
        screenshot \(folder)/wide.png
        size 80 64
        wait 0.2
        screenshot \(folder)/tiny.png
        quit
        """,
        ["view", "--env", "Hopper-v4", "--policy", Self.agent, "-N", "4", "--paused"], in: folder)
      #expect(run.status == 0 && run.error == "" && run.output == "")
      let scene = try Picture(contentsOf: "\(folder)/scene.png")
      let panels = try Picture(contentsOf: "\(folder)/panels.png")
      let wide = try Picture(contentsOf: "\(folder)/wide.png")
      let tiny = try Picture(contentsOf: "\(folder)/tiny.png")
      #expect((scene.width, scene.height) == (480, 360))
      #expect((wide.width, wide.height) == (700, 300))
      #expect((tiny.width, tiny.height) == (80, 64))
      // sky, floor, robot and text: hardly two pixels are the same
      for picture in [scene, panels, wide] { #expect(variety(picture) > 1000) }
      #expect(scene != panels)
    }
  }

  /// The same policy on both sides gives the same picture twice; another does not.
  @Test func twoPoliciesAreSideBySide() throws {
    try withTemporaryFolder { folder in
      func picture(against other: String) throws -> Picture {
        let run = try play(
          "key F2\nseek 12\nscreenshot \(folder)/both.png\nquit",
          [
            "view", "--env", "Hopper-v4", "--policy", Self.agent, "--against", other, "--paused",
          ], in: folder)
        #expect(run.status == 0 && run.error == "", "\(run.error)")
        return try Picture(contentsOf: "\(folder)/both.png")
      }
      // 238 pixels, a gap of 4, and 238 more; captions and the bar below are left out
      func halvesDiffer(_ picture: Picture) -> Int {
        (0..<238).reduce(0) { sum, x in
          sum + (0..<240).count { picture[x, $0] != picture[x + 242, $0] }
        }
      }
      let same = try picture(against: Self.agent)
      #expect((same.width, same.height) == (480, 360) && variety(same) > 1000)
      // colours between corners are rounded otherwise elsewhere on the window
      #expect(halvesDiffer(same) < 20)
      let actor = goldenPath("actor_hopper_a2c.safetensors", of: "AgentTests")
      #expect(halvesDiffer(try picture(against: actor)) > 300)
    }
  }

  @Test func aModelOpensThroughTheMainProgram() throws {
    try withTemporaryFolder { folder in
      let model = checkoutPath("Sources/Envs/Resources/ant.xml")
      let run = try play(
        "wait 0.3\nscreenshot \(folder)/ant.png\nkey Ctrl+Q\nwait 9", ["view", model],
        program: "idql", in: folder)
      #expect(run.status == 0 && run.error == "")
      #expect(variety(try Picture(contentsOf: "\(folder)/ant.png")) > 1000)
    }
  }

  /// Nothing can be saved in /proc: a message says so, and the window and the branch stay.
  @Test func whatCannotBeSavedLeavesTheWindowOpen() throws {
    try withTemporaryFolder { folder in
      let arguments = ["view", "--env", "Hopper-v4", "--policy", Self.agent, "-N", "4", "--paused"]
      func picture(_ name: String, _ keys: [String], workingIn: String) throws -> Picture {
        let run = try play(
          (["seek 5", "branch", "seek 9", "wait 0.1"] + keys.map { "key \($0)" }
            + ["screenshot \(folder)/\(name)"]).joined(separator: "\n"),
          arguments, in: folder, workingIn: workingIn)
        #expect(run.status == 0 && run.error == "", "\(run.error)")
        return try Picture(contentsOf: "\(folder)/\(name)")
      }
      let quiet = try picture("quiet.png", [], workingIn: folder)
      for key in ["Ctrl+P", "Ctrl+M", "Ctrl+D"] {
        let told = try picture("told.png", [key], workingIn: "/proc")
        // the scene and its branch are as before, above the message
        #expect(told != quiet, "\(key)")
        let rows = 3 * told.width * 200
        #expect(told.bytes[..<rows] == quiet.bytes[..<rows], "\(key)")
        _ = try picture("saved.png", [key], workingIn: folder)
      }
      let saved = try FileManager.default.contentsOfDirectory(atPath: folder)
      for name in ["idql-1.png", "idql-model-1.txt", "idql-data-1.txt"] {
        #expect(saved.contains(name), "\(saved)")
      }
    }
  }

  /// A second and a half, a pause included, at 30 pictures a second.
  @Test func theWindowIsFilmed() throws {
    try withTemporaryFolder { folder in
      let run = try play(
        """
        key Ctrl+R
        wait 0.5
        key Space
        wait 0.5
        key Space
        wait 0.5
        key Ctrl+R
        key Ctrl+R
        wait 0.2
        size 500 380
        wait 0.2
        key Ctrl+R
        wait 0.2
        """, ["view", "--env", "Hopper-v4"], in: folder, workingIn: folder)
      #expect(run.status == 0 && run.error == "", "\(run.error)")
      // one until its key, one until the size changed, one until the end
      let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(files == ["idql-1.mp4", "idql-2.mp4", "idql-3.mp4", "script.txt"])
      let counts = try files.dropLast().map { try pictureCount("\(folder)/\($0)") }
      // every step of the script is a picture of its own, two of which are one of the film
      for (count, wanted) in zip(counts, [48, 8, 7]) { #expect(abs(count - wanted) <= 3) }
      // where no film can be, the window stays
      let refused = try play(
        "key Ctrl+R\nwait 0.2\nscreenshot \(folder)/after.png", ["view", "--env", "Hopper-v4"],
        in: folder, workingIn: "/proc")
      #expect(refused.status == 0 && refused.error == "", "\(refused.error)")
      #expect(variety(try Picture(contentsOf: "\(folder)/after.png")) > 1000)
    }
  }

  /// How many pictures a film has, as ffmpeg counts them.
  func pictureCount(_ path: String) throws -> Int {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of",
      "csv=p=0", path,
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    process.waitUntilExit()
    let text = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    return try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)), "\(text)")
  }

  @Test func aDroppedFileIsOpened() throws {
    try withTemporaryFolder { folder in
      let ant = checkoutPath("Sources/Envs/Resources/ant.xml")
      let run = try play(
        """
        screenshot \(folder)/hopper.png
        drop \(folder)/missing.xml
        drop \(Self.agent)
        key F8
        wait 0.1
        screenshot \(folder)/policy.png
        drop \(ant)
        wait 0.1
        screenshot \(folder)/ant.png
        drop \(Self.agent)
        wait 0.1
        screenshot \(folder)/refused.png
        """, ["view", "--env", "Hopper-v4", "--paused"], in: folder)
      #expect(run.status == 0 && run.error == "", "\(run.error)")
      let pictures = try ["hopper", "policy", "ant", "refused"].map {
        try Picture(contentsOf: "\(folder)/\($0).png")
      }
      for (one, next) in zip(pictures, pictures.dropFirst()) { #expect(one != next) }
      // a policy without an environment is a message over the same ant: the upper half is as before
      let half = 3 * 480 * 150
      #expect(pictures[2].bytes[..<half] == pictures[3].bytes[..<half])
    }
  }

  @Test func aPictureThatAScriptCannotWriteEndsTheProgram() throws {
    try withTemporaryFolder { folder in
      let run = try play(
        "screenshot /dev/null/a.png", ["view", "--env", "Hopper-v4"], in: folder)
      #expect(run.status == 73)
      #expect(
        run.error
          == "idql: /dev/null/a.png: cannot create the file: Not a directory.\n")
    }
  }
}

/// Minimising, and a driver that gives up.
@Suite(.enabled(if: Display.isInstalled), .serialized) struct WindowTroubleTests {
  let window = WindowTests()

  /// `picture 12: …` of every report.
  private func counts(_ run: Run) -> [Int] {
    run.output.split(separator: "\n").compactMap { line in
      Int(line.dropFirst("picture ".count).prefix { $0 != ":" })
    }
  }

  @Test func aMinimisedWindowDrawsNothingAndComesBack() throws {
    try withTemporaryFolder { folder in
      let run = try window.play(
        """
        wait 0.3
        screenshot \(folder)/before.png
        minimise
        wait 0.2
        report
        wait 0.5
        report
        restore
        wait 0.3
        report
        screenshot \(folder)/after.png
        """, ["view", "--env", "Hopper-v4", "--paused"], in: folder, hasManager: true)
      #expect(run.status == 0 && run.error == "")
      let counts = counts(run)
      try #require(counts.count == 3, "\(run.output)")
      #expect(counts[0] > 0 && counts[1] == counts[0] && counts[2] > counts[1])
      let before = try Picture(contentsOf: "\(folder)/before.png")
      let after = try Picture(contentsOf: "\(folder)/after.png")
      // the same frame, and the same size; the panel says how fast it draws, which differs
      #expect((after.width, after.height) == (before.width, before.height))
      #expect(after.perceptualDistance(to: before) < 1)
    }
  }

  @Test func aLostContextEndsTheProgramWithALine() throws {
    try withTemporaryFolder { folder in
      let library = "\(folder)/lost-context.so"
      let compiler = Process()
      compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      compiler.arguments = [
        "clang", "-shared", "-fPIC", "-o", library,
        checkoutPath("Tests/ViewerTests/lost-context.c"), "-ldl",
      ]
      try compiler.run()
      compiler.waitUntilExit()
      try #require(compiler.terminationStatus == 0)
      let run = try window.play(
        "wait 0.1\nscreenshot \(folder)/whole.png\nwait 2\nscreenshot \(folder)/never.png",
        ["view", "--env", "Hopper-v4"], in: folder, ["LD_PRELOAD": library])
      #expect(run.status == 69 && run.output == "")
      #expect(run.error == "idql: OpenGL refused to draw: the context is lost.\n")
      // nothing half-written beside it either
      let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(files == ["lost-context.so", "script.txt", "whole.png"])
      #expect(window.variety(try Picture(contentsOf: "\(folder)/whole.png")) > 1000)
    }
  }
}

/// What is said where no window can be opened.
@Suite struct NoWindowTests {
  @Test func withoutADisplayTheProgramSaysSo() throws {
    let run = try Run("idql-view", on: nil, ["view", "--env", "Hopper-v4"])
    #expect(run.status == 69)
    #expect(run.error.hasPrefix("idql: no window can be opened: "))
    #expect(run.error.hasSuffix("Without a display, 'idql record' makes pictures and videos.\n"))
    #expect(run.error.split(separator: "\n").count == 1)
  }

  @Test(arguments: [
    (["view", "--policy", "p"], 64, "--policy needs --env: the environment it acts in."),
    (["view", "--env", "Hoper-v4"], 64, "No environment is named 'Hoper-v4'."),
    (["view", "a.xml", "--env", "Hopper-v4"], 64, "name either an MJCF document"),
    (["view", "a.xml", "--waypoints"], 64, "a model alone has no task"),
    (
      ["view", "--env", "Hopper-v4", "--episode", "1000000"], 64,
      "The value '1000000' is invalid for '--episode <episode>': it must be from 0"
    ),
    (["view", "--env", "Hopper-v4", "-N", "4"], 64, "--candidates needs --policy"),
    (
      ["view", "--env", "Hopper-v4", "--against", "p"], 64,
      "--against needs --policy: what to show on the left."
    ),
    (["view", "missing.xml"], 66, "missing.xml"),
    (
      ["view", "--env", "Hopper-v4", "--scale", "9"], 64,
      "The value '9' is invalid for '--scale <scale>': it must be a number from 0.5 to 4."
    ),
    (
      ["view", "--env", "Hopper-v4", "--script", "missing.txt"], 66,
      "missing.txt: cannot open the file: No such file or directory."
    ),
    (["replay", "missing.json", "--episode", "0"], 66, "missing.json: cannot open"),
  ])
  func badInputIsRefused(_ arguments: [String], _ status: Int32, _ line: String) throws {
    let run = try Run("idql-view", on: nil, arguments)
    #expect(run.status == status && run.output == "")
    #expect(run.error.hasPrefix("idql: \(line)"), "\(run.error)")
    #expect(run.error.split(separator: "\n").count == 1)
  }
}

import Foundation
import IDQLEvaluation
import IDQLRender
import IDQLTensors
import TestSupport
import Testing

/// Films need an OpenGL library and ffmpeg, and fail without: Scripts/install-packages installs both.
@Suite struct RecordCommandTests {
  let hopper = ["--env", "Hopper-v4", "--policy", Fixture.hopperActor]
  var small: [String] { ["--size", "64x36"] + hopper }

  func record(_ arguments: [String]) throws -> CommandResult {
    try Command.start(["record"] + arguments).finish()
  }

  /// The first bytes of a file, as text where they are none.
  func beginning(_ path: String, _ count: Int) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path)).prefix(count)
  }

  /// What is filmed is what is scored.
  @Test func printsTheReturnsAndHashesOfEval() throws {
    try withTemporaryFolder { folder in
      let json = "\(folder)/r.json"
      let scored = try Command.run(
        "eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor, "--episodes", "3", "--seed",
        "11", "--json", json)
      #expect(scored.status == 0)
      let report = try JSONDecoder().decode(
        Report.self, from: Data(contentsOf: URL(fileURLWithPath: json)))
      let film = try record(
        small + ["--episodes", "3", "--seed", "11", "--fps", "5", "--frames", "\(folder)/%02d.png"])
      #expect(film.status == 0 && film.error == "")
      let lines = film.output.split(separator: "\n").map(String.init)
      let expected = try report.episodes.map { episode in
        let total = try #require(episode.totalReward)
        let hash = try #require(episode.hash)
        return "episode \(episode.index), seed \(episode.seed): return \(total), "
          + "\(episode.length) steps, hash \(hash)"
      }
      #expect(Array(lines.prefix(3)) == expected)

      // every 0.2 s, from 0 to the end of each episode of 8 ms a step
      let count = report.episodes.reduce(0) { $0 + $1.length * 8 / 200 + 1 }
      #expect(lines.last?.hasPrefix("\(count) pictures, ") == true)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
        $0.hasSuffix(".png")
      }
      #expect(files.count == count)
    }
  }

  @Test func makesAPageOfSeveralEpisodes() throws {
    try withTemporaryFolder { folder in
      let page = "\(folder)/p.html"
      let result = try record(hopper + ["--episodes", "2", "--html", page])
      #expect(result.status == 0 && result.error == "")
      #expect(result.output.split(separator: "\n").count == 2)
      let text = try String(contentsOfFile: page, encoding: .utf8)
      #expect(text.matches(of: /data-kind="episode"/).count == 2)
      let refused = try record(hopper + ["--html", page, "--show", "contacts"])
      #expect(refused.status == 64 && refused.error.contains("--html does not show contacts"))
    }
  }

  @Test(arguments: [
    ("--video", "f.mp4"), ("--video", "f.webm"), ("--gif", "f.gif"), ("--strip", "s.png"),
  ])
  func makesOneFile(_ option: String, _ name: String) throws {
    try withTemporaryFolder { folder in
      let result = try record(small + ["--until", "0.2", option, "\(folder)/\(name)"])
      #expect(result.status == 0 && result.error == "")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [name])
      let start = try beginning("\(folder)/\(name)", 8)
      switch option {
      case "--video" where name == "f.webm":
        #expect(start.prefix(4) == Data([0x1A, 0x45, 0xDF, 0xA3]))
      case "--video": #expect(start.suffix(4) == Data("ftyp".utf8))
      case "--gif": #expect(start.prefix(6) == Data("GIF89a".utf8))
      default: #expect(start == Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
      }
    }
  }

  @Test func filmsTheBundledPoliciesAndNobody() throws {
    try withTemporaryFolder { folder in
      let strip = ["--strip", "\(folder)/s.png", "--size", "96x24", "--panels", "2"]
      let bundled = try record(strip + ["-N", "1"])
      #expect(bundled.status == 0 && bundled.output.hasPrefix("episode 0, seed 0: return "))
      let nobody = try record(strip + ["--env", "Hopper-v4"])
      #expect(nobody.status == 0 && nobody.output != bundled.output)
    }
  }

  /// Panels of the policy change neither the episode nor, from run to run, a byte of the pictures.
  @Test func showsThePanelsOfThePolicy() throws {
    try withTemporaryFolder { folder in
      func run(_ name: String, _ more: [String]) throws -> String {
        let result = try record(
          ["-N", "2", "--until", "0.1", "--fps", "20", "--size", "600x340", "--frames"]
            + ["\(folder)/\(name)%d.png"] + more)
        #expect(result.status == 0 && result.error == "", "\(result.error)")
        return String(result.output.prefix { $0 != "\n" })
      }
      let overlays = ["--overlay", "candidates,denoising,futures,values"]
      let plain = try run("p", [])
      #expect(plain.hasPrefix("episode 0, seed 0: return "))
      #expect(try run("a", overlays) == plain)
      #expect(try run("b", overlays + ["--strip", "\(folder)/s.png", "--panels", "1"]) == plain)
      for number in 0..<3 {
        let pictures = try ["p", "a", "b"].map {
          try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)\(number).png"))
        }
        #expect(pictures[1] == pictures[2] && pictures[0] != pictures[1])
      }
    }
  }

  /// A branch with an action of one's own: its end is told, and the episode is what it is without.
  @Test func showsWhatWouldHaveBeen() throws {
    try withTemporaryFolder { folder in
      let strip = ["--strip", "\(folder)/s.png", "--panels", "2", "--size", "128x36"]
      let plain = try record(hopper + strip)
      let pictures = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/s.png"))
      let branched = try record(
        hopper + strip
          + ["--branch", "0.4", "--branch-action", "-1,1,1", "--branch-steps", "40", "--caption"])
      #expect(branched.status == 0 && branched.error == "", "\(branched.error)")
      let lines = branched.output.split(separator: "\n").map(String.init)
      try #require(lines.count == 2)
      #expect(plain.output == lines[0] + "\n")
      #expect(lines[1].hasPrefix("branch at step 50, action -1 1 1 for 40 steps: return "))
      #expect(lines[1].contains("first difference step 51, Δ return "))
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/s.png")) != pictures)
      let late = try record(hopper + strip + ["--branch", "7.9", "--branch-action", "0,0,0"])
      #expect(late.status == 64 && late.error.contains("before --branch 7.9 changes anything"))
    }
  }

  /// Actions of a file, and the states that rollout writes of them: the same pictures, to the byte.
  @Test func showsWhatSomebodyRecorded() throws {
    try withTemporaryFolder { folder in
      let (actions, states) = ("\(folder)/a.safetensors", "\(folder)/s.safetensors")
      let numbers: [Double] = (0..<90).map { 0.3 * Double($0 % 7) - 0.9 }
      try writeTensorFile(
        [NamedTensor("actions", shape: [2, 15, 3], .doubles(numbers))], to: actions)
      let rollout = try Command.run(
        "rollout", "Hopper-v4", "--actions", actions, "--seed", "4", "--out", states)
      #expect(rollout.status == 0)
      let pictures = ["--size", "64x36", "--fps", "20", "-n", "2", "--frames"]
      let played = try record(
        ["--env", "Hopper-v4", "--actions", actions, "--seed", "4"] + pictures
          + ["\(folder)/a%d.png"])
      #expect(played.status == 0 && played.error == "", "\(played.error)")
      let line = try #require(played.output.split(separator: "\n").first)
      #expect(line.hasPrefix("episode 0, seed 4: return ") && line.hasSuffix(", not ended"))
      // the file says where it is from
      let shown = try record(["--states", states] + pictures + ["\(folder)/s%d.png"])
      #expect(shown.status == 0 && shown.error == "", "\(shown.error)")
      #expect(
        shown.output.hasPrefix("episode 0 of s.safetensors: 16 states, 0.12 s, return "))
      for number in 0..<6 {
        let both = try ["a", "s"].map {
          try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)\(number).png"))
        }
        #expect(both[0] == both[1])
      }

      // an episode of a data set, at a pace of one's own, as a page and a strip
      let data = goldenPath("hopper.hdf5", of: "DatasetsTests")
      let strip = ["--strip", "\(folder)/d.png", "--size", "64x36", "--panels", "2"]
      let episode = try record(
        ["--states", data, "--env", "Hopper-v4", "--episode", "1", "--every", "0.5", "--caption"]
          + strip[0...1] + ["--html", "\(folder)/d.html"])
      #expect(
        episode.output.hasPrefix("episode 1 of hopper.hdf5: 20 states, 9.5 s, return "),
        "\(episode.error)")
      let cases: [(Int32, String, [String])] = [
        (
          64, "\(data) does not say where its states are from: name a model or --env.",
          ["--states", data]
        ),
        (
          64, "\(data) has the episodes 0 to 17; there is no episode 18.",
          ["--states", data, "--env", "Hopper-v4", "--episode", "18"]
        ),
        (
          65, "\(data): states have 6 positions and 6 velocities; Walker2d-v4 has 9 and 9.",
          ["--states", data, "--env", "Walker2d-v4"]
        ),
        (
          65,
          "\(folder)/d.html: neither safetensors ('idql rollout', 'idql simulate --trajectory'), HDF5 (D4RL), npz "
            + "(OGBench) nor a folder with data/main_data.hdf5 (Minari), but a web page, so that a download has failed.",
          ["--states", "\(folder)/d.html", "--env", "Hopper-v4"]
        ),
        (
          64, "--policy changes nothing of what --states says; leave it out.",
          ["--states", data, "--env", "Hopper-v4", "--policy", "p"]
        ),
        (
          64, "--overlay changes nothing of what --actions says; leave it out.",
          ["--actions", actions, "--env", "Hopper-v4", "--overlay", "values"]
        ),
        (
          64, "--states and --actions both say what happens; leave one out.",
          ["--states", data, "--actions", actions]
        ),
        (
          64, "--actions needs a model or --env: what they are taken in.", ["--actions", actions]
        ),
        (64, "--every is for --states.", ["--env", "Hopper-v4", "--every", "1"]),
      ]
      for (status, line, arguments) in cases {
        try expectRefusal(status, line, ["record"] + arguments + strip)
      }
    }
  }

  @Test func refusesInOneLine() throws {
    let cases: [(Int32, String, [String])] = [
      (
        64,
        "say what to make: --video, --gif, --frames, --strip or --html; several at once are fine.",
        []
      ),
      (64, "--video makes files that end in .mp4 or .webm, not 'a.avi'.", ["--video", "a.avi"]),
      (64, "--video makes files that end in .mp4 or .webm, not '-'.", ["--video", "-"]),
      (64, "--gif makes files that end in .gif, not 'a.mp4'.", ["--gif", "a.mp4"]),
      (64, "--strip makes files that end in .png, not 'a.jpg'.", ["--strip", "a.jpg"]),
      (64, "--frames makes files that end in .png, not '%d.jpg'.", ["--frames", "%d.jpg"]),
      (64, "--html makes files that end in .html or .htm, not 'a.gif'.", ["--html", "a.gif"]),
      (
        64,
        "--gif with --fps 60: players show pictures of a GIF faster than 50 a second for a tenth of a second each.",
        ["--gif", "a.gif", "--fps", "60"]
      ),
      (
        64,
        "The value 'nan' is invalid for '--azimuth <azimuth>': it must be a number from -3600 to 3600.",
        ["--strip", "a.png", "--azimuth", "nan"]
      ),
      (
        64,
        "The value '200' is invalid for '--elevation <elevation>': it must be a number from -90 to 90.",
        ["--strip", "a.png", "--elevation", "200"]
      ),
      (
        64, "--azimuth moves auto and follow; --camera track is where the model has it.",
        ["--strip", "a.png", "--camera", "track", "--azimuth", "30"]
      ),
      (
        64, "--look-at is for a camera that stands still; leave --camera out.",
        ["--strip", "a.png", "--camera", "follow", "--look-at", "0,0,1"]
      ),
      (64, "--position needs --look-at.", ["--strip", "a.png", "--position", "0,0,1"]),
      (
        64, "--position and --look-at say all; leave --distance out.",
        ["--strip", "a.png", "--position", "0,0,1", "--look-at", "-1,0,1", "--distance", "3"]
      ),
      (64, "--panels is for --strip.", ["--gif", "a.gif", "--panels", "3"]),
      (
        64, "--overlay is for pictures; a page has its own.",
        ["--html", "a.html", "--overlay", "values"]
      ),
      (
        64,
        "The value 'values,q' is invalid for '--overlay <overlay>': 'q' is none of candidates, denoising, futures, values.",
        ["--gif", "a.gif", "--overlay", "values,q"]
      ),
      (
        64,
        "The value 'values,values' is invalid for '--overlay <overlay>': values is named twice.",
        ["--gif", "a.gif", "--overlay", "values,values"]
      ),
      (
        64, "no futures to show: nobody acts; values can be shown.",
        ["--gif", "/tmp/no.gif", "--overlay", "futures"]
      ),
      (
        64,
        "of a strip of 8, a picture of 156 x 40 has no room for values; one of 204 x 52 has.",
        ["--strip", "/tmp/no.png", "--size", "1280x40", "--overlay", "values"]
      ),
      (
        64,
        "--branch alone changes nothing: --branch-rule, --branch-candidates, --branch-temperature or --branch-action "
          + "says what is otherwise.",
        ["--gif", "a.gif", "--branch", "1"]
      ),
      (
        64, "--branch-rule needs --branch: when it begins to hold.",
        ["--gif", "a.gif", "--branch-rule", "argmax"]
      ),
      (
        64, "--branch-steps is for --branch-action.",
        ["--gif", "a.gif", "--branch", "1", "--branch-steps", "3"]
      ),
      (
        64, "--html does not show a branch; --video does.",
        ["--html", "a.html", "--gif", "a.gif", "--branch", "1", "--branch-action", "0,0,0"]
      ),
      (
        64, "--branch-candidates acts on IDQL agents only, and none acts here.",
        ["--gif", "/tmp/no.gif", "--branch", "1", "--branch-candidates", "3"]
      ),
      (
        64, "--branch-action has 2 numbers, an action of Hopper-v4 has 3.",
        ["--gif", "/tmp/no.gif", "--branch", "1", "--branch-action", "0,0"]
      ),
      (
        64, "--branch-action has 3; numbers of actions are from -1 to 1.",
        ["--gif", "/tmp/no.gif", "--branch", "1", "--branch-action", "0,3,0"]
      ),
      (
        64,
        "The value '0,x' is invalid for '--branch-action <branch-action>': 'x' is no number; 0.5,-1,0 are three.",
        ["--gif", "a.gif", "--branch", "1", "--branch-action", "0,x"]
      ),
      (
        64, "--branch 100: an episode of Hopper-v4 lasts at most 8 s.",
        ["--gif", "/tmp/no.gif", "--branch", "100", "--branch-action", "0,0,0"]
      ),
      (
        64, "--transparent is for --frames and --strip alone.",
        ["--gif", "a.gif", "--strip", "a.png", "--transparent"]
      ),
      (
        64, "--caption is for pictures; a page says it beside them.",
        ["--html", "a.html", "--caption"]
      ),
      (
        64, "--against needs --policy: what to show on the left.",
        ["--gif", "a.gif", "--against", "p.safetensors"]
      ),
      (64, "--fps is for --video, --gif and --frames.", ["--strip", "a.png", "--fps", "3"]),
      (
        64, "--from is for --video, --gif, --frames and --strip.",
        ["--html", "a.html", "--from", "3"]
      ),
      (
        64, "--size is for pictures; a page is as large as its window.",
        ["--html", "a.html", "--size", "64x64"]
      ),
      (
        64, "--candidates needs --policy: it is how that chooses.",
        ["--strip", "a.png", "-N", "4"]
      ),
      (
        64, "--show and --hide both name fog.",
        ["--strip", "a.png", "--show", "fog", "--hide", "fog"]
      ),
      (
        64, "--from 100: an episode of Hopper-v4 lasts at most 8 s.",
        ["--strip", "/tmp/no.png", "--from", "100"]
      ),
      (
        64, "a model alone has no end: --until says when to stop.",
        ["missing.xml", "--gif", "a.gif"]
      ),
      (
        64, "a picture has 1 to 16384 pixels each way, not 0 x 720.",
        ["--video", "/tmp/no.mp4", "--size", "0x720"]
      ),
      (
        64, "The value '10' is invalid for '--size <size>'",
        ["--video", "/tmp/no.mp4", "--size", "10"]
      ),
      (
        64, "a video has an even number of pixels each way, not 33 x 20.",
        ["--video", "/tmp/no.mp4", "--size", "33x20"]
      ),
      (
        64, "The value '0' is invalid for '--fps <fps>': it must be a number from 0.001 to 1000.",
        ["--gif", "a.gif", "--fps", "0"]
      ),
      (
        64, "The value '0' is invalid for '--panels <panels>': it must be from 1 to 1000.",
        ["--strip", "a.png", "--panels", "0"]
      ),
      (
        64,
        "The value '-1' is invalid for '--distance <distance>': it must be a number above 0, at most "
          + "1000000.", ["--gif", "a.gif", "--distance=-1"]
      ),
      (
        64, "--from and --until must be times in that order.",
        ["--gif", "a.gif", "--from", "2", "--until", "1"]
      ),
      (
        64, "'x.png' does not number its files: it needs one %d, or %04d for four digits.",
        ["--frames", "x.png"]
      ),
      (
        73, "/dev/null/x.mp4: cannot create the file: Not a directory.",
        ["--video", "/dev/null/x.mp4"]
      ),
      (
        73, "/dev/null/x.png: cannot create the file: Not a directory.",
        ["--strip", "/dev/null/x.png"]
      ),
    ]
    try expectRefusal(
      64, "--policy needs --env: the environment it acts in.",
      ["record", "--policy", "p", "--gif", "a.gif"])
    for (status, line, arguments) in cases {
      let source = arguments.first?.hasSuffix(".xml") == true ? [] : ["--env", "Hopper-v4"]
      try expectRefusal(status, line, ["record"] + source + arguments)
    }
    try withTemporaryFolder { folder in
      try expectRefusal(
        64, "no camera is named 'above': there are auto, follow, track.",
        ["record", "--env", "Hopper-v4", "--strip", "\(folder)/s.png", "--camera", "above"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }
  }

  /// Each missing piece is named, with what to do; nothing is left behind.
  @Test func saysWhatIsMissing() throws {
    try withTemporaryFolder { folder in
      let film = ["record"] + small + ["--until", "0.1", "--video", "\(folder)/f.mp4"]
      try expectRefusal(
        69,
        "\(folder)/f.mp4 is made by ffmpeg, which is not on the PATH: 'apt-get install ffmpeg' "
          + "installs it, and --frames out/%04d.png does without.",
        film, environment: ["PATH": "/nowhere"])
      try expectRefusal(
        69,
        "no OpenGL to draw with (EGL has no display). On Debian, 'apt-get install libegl1 "
          + "libgl1-mesa-dri' installs one that needs no display.",
        film, environment: ["IDQL_OPENGL": "egl", "__EGL_VENDOR_LIBRARY_FILENAMES": "/dev/null"])
      try expectRefusal(
        64, "IDQL_OPENGL is 'metal'; it is egl or osmesa, or not set for the first that works.",
        film, environment: ["IDQL_OPENGL": "metal"])

      // an ffmpeg that fails with a message of its own
      let program = "\(folder)/bin/ffmpeg"
      try FileManager.default.createDirectory(
        atPath: "\(folder)/bin", withIntermediateDirectories: false)
      try "#!/bin/sh\necho 'Unknown encoder: libx264' >&2\nexit 1\n"
        .write(toFile: program, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
      try expectRefusal(
        74,
        "ffmpeg could not make \(folder)/f.mp4: Unknown encoder: libx264. --frames out/%04d.png "
          + "does without it.",
        film, environment: ["PATH": "\(folder)/bin:/bin"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["bin"])
    }
  }

  /// A strip that begins after an episode's end is not one picture eight times.
  @Test func whatBeginsAfterTheEndIsRefused() throws {
    try withTemporaryFolder { folder in
      for output in [["--strip", "\(folder)/s.png"], ["--gif", "\(folder)/s.gif"]] {
        let late = try record(small + output + ["--from", "7"])
        #expect(late.status == 64 && late.error.contains("before --from 7"), "\(late.error)")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }
  }

  /// Several outputs of one run, a model without a task, a held picture, a camera that is given exactly.
  @Test func makesSeveralFilesAtOnce() throws {
    try withTemporaryFolder { folder in
      let model = "\(folder)/m.xml"
      try Fixture.write(
        "<mujoco><worldbody><geom type='plane' size='1 1 1'/><body pos='0 0 1'><freejoint/>"
          + "<geom size='.1'/></body></worldbody></mujoco>", to: model)
      let run = try record([
        model, "--until", "0.5", "--size", "64x36", "--fps", "10", "--hold", "0.4",
        "--frames", "\(folder)/%02d.png", "--gif", "\(folder)/f.gif", "--strip", "\(folder)/s.png",
        "--html", "\(folder)/p.html", "--position", "0,-2,1", "--look-at", "0,0,0.5",
      ])
      #expect(run.status == 0 && run.error == "", "\(run.error)")
      // 0 to 0.5 s, and the last four times more
      #expect(run.output.contains("10 pictures, "))
      let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(
        files == (0..<10).map { "0\($0).png" } + ["f.gif", "m.xml", "p.html", "s.png"])
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/05.png"))
          == Data(contentsOf: URL(fileURLWithPath: "\(folder)/09.png")))
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/04.png"))
          != Data(contentsOf: URL(fileURLWithPath: "\(folder)/05.png")))
    }
  }

  /// Two policies in the same episodes: the returns of both are eval's, and their difference is told.
  @Test func showsTwoPoliciesSideBySide() throws {
    try withTemporaryFolder { folder in
      let run = try record([
        "--env", "Hopper-v4", "--policy", Fixture.hopperActor, "--against",
        Fixture.otherHopperActor,
        "-n",
        "2",
        "--size", "131x40", "--fps", "5", "--until", "0.4", "--caption", "--frames",
        "\(folder)/%d.png", "--strip", "\(folder)/s.png", "--panels", "2",
      ])
      #expect(run.status == 0 && run.error == "", "\(run.error)")
      let lines = run.output.split(separator: "\n").map(String.init)
      try #require(lines.count == 7)
      func total(_ line: String) throws -> Double {
        let text = try #require(line.firstMatch(of: /return ([-0-9.e]+),/)?.1)
        return try #require(Double(text))
      }
      for episode in 0..<2 {
        let (a, b) = (try total(lines[3 * episode]), try total(lines[3 * episode + 1]))
        let difference = lines[3 * episode + 2].replacing("Δ return ", with: "").replacing(
          "−", with: "-")
        #expect(abs(try #require(Double(difference)) - (b - a)) <= 0.005001)
      }
      // of one policy alone
      let alone = try record([
        "--env", "Hopper-v4", "--policy", Fixture.otherHopperActor, "--strip", "\(folder)/a.png",
        "--panels",
        "1",
        "--size", "16x16",
      ])
      #expect(alone.output.hasPrefix(lines[1]))
      let picture = try Picture(contentsOf: "\(folder)/0.png")
      #expect(picture.width == 131 && picture.height == 40)
      // five pixels of white between them
      #expect((63..<68).allSatisfy { picture[$0, 20] == SIMD3(255, 255, 255) })
    }
  }

  /// An ffmpeg that ends with 0 is not believed: neither if it complains, nor if the file has fewer pictures.
  /// What was there stays.
  @Test(arguments: [
    (
      "for a; do :; done; cat >/dev/null; echo junk; echo 'No space left on device' >&2",
      "No space left on device"
    ),
    (
      "case \"$*\" in *framecrc*) exec REAL \"$@\";; esac; cat >/dev/null; echo junk",
      ": End of file"
    ),
    (
      "case \"$*\" in *framecrc*) exec REAL \"$@\";; esac; head -c 20736 | exec REAL \"$@\"",
      "3 of 4 pictures are in the file that it wrote"
    ),
  ])
  func aFilmIsLookedAt(_ script: String, _ reason: String) throws {
    let real = ["/usr/bin/ffmpeg", "/usr/local/bin/ffmpeg", "/opt/homebrew/bin/ffmpeg"]
    let path = try #require(real.first(where: FileManager.default.isExecutableFile))
    try withTemporaryFolder { folder in
      let program = "\(folder)/bin/ffmpeg"
      try FileManager.default.createDirectory(
        atPath: "\(folder)/bin", withIntermediateDirectories: false)
      try Fixture.write("#!/bin/sh\n\(script.replacing("REAL", with: path))\n", to: program)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
      try Fixture.write("old", to: "\(folder)/f.gif")
      let run = try Command.start(
        ["record"] + small + ["--until", "0.1", "--gif", "\(folder)/f.gif"],
        environment: ["PATH": "\(folder)/bin:/usr/bin:/bin"]
      ).finish()
      #expect(run.status == 74)
      #expect(run.error.hasPrefix("idql: ffmpeg could not make \(folder)/f.gif: "))
      #expect(run.error.contains(reason), "\(run.error)")
      #expect(try String(contentsOfFile: "\(folder)/f.gif", encoding: .utf8) == "old")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["bin", "f.gif"])
    }
  }

  @Test(.timeLimit(.minutes(5)), arguments: ["--video", "--gif", "--frames", "--strip"])
  func controlCLeavesNothingHalfWritten(_ option: String) throws {
    try withTemporaryFolder { folder in
      let name =
        [
          "--frames": "%06d.png", "--video": "f.mp4", "--gif": "f.gif", "--strip": "f.png",
        ][option] ?? ""
      // high enough for a strip of a thousand rows
      let size = option == "--strip" ? ["--size", "64x16000"] : []
      let running = try Command.start(
        ["record"] + small + size + ["--episodes", "1000", option, "\(folder)/\(name)"])
      try running.interrupt(after: 1)
      let result = try running.finish()
      #expect(result.status == 130)
      // the second on a machine so busy that no picture was drawn yet
      #expect(
        [
          "idql: interrupted; nothing unfinished was left behind.\n",
          "idql: interrupted before anything was finished.\n",
        ].contains(result.error))
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(option == "--frames" || files.isEmpty)
      for file in files {
        // whole pictures end with this chunk
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)"))
        #expect(data.dropLast(4).suffix(4) == Data("IEND".utf8), "\(file)")
      }
    }
  }
}

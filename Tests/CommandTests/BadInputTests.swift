import Foundation
import IDQLTensors
import TestSupport
import Testing

/// One line that says what and where, a status from sysexits.h, and no file left behind.
@Suite struct BadInputTests {
  @Test(arguments: [
    (
      ["eval", "--episodes", "0"],
      "The value '0' is invalid for '--episodes <episodes>': it must be from 1 to 1000000."
    ),
    (
      ["eval", "--episodes", "x"],
      "The value 'x' is invalid for '--episodes <episodes>': it must be a whole number from 1 to "
        + "1000000."
    ),
    (
      ["eval", "--workers", "0"],
      "The value '0' is invalid for '--workers <workers>': it must be from 1 to 1024."
    ),
    (
      ["eval", "--batch=-1"],
      "The value '-1' is invalid for '--batch <batch>': it must be from 1 to 4096."
    ),
    (
      ["eval", "--seed", "18446744073709551615"],
      "seed 18446744073709551615 leaves no room for 20 episodes below 2^64."
    ),
    (
      ["eval", "--seed", "-1"],
      "The value '-1' is invalid for '--seed <seed>': it must be a whole number from 0 to "
        + "18446744073709551615."
    ),
    (
      ["eval", "-N", "0"],
      "The value '0' is invalid for '-N <candidates>': it must be from 1 to 65536."
    ),
    (
      ["eval", "--temperature", "nan"],
      "The value 'nan' is invalid for '--temperature <temperature>': it must be a number from 0 to "
        + "1e+30."
    ),
    (
      ["eval", "--rule", "best"],
      "The value 'best' is invalid for '--rule <rule>'. Please provide one of 'argmax', "
        + "'implicit' or 'softmax'."
    ),
    (
      ["eval", "--physics", "mujoco5"],
      "The value 'mujoco5' is invalid for '--physics <physics>': it must be one of mujoco2.1, mujoco3, "
        + "mujoco4 and the releases from 2.1.0 to 4.0.0."
    ),
    (
      ["eval", "--physics", "5.0.0"],
      "The value '5.0.0' is invalid for '--physics <physics>': nothing is known of MuJoCo 5.0.0; "
        + "mujoco2.1, mujoco3, mujoco4 and the releases from 2.1.0 to 4.0.0 are known."
    ),
    (
      [
        "explain", "--env", "Hopper-v4", "--policy", "p", "--from", "3.9.0", "--to", "3.5.0",
        "--episodes", "0",
      ],
      "The value '0' is invalid for '--episodes <episodes>': it must be from 1 to 1000000."
    ),
    (
      ["eval", "--env", "Hoper-v4"],
      "No environment is named 'Hoper-v4'. The nearest names are Hopper-v4, Hopper-v2, Hopper-v3."
    ),
    (
      ["eval", "--policy", "p.safetensors"],
      "--policy needs --env: the environment to score it in."
    ),
    (["eval", "--episode", "3"], "Unknown option '--episode'. Did you mean '--episodes'?"),
    (["evil"], "'idql evil' is no command; did you mean 'eval'?"),
    (["simulate", "m.xml", "--out", "o"], "Missing expected argument '--states <states>'"),
    (
      ["simulate", "m.xml", "--states", "s", "--out", "o", "--steps", "0"],
      "The value '0' is invalid for '--steps <steps>': it must be from 1 to 1000000000."
    ),
    (
      ["bench", "physics", "m.xml", "--steps=1e10"],
      "The value '1e10' is invalid for '--steps <steps>': it must be from 1 to 1000000000."
    ),
    (
      ["bench", "physics", "m.xml", "--env", "Hopper-v5"],
      "Give an MJCF document, or --env and --policy."
    ),
    (
      ["bench", "inference", "--policy", "p", "--batch", "0"],
      "The value '0' is invalid for '--batch <batch>': it must be from 1 to 4096."
    ),
    (
      ["eval", "--estimate", "--trial-seconds", "1e308"],
      "The value '1e308' is invalid for '--trial-seconds <trial-seconds>': it must be a number above "
        + "0, at most 1000000."
    ),
    (
      ["record", "--gif", "a.gif", "--speed", "1e-300"],
      "The value '1e-300' is invalid for '--speed <speed>': it must be a number from 0.001 to 1000."
    ),
    (
      ["record", "--gif", "a.gif", "-n", "2", "--seed", "18446744073709551615"],
      "seed 18446744073709551615 leaves no room for 2 episodes below 2^64."
    ),
    (
      ["view", "--env", "Hopper-v4", "--episode", "1", "--seed", "18446744073709551615"],
      "seed 18446744073709551615 leaves no room for 2 episodes below 2^64."
    ),
    (
      ["rollout", "--envs", "2", "--seed", "18446744073709551615"],
      "seed 18446744073709551615 leaves no room for 2 episodes below 2^64."
    ),
    (
      ["eval", "--estimate", "--plot", "p.svg"],
      "--estimate plays no episode to its end; leave --plot out."
    ),
    (
      ["rollout", "Hopper-v4", "--out", "t"],
      "Give an environment, --actions with a file and --out, or --envs with a number."
    ),
    (
      ["rollout", "--envs", "0"],
      "The value '0' is invalid for '--envs <envs>': it must be from 1 to 1000000."
    ),
    (["rollout", "--envs", "1", "--out", "t"], "--envs writes no file: leave out --out."),
    (
      ["rollout", "--envs", "1", "--actions", "a"],
      "--actions must be random or zero with --envs, not a."
    ),
    (
      ["bench", "training", "--workers", "0"],
      "The value '0' is invalid for '--workers <workers>': it must be from 1 to 1024."
    ),
    (
      ["bench", "training", "--seconds", "inf"],
      "The value 'inf' is invalid for '--seconds <seconds>': it must be a number from 0 to 1000000."
    ),
  ])
  func aWrongCommandIsRefused(_ arguments: [String], _ line: String) throws {
    try expectRefusal(64, line, arguments)
  }

  @Test func lanesThatNoProcessorHasAreRefused() throws {
    let result = try Command.run("bench", "physics", "m.xml", "--lanes", "3")
    #expect(result.status == 64)
    #expect(result.error.hasPrefix("idql: --lanes must be one of 1, 2"))
    #expect(result.error.hasSuffix(" on this processor, not 3.\n"))
  }

  @Test func optionsForAgentsAreRefusedForActors() throws {
    for (option, value) in [
      ("--candidates", "4"), ("--rule", "argmax"), ("--temperature", "1"), ("--softmax-scale", "1"),
      ("--precision", "float32"),
    ] {
      try expectRefusal(
        64,
        "\(option) acts on IDQL agents only; \(Fixture.hopperActor) holds a deterministic actor.",
        ["eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor, option, value])
    }
  }

  @Test func aPolicyOfOtherSizesIsRefused() throws {
    try expectRefusal(
      65,
      "the policy maps 11 observations to 3 actions, but Walker2d-v5 has 17 observations and 6 "
        + "actions.",
      ["eval", "--env", "Walker2d-v5", "--policy", Fixture.hopperActor])
  }

  @Test(arguments: ["Walker2d-v5", "halfcheetah-expert-v2"])
  func anEnvironmentWithoutABundledAgentNeedsAPolicy(_ environment: String) throws {
    try expectRefusal(
      64,
      "no agent of \(environment) is bundled; name a policy with --policy, or an environment that has one: "
        + "hopper-medium-v2, hopper-medium-replay-v2, hopper-medium-expert-v2, walker2d-medium-v2, "
        + "walker2d-medium-replay-v2, walker2d-medium-expert-v2, halfcheetah-medium-v2, "
        + "halfcheetah-medium-replay-v2, halfcheetah-medium-expert-v2.",
      ["eval", "--env", environment])
  }

  @Test func missingFilesAreNamed() throws {
    let scratch = FileManager.default.temporaryDirectory.path
    for (arguments, line) in [
      (
        ["eval", "--env", "Hopper-v4", "--policy", "/no/p.safetensors"],
        "/no/p.safetensors: cannot open the file: No such file or directory."
      ),
      (
        ["inspect", "/no/p.safetensors"],
        "/no/p.safetensors: cannot open the file: No such file or directory."
      ),
      (["inspect", "/"], "/: cannot open the file: Not a regular file."),
      (
        ["bench", "physics", "/no/m.xml"],
        "/no/m.xml: cannot be read: no such file, or no permission to read it."
      ),
      (
        ["rollout", "Hopper-v4", "--actions", "/no/a", "--out", "\(scratch)/o"],
        "/no/a: cannot open the file: No such file or directory."
      ),
    ] { try expectRefusal(66, line, arguments) }
  }

  @Test func brokenFilesAreNamedWithWhatIsWrong() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/p"
      func expect(_ bytes: [UInt8], _ problem: String, line: Int = #line) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try expectRefusal(65, "\(path): \(problem)", ["inspect", path])
      }
      let whole = [UInt8](
        try Data(contentsOf: URL(fileURLWithPath: Fixture.hopperActor)))
      let noKnownFormat =
        "holds no policy of a known format; known are: deterministic actor in safetensors, IDQL agent in "
        + "safetensors, Stable-Baselines3 policy in a zip, policy in PyTorch's format, policy in "
        + "PyTorch's old format, IDQL agent in a pickle, IDQL agent in flax msgpack."
      try expect([], noKnownFormat)
      try expect(
        Array(whole[..<100]),
        "the header claims \(whole[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }) bytes; "
          + "2 to 92 follow its length (at most 100000000).")
      try expect(
        [UInt8](repeating: 0xFF, count: 7) + [0x7F] + Array("{\"a\":1}".utf8),
        "the header claims 9223372036854775807 bytes; 2 to 7 follow its length (at most 100000000)."
      )
      try expect(Array("#!/bin/sh\n".utf8), noKnownFormat)

      // cut anywhere, it is refused with one line
      for count in stride(from: 101, to: whole.count, by: 4001) {
        try Data(whole[..<count]).write(to: URL(fileURLWithPath: path))
        let result = try Command.run("inspect", path)
        #expect(result.status == 65 && result.output == "")
        #expect(result.error.hasPrefix("idql: \(path): "))
        #expect(result.error.filter { $0 == "\n" }.count == 1)
      }
    }
  }

  @Test func weightsThatAreNotNumbersAreRefused() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/nan.safetensors"
      let file = try TensorFile(contentsOf: Fixture.hopperActor)
      let tensors = try file.names.map { name in
        var tensor = try file.floats(name)
        if name == "net.1.weight" { tensor.values[5] = .nan }
        return NamedTensor(name, shape: tensor.shape, .floats(tensor.values))
      }
      try writeTensorFile(tensors, metadata: file.metadata, to: path)
      try expectRefusal(
        65, "\(path): tensor 'net.1.weight' holds nan at index 5; every weight must be finite.",
        ["eval", "--env", "Hopper-v4", "--policy", path])
    }
  }

  @Test func malformedModelsAreNamedWithTheLine() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/m.xml"
      for (text, line) in [
        (
          "<mujoco>\n<worldbody>\n<body>\n",
          "m.xml:3: not well-formed XML: the document ends in <body> of line 3 before its "
            + "elements do."
        ),
        (
          "<mujoco>\n<worldbody>\n<bodi/>\n</worldbody></mujoco>",
          "m.xml:3: <bodi> is not an element of <worldbody>. Did you mean <body>?"
        ),
      ] {
        try Fixture.write(text, to: path)
        try expectRefusal(65, line, ["bench", "physics", path])
      }
    }
  }

  @Test func whereNothingCanBeWrittenNothingIsComputed() throws {
    try withTemporaryFolder { folder in
      let inFile = "\(Fixture.hopperActor)/no/r.json"
      try expectRefusal(
        73, "\(inFile): cannot create the file: Not a directory.",
        ["eval", "--episodes", "1000", "--json", inFile])
      try expectRefusal(
        73, "\(folder): cannot replace the file: Is a directory.",
        ["eval", "--episodes", "1000", "--json", folder])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }
  }
}

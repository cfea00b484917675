import Foundation
import IDQLRandom
import IDQLTensors
import TestSupport
import Testing

@Suite struct TrainCommandTests {
  static let data = goldenPath("hopper.hdf5", of: "DatasetsTests")

  /// A run that takes a few seconds.
  private func arguments(_ folder: String, steps: Int = 60) -> [String] {
    let settings = [
      "actor.width=16", "actor.blocks=1", "actor.batch_size=8", "critic.batch_size=8",
      "critic.widths=[16]", "training.log_every=25", "training.checkpoint_every=40",
      "evaluation.episodes=1", "evaluation.candidates=[1]", "training.critic_steps=20",
    ]
    return [
      "train", "--env", "Hopper-v4", "--data", Self.data, "--out", folder, "--seed", "5",
      "--workers", "1", "--steps", "\(steps)",
    ] + settings.flatMap { ["--set", $0] }
  }

  private func tensors(_ folder: String) throws -> [String: Tensor<Float>] {
    let file = try TensorFile(contentsOf: "\(folder)/state.safetensors")
    var tensors: [String: Tensor<Float>] = [:]
    for name in file.names where !["steps", "generator"].contains(name) {
      tensors[name] = try file.floats(name)
    }
    return tensors
  }

  @Test func aRunIsAPolicy() throws {
    try withTemporaryFolder { parent in
      let folder = "\(parent)/h0"
      let result = try Command.start(arguments(folder)).finish()
      #expect(result.status == 0 && result.error == "")
      #expect(result.output.hasSuffix("\(folder): 80 steps done.\n"))
      #expect(result.output.contains("step 80   N=1   score "))
      for name in [folder, "\(folder):best", "\(folder):80"] {
        let score = try Command.run(
          "eval", "--env", "Hopper-v4", "--policy", name, "--episodes", "1", "-N", "2")
        #expect(score.status == 0)
        #expect(score.output.hasPrefix("policy       step-80.safetensors, IDQL"))
      }
      try expectRefusal(
        66, "\(folder): no policy is named '7'; there are last, best, 80.",
        ["eval", "--env", "Hopper-v4", "--policy", "\(folder):7"])
      // nothing is left to do, and nothing is done
      let before = try tensors(folder)
      #expect(try Command.run("train", "--resume", folder).status == 0)
      #expect(try tensors(folder) == before)
    }
  }

  /// Killed at twenty moments, the run ends with the weights of one that was never disturbed.
  @Test func aKilledRunEndsWithTheSameBits() throws {
    try withTemporaryFolder { parent in
      let (whole, killed) = ("\(parent)/whole", "\(parent)/killed")
      let steps = 6000
      #expect(try Command.start(arguments(whole, steps: steps)).finish().status == 0)

      var generator = NumPyGenerator(seed: 20)
      var kills = 0
      for _ in 0..<20 {
        let isRun = FileManager.default.fileExists(atPath: "\(killed)/run.json")
        // killed before it was a run, it has nothing to go on from
        if !isRun { try? FileManager.default.removeItem(atPath: killed) }
        let running = try Command.start(
          isRun
            ? ["train", "--resume", killed, "--workers", "1"] : arguments(killed, steps: steps))
        Thread.sleep(forTimeInterval: generator.uniform(0.01, 0.3))
        if running.process.isRunning { kills += 1 }
        kill(running.process.processIdentifier, SIGKILL)
        _ = try running.finish()
      }
      // else it would have been no test
      #expect(kills >= 10)
      let isRun = FileManager.default.fileExists(atPath: "\(killed)/run.json")
      let last =
        try isRun
        ? Command.run("train", "--resume", killed)
        : Command.start(arguments(killed, steps: steps)).finish()
      #expect(last.status == 0 && last.error == "")
      #expect(try tensors(killed) == tensors(whole))
      let partial = try FileManager.default.contentsOfDirectory(atPath: "\(killed)/policies")
      #expect(partial.contains("step-\(steps + 20).safetensors"))
    }
  }

  /// A file may grow to 20 kB only, as on a disk that is full; the state takes more.
  @Test func aFullDiskLeavesTheLastStateIntact() throws {
    try withTemporaryFolder { parent in
      let (whole, full) = ("\(parent)/whole", "\(parent)/full")
      #expect(try Command.start(arguments(whole, steps: 3000)).finish().status == 0)
      let running = try Command.start(arguments(full, steps: 3000))
      try running.interrupt(after: 0.3, once: "\(full)/run.json")
      let interrupted = try running.finish()
      #expect(interrupted.status == 130)
      #expect(interrupted.error.hasSuffix("'idql train --resume \(full)' continues.\n"))
      let before = try Data(contentsOf: URL(fileURLWithPath: "\(full)/state.safetensors"))
      #expect(before.count > 20 * 1024)

      let limited = try Command.start(
        [
          "-c", "trap '' XFSZ; ulimit -f 20; exec \"$0\" train --resume \"$1\"",
          Command.program.path, full,
        ],
        program: URL(fileURLWithPath: "/bin/bash")
      ).finish()
      #expect(limited.status == 74)
      #expect(
        limited.error == "idql: \(full)/state.safetensors: cannot write the file: File too large.\n"
      )
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(full)/state.safetensors")) == before)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: full).allSatisfy {
          !$0.hasPrefix(".partial")
        })

      #expect(try Command.run("train", "--resume", full).status == 0)
      #expect(try tensors(full) == tensors(whole))
    }
  }

  @Test func dataThatWasCutShortIsRefused() throws {
    try withTemporaryFolder { parent in
      let path = "\(parent)/half.hdf5"
      let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.data))
      try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
      try expectRefusal(
        65,
        "\(path): the file cannot be read: it was cut short: \(bytes.count / 2) of \(bytes.count) "
          + "bytes are there.",
        ["train", "--env", "Hopper-v4", "--data", path, "--out", "\(parent)/r"])
      try expectRefusal(
        65,
        "\(Self.data): observations and actions have 11 and 3 numbers; Ant-v4 has 27 and 8.",
        ["train", "--env", "Ant-v4", "--data", Self.data, "--out", "\(parent)/r"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: parent) == ["half.hdf5"])
    }
  }

  @Test(arguments: [
    (["train"], "a new run needs --env, --data and --out; --resume continues an old one."),
    (
      ["train", "--resume", "r", "--seed", "1"],
      "--seed is part of the run r already; --resume only goes on."
    ),
    (
      ["train", "--resume", "r", "--workers", "0"],
      "The value '0' is invalid for '--workers <workers>': it must be from 1 to 1024."
    ),
    (
      [
        "train", "--env", "Hopper-v4", "--data", data, "--out", "/nowhere/r", "--set",
        "critic.tua=1",
      ],
      "--set critic.tua=1: no setting is named 'critic.tua'; did you mean 'critic.tau'?"
    ),
  ])
  func whatDoesNotFitIsRefused(_ arguments: [String], _ line: String) throws {
    try expectRefusal(64, line, arguments)
  }
}

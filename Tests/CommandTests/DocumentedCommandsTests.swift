import ArgumentParser
import Foundation
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLCommandLine

/// Every command of the documents, and every example of the help texts, runs as it stands: in a folder that has
/// nothing but what a reader is said to bring, with sizes that later options make small.
@Suite(.timeLimit(.minutes(10))) struct DocumentedCommandsTests {
  /// What cannot be run here, by how it begins, and why.
  static let leftOut: KeyValuePairs = [
    "Scripts/": "of this package's developers: it tests, measures or draws",
    "swift build": "builds this package",
    "python3 Scripts/": "needs Python's packages",
    "python3 Benchmarks/": "fetches other implementations to compare with",
    "pip install": "installs a wheel that a script of this package makes",
    "mkdir": "a command of the shell",
    "for kernels in": "a loop of the shell; tests of kernels do the same",
    "./idql --version && python3": "needs Python's packages",
    "./idql view": "opens a window",
    "idql view": "opens a window",
    "./idql convert data/walker-training": "reads what a training of half an hour leaves",
  ]

  /// Options that make a command small; the last of several with a name counts.
  private static func shrinking(_ arguments: [String]) -> [String] {
    func has(_ option: String) -> Bool { arguments.contains(option) }
    // so many that HalfCheetah learns to go forwards
    let levels = ["--iterations", "5", "--rows", "300", "--directions", "3", "--kept", "2"]
    let training =
      ["actor.width=16", "actor.blocks=1", "actor.batch_size=8", "critic.batch_size=8"]
      + ["critic.widths=[16]", "training.critic_steps=2", "evaluation.episodes=1"]
      + ["evaluation.every=1000", "evaluation.candidates=[1]", "online.updates_after=2"]
    let settings = training.flatMap { ["--set", $0] }
    switch arguments.prefix(2).joined(separator: " ") {
    case "collect ars": return levels + ["--eval-every", "1", "--eval-episodes", "1"]
    case "collect sac":
      return ["--steps", "300", "--random-steps", "100", "--rows", "300", "--batch", "8"]
        + ["--eval-every", "100", "--eval-episodes", "1"]
    case "collect waypoints": return ["--rows", "300"]
    case "bench physics": return ["--steps", "100"]
    case "bench pictures": return ["--pictures", "2", "--size", "64x48"]
    case "bench inference": return ["--seconds", "0", "--batch", "1"]
    case "bench training", "bench sac": return ["--seconds", "0", "--batch", "8"]
    case "bench intervals": return ["--studies", "2", "--resamples", "10"]
    case "launch local", "launch slurm", "launch ray": return ["--shards", "2"]
    default: break
    }
    switch arguments.first {
    case "eval" where !has("--resume"):
      return ["--episodes", "1"] + (has("--estimate") ? ["--trial-seconds", "0.1"] : [])
        // the bundled agent draws sixteen candidates
        + (has("--policy") || has("--waypoints") ? [] : ["--candidates", "1"])
    case "explain": return ["--episodes", "1"]
    case "critic":
      return ["--episodes", "1", "--interval", "2", "--horizon", "2", "--candidates", "2"]
    case "train" where !has("--resume"): return ["--steps", "3"] + settings
    case "finetune": return ["--steps", "4"] + settings
    case "record":
      // panels have a least size
      let size = has("--overlay") ? "640x480" : "64x48"
      return ["--episodes", "1", "--until", "0.1"] + (has("--html") ? [] : ["--size", size])
        + (has("--from") ? ["--from", "0"] : []) + (has("--strip") ? ["--panels", "2"] : [])
    case "replay":
      return ["--episode", "0", "--check"]
        + (has("--video") ? ["--size", "64x64", "--until", "0.1"] : [])
    case "rollout" where has("--envs"): return ["--envs", "2", "--steps", "5"]
    default: return []
    }
  }

  /// Statuses that say something of the files, which are not those of the reader, and not of the command.
  private static func statuses(_ arguments: [String]) -> Set<Int32> {
    switch arguments.first {
    case "compare": [0, 1, 2]
    case "eval" where arguments.contains("--until-decided-against"): [0, 1, 2]
    case "verify" where arguments.contains("--against"): [0, 1]
    default: [0]
    }
  }

  /// What a reader brings, as the documents name it.
  ///
  /// - Parameter runs: names of training runs, the first two in Hopper and Walker2d, others as the first.
  private static func provide(in folder: String, runs: [String]) throws {
    let files = FileManager.default
    func copy(_ source: String, _ names: String...) throws {
      for name in names { try files.copyItem(atPath: source, toPath: "\(folder)/\(name)") }
    }
    func run(_ arguments: String...) throws {
      let result = try Command.start(
        arguments + shrinking(arguments), directory: folder
      ).finish()
      #expect(result.status == 0, "\(arguments): \(result.error)")
    }
    try copy(goldenPath("walker2d_ars.safetensors", of: "CommandTests"), "sac.safetensors")
    try copy(goldenPath("actor_ant_trpo.safetensors", of: "AgentTests"), "ant.safetensors")
    try copy(
      checkoutPath("Sources/Evaluation/Resources/ant-walker.safetensors"), "walker.safetensors")
    try files.createDirectory(atPath: "\(folder)/data", withIntermediateDirectories: true)
    try copy(TrainCommandTests.data, "d.hdf5", "d4rl.hdf5")
    // some commands name files of the checkout
    try files.createSymbolicLink(
      atPath: "\(folder)/Tests", withDestinationPath: checkoutPath("Tests"))
    try Fixture.write(Fixture.pendulum, to: "\(folder)/model.xml")
    let (vector, matrix) = ([1, 1], [1, 11])
    func floats(_ name: String, _ shape: [Int]) -> NamedTensor {
      NamedTensor(
        name, shape: shape, .doubles(Array(repeating: 0, count: shape.reduce(1, *))))
    }
    for name in ["in.safetensors", "states.safetensors"] {
      try writeTensorFile(
        ["qpos", "qvel", "ctrl"].map { floats($0, vector) }, to: "\(folder)/\(name)")
    }
    try writeTensorFile([floats("actions", [4, 3])], to: "\(folder)/a.safetensors")
    for name in ["o.safetensors", "observations.safetensors"] {
      try writeTensorFile([floats("observations", matrix)], to: "\(folder)/\(name)")
    }
    // a policy that sees the maze's goal: it does not move
    try writeTensorFile(
      [NamedTensor("net.0.weight", shape: [8, 58], .floats(Array(repeating: 0, count: 464)))],
      metadata: [
        "policy": #"{"obs_dim":58,"act_dim":8,"activation":"none","squash":false,"bias":false}"#
      ], to: "\(folder)/gc.safetensors")
    try run("collect", "ars", "--env", "walker2d-medium-v2", "--out", "data/w")
    let (hopper, walker) = ("runs/\(runs[0])", "runs/\(runs[1])")
    try run("train", "--env", "hopper-medium-v2", "--data", "d.hdf5", "--out", hopper)
    try run(
      "train", "--env", "walker2d-medium-v2", "--data", "data/w-expert.hdf5", "--out", walker)
    for name in runs.dropFirst(2) { try copy("\(folder)/\(hopper)", "runs/\(name)") }
    for name in ["p.safetensors", "policy.safetensors"] { try run("convert", hopper, name) }
    for (name, path, env) in [
      ("a", hopper, "hopper-medium-v2"), ("b", walker, "walker2d-medium-v2"),
    ] {
      try run("eval", "--env", env, "--policy", path, "--json", "\(name).json")
    }
    for name in ["new", "old", "result"] { try run("eval", "--json", "\(name).json") }
  }

  private func follow(
    _ commands: [(description: String, arguments: [String])], runs: [String]
  ) throws {
    try withTemporaryFolder { folder in
      try Self.provide(in: folder, runs: runs)
      for (description, arguments) in commands {
        let expanded = try arguments.flatMap { try Self.expand($0, in: folder) }
        let result = try Command.start(
          expanded + Self.shrinking(arguments), directory: folder
        ).finish()
        // an option that asks for instructions that this processor lacks
        if result.error.contains("must be float32 on this processor") { continue }
        #expect(
          Self.statuses(arguments).contains(result.status),
          "\(description) \(Self.shrinking(arguments)): \(result.error)")
      }
    }
  }

  /// As a shell expands `studies/*/report.json`; not what stands in quotes in the documents, which have a colon or
  /// an equals sign.
  private static func expand(_ word: String, in folder: String) throws -> [String] {
    guard word.contains("*"), !word.contains(":"), !word.contains("=") else { return [word] }
    let parts = word.split(separator: "*", maxSplits: 1)
    let parent = String(parts[0])
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(parent)").sorted()
    return names.map { parent + $0 + parts[1] }.filter {
      FileManager.default.fileExists(atPath: "\(folder)/\($0)")
    }
  }

  private static func isLeftOut(_ command: DocumentedCommand) -> Bool {
    leftOut.contains { command.text.hasPrefix($0.key) }
  }

  @Test(arguments: try Set(DocumentedCommand.all().map(\.file)).sorted())
  func commandsOf(_ file: String) throws {
    let commands = try DocumentedCommand.all().filter { $0.file == file && !Self.isLeftOut($0) }
    if commands.isEmpty { return }
    // in Docs/Studies.md, all of runs/* are policies of the study
    let runs = ["idql-0", "bc-0"] + (file == "Docs/Studies.md" ? [] : ["h1"])
    func mentions(_ text: String) -> Bool { commands.contains { $0.text.contains(text) } }
    let isMissing = mentions("studies/e7") && !mentions("--plan studies/e7")
    try follow(
      (isMissing ? [Self.study] : [])
        + commands.map { command in
          (command.description, try #require(command.arguments, "\(command) is no command of idql"))
        }, runs: runs)
  }

  @Test func examplesOfTheHelpTexts() throws {
    let examples = try EveryCommand.leaves.flatMap { leaf in
      try (EveryCommand.description(of: leaf).discussion ?? "").split(separator: "\n")
        .filter { $0.hasPrefix("Example: ") }
        .map { DocumentedCommand(file: "help \(leaf)", text: String($0.dropFirst(9))) }
    }
    #expect(examples.count >= EveryCommand.leaves.count)
    // in an order in which what one writes is there for the next
    let order = ["collect", "train", "finetune", "eval", "work", "launch", "merge"]
    let sorted = examples.filter { !Self.isLeftOut($0) }.enumerated().sorted { a, b in
      func rank(_ example: DocumentedCommand) -> Int {
        order.firstIndex(of: example.arguments?.first ?? "") ?? order.count
      }
      return (rank(a.element), a.offset) < (rank(b.element), b.offset)
    }
    try follow(
      [Self.study] + sorted.map { ($0.element.description, $0.element.arguments ?? []) },
      runs: ["idql-0", "bc-0", "h1"])
  }

  /// For documents that take the study which another one makes.
  private static let study = (
    description: "a study",
    arguments: [
      "eval", "--env", "hopper-medium-v2", "walker2d-medium-v2", "--policy", "runs/idql-0",
      "runs/bc-0", "--plan", "studies/e7",
    ]
  )

  @Test func everyReasonIsNeeded() throws {
    let commands = try DocumentedCommand.all()
    #expect(commands.count > 80)
    for (start, _) in Self.leftOut where start != "idql view" {
      #expect(commands.contains { $0.text.hasPrefix(start) }, "\(start)")
    }
    #expect(commands.count { !Self.isLeftOut($0) } > 60)
  }
}

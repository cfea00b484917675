import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLTensors
import IDQLTraining
import TestSupport
import Testing

@testable import IDQLRuns

@Suite struct TrainingRunTests {
  @Test func aRunLeavesEverythingBehind() throws {
    try withTemporaryFolder { parent in
      let run = try Fixture.run("\(parent)/a", settings: ["evaluation.temperature=0.5"])
      var steps: [Int] = []
      var evaluations: [(Int, Int?)] = []
      var temperatures: Set<Float?> = []
      try run.train(
        threads: 1, onProgress: { steps.append($0.step) },
        onEvaluation: { report, _ in
          evaluations.append((run.step, report.provenance.policy.selection?.candidates))
          temperatures.insert(report.provenance.policy.selection?.temperature)
        })
      #expect(steps == Array(1...60))
      #expect(evaluations.map(\.0) == [30, 30, 60, 60])
      #expect(evaluations.map(\.1) == [2, 1, 2, 1])
      #expect(temperatures == [0.5])

      let folder = RunFolder("\(parent)/a")
      #expect(folder.policySteps == [30, 60])
      let lines = try String(contentsOfFile: folder.log, encoding: .utf8).split(separator: "\n")
      // each tenth step, and two evaluations
      #expect(lines.count == 1 + 6 + 2)
      let description = try RunDescription(contentsOf: folder.description)
      #expect(description.environment == "Hopper-v4" && description.seed == 3)
      #expect(description.bestStep == 30 || description.bestStep == 60)
      for name in ["", ":last", ":best", ":30"] {
        let policy = try loadPolicy(contentsOf: policyPath(folder.path + name))
        #expect(policy.observationCount == 11 && policy.actionCount == 3)
        let agent = try policy.requireDeciding()
        #expect(agent.options.candidateCount == 2, "the first of those it was evaluated with")
        #expect(agent.options.temperature == 0.5)
      }
      expectMessage("\(folder.path): no policy is named '7'; there are last, best, 30, 60.") {
        _ = try policyPath("\(folder.path):7")
      }
    }
  }

  /// Cut anywhere, the run ends with the same weights.
  @Test(arguments: [1, 14, 15, 29, 30, 31, 40, 41, 59])
  func anInterruptedRunEndsWithTheSameBits(_ cut: Int) throws {
    try withTemporaryFolder { parent in
      try Fixture.run("\(parent)/whole").train(threads: 1)
      let cancellation = Cancellation()
      try Fixture.run("\(parent)/cut").train(
        threads: 1, cancellation: cancellation,
        onProgress: { if $0.step == cut { cancellation.cancel() } })
      let resumed = try TrainingRun(resuming: "\(parent)/cut")
      #expect(resumed.step == cut)
      try resumed.train(threads: 1)
      let (whole, other) = (
        try Fixture.tensors("\(parent)/whole"), try Fixture.tensors("\(parent)/cut")
      )
      #expect(whole == other && !whole.isEmpty)
      // nothing is logged twice, and an evaluation that was cut short is made
      let steps = try ["whole", "cut"].map { name in
        try String(contentsOfFile: "\(parent)/\(name)/log.csv", encoding: .utf8)
          .split(separator: "\n").map { $0.prefix { $0 != "," } }
      }
      #expect(steps[0] == steps[1])
    }
  }

  @Test func threadsChangeNothingAndSeedsDo() throws {
    try withTemporaryFolder { parent in
      for (name, seed, threads) in [("a", 3, 1), ("b", 3, 2), ("c", 4, 1)] {
        try Fixture.run("\(parent)/\(name)", seed: UInt64(seed)).train(threads: threads)
      }
      let tensors = try ["a", "b", "c"].map { try Fixture.tensors("\(parent)/\($0)") }
      #expect(tensors[0] == tensors[1])
      #expect(tensors[0] != tensors[2])
    }
  }

  @Test func theActorStandsStillWhileTheCriticLearnsAlone() throws {
    try withTemporaryFolder { parent in
      let settings = ["training.steps=0", "training.critic_steps=10"]
      let run = try Fixture.run("\(parent)/a", settings: settings)
      let before = try Fixture.tensors("\(parent)/a")
      try run.train(threads: 1)
      let after = try Fixture.tensors("\(parent)/a")
      for (name, tensor) in before where !name.hasPrefix("adam") {
        #expect((after[name] == tensor) == name.contains("score_model"), "\(name)")
      }
    }
  }

  /// Adam's moments after its first step are 0.1 g and 0.001 g², whose ratio later steps do not have.
  private func isFirstStep(_ name: String, of state: LearnerState) throws -> Bool {
    let first = try #require(state.tensors["adam_mu.\(name)"]).values
    let second = try #require(state.tensors["adam_nu.\(name)"]).values
    #expect(first.contains { $0 != 0 })
    // 32-bit rounding of three products
    return zip(first, second).allSatisfy { abs($0 * $0 - 10 * $1) <= 1e-5 * $0 * $0 }
  }

  @Test func theCriticAloneBeginsWithANewOptimiser() throws {
    try withTemporaryFolder { parent in
      let settings = ["training.steps=7", "training.critic_steps=1"]
      try Fixture.run("\(parent)/a", settings: settings).train(threads: 1)
      let state = try LearnerState(TensorFile(contentsOf: "\(parent)/a/state.safetensors"))
      #expect(state.steps.actor == 7 && state.steps.value == 1 && state.steps.critic == 1)
      let names = state.tensors.keys.filter { $0.hasPrefix("adam_mu.") }.map { $0.dropFirst(8) }
      let critic = names.filter { !$0.contains("score") && $0.hasSuffix("kernel") }
      #expect(critic.count == 4)
      for name in critic { #expect(try isFirstStep(String(name), of: state), "\(name)") }
      let actor = try #require(names.first { $0.contains("score") && $0.hasSuffix("kernel") })
      #expect(try !isFirstStep(String(actor), of: state))
    }
  }

  @Test func theValidationShareIsNotLearntFrom() throws {
    try withTemporaryFolder { parent in
      let data = try Fixture.run("\(parent)/a").data
      let all = data.training + data.validation
      #expect(all.sorted() == (0..<Int32(data.transitions.count)).map { $0 })
      #expect(data.validation.count == Int((0.05 * Double(all.count)).rounded()))
      // and is spread over the recording
      let middle = data.validation.count { $0 < Int32(all.count / 2) }
      #expect(middle > data.validation.count / 4 && middle < 3 * data.validation.count / 4)
    }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    try withTemporaryFolder { parent in
      _ = try Fixture.run("\(parent)/a")
      expectMessage(
        "\(parent)/a: there is something already; a new run needs a new folder, and --resume "
          + "continues a run."
      ) { _ = try Fixture.run("\(parent)/a") }
      expectMessage(
        "\(parent): not the folder of a run; it would hold run.json, config.toml and "
          + "state.safetensors."
      ) { _ = try TrainingRun(resuming: parent) }

      expectMessage(
        "pointmaze-medium-navigate-v0 gives its policies a goal, which IDQL does not learn from; its "
          + "singletask ids do not."
      ) {
        let id = try EnvironmentID("pointmaze-medium-navigate-v0")
        _ = try TrainingRun(
          creating: "\(parent)/g", environment: id, data: [Fixture.data],
          configuration: RunConfiguration(environment: id), seed: 0)
      }

      let path = "\(parent)/a/run.json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let sha = try RunDescription(contentsOf: path).data[0].sha256
      let other = String(repeating: "0", count: 64)
      try Data(text.replacing(sha, with: other).utf8).write(to: URL(fileURLWithPath: path))
      expectMessage("\(Fixture.data): its SHA-256 is \(sha), but the run began with \(other).") {
        _ = try TrainingRun(resuming: "\(parent)/a")
      }
      try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
      expectMessage("\(path): not the description of a run.") {
        _ = try TrainingRun(resuming: "\(parent)/a")
      }
    }
  }
}

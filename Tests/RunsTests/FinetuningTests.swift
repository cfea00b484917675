import Foundation
import IDQLEnvs
import IDQLEvaluation
import IDQLRandom
import IDQLTensors
import IDQLTraining
import TestSupport
import Testing

@testable import IDQLRuns

@Suite struct FinetuningTests {
  private let settings = [
    "online.updates_after=20", "online.candidates=3", "training.checkpoint_every=15",
    "training.log_every=10", "evaluation.every=40", "evaluation.episodes=1",
    "evaluation.candidates=[1]", "critic.batch_size=8", "actor.batch_size=8",
  ]

  private func finetune(
    _ base: String, _ out: String, trainsActor: Bool = false, steps: Int = 60, seed: UInt64 = 1
  ) throws -> TrainingRun {
    try TrainingRun(
      finetuning: base, in: nil, out: out, steps: steps, trainsActor: trainsActor,
      settings: settings, seed: seed)
  }

  @Test(arguments: [false, true])
  func learnsFromWhatItDoes(_ trainsActor: Bool) throws {
    try withTemporaryFolder { parent in
      let base = "\(parent)/base"
      try Fixture.run(base).train(threads: 1)
      let before = try Fixture.tensors(base)
      let run = try finetune(base, "\(parent)/a", trainsActor: trainsActor)
      #expect(try Fixture.tensors("\(parent)/a") == before)
      var updates = 0
      try run.train(threads: 1, onProgress: { updates += $0.report == nil ? 0 : 1 })
      #expect(updates == 60 - 20)

      let after = try Fixture.tensors("\(parent)/a")
      for (name, tensor) in before where !name.hasPrefix("adam") {
        let isFrozen = name.contains("score_model") && !trainsActor
        #expect((after[name] == tensor) == isFrozen, "\(name)")
      }
      let description = try RunDescription(contentsOf: "\(parent)/a/run.json")
      #expect(description.base == base && description.environment == "Hopper-v4")
      #expect(try policyPath("\(parent)/a") == "\(parent)/a/policies/step-60.safetensors")
    }
  }

  /// Cut before, at and after the first update, and in the middle of an episode.
  @Test(arguments: [(3, false), (21, false), (50, false), (37, true)])
  func anInterruptedRunEndsWithTheSameBits(_ cut: Int, _ trainsActor: Bool) throws {
    try withTemporaryFolder { parent in
      let base = "\(parent)/base"
      try Fixture.run(base).train(threads: 1)
      try finetune(base, "\(parent)/whole", trainsActor: trainsActor).train(threads: 1)
      let cancellation = Cancellation()
      try finetune(base, "\(parent)/cut", trainsActor: trainsActor).train(
        threads: 1, cancellation: cancellation,
        onProgress: { if $0.step == cut { cancellation.cancel() } })
      try TrainingRun(resuming: "\(parent)/cut").train(threads: 2)
      #expect(try Fixture.tensors("\(parent)/whole") == Fixture.tensors("\(parent)/cut"))
      let replays = try ["whole", "cut"].map {
        try Data(contentsOf: URL(fileURLWithPath: "\(parent)/\($0)/replay.bin"))
      }
      #expect(replays[0] == replays[1] && replays[0].count == 60 * (2 * 11 + 3 + 2) * 4)
    }
  }

  /// The transitions are those of an environment that is given the same actions, with the rewards of
  /// the data's scale.
  @Test func remembersWhatHappened() throws {
    try withTemporaryFolder { parent in
      let base = "\(parent)/base"
      try Fixture.run(base).train(threads: 1)
      try finetune(base, "\(parent)/a", steps: 300, seed: 9).train(threads: 1)
      let data = try Fixture.run("\(parent)/b").data.transitions
      let factor = try #require(
        data.rules.compactMap {
          if case .scalesRewards(let factor) = $0.kind { factor } else { nil }
        }
        .first)
      let replay = try ReplayFile(
        path: "\(parent)/a/replay.bin", observationCount: 11, actionCount: 3, count: 300)
      let batch = replay.batch(Array(0..<300))

      let environment = try makeEnvironment(id: "Hopper-v4")
      environment.reset(seed: 9)
      for row in 0..<300 {
        let observation = Array(batch.observations[row * 11..<row * 11 + 11])
        #expect(observation == environment.observation.map(Float.init))
        let transition = environment.step(
          batch.actions[row * 3..<row * 3 + 3].map(Double.init))
        #expect(batch.rewards[row] == Float(transition.reward * factor))
        #expect(batch.masks[row] == (transition.terminated ? 0 : 1))
        let next = Array(batch.nextObservations[row * 11..<row * 11 + 11])
        #expect(next == environment.observation.map(Float.init))
        if transition.terminated || transition.truncated { environment.reset() }
      }
      // an untrained hopper falls within 300 steps, so that the second episode was seen as well
      #expect(batch.masks.contains(0))
    }
  }
}

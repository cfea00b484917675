// Properties are named as the keys of the file.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLAgent

/// Against recordings of the original IDQL code.
@Suite struct IDQLParityTests {
  static let agents = ["hopper_simple", "hopper_full"]

  @Test(arguments: agents) func predictsTheRecordedNoise(_ name: String) throws {
    let policy = try Fixtures.hopper(name)
    let recording = try Fixtures.tensors("infer_\(name)")
    let observations = try recording.floats("eps_obs").values
    let actions = try recording.floats("eps_a").values
    let times = try recording.floats("eps_t").values.map { Int($0) }
    let expected = try recording.floats("eps_pred_target").values

    let network = policy.network
    let (o, a) = (network.observationCount, network.actionCount)
    let workspace = ScoreWorkspace(network, rows: 1)
    var predicted: [Float] = []
    for (row, time) in times.enumerated() {
      var prepared = [Float](repeating: 0, count: network.preparedCount)
      var noise = [Float](repeating: 0, count: a)
      network.prepare(Array(observations[row * o..<(row + 1) * o]), rows: 1, into: &prepared)
      prepared.withUnsafeBufferPointer { prepared in
        network.predict(
          Array(actions[row * a..<(row + 1) * a]), prepared: [prepared.baseAddress!], step: time,
          into: &noise, workspace: workspace)
      }
      predicted += noise
    }
    // 1e-5: float32 rounding through eight layers; the worst seen is 2e-6
    expectClose(predicted, expected, within: 1e-5, "eps")
  }

  @Test(arguments: agents + ["tiny_mlp"]) func decidesAsRecorded(_ name: String) throws {
    let policy = try name == "tiny_mlp" ? tiny() : Fixtures.hopper(name)
    let recording = try Fixtures.tensors("infer_\(name)")
    let obs = try recording.floats("obs")
    let decision = policy.decide(
      observations: obs.values, initialNoise: try recording.floats("noise_init").values,
      stepNoise: try recording.floats("noise_z").values,
      selectionDraws: [Double](repeating: 0, count: obs.shape[0]))

    // 1e-5 absolute: five steps of the network above
    expectClose(
      decision.candidates, try recording.floats("actions").values, within: 1e-5, "candidates")
    // 1e-4 relative: sums of a few hundred terms of either sign
    expectClose(decision.q, try recording.floats("q").values, within: 1e-5, relative: 1e-4, "q")
    let value = name == "tiny_mlp" ? "v" : "v_dataset"
    expectClose(
      decision.values, try recording.floats(value).values, within: 1e-5, relative: 1e-4, "v")

    guard name != "tiny_mlp" else { return }
    let gaps = try recording.floats("q_gap_top2").values
    let indices = try recording.integers("idx").values
    let a = policy.actionCount
    var compared = 0
    for (row, gap) in gaps.enumerated() where gap > 1e-3 {
      // below that gap rounding of Q, about 1e-4 at |Q| of 100, may order two candidates either way
      #expect(decision.indices[row] == indices[row], "row \(row)")
      compared += 1
      let chosen = try recording.floats("chosen").values[row * a..<(row + 1) * a]
      expectClose(
        Array(decision.actions[row * a..<(row + 1) * a]), Array(chosen), within: 1e-5, "action")
    }
    #expect(compared > gaps.count / 2)
  }

  private func tiny() throws -> IDQLPolicy {
    var options = IDQLOptions()
    options.candidateCount = 7
    return try Fixtures.idql("tiny_mlp.msgpack").with(options)
  }

  /// flax msgpack and safetensors are two routes to the same networks.
  @Test func readsTheSameAgentFromEitherFormat() throws {
    let (packed, plain) = (
      try Fixtures.idql("tiny_mlp.msgpack"), try Fixtures.idql("tiny_mlp.safetensors")
    )
    #expect(packed.options == plain.options)
    let schedules = [packed, plain].map { $0.diffusion as? NoiseSchedule }
    #expect(schedules[0] != nil && schedules[0] == schedules[1])
    let observations = (0..<20).map { sin(Float($0)) }
    let noise = (0..<4 * 64 * 2).map { cos(Float($0)) }
    let stepNoise = (0..<4 * 5 * 64 * 2).map { sin(Float($0) * 3) }
    let draws = [Double](repeating: 0, count: 4)
    #expect(
      packed.decide(
        observations: observations, initialNoise: noise, stepNoise: stepNoise, selectionDraws: draws
      )
        == plain.decide(
          observations: observations, initialNoise: noise, stepNoise: stepNoise,
          selectionDraws: draws))
  }

  @Test func describesWhatItLoaded() throws {
    let simple = try Fixtures.hopperSimple.get().description
    #expect(simple.kind == .idql)
    #expect(simple.environment == "hopper")
    #expect(simple.observationCount == 11)
    #expect(simple.actionCount == 3)
    #expect(
      simple.networks.map(\.layout) == [
        "LN-ResNet 256, 3 blocks of 1024, swish, 128 time features", "2 x MLP 256-256-1, relu",
        "MLP 256-256-1, relu, LayerNorm on the input",
      ])
    #expect(simple.networks.map(\.parameterCount) == [1_747_267, 139_778, 69_143])
    #expect(simple.settings.first == .init(name: "family", value: "simple", origin: .stored))
    var stated = StatedSettings()
    (stated.diffusionSteps, stated.schedule) = (5, .vp)
    let tiny = try loadPolicy(contentsOf: goldenPath("tiny_mlp.msgpack"), stated: stated)
      .description
    #expect(tiny.format == "IDQL agent in flax msgpack")
    #expect(tiny.networks[0].layout == "MLP 24-20-24-2 with LayerNorm, mish, 8 time features")
    #expect(tiny.environment == nil)
  }
}

@Suite struct NoiseScheduleTests {
  @Test func matchesTheRecordedSchedules() throws {
    struct Recorded: Decodable {
      var betas: [Float]
      var alphas: [Float]
      var alpha_hats: [Float]
    }
    // the file says where it comes from too
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(goldenBytes("schedules.json"))) as? [String: Any])
    var compared = 0
    for kind in NoiseSchedule.Kind.allCases {
      for steps in [1, 2, 5, 10, 20, 50, 100] {
        let name = "\(kind.rawValue)_T\(steps)"
        let entry = try JSONSerialization.data(withJSONObject: #require(object[name]))
        let recorded = try JSONDecoder().decode(Recorded.self, from: entry)
        let schedule = NoiseSchedule(kind, steps: steps)
        // the recording computed exp and cos in 32 bits; beyond that, the cosine schedule divides
        // by the square of a cosine near its zero
        let tolerance = kind == .cosine ? 4e-6 : 2e-7
        expectClose(schedule.betas, recorded.betas, within: tolerance, "\(name) beta")
        expectClose(schedule.alphas, recorded.alphas, within: tolerance, "\(name) alpha")
        expectClose(schedule.alphaHats, recorded.alpha_hats, within: 1e-6, "\(name) alpha hat")
        compared += 1
      }
    }
    #expect(compared == 21)
  }

  /// By the sizes of the reference's Hopper agent: 11 observations, 3 actions, width 256, three blocks of 1024,
  /// critics of 256 and 256.
  @Test func operationsAreThoseOfTheLayers() throws {
    var options = IDQLOptions()
    options.candidateCount = 64
    let policy = try Fixtures.hopperSimple.get().with(options)
    let score = 3 * 256 + 3 * 2 * 256 * 1024 + 256 * 3
    let head = 3 * 256 + 256 * 256 + 256
    let once = 11 * 256 + 2 * 11 * 256 + (11 * 256 + 256 * 256 + 256)
    #expect(policy.operationsPerAction == 2 * (once + 64 * (5 * score + 2 * head)))
  }
}

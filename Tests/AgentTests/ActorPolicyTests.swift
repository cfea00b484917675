import IDQLRandom
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLAgent

/// Against episodes recorded with the original policies.
@Suite struct ActorPolicyTests {
  @Test(arguments: [
    "ant_trpo", "hopper_a2c", "hopper_ars", "hopper_tqc", "halfcheetah_ppo", "timed",
  ])
  func actsAsRecorded(_ name: String) throws {
    let policy = try loadPolicy(contentsOf: goldenPath("actor_\(name).safetensors"))
    let episode = try Fixtures.tensors("episode_\(name)")
    let observations = try episode.doubles("ep0_obs")
    let rows = observations.shape[0]
    let steps = name == "timed" ? try episode.integers("steps").values : Array(0..<rows)
    #expect(policy.accepts(observationCount: observations.shape[1]))

    var noise = [NumPyGenerator](repeating: NumPyGenerator(seed: 0), count: rows)
    let actions = policy.actions(observations: observations.values, steps: steps, noise: &noise)
    // float32 rounding through three layers; inputs reach 10 after normalisation
    expectClose(actions, try episode.floats("ep0_action").values, within: 3e-6, name)
  }

  @Test func acceptsOnlyWhatItWasTrainedOn() throws {
    let ant = try loadPolicy(contentsOf: goldenPath("actor_ant_trpo.safetensors"))
    #expect(ant.observationCount == 111)
    #expect([27, 111].allSatisfy { ant.accepts(observationCount: $0) })
    #expect(![0, 1, 29, 58, 112].contains { ant.accepts(observationCount: $0) })
    let hopper = try loadPolicy(contentsOf: goldenPath("actor_hopper_ars.safetensors"))
    #expect(hopper.accepts(observationCount: 11))
    #expect(![10, 12].contains { hopper.accepts(observationCount: $0) })
    #expect(hopper.description.kind == .actor)
    #expect(hopper.description.networks.map(\.layout) == ["MLP 11-3, none"])
    #expect(hopper.description.networks.map(\.parameterCount) == [33])
    let timed = try loadPolicy(contentsOf: goldenPath("actor_timed.safetensors"))
    #expect(timed.observationCount == 90)
    #expect(
      timed.description.settings.last?.value
        == "padded with zeros to 90, time feature over 1000 steps, normalised and clipped to ±10.0")
  }

  @Test func actsOnNoRows() throws {
    let policy = try loadPolicy(contentsOf: goldenPath("actor_hopper_ars.safetensors"))
    var noise: [NumPyGenerator] = []
    #expect(policy.actions(observations: [], steps: [], noise: &noise) == [])
    #expect(
      try Fixtures.hopperSimple.get().actions(observations: [], steps: [], noise: &noise) == [])
  }
}

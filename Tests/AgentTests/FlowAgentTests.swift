import IDQLTensors
import TestSupport
import Testing

@testable import IDQLAgent

/// An IFQL agent saved by FQL's code, against what that code answers from the same noise
/// (`Scripts/make_flow_fixtures.py`).
@Suite struct FlowAgentTests {
  private let path = goldenPath("flow/params_7.pkl")

  private var stated: StatedSettings {
    var stated = StatedSettings()
    stated.diffusionSteps = 10
    return stated
  }

  private func decision(of policy: LoadedPolicy) throws -> Decision {
    let expected = try TensorFile(contentsOf: goldenPath("flow/expected.safetensors"))
    var options = try policy.requireDeciding().options
    options.candidateCount = 6
    return try policy.with(options).requireDeciding().decide(
      observations: try expected.floats("observations").values.map { $0 },
      initialNoise: try expected.floats("noise_init").values.map { $0 },
      stepNoise: Array(repeating: 9, count: 4 * 10 * 6 * 2),
      selectionDraws: Array(repeating: 0, count: 4))
  }

  @Test func actsAsTheOriginal() throws {
    let policy = try loadPolicy(contentsOf: path, stated: stated)
    let found = try decision(of: policy)
    let expected = try TensorFile(contentsOf: goldenPath("flow/expected.safetensors"))
    // float32 rounding through ten steps of three layers
    for (name, values) in [
      ("candidates", found.candidates), ("q", found.q), ("v", found.values),
      ("actions", found.actions),
    ] {
      expectClose(values, try expected.floats(name).values, within: 1e-5, name)
    }
    let options = try policy.requireDeciding().options
    #expect(options.candidateCount == 32 && options.rule == .argmax && options.temperature == 1)
    #expect(policy.description.networks.map(\.name) == ["flow", "critic", "value"])
    #expect(
      policy.description.unused.map(\.name).contains("agent.network.params"))
  }

  @Test func theStepsOfTheFlowHaveToBeStated() {
    expectMessage(
      "\(path): the file does not say its steps of the flow, which would have to be assumed and change "
        + "every action; state them with --diffusion-steps (10 in FQL's code)."
    ) { _ = try loadPolicy(contentsOf: path) }
  }

  @Test func convertsWithoutChange() throws {
    try withTemporaryFolder { folder in
      let contents = try PolicyContents(contentsOf: path, stated: stated)
      let target = "\(folder)/policy.safetensors"
      try convertPolicy(contents, to: target)
      let copy = try loadPolicy(contentsOf: target)
      #expect(try decision(of: copy) == decision(of: loadPolicy(contents)))
      #expect(copy.description.unused == [] && copy.description.unknownSettings == [])
      #expect(copy.description.settings.allSatisfy { $0.origin == .stored })
      #expect(throws: CheckpointError.self) {
        try convertPolicy(contents, to: "\(folder)/policy.msgpack")
      }
    }
  }
}

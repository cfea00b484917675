import IDQLTensors
import TestSupport
import Testing

@testable import IDQLAgent

/// An agent saved by CleanDiffuser, against what that library answers from the same noise
/// (`Scripts/make_cleandiffuser_fixtures.py`).
@Suite struct CleanDiffuserTests {
  private func path(_ name: String) -> String { goldenPath("cleandiffuser/\(name)") }

  private func expected() throws -> TensorFile {
    try TensorFile(contentsOf: path("expected.safetensors"))
  }

  private func stated(task: String? = nil) throws -> StatedSettings {
    let expected = try expected()
    var stated = StatedSettings()
    stated.critic = try CompanionFile(contentsOf: path("iql_ckpt.pt"))
    stated.statistics = ObservationStatistics(
      mean: try expected.floats("mean").values.map { $0 },
      deviation: try expected.floats("std").values.map { $0 }, path: "data.hdf5", sha256: "0",
      task: task)
    return stated
  }

  private func agent(_ name: String, _ stated: StatedSettings) throws -> any DecidingPolicy {
    let policy = try loadPolicy(contentsOf: path("diffusion_\(name).pt"), stated: stated)
    var options = try policy.requireDeciding().options
    (options.candidateCount, options.softmaxScale) = (6, 7)
    return try policy.with(options).requireDeciding()
  }

  private func decision(
    _ agent: any DecidingPolicy, _ name: String, draws: [Double] = [0, 0, 0, 0]
  ) throws -> Decision {
    let expected = try expected()
    return agent.decide(
      observations: try expected.floats("observations").values.map { $0 },
      initialNoise: try expected.floats("\(name).noise_init").values.map { $0 },
      stepNoise: try expected.floats("\(name).noise_z").values.map { $0 }, selectionDraws: draws)
  }

  @Test(arguments: [("ckpt", 5), ("new_ckpt", 12)])
  func actsAsTheLibrary(_ name: String, _ steps: Int) throws {
    var stated = try stated()
    if steps != 5 { stated.diffusionSteps = steps }
    let agent = try agent(name, stated)
    let found = try decision(agent, name)
    let expected = try expected()
    // the first step divides by α = 0.008, which makes 100 units of rounding of one
    expectClose(
      found.candidates, try expected.floats("\(name).candidates").values, within: 1e-5, name)
    expectClose(found.q, try expected.floats("\(name).q").values, within: 1e-5, name)
    expectClose(found.values, try expected.floats("v").values, within: 1e-5, name)

    // the chosen candidate is that in whose share of the weights a draw falls
    let weights = try expected.floats("\(name).weights").values
    for draw in [0.01, 0.3, 0.6, 0.99] {
      let chosen = try decision(agent, name, draws: [draw, draw, draw, draw]).indices
      for row in 0..<4 {
        var (index, sum) = (0, Double(weights[row * 6]))
        while index < 5, sum < draw {
          (index, sum) = (index + 1, sum + Double(weights[row * 6 + index + 1]))
        }
        #expect(chosen[row] == index, "\(name), row \(row), draw \(draw)")
      }
    }
  }

  @Test func settingsOfItsConfigurationAreAssumed() throws {
    let policy = try loadPolicy(
      contentsOf: path("diffusion_ckpt.pt"), stated: stated(task: "walker2d-medium-v2"))
    let options = try policy.requireDeciding().options
    #expect(options.rule == .softmax && options.candidateCount == 256 && options.temperature == 0.5)
    #expect(options.softmaxScale == 200)
    #expect(policy.description.settings.count == 8)
    #expect(policy.description.settings.dropLast().allSatisfy { $0.origin == .assumed })
    #expect(policy.description.settings.last?.origin == .stated)
    #expect(policy.description.critic?.name == path("iql_ckpt.pt"))
    #expect(policy.description.statistics?.name == "data.hdf5")
    #expect(
      policy.description.unused.map(\.name) == ["model.diffusion", "iql_q.Q1", "iql_q.Q2"])
  }

  @Test func whatItsFileLacksHasToBeStated() throws {
    let name = path("diffusion_ckpt.pt")
    expectMessage(
      "\(name): the file does not say its critic, observations' mean and deviation, which would have "
        + "to be assumed and change every action; state them with --critic iql_ckpt_….pt and "
        + "--statistics-from, the data set it was trained on."
    ) { _ = try loadPolicy(contentsOf: name) }
    var look = StatedSettings()
    look.assumesTheRest = true
    let description = try loadPolicy(contentsOf: name, stated: look).description
    #expect(description.networks.map(\.name) == ["score"])
    #expect(description.settings.last?.name == "critic")
    let critic = path("iql_ckpt.pt")
    expectMessage(
      "\(critic): is the critic of CleanDiffuser's IDQL agent. Name it beside the policy: --policy "
        + "diffusion_ckpt_….pt --critic \(critic) --statistics-from DATA."
    ) { _ = try loadPolicy(contentsOf: critic) }
    var other = try stated()
    other.schedule = .vp
    expectMessage(
      "\(name): setting '--schedule' is stated; expected nothing: CleanDiffuser's IDQL agent has no "
        + "such setting."
    ) { _ = try loadPolicy(contentsOf: name, stated: other) }
  }

  /// One file of ours holds what CleanDiffuser has in three.
  @Test func convertsWithoutChange() throws {
    try withTemporaryFolder { folder in
      var stated = try stated(task: "hopper-medium-v2")
      stated.diffusionSteps = 12
      let target = "\(folder)/policy.safetensors"
      let contents = try PolicyContents(
        contentsOf: path("diffusion_new_ckpt.pt"), stated: stated)
      try convertPolicy(contents, to: target)
      let (copy, original) = (try loadPolicy(contentsOf: target), try loadPolicy(contents))
      #expect(
        try copy.requireDeciding().options == original.requireDeciding().options)
      #expect(copy.description.environment == "hopper-medium-v2")
      #expect(copy.description.unused == [] && copy.description.unknownSettings == [])
      #expect(copy.description.settings.allSatisfy { $0.origin == .stored })
      var options = try copy.requireDeciding().options
      (options.candidateCount, options.softmaxScale) = (6, 7)
      #expect(
        try decision(copy.with(options).requireDeciding(), "new_ckpt")
          == decision(agent("new_ckpt", stated), "new_ckpt"))
      #expect(throws: CheckpointError.self) {
        try convertPolicy(contents, to: "\(folder)/policy.msgpack")
      }
    }
  }
}

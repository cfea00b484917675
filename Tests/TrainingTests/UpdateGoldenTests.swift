import IDQLTensors
import TestSupport
import Testing

@testable import IDQLTraining

/// Against recordings of the original learner.
@Suite struct UpdateGoldenTests {
  /// The largest difference of two tensors as a share of the largest element: rounding in a sum
  /// grows with its terms, not with what is left of them.
  private func expectEqual(
    _ found: [String: Tensor<Float>], _ expected: [String: Tensor<Float>], within share: Double,
    _ label: String
  ) throws {
    var worst = (share: 0.0, name: "")
    #expect(!expected.isEmpty)
    for (name, tensor) in expected {
      let values = try #require(found[name]).values
      let largest = tensor.values.reduce(0) { max($0, abs($1)) }
      for (a, b) in zip(values, tensor.values) where a != b {
        let error = Double(abs(a - b) / largest)
        if !(error <= worst.share) { worst = (error, name) }
      }
    }
    #expect(worst.share <= share, "\(label): \(worst)")
  }

  @Test(arguments: Recording.names) func oneUpdateMatchesTheReference(_ name: String) throws {
    let recording = try Recording(name)
    let learner = try recording.learner()
    for parameter in learner.networks.parameters { parameter.recordGradient() }
    _ = learner.update(try recording.batch(step: 0), draws: [try recording.draws(step: 0)])

    let gradients = try recording.tensors("step00/grads/")
    try expectEqual(learner.networks.gradients, gradients, within: 1e-5, "\(name) gradient")
    let state = learner.state.tensors
    for moment in ["adam_mu", "adam_nu"] {
      let found = Dictionary(
        uniqueKeysWithValues: state.compactMap { key, tensor in
          key.hasPrefix("\(moment).") ? (String(key.dropFirst(moment.count + 1)), tensor) : nil
        })
      try expectEqual(
        found, try recording.tensors("after_step00/\(moment)/"), within: 1e-5, "\(name) \(moment)")
    }
    let after = try recording.tensors("after_step00/").filter { !$0.key.hasPrefix("adam") }
    try expectEqual(state, after, within: 1e-5, "\(name) parameters")
  }

  @Test(arguments: Recording.names) func twelveUpdatesMatchTheReference(_ name: String) throws {
    let recording = try Recording(name)
    let learner = try recording.learner()
    for step in 0..<Recording.updateCount {
      let report = learner.update(
        try recording.batch(step: step), draws: [try recording.draws(step: step)])
      for (label, found) in [
        ("actor_loss", report.actorLoss ?? .nan), ("value_loss", report.valueLoss),
        ("critic_loss", report.criticLoss), ("q", report.meanQ), ("v", report.meanValue),
      ] {
        let expected = try recording.value("info/\(label)", step: step)
        expectClose([found], [expected], within: 0, relative: 1e-5, "\(name) \(label) \(step)")
      }
    }
    try expectEqual(
      learner.state.tensors, try recording.tensors("after_step11/"), within: 1e-5,
      "\(name) parameters")
  }

  /// A trained agent's critic and value network, whose outputs are near 100 where their difference is
  /// near 1: what the sums lose there, the gradient of V lacks.
  @Test func oneUpdateOfTheCriticAtFullSizeMatchesTheReference() throws {
    let file = try TensorFile(contentsOf: goldenPath("update_full_size.safetensors"))
    func floats(_ name: String) throws -> [Float] {
      let tensor: Tensor<Float> = try file.floats("step00/\(name)")
      return tensor.values
    }
    let batch = Batch(
      observations: try floats("batch/observations"), actions: try floats("batch/actions"),
      rewards: try floats("batch/rewards"), masks: try floats("batch/masks"),
      nextObservations: try floats("batch/next_observations"))
    var configuration = LearnerConfiguration(
      family: .simple, observationCount: 11, actionCount: 3)
    configuration.critic.batchSize = batch.count
    // the actor, which takes no part, small
    (configuration.actor.width, configuration.actor.blocks) = (16, 1)
    var state = try Learner(configuration, seed: 0).state
    for name in file.names where name.hasPrefix("before/") {
      let key = String(name.dropFirst("before/".count))
      let tensor = try file.floats(name)
      #expect(state.tensors.updateValue(tensor, forKey: key)?.shape == tensor.shape, "\(key)")
    }
    let learner = try Learner(configuration, state: state)
    for parameter in learner.networks.parameters { parameter.recordGradient() }
    let report = learner.updateCritic(batch)

    for (label, found) in [
      ("value_loss", report.valueLoss), ("critic_loss", report.criticLoss), ("q", report.meanQ),
      ("v", report.meanValue),
    ] {
      expectClose([found], try floats("info/\(label)"), within: 0, relative: 1e-5, label)
    }
    let gradients = learner.networks.gradients.filter { !$0.key.hasPrefix("score_model") }
    #expect(gradients.count == 14)
    for (name, gradient) in gradients {
      let indices = try file.integers("step00/flat_index/\(name)").values
      let largest = Double(try floats("grad_absmax/\(name)")[0])
      expectClose(
        indices.map { gradient.values[Int($0)] }, try floats("grad/\(name)"),
        within: 1e-5 * largest, name)
    }
  }
}

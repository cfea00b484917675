import IDQLTensors
import IDQLTraining
import TestSupport
import Testing

@testable import IDQLCollection

/// Against `SAC.train` of Stable-Baselines3, recorded by `Scripts/make_sac_fixtures.py`: the same
/// parameters, batches and draws.
@Suite struct SACGoldenTests {
  private func learner(of file: TensorFile) throws -> SoftActorCritic {
    var configuration = SACConfiguration()
    configuration.widths = [20, 18]
    configuration.batchSize = 70
    let learner = SoftActorCritic(configuration, observationCount: 5, actionCount: 2, seed: 0)
    var state = learner.parameters.tensors
    state.merge(try tensors("before/", file)) { $1 }
    try learner.restore(learner.memory, state)
    for parameter in learner.parameters { parameter.recordGradient() }
    return learner
  }

  /// The tensors whose names begin with `prefix`, under the rest of their names.
  private func tensors(_ prefix: String, _ file: TensorFile) throws -> [String: Tensor<Float>] {
    var tensors: [String: Tensor<Float>] = [:]
    for name in file.names where name.hasPrefix(prefix) {
      tensors[String(name.dropFirst(prefix.count))] = try file.floats(name)
    }
    return tensors
  }

  /// - Returns: the largest difference as a share of the largest element, for rounding in a sum
  ///   grows with its terms.
  private func share(_ found: [Float], _ expected: [Float]) -> Float {
    let largest = expected.reduce(0) { max($0, abs($1)) }
    return zip(found, expected).reduce(0) {
      $1.0 == $1.1 ? $0 : max($0, abs($1.0 - $1.1) / largest)
    }
  }

  /// Losses, gradients, and the parameters after Adam and the average. Stable-Baselines3's epsilon
  /// of 1e-6 in the logarithm of the density, which is exact here, is all that is between the two.
  @Test(arguments: [("sac_updates", Float(1e-5)), ("sac_updates_epsilon", 1e-4)])
  func updatesAreThoseOfStableBaselines(_ recording: String, tolerance: Float) throws {
    let file = try TensorFile(contentsOf: goldenPath("\(recording).safetensors"))
    let learner = try learner(of: file)
    for step in 0..<3 {
      func floats(_ name: String) throws -> [Float] {
        try file.floats("step\(step)/\(name)").values
      }
      let report = learner.update(
        Batch(
          observations: try floats("observations"), actions: try floats("actions"),
          rewards: try floats("rewards"), masks: try floats("masks"),
          nextObservations: try floats("next_observations")),
        noise: .init(next: try floats("noise_next"), now: try floats("noise_now")))
      // the loss of log α is -log α (log π + target entropy)
      let logTemperature = try file.floats(
        step == 0 ? "before/temperature.log" : "step\(step - 1)/after/temperature.log")
      let temperatureLoss = logTemperature.values[0] * (report.entropy + 2)
      expectClose(
        [report.criticLoss, report.actorLoss, report.temperature, temperatureLoss],
        try ["critic_loss", "actor_loss", "temperature", "temperature_loss"].map {
          Float(try file.doubles("step\(step)/\($0)").values[0])
        }, within: 0, relative: Double(tolerance), "losses \(step)")

      let gradients = try tensors("step\(step)/gradient/", file)
      #expect(gradients.count == learner.parameters.count)
      for parameter in learner.parameters {
        let gradient = try #require(parameter.gradient).values(rows: parameter.rows)
        let error = share(gradient, try #require(gradients[parameter.place.name]).values)
        #expect(error <= tolerance, "gradient \(step) \(parameter.place.name): \(error)")
      }
      let found = learner.parameters.tensors
      for (name, tensor) in try tensors("step\(step)/after/", file) {
        let error = share(try #require(found[name]).values, tensor.values)
        #expect(error <= tolerance, "parameters \(step) \(name): \(error)")
      }
    }
  }

  /// `nn.Linear` begins uniform in ±1 / √inputs, biases too.
  @Test func layersBeginAsThoseOfPyTorch() {
    var configuration = SACConfiguration()
    configuration.widths = [256, 64]
    let learner = SoftActorCritic(configuration, observationCount: 11, actionCount: 3, seed: 4)
    for network in [learner.actor] + learner.critics {
      for layer in network.layers {
        let limit = 1 / Float(layer.kernel.rows).squareRoot()
        for parameter in [layer.kernel, layer.bias] {
          let values = parameter.value.values(rows: parameter.rows)
          #expect(values.allSatisfy { abs($0) <= limit })
          // 32-bit draws of 16,384 may agree now and then
          #expect(Set(values).count > values.count * 9 / 10)
          // of n draws all within 0.8 of the limit: 0.8^n, 1e-6 for 62
          if values.count > 62 { #expect(values.contains { abs($0) > 0.8 * limit }) }
        }
      }
    }
    #expect(learner.temperature == 1)
  }
}

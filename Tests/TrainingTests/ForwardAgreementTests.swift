import IDQLRandom
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLAgent
@testable import IDQLTraining

/// The learner and the policy compute the same networks with kernels and layouts of their own: same
/// weights and inputs, same outputs, but for rounding.
///
/// Both sum the same products in single precision. The policy adds the shares of a first layer as sums of
/// their own, the learner sums a single output in another order, and its swish and mish round once more
/// for the sake of their slopes. Tolerances are twice to three times what is measured: 1e-5 after eight
/// layers with terms up to 14, 1e-6 after three with terms up to 5. Two weights swapped or another
/// activation are off by a hundredth and more.
@Suite struct ForwardAgreementTests {
  private static let rows = 70

  /// A learner whose every parameter, biases and scales included, is away from where training begins;
  /// averages are the same as what they are averages of.
  private func learner(_ configuration: LearnerConfiguration) throws -> Learner {
    var state = try Learner(configuration, seed: 3).state
    var generator = NumPyGenerator(seed: 11)
    for name in state.tensors.keys.sorted() where !name.hasPrefix("target_") {
      guard let tensor = state.tensors[name] else { continue }
      let values = tensor.values.map { $0 + 0.2 * generator.standardNormalFloat() }
      state.tensors[name]?.values = values
      if state.tensors["target_" + name] != nil { state.tensors["target_" + name]?.values = values }
    }
    return try Learner(configuration, state: state)
  }

  private func policy(_ learner: Learner) throws -> IDQLPolicy {
    let (tensors, metadata) = try learner.policyFile()
    return try IDQLPolicy(tensors, metadata: metadata)
  }

  private func normal(_ count: Int, seed: UInt64) -> [Float] {
    var generator = NumPyGenerator(seed: seed)
    return (0..<count).map { _ in generator.standardNormalFloat() }
  }

  private static func configurations() -> [LearnerConfiguration] {
    LearnerFamily.allCases.flatMap { family in
      var deep = smallConfiguration(family)
      deep.actor.blocks = 3
      // none a multiple of the kernels' 16, then all of them
      var whole = LearnerConfiguration(family: family, observationCount: 16, actionCount: 16)
      (whole.timeFeatureCount, whole.conditionWidths) = (32, [32, 32])
      (whole.actor.width, whole.actor.blocks, whole.critic.widths) = (32, 1, [48, 32])
      return [deep, whole]
    }
  }

  @Test func scoreNetworksAgree() throws {
    var exercised: [Activation: Int] = [:]
    for configuration in Self.configurations() {
      let learner = try learner(configuration)
      let network = try policy(learner).network
      let (rows, o, a) = (Self.rows, configuration.observationCount, configuration.actionCount)
      let (observations, actions) = (normal(rows * o, seed: 1), normal(rows * a, seed: 2))

      let (condition, trunk) = (learner.networks.condition, learner.networks.trunk)
      let steps = ConditionPass(condition, steps: configuration.diffusion.steps)
      condition.forward(steps)
      let pass = ScorePass(trunk, rows: rows)
      var prepared = [Float](repeating: 0, count: rows * network.preparedCount)
      network.prepare(observations, rows: rows, into: &prepared)
      let workspace = ScoreWorkspace(network, rows: rows)

      for t in 0..<configuration.diffusion.steps {
        for row in 0..<rows {
          for i in 0..<a { pass.input[row, i] = actions[row * a + i] }
          for i in 0..<o { pass.input[row, a + i] = observations[row * o + i] }
          for i in 0..<trunk.width { pass.hidden[0][row, i] = steps.shares[t, i] }
        }
        trunk.forward(
          pass, 0..<rows, dropout: Array(repeating: nil, count: configuration.actor.blocks))

        var noise = [Float](repeating: 0, count: rows * a)
        prepared.withUnsafeBufferPointer { prepared in
          guard let start = prepared.baseAddress else { return }
          network.predict(
            actions, prepared: (0..<rows).map { start + $0 * network.preparedCount }, step: t,
            into: &noise, workspace: workspace)
        }
        expectClose(
          pass.predicted.values(rows: rows), noise, within: 2e-5,
          "\(configuration.family) step \(t)")
        exercised[trunk.activation, default: 0] += noise.count
      }
    }
    // 5 steps of 70 rows of 2 and of 16 actions
    #expect(exercised == [.swish: 350 * 18, .mish: 350 * 18])
  }

  @Test(arguments: [Weights.online, .target]) func criticsAgree(_ weights: Weights) throws {
    var exercised = 0
    for configuration in Self.configurations() {
      let learner = try learner(configuration)
      let critic = try policy(learner).critic
      let (rows, o, a) = (Self.rows, configuration.observationCount, configuration.actionCount)
      let (observations, actions) = (normal(rows * o, seed: 3), normal(rows * a, seed: 4))
      var q = [Float](repeating: 0, count: rows * critic.heads.count)
      critic.evaluate(observations: observations, actions: actions, rows: rows, perRow: 1, into: &q)

      let input = PanelMatrix(rows: rows, columns: o + a)
      for row in 0..<rows {
        for i in 0..<o { input[row, i] = observations[row * o + i] }
        for i in 0..<a { input[row, o + i] = actions[row * a + i] }
      }
      for (index, head) in learner.networks.heads.enumerated() {
        #expect(head.activation == .relu)
        let pass = PerceptronPass(head, input: input)
        head.forward(pass, 0..<rows, weights)
        let ours = (0..<rows).map { q[$0 * critic.heads.count + index] }
        expectClose(pass.output.values(rows: rows), ours, within: 3e-6, "head \(index)")
        exercised += rows
      }
    }
    #expect(exercised == 4 * 2 * Self.rows)
  }

  @Test func valueNetworksAgree() throws {
    var exercised: [Bool: Int] = [:]
    for configuration in Self.configurations() {
      let learner = try learner(configuration)
      let network = try policy(learner).value
      let (rows, o) = (Self.rows, configuration.observationCount)
      let observations = normal(rows * o, seed: 5)
      var values = [Float](repeating: 0, count: rows)
      network.evaluate(observations, rows: rows, into: &values)

      let value = learner.networks.value
      #expect(value.activation == .relu)
      let pass = PerceptronPass(value, input: PanelMatrix(rows: rows, columns: o))
      for row in 0..<rows {
        for i in 0..<o { pass.input[row, i] = observations[row * o + i] }
      }
      value.forward(pass, 0..<rows)
      #expect((value.norm == nil) == (network.norm == nil))
      expectClose(
        pass.output.values(rows: rows), values, within: 3e-6, "\(configuration.family)")
      exercised[value.norm != nil, default: 0] += rows
    }
    // with a LayerNorm in front, and without
    #expect(exercised == [true: 2 * Self.rows, false: 2 * Self.rows])
  }
}

import IDQLAgent
import IDQLRandom
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLTraining

@Suite struct LearnerDeterminismTests {
  private func trained(
    _ configuration: LearnerConfiguration, threads: Int, updates: Int = 5
  ) throws -> LearnerState {
    let learner = try Learner(configuration, seed: 7)
    learner.threadCount = threads
    for seed in 0..<updates {
      // also batches beyond the configured size, and smaller ones after them
      let count = [70, 200, 31][seed % 3]
      _ = learner.update(Batch(count, for: configuration, seed: UInt64(seed)))
    }
    return learner.state
  }

  @Test(arguments: LearnerFamily.allCases) func threadsChangeNoBit(_ family: LearnerFamily) throws {
    let configuration = smallConfiguration(family)
    let alone = try trained(configuration, threads: 1)
    #expect(try trained(configuration, threads: 2) == alone)
    #expect(try trained(configuration, threads: 5) == alone)
  }

  @Test func aRestoredLearnerContinuesToTheSameBits() throws {
    let configuration = smallConfiguration()
    func batch(_ seed: Int) -> Batch { Batch(70, for: configuration, seed: UInt64(seed)) }
    let learner = try Learner(configuration, seed: 1)
    for seed in 0..<3 { _ = learner.update(batch(seed)) }

    try withTemporaryFolder { folder in
      let path = "\(folder)/state.safetensors"
      try writeTensorFile(learner.state.namedTensors(), to: path)
      let state = try LearnerState(TensorFile(contentsOf: path))
      #expect(state == learner.state)
      let restored = try Learner(configuration, state: state)
      for seed in 3..<6 {
        #expect(restored.update(batch(seed)) == learner.update(batch(seed)))
        #expect(restored.drawRows(9, of: 1000) == learner.drawRows(9, of: 1000))
      }
      #expect(restored.state == learner.state)
    }
  }

  @Test func theSeedDecides() throws {
    let configuration = smallConfiguration()
    #expect(try Learner(configuration, seed: 1).state == Learner(configuration, seed: 1).state)
    #expect(try Learner(configuration, seed: 1).state != Learner(configuration, seed: 2).state)
  }
}

@Suite struct LearnerTests {
  @Test func criticUpdatesLeaveTheActorAlone() throws {
    let configuration = smallConfiguration()
    let learner = try Learner(configuration, seed: 1)
    let before = learner.state
    let report = learner.updateCritic(Batch(70, for: configuration, seed: 1))
    #expect(report.actorLoss == nil)
    let after = learner.state
    #expect(after.generator == before.generator)
    #expect(after.steps == .init(actor: 0, value: 1, critic: 1))
    for (name, tensor) in before.tensors {
      #expect((after.tensors[name] == tensor) == name.contains("score_model"), "\(name)")
    }
  }

  @Test func newOptimizersOfTheCriticLeaveAllElseAlone() throws {
    let configuration = smallConfiguration()
    let learner = try Learner(configuration, seed: 1)
    for seed: UInt64 in 0..<3 { _ = learner.update(Batch(70, for: configuration, seed: seed)) }
    let before = learner.state
    learner.resetCriticOptimizers()
    let after = learner.state
    #expect(after.steps == .init(actor: 3, value: 0, critic: 0))
    #expect(after.generator == before.generator)
    var cleared = 0
    for (name, tensor) in before.tensors {
      let isMoment = ["adam_mu.value.", "adam_nu.value.", "adam_mu.critic.", "adam_nu.critic."]
        .contains { name.hasPrefix($0) }
      if isMoment {
        #expect(tensor.values.contains { $0 != 0 }, "\(name)")
        #expect(after.tensors[name]?.values.allSatisfy { $0 == 0 } == true, "\(name)")
        cleared += 1
      } else {
        #expect(after.tensors[name] == tensor, "\(name)")
      }
    }
    // weights and biases of three layers, and V's LayerNorm, twice each
    #expect(cleared == 2 * (6 + 2 + 6))
    // and as a learner that begins from this state
    let restored = try Learner(configuration, state: after)
    let batch = Batch(70, for: configuration, seed: 9)
    #expect(restored.updateCritic(batch) == learner.updateCritic(batch))
    #expect(restored.state == learner.state)
  }

  /// The appendix of the paper: 1024 and two steps for the actor beside 256 for the critic.
  @Test func actorMayTakeItsOwnBatches() throws {
    var configuration = smallConfiguration()
    configuration.actor.stepsPerUpdate = 2
    configuration.actor.batchSize = 100
    let batches = (1...3).map { Batch($0 == 1 ? 70 : 100, for: configuration, seed: UInt64($0)) }
    let (together, apart) = (
      try Learner(configuration, seed: 1), try Learner(configuration, seed: 1)
    )
    let report = together.update(batches[0], actorBatches: Array(batches[1...]))
    let losses = batches[1...].map { apart.updateActor($0) }
    _ = apart.updateCritic(batches[0])
    #expect(report.actorLoss == (losses[0] + losses[1]) / 2)
    #expect(together.state == apart.state)
    #expect(together.steps == .init(actor: 2, value: 1, critic: 1))
  }

  /// Learning works at all: a constant action is soon cloned, and V approaches the constant reward's
  /// sum where every transition terminates.
  @Test func learnsAConstant() throws {
    var configuration = smallConfiguration()
    configuration.actor.dropout = 0
    configuration.actor.decaySteps = 10_000
    configuration.actor.learningRate = 3e-3
    configuration.critic.valueLearningRate = 3e-3
    configuration.critic.learningRate = 3e-3
    configuration.critic.averageRate = 0.05
    let learner = try Learner(configuration, seed: 1)
    var losses: [Float] = []
    var report: UpdateReport?
    for seed in 0..<400 {
      var batch = Batch(70, for: configuration, seed: UInt64(seed))
      batch.actions = batch.actions.indices.map { $0 % 2 == 0 ? 0.5 : -0.25 }
      batch.rewards = batch.rewards.map { _ in 2 }
      batch.masks = batch.masks.map { _ in 0 }
      report = learner.update(batch)
      losses.append(report?.actorLoss ?? .nan)
    }
    // the noise of a constant action is known exactly from a_t; from a start near 2
    #expect(losses[0] > 1)
    #expect(losses.suffix(20).reduce(0, +) / 20 < 0.1 * losses[0])
    #expect(abs((report?.meanQ ?? .nan) - 2) < 0.1)
    #expect(abs((report?.meanValue ?? .nan) - 2) < 0.2)
  }

  @Test(arguments: LearnerFamily.allCases)
  func exportsWhatTheAgentLoads(_ family: LearnerFamily) throws {
    var configuration = LearnerConfiguration(family: family, observationCount: 5, actionCount: 2)
    configuration.actor.blocks = 1
    configuration.actor.width = 32
    let learner = try Learner(configuration, seed: 1)
    let batch = Batch(70, for: configuration, seed: 1)
    for _ in 0..<3 { _ = learner.update(batch) }

    try withTemporaryFolder { folder in
      let path = "\(folder)/policy.safetensors"
      let (tensors, metadata) = try learner.policyFile(environment: "hopper")
      try writeTensorFile(tensors, metadata: metadata, to: path)
      let loaded = try loadPolicy(contentsOf: path)
      let policy = try loaded.requireDeciding()
      #expect(policy.description.environment == "hopper")
      #expect(policy.observationCount == 5)
      #expect(policy.actionCount == 2)
      #expect(policy.description.settings.first?.value == family.rawValue)
      #expect(policy.options.criticParameter == 0.7)

      // two routes to V: the agent's kernels and the learner's
      let noise = [Float](repeating: 0.5, count: 70 * 64 * 2)
      let decision = policy.decide(
        observations: batch.observations, initialNoise: noise,
        stepNoise: [Float](repeating: 0, count: 70 * 5 * 64 * 2),
        selectionDraws: [Double](repeating: 0, count: 70))
      var chosen = batch
      chosen.actions = decision.actions
      let advantages = learner.advantages(chosen)
      let expected = (0..<70).map { row in
        let q = (0..<2).map { decision.q[(row * 2 + $0) * 64 + decision.indices[row]] }
        return min(q[0], q[1]) - decision.values[row]
      }
      // both sum a few hundred terms of about 1
      expectClose(advantages, expected, within: 1e-5, "advantages")
    }
  }

  /// The share of dropped elements, in each block.
  @Test(arguments: [0.1, 0.75]) func theDropoutRateIsTheShareThatIsDropped(_ rate: Double) throws {
    var configuration = smallConfiguration()
    configuration.actor.dropout = rate
    let masks = try Learner(configuration, seed: 1).drawForActor(rows: 500).keepMasks
    // two blocks of 500 rows of 20
    for block in [masks[..<10_000], masks[10_000...]] {
      let dropped = Double(block.count { $0 == 0 })
      // four standard errors of a share of 10,000
      #expect(abs(dropped / 10_000 - rate) < 4 * (rate * (1 - rate) / 10_000).squareRoot())
      #expect(block.allSatisfy { $0 <= 1 })
    }
  }

  /// Options other than the defaults are read back from a policy file.
  @Test func exportsHowToAct() throws {
    var configuration = smallConfiguration()
    configuration.critic.objective = .quantile
    configuration.critic.tau = 0.8
    var options = IDQLOptions()
    options.candidateCount = 7
    options.temperature = 0.5
    options.clipsEveryStep = false
    options.extraFinalSteps = 3
    let (tensors, metadata) = try Learner(configuration, seed: 1).policyFile(options: options)
    let policy = try IDQLPolicy(tensors, metadata: metadata)
    options.criticObjective = .quantile
    options.criticParameter = 0.8
    #expect(policy.options == options)
  }

  @Test func ratesFallAlongACosine() throws {
    var configuration = smallConfiguration()
    configuration.actor.decaySteps = 1000
    // of optax.cosine_decay_schedule(3e-4, 1000), in 32 bits
    let recorded: [(Int, Float)] = [
      (0, 0.0003000000142492354), (1, 0.0002999992575496435), (10, 0.00029992597410455346),
      (100, 0.00029265848570503294), (250, 0.00025606603594496846), (500, 0.00014999999257270247),
      (750, 4.3933985580224544e-05), (999, 7.420778436184605e-10), (1000, 0), (1001, 0), (5000, 0),
    ]
    for (step, rate) in recorded {
      #expect(configuration.actor.learningRate(step: step) == rate, "step \(step)")
    }
  }

  @Test func startsFromThePublishedDistributions() throws {
    let configuration = LearnerConfiguration(
      family: .simple, observationCount: 11, actionCount: 3)
    let tensors = try Learner(configuration, seed: 1).state.tensors
    func moments(_ name: String) throws -> (deviation: Double, largest: Double) {
      let values = try #require(tensors[name]).values.map(Double.init)
      let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
      return (square.squareRoot(), values.reduce(0) { max($0, abs($1)) })
    }
    let root = "score_model.MLPResNet_0"
    // uniform: √(6 / (270 + 256)), of which the standard deviation is 1/√3
    let first = try moments("\(root).Dense_0.kernel")
    #expect(first.largest <= 0.106806 && first.largest > 0.1067)
    #expect(abs(first.deviation / 0.061664 - 1) < 0.01)
    // normal of variance 1/256, cut off at 2 / 0.8796 standard deviations of what is left
    let inner = try moments("\(root).MLPResNetBlock_0.Dense_0.kernel")
    #expect(inner.largest <= 0.142106 && inner.largest > 0.1418)
    #expect(abs(inner.deviation / 0.0625 - 1) < 0.01)
    let times = try moments("score_model.FourierFeatures_0.kernel")
    #expect(times.deviation > 0.15 && times.deviation < 0.25)
    #expect(try moments("\(root).MLPResNetBlock_2.Dense_1.bias").largest == 0)
    #expect(tensors["value.MLP_0.LayerNorm_0.scale"]?.values == [Float](repeating: 1, count: 11))
    #expect(
      tensors["target_score_model.MLP_0.Dense_1.kernel"]
        == tensors["score_model.MLP_0.Dense_1.kernel"])
    // each head has its own fan: √(6 / (14 + 256))
    let head = try moments("critic.VmapStateActionValue_0.MLP_0.Dense_0.kernel")
    #expect(head.largest <= 0.149072 && head.largest > 0.148)
  }

  @Test func refusesOtherStates() throws {
    let configuration = smallConfiguration()
    var state = try Learner(configuration, seed: 1).state
    state.tensors["value.OutputVDense.bias"] = Tensor(shape: [2], values: [0, 0])
    expectMessage(
      "tensor 'value.OutputVDense.bias' of the learner's state has shape [2]; expected [1]."
    ) { _ = try Learner(configuration, state: state) }
    state.tensors["value.OutputVDense.bias"] = nil
    expectMessage(
      "the learner's state has no tensor 'value.OutputVDense.bias'. There is "
        + "'value.OutputVDense.kernel'."
    ) { _ = try Learner(configuration, state: state) }
  }

  @Test func refusesOtherConfigurations() throws {
    func expect(_ message: String, _ change: (inout LearnerConfiguration) -> Void) {
      var configuration = smallConfiguration()
      change(&configuration)
      expectMessage(message) { _ = try Learner(configuration, seed: 0) }
    }
    expect("critic.batch_size is 0; it must be from 1 to 65536.") { $0.critic.batchSize = 0 }
    expect("timeFeatureCount is 5; it must be an even number.") {
      $0.timeFeatureCount = 5
    }
    expect("critic.widths is [ 16, 0 ]; it must be 1 to 64 whole numbers, each from 1 to 65536.") {
      $0.critic.widths = [16, 0]
    }
    expect("actor.dropout is 1.0; it must be a number from 0, below 1.") { $0.actor.dropout = 1 }
    expect(
      "critic.tau is 1.0; it must be a number between 0 and 1 for the objective expectile."
    ) { $0.critic.tau = 1 }
    expect("discount is 1.5; it must be a number from 0 to 1.") { $0.discount = 1.5 }
    expect("actor.learning_rate is -1.0; it must be a number from 0 to 1000.") {
      $0.actor.learningRate = -1
    }
    expect("diffusion.steps is 0; it must be from 1 to 1000.") { $0.diffusion.steps = 0 }
    expect("actor.blocks is -1; it must be from 0 to 1000.") { $0.actor.blocks = -1 }
  }
}

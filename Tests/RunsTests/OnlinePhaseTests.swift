import IDQLDatasets
import IDQLEnvs
import IDQLRandom
import IDQLTraining
import TestSupport
import Testing

@testable import IDQLRuns

/// The replay buffer of the online phase, and the batches drawn from it.
@Suite struct OnlinePhaseTests {
  /// The start of an online phase in Hopper-v4.
  private struct Setting {
    let data: TrainingData
    let configuration: RunConfiguration
    let learner: Learner
    let phase: OnlinePhase
    /// In the same state as the phase's environment.
    let twin: any Environment

    init(
      _ folder: String, rewards: TransitionDataset.RewardRule = .scaleByReturns, stepCount: Int = 0,
      settings: [String] = []
    ) throws {
      let id = try Fixture.environment
      data = try TrainingData(
        TransitionDataset(
          RecordedDataset(contentsOf: Fixture.data), rewards: rewards, stepLimit: 1000),
        validationShare: 0.3, seed: 5)
      configuration = try RunConfiguration(
        environment: id, settings: Fixture.small + ["online.candidates=2"] + settings)
      learner = try Learner(
        configuration.learner(observationCount: 11, actionCount: 3), seed: 1)
      twin = try makeEnvironment(id)
      twin.reset(seed: 4)
      var snapshot = twin.snapshot
      snapshot.stepCount = stepCount
      try twin.restore(snapshot)
      phase = try OnlinePhase(
        id, configuration: configuration, seed: 4, data: data.transitions,
        replayPath: "\(folder)/replay.bin", learner: learner,
        state: .init(environment: snapshot, noise: NumPyGenerator(seed: 2), replayCount: 0))
    }

    var own: Batch { phase.replay.batch(Array(0..<phase.replay.count)) }
  }

  /// The environment's rewards are scaled and shifted as those of the data were.
  @Test(arguments: [TransitionDataset.RewardRule.scaleByReturns, .shift(-1), .keep])
  func rewardsAreThoseOfTheData(_ rule: TransitionDataset.RewardRule) throws {
    try withTemporaryFolder { folder in
      let setting = try Setting(folder, rewards: rule)
      let plain = try TransitionDataset(
        RecordedDataset(contentsOf: Fixture.data), rewards: .keep, stepLimit: 1000)
      let processed = setting.data.transitions
      // the map of the data's rewards is linear: two points determine it
      let a = try #require(plain.rewards.indices.min { plain.rewards[$0] < plain.rewards[$1] })
      let b = try #require(plain.rewards.indices.max { plain.rewards[$0] < plain.rewards[$1] })
      let slope =
        (processed.rewards[b] - processed.rewards[a]) / (plain.rewards[b] - plain.rewards[a])
      for row in 0..<10 {
        try setting.phase.act()
        let action = setting.own.actions[3 * row..<3 * row + 3].map(Double.init)
        let transition = setting.twin.step(action)
        if transition.terminated { setting.twin.reset() }
        let expected =
          processed.rewards[a] + slope * (Float(transition.reward) - plain.rewards[a])
        // the slope of two 32-bit numbers
        expectClose([setting.own.rewards[row]], [expected], within: 1e-3, relative: 1e-3)
      }
    }
  }

  /// A truncated step has mask 1, and the observation before the reset as its next one.
  @Test func aTimeLimitIsNoEnd() throws {
    try withTemporaryFolder { folder in
      let setting = try Setting(folder, stepCount: 998)
      for row in 0..<3 {
        try setting.phase.act()
        let action = setting.own.actions[3 * row..<3 * row + 3].map(Double.init)
        let transition = setting.twin.step(action)
        #expect(!transition.terminated && transition.truncated == (row == 1))
        #expect(setting.own.masks[row] == 1)
        #expect(
          Array(setting.own.nextObservations[11 * row..<11 * row + 11])
            == setting.twin.observation.map(Float.init))
        if transition.truncated { setting.twin.reset() }
      }
      #expect(setting.phase.state.environment.stepCount == 1)
    }
  }

  /// Half of a batch comes from the replay buffer, half from the training share of the data: another
  /// learner, with the same draws and such batches, arrives at the same bits.
  @Test(arguments: [false, true]) func learnsFromEqualParts(_ trainsActor: Bool) throws {
    try withTemporaryFolder { folder in
      let setting = try Setting(
        folder, settings: ["online.updates_after=20", "online.train_actor=\(trainsActor)"])
      let (learner, data) = (setting.learner, setting.data)
      for _ in 0..<20 { try setting.phase.act() }
      #expect(try setting.phase.update(learner, data) == nil, "20 transitions are too few")
      try setting.phase.act()

      let other = try Learner(learner.configuration, state: learner.state)
      let half = learner.configuration.critic.batchSize / 2
      let own = setting.phase.replay.batch(other.drawRows(half, of: 21))
      let kept = Set(data.validation)
      let transitions = (0..<Int32(data.transitions.count)).filter { !kept.contains($0) }
      let order = data.training
      #expect(order.sorted() == transitions && order != transitions)
      let recorded = data.batch(other.drawRows(half, of: order.count).map { order[$0] })
      let batch = own + recorded
      #expect(batch.count == 2 * half && batch.observations.count == 22 * half)
      let expected =
        trainsActor
        ? other.update(batch, actorBatches: [batch]) : other.updateCritic(batch)
      #expect(try setting.phase.update(learner, data) == expected)
      #expect(learner.state == other.state)
    }
  }
}

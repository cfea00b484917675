import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLRandom
import IDQLTraining
import TestSupport
import Testing

@testable import IDQLCollection

@Suite struct SACTrainingTests {
  private func configuration() -> SACConfiguration {
    var configuration = SACConfiguration()
    configuration.widths = [32, 32]
    configuration.batchSize = 64
    configuration.rate = 3e-3
    configuration.steps = 3000
    configuration.randomSteps = 500
    configuration.environmentCount = 4
    configuration.evaluation.every = 1000
    return configuration
  }

  private func training(
    _ folder: String, _ configuration: SACConfiguration? = nil, threads: Int = 2,
    breaksAt: Int? = nil
  ) throws -> SACTraining {
    let snapshots = Snapshots(path: folder)
    try snapshots.create(["settings"])
    let training = try SACTraining(
      configuration ?? self.configuration(), seed: 1, snapshots: snapshots
    ) { try Balance(breaksAt: breaksAt) }
    try training.train(CollectionControl(threads: threads), onEvaluation: { _ in })
    return training
  }

  private func rows(_ training: SACTraining, upTo step: Int) throws -> [Rows] {
    try #require(training.rows(upTo: step, CollectionControl(threads: 1)))
  }

  /// The rod falls in 20 steps by itself, and stands for all 100 once something was learnt.
  @Test(arguments: LearnerPrecision.supported)
  func theRodLearnsToStand(_ precision: LearnerPrecision) throws {
    try withTemporaryFolder { folder in
      var configuration = configuration()
      configuration.precision = precision
      let training = try training("\(folder)/a", configuration)
      #expect(training.snapshots.curve.points.map(\.step) == [1000, 2000, 3000])
      #expect(try training.snapshots.curve.expert().meanReturn > 90)
      // without the noise of the actions it stands too, and the file says the same
      #expect(try #require(training.snapshots.curve.expert().meanActionReturn) > 90)
      #expect(try training.snapshots.writtenCurve() == training.snapshots.curve)
      let beginning = try rows(training, upTo: 400)
      let episodes = beginning.reduce(0) { count, rows in
        count + zip(rows.terminals, rows.timeouts).count { $0 || $1 }
      }
      #expect(400 / episodes < 35)
      #expect(training.updateCount == 2504)
    }
  }

  @Test(arguments: LearnerPrecision.supported)
  func threadsChangeNothing(_ precision: LearnerPrecision) throws {
    try withTemporaryFolder { folder in
      var configuration = configuration()
      configuration.precision = precision
      let runs = try [1, 3].map { try training("\(folder)/\($0)", configuration, threads: $0) }
      #expect(runs[0].snapshots.curve == runs[1].snapshots.curve)
      #expect(
        try rows(runs[0], upTo: 3000).map(\.observations)
          == rows(runs[1], upTo: 3000).map(\.observations))
      for name in ["step-1000.safetensors", "step-3000.safetensors", "curve.csv"] {
        let files = try [1, 3].map {
          try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)/\(name)"))
        }
        #expect(files[0] == files[1])
      }
    }
  }

  /// A time limit is no end: its transition keeps the value of what follows.
  @Test func onlyTerminationsAreMasked() throws {
    try withTemporaryFolder { folder in
      let training = try training("\(folder)/a")
      let rows = try rows(training, upTo: 3000)
      #expect(rows.contains { $0.timeouts.dropLast().contains(true) })
      let batch = training.drawBatch()
      var masked = 0
      for index in 0..<batch.count {
        let next = Array(batch.nextObservations[2 * index..<2 * index + 2])
        let hasFallen = abs(next[0]) > 0.5
        #expect(batch.masks[index] == (hasFallen ? 0 : 1))
        masked += hasFallen ? 1 : 0
      }
      #expect(masked > 0)
    }
  }

  /// Of more transitions than there is room for, the oldest are not drawn any more.
  @Test func batchesAreOfTheNewestTransitions() throws {
    try withTemporaryFolder { folder in
      var configuration = configuration()
      (configuration.steps, configuration.randomSteps) = (1200, 1200)
      configuration.capacity = 400
      let training = try training("\(folder)/a", configuration)
      // four environments of 300 rows, of which the last 100 each count
      var places: [[Float]: Int] = [:]
      for rows in try rows(training, upTo: 1200) {
        for row in 0..<300 { places[Array(rows.observation(row))] = row }
      }
      #expect(places.count == 1200)
      var drawn: Set<[Float]> = []
      for _ in 0..<20 {
        let batch = training.drawBatch()
        for index in 0..<batch.count {
          drawn.insert(Array(batch.observations[2 * index..<2 * index + 2]))
        }
      }
      let found = try drawn.map { try #require(places[$0]) }
      #expect(found.allSatisfy { $0 >= 200 })
      // 1280 draws leave a twenty-fifth of 400 out
      #expect(drawn.count > 350 && Set(found).count == 100)
    }
  }

  @Test func aSnapshotActsAsItsActor() throws {
    try withTemporaryFolder { folder in
      let training = try training("\(folder)/a")
      let path = training.snapshots.policy(step: 3000)
      let observations = [0.1, -0.3, -0.05, 0.2]
      var noise = [0, 1].map { NumPyGenerator(seed: $0) }
      var again = noise
      let actor = SACActor(training.learner.actor)
      let drawn = actor.actions(observations: observations, steps: [0, 0], noise: &noise)
      let read = try SACActor(contentsOf: path)
        .actions(observations: observations, steps: [0, 0], noise: &again)
      #expect(drawn == read && noise == again)
      // without noise it is what everyone else reads
      let means = try loadPolicy(contentsOf: path)
        .actions(observations: observations, steps: [0, 0], noise: &noise)
      for row in 0..<2 {
        var zero = NumPyGenerator(seed: UInt64(row))
        let deviation = zero.standardNormalFloat()
        let pass = actor.pass(observations, rows: 2)
        let normal = pass.output.normal(row, 0, of: 1)
        expectClose([means[row]], [normal.draw(0).action], within: 1e-6)
        #expect(normal.draw(deviation).action == drawn[row])
      }
    }
  }

  /// Numbers that are none never reach the data; the episode before them is cut.
  @Test func brokenStepsAreTakenAgain() throws {
    try withTemporaryFolder { folder in
      var configuration = configuration()
      configuration.randomSteps = 3000
      let training = try training("\(folder)/a", configuration, breaksAt: 3)
      #expect(training.snapshots.curve.points.isEmpty)
      for rows in try rows(training, upTo: 3000) {
        #expect(rows.count == 750 && rows.timeouts.count(where: \.self) == 375)
        #expect(rows.rewards.allSatisfy { $0.isFinite })
      }
    }
  }

  /// Taken again in a new episode, such a step would never end.
  @Test func actionsThatAreNoNumbersAreRefused() throws {
    let rollouts: [any Rollout] = [
      RobotRollout(try makeEnvironment(id: "Hopper-v4"), seed: 1),
      try MazeRollout(EnvironmentID("antmaze-umaze-v2"), .fixed, goal: MazePoint(0, 8), seed: 1),
    ]
    for rollout in rollouts {
      for number in [Float.nan, .infinity] {
        let action = Array(repeating: Float(0), count: 7) + [number]
        expectMessage(
          "an action of the policy is \(number), which no step can be taken with."
        ) { try rollout.take(action) }
      }
      #expect(rollout.rows.count == 0)
    }
  }

  @Test func settingsOutOfRangeAreRefused() throws {
    var configuration = configuration()
    configuration.updatesPerStep = 0
    expectMessage("updates-per-step is 0.0; it must be above 0, at most 100.") {
      try configuration.validate()
    }
    configuration.updatesPerStep = 1
    for widths in [[], [0], [16, 9_223_372_036_854_775_807], Array(repeating: 1, count: 65)] {
      configuration.widths = widths
      expectMessage("widths is \(widths); it must be 1 to 64 widths, each from 1 to 4096.") {
        try configuration.validate()
      }
    }
    try withTemporaryFolder { folder in
      expectMessage(
        "\(folder): there is something already; a new training needs a new folder, and 'idql collect "
          + "resume' continues one."
      ) { try Snapshots(path: folder).create(["settings"]) }
    }
  }
}

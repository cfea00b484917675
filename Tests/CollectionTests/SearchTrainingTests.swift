import Foundation
import IDQLRandom
import IDQLSpelling
import TestSupport
import Testing

@testable import IDQLCollection

@Suite struct SearchTrainingTests {
  private func training(
    _ folder: String, threads: Int = 2, rowLimit: Int = 1_000_000, breaksAt: Int? = nil,
    healthyShare: Double = 1
  ) throws -> SearchTraining {
    var configuration = SearchConfiguration()
    configuration.iterations = 20
    configuration.directionCount = 4
    configuration.keptCount = 2
    configuration.stepSize = 0.1
    configuration.noise = 0.1
    configuration.finalNoise = 0.05
    configuration.healthyShare = healthyShare
    configuration.evaluation = EvaluationSchedule(every: 8, episodes: 10)
    let snapshots = Snapshots(path: folder)
    try snapshots.create(["settings"])
    let training = try SearchTraining(
      configuration, rowLimit: rowLimit, seed: 1, snapshots: snapshots
    ) { try Balance(breaksAt: breaksAt) }
    try training.train(CollectionControl(threads: threads), onEvaluation: { _ in })
    return training
  }

  /// The rod falls in 20 steps by itself, and stands for all 100 once something was found.
  @Test func theRodLearnsToStand() throws {
    try withTemporaryFolder { folder in
      let training = try training("\(folder)/a")
      let points = training.snapshots.curve.points
      #expect(points.count == 3 && points.last?.step == training.step)
      #expect(try training.snapshots.curve.expert().meanReturn > 95)
    }
  }

  /// All that the rod is paid is a bonus for being healthy.
  @Test func withoutTheBonusThereIsNothingToLearn() throws {
    try withTemporaryFolder { folder in
      let training = try training("\(folder)/a", healthyShare: 0)
      #expect(try training.snapshots.curve.expert().meanReturn < 30)
    }
  }

  @Test func threadsChangeNothing() throws {
    try withTemporaryFolder { folder in
      let runs = try [1, 3].map { try training("\(folder)/\($0)", threads: $0) }
      #expect(runs[0].snapshots.curve == runs[1].snapshots.curve)
      let name = "step-\(runs[0].step).safetensors"
      let files = try [1, 3].map {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)/\(name)"))
      }
      #expect(files[0] == files[1])
    }
  }

  /// Walked again, the trials have as many steps as when they were made.
  @Test func replaysAreTheTrials() throws {
    try withTemporaryFolder { folder in
      let training = try training("\(folder)/a")
      let control = CollectionControl(threads: 1)
      let points = training.snapshots.curve.points
      for step in [points[0].step, training.step] {
        let rows = try #require(try training.rows(upTo: step, control))
        #expect(rows.map(\.count) == [step])
        #expect(rows[0].isEpisodeOver)
      }
      let all = try #require(try training.rows(upTo: training.step, control))[0]
      let episodes = zip(all.terminals, all.timeouts).count { $0 || $1 }
      #expect(episodes == 20 * 4 * 2)

      let few = try self.training("\(folder)/b", rowLimit: training.step / 3)
      let thinned = try #require(try few.rows(upTo: few.step, control))[0]
      // every third or fourth episode, of about equal numbers of steps
      #expect(thinned.count <= training.step / 3 && thinned.count > training.step / 6)
      #expect(thinned.observation(0).elementsEqual(all.observation(0)))
    }
  }

  /// Numbers that are none never reach the data, nor the search.
  @Test func brokenStepsEndATrial() throws {
    try withTemporaryFolder { folder in
      let training = try training("\(folder)/a", breaksAt: 3)
      #expect(training.snapshots.curve.points.isEmpty)
      #expect(training.step == 20 * 4 * 2 * 2)
    }
  }

  /// Steps, trials and bonus shrink along lines, trials only if they are told to.
  @Test func stepsNoiseAndBonusShrinkAlongLines() {
    var configuration = SearchConfiguration()
    configuration.iterations = 4
    configuration.stepSize = 0.5
    configuration.noise = 0.25
    configuration.healthyShare = 1
    let first = configuration.settings(of: 0)
    #expect(first.stride == .init(stepSize: 0.5, noise: 0.25) && first.healthyShare == 1)
    let third = configuration.settings(of: 2)
    #expect(third.stride == .init(stepSize: 0.25, noise: 0.25) && third.healthyShare == 0.5)
    configuration.finalNoise = 0.125
    #expect(configuration.settings(of: 2).stride.noise == 0.1875)
  }

  /// A history or a state of other sizes, or with numbers that none has, is not gone on with.
  @Test func anotherSearchIsRefused() throws {
    func search(_ observations: Int = 3, _ actions: Int = 2, _ count: Int = 4, _ kept: Int = 2)
      -> RandomSearch
    {
      RandomSearch(
        observationCount: observations, actionCount: actions, directionCount: count,
        keptCount: kept, generator: NumPyGenerator(seed: 1))
    }
    func changed(_ pattern: String, _ replacement: String) throws -> RandomSearch {
      let text = try search().jsonText()
      let other = text.replacing(pattern, with: replacement)
      #expect(other != text)
      return try JSONDecoder().decode(RandomSearch.self, from: Data(other.utf8))
    }
    #expect(search().isLike(search()))
    for other in [search(4), search(3, 1), search(3, 2, 5), search(3, 2, 4, 1)] {
      #expect(!search().isLike(other))
    }
    for (pattern, replacement) in [
      ("\"count\":0", "\"count\":1e300"), ("\"count\":0", "\"count\":-1"),
      ("\"keptCount\":2", "\"keptCount\":9223372036854775807"),
      ("\"weights\":[0,", "\"weights\":["), ("\"mean\":[0,0,0]", "\"mean\":[]"),
      ("\"sum\":[0,0,0]", "\"sum\":[0,0,0,0]"),
      ("\"deviation\":[1,", "\"deviation\":[1e300,"), ("\"mean\":[0,", "\"mean\":[-1e300,"),
    ] { #expect(try !search().isLike(changed(pattern, replacement))) }
  }

  @Test func settingsOutOfRangeAreRefused() {
    var configuration = SearchConfiguration()
    configuration.keptCount = 40
    expectMessage("kept is 40; it must be from 1 to 16.") { try configuration.validate() }
    configuration.keptCount = 8
    configuration.stepSize = 0
    expectMessage("step-size is 0.0; it must be a number above 0, at most 1000.") {
      try configuration.validate()
    }
    configuration.stepSize = 0.02
    configuration.finalNoise = 0.5
    expectMessage("final-noise is 0.5; it must be from 0 to 0.025.") {
      try configuration.validate()
    }
    configuration.finalNoise = 0
    configuration.healthyShare = 1.5
    expectMessage("healthy-share is 1.5; it must be from 0 to 1.") {
      try configuration.validate()
    }
    configuration.healthyShare = 1
    configuration.actionNoise = -1
    expectMessage("action-noise is -1.0; it must be from 0 to 1.") {
      try configuration.validate()
    }
  }
}

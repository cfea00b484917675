import Foundation
import IDQLDatasets
import IDQLEnvs
import IDQLEvaluation
import TestSupport
import Testing

@testable import IDQLCollection

@Suite struct LevelCollectionTests {
  private static let softActorCritic: TrainingRecipe = {
    var configuration = SACConfiguration()
    configuration.widths = [32, 32]
    configuration.batchSize = 32
    configuration.steps = 2000
    configuration.randomSteps = 500
    configuration.evaluation = EvaluationSchedule(every: 500, episodes: 3)
    configuration.updatesPerStep = 0.25
    return .softActorCritic(configuration)
  }()

  private static let randomSearch: TrainingRecipe = {
    var configuration = SearchConfiguration()
    configuration.iterations = 6
    configuration.directionCount = 4
    configuration.keptCount = 2
    configuration.evaluation = EvaluationSchedule(every: 2, episodes: 3)
    return .randomSearch(configuration)
  }()

  private func collection(_ recipe: TrainingRecipe, _ folder: String, _ levels: [DataLevel]) throws
    -> LevelCollection
  {
    try LevelCollection(
      environment: EnvironmentID("Hopper-v5"), recipe: recipe, levels: levels, rowCount: 9001,
      seed: 2, prefix: "\(folder)/hopper")
  }

  @Test(arguments: [softActorCritic, randomSearch])
  func everyLevelReadsBack(_ recipe: TrainingRecipe) throws {
    try withTemporaryFolder { folder in
      let collection = try collection(recipe, folder, DataLevel.allCases)
      var curve = LearningCurve()
      try collection.run(
        CollectionControl(threads: 2), onEvaluation: { curve.points.append($0) })
      let last = try #require(curve.points.last).step
      if case .softActorCritic = recipe {
        #expect(curve.points.map(\.step) == [504, 1000, 1504, 2000])
      } else {
        #expect(curve.points.count == 3)
        // no more rows than this are made of a training
        #expect(last < 9001)
      }
      for (level, count) in [
        (DataLevel.random, 9001), (.medium, 9001), (.expert, 9001), (.mediumExpert, 18002),
        (.mediumReplay, try curve.medium().step), (.fullReplay, last),
      ] {
        try checkLayout(collection.path(of: level), rows: count)
      }
      let both = try RecordedDataset(contentsOf: collection.path(of: .mediumExpert))
      let medium = try RecordedDataset(contentsOf: collection.path(of: .medium))
      #expect(both.observations.values.starts(with: medium.observations.values))
    }
  }

  private func checkLayout(_ path: String, rows: Int) throws {
    let data = try RecordedDataset(contentsOf: path, columns: [.states, .nextObservations])
    #expect(data.rowCount == rows)
    let timeouts = try #require(data.timeouts)
    let (positions, velocities) = (try #require(data.positions), try #require(data.velocities))
    let next = try #require(data.nextObservations)
    // the state before the action, as the observation
    for row in 0..<rows {
      let seen = data.observations[row].map(Double.init)
      #expect(seen.prefix(5).elementsEqual(positions[row].dropFirst()))
      #expect(seen.suffix(6).elementsEqual(velocities[row].map { max(-10, min(10, $0)) }))
    }
    #expect(data.terminals.last == true || timeouts.last == true)
    #expect(!zip(data.terminals, timeouts).contains { $0 && $1 })
    #expect(data.terminals.contains(true))
    #expect(data.actions.values.allSatisfy { abs($0) <= 1 })

    let transitions = try TransitionDataset(data, stepLimit: 1000)
    var mismatches = 0
    for index in 0..<transitions.count where transitions.masks[index] == 1 {
      let row = Int(transitions.rows[index])
      if !transitions.nextObservation(index).elementsEqual(next[row]) { mismatches += 1 }
    }
    #expect(mismatches == 0, "of the transitions that do not end, each goes on in the next row")
    #expect(transitions.count >= rows - timeouts.count(where: \.self) - 1)
    #expect(try data.episodes().allSatisfy { $0.length <= 1000 && $0.ending != .open })
  }

  @Test func anInterruptionKeepsTheActors() throws {
    try withTemporaryFolder { folder in
      let collection = try collection(Self.softActorCritic, folder, [.medium])
      let cancellation = Cancellation()
      expectMessage(
        "interrupted after 1000 of 2000 steps; the policies of 2 evaluations are in "
          + "\(folder)/hopper-training."
      ) {
        try collection.run(
          CollectionControl(threads: 2, cancellation: cancellation),
          onEvaluation: { if $0.step == 1000 { cancellation.cancel() } })
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(files == ["hopper-training"])
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/hopper-training").sorted()
          == ["curve.csv", "step-1000.safetensors", "step-504.safetensors"])
    }
  }

  @Test func mazesNeedAnotherRecipe() {
    expectMessage(
      "recipe sac does not fit antmaze-umaze-v2; it is for robots outside of mazes."
    ) {
      _ = try LevelCollection(
        environment: EnvironmentID("antmaze-umaze-v2"), recipe: Self.softActorCritic,
        levels: [.random], rowCount: 10, seed: 0, prefix: "/tmp/x")
    }
  }
}

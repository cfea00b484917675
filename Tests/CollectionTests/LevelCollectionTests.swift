import Foundation
import IDQLAgent
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
        "interrupted after 1000 of 2000 steps; 'idql collect resume \(folder)/hopper-training' "
          + "continues."
      ) {
        try collection.run(
          CollectionControl(threads: 2, cancellation: cancellation),
          onEvaluation: { if $0.step == 1000 { cancellation.cancel() } })
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(files == ["hopper-training"])
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/hopper-training").sorted()
          == [
            "collection.json", "curve.csv", "history.bin", "state.safetensors",
            "step-1000.safetensors", "step-504.safetensors",
          ])
    }
  }

  /// Every file of a folder by its path, but for the settings, which name no result.
  private func contents(_ folder: String) throws -> [String: Data] {
    var contents: [String: Data] = [:]
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    for name in names where !name.hasSuffix("-training") {
      contents[name] = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
    }
    return contents
  }

  /// Stopped after every few steps, in evaluations and while levels are recorded, a collection ends with
  /// the bytes of one that was not.
  @Test(arguments: [softActorCritic, randomSearch])
  func aResumedCollectionWritesTheSameBytes(_ recipe: TrainingRecipe) throws {
    let levels: [DataLevel] = [.expert, .fullReplay]
    try withTemporaryFolder { parent in
      let (whole, cut) = ("\(parent)/whole", "\(parent)/cut")
      for folder in [whole, cut] {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: false)
      }
      try collection(recipe, whole, levels).run(CollectionControl(threads: 2))

      var interruptions = 0
      var hasCutRecording = false
      while true {
        let part =
          try interruptions == 0
          ? collection(recipe, cut, levels)
          : LevelCollection(resuming: "\(cut)/hopper-training/")
        let cancellation = Cancellation()
        var count = 0
        do {
          try part.run(
            CollectionControl(threads: 2, cancellation: cancellation) { progress in
              count += 1
              switch progress {
              case .training: if count == 61 { cancellation.cancel() }
              case .searching: if count == 2 { cancellation.cancel() }
              case .recording:
                // what is recorded begins anew
                if count == 1000, !hasCutRecording {
                  hasCutRecording = true
                  cancellation.cancel()
                }
              }
            })
          break
        } catch CollectionError.interrupted {
          interruptions += 1
        }
      }
      #expect(interruptions > 3 && hasCutRecording)
      #expect(try contents(cut) == contents(whole))
      // nothing is left to do, and nothing is done
      try LevelCollection(resuming: "\(cut)/hopper-training").run(CollectionControl(threads: 1))
      #expect(try contents(cut) == contents(whole))
    }
  }

  @Test func aCollectionHasOneOwner() throws {
    try withTemporaryFolder { folder in
      let first = try collection(Self.randomSearch, folder, [.expert])
      let path = "\(folder)/hopper-training"
      try first.run(
        CollectionControl(threads: 1),
        onEvaluation: { _ in
          expectMessage(
            "\(path): another process goes on with this collection; two would write over each other."
          ) { try LevelCollection(resuming: path).run(CollectionControl(threads: 1)) }
        })
      expectMessage(
        "\(folder): not the folder of a collection; it would be PREFIX-training, and hold "
          + "collection.json."
      ) { _ = try LevelCollection(resuming: folder) }
    }
  }

  /// One that was begun where networks round otherwise, as on a processor with another kind of bfloat16 products.
  @Test func aCollectionGoesOnUnderItsArithmeticAlone() throws {
    try withTemporaryFolder { folder in
      try collection(Self.softActorCritic, folder, [.expert]).run(CollectionControl(threads: 1))
      let path = "\(folder)/hopper-training/collection.json"
      let here = Arithmetic.current(for: nil).rawValue
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let mark = "\"arithmetic\" : \"\(here)\""
      #expect(text.contains(mark))
      try text.replacingOccurrences(of: mark, with: "\"arithmetic\" : \"fused, bf16 by other\"")
        .write(toFile: path, atomically: true, encoding: .utf8)
      expectMessage(
        "\(path): its networks round as 'fused, bf16 by other', those of this process as '\(here)', so that other data "
          + "would follow; the collection goes on where it was begun."
      ) { _ = try LevelCollection(resuming: "\(folder)/hopper-training") }
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

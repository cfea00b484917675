import IDQLEnvs
import TestSupport
import Testing

@testable import IDQLDatasets

/// Against the original loaders.
@Suite struct TransitionTests {
  @Test(arguments: [("d4rl", Int?.none), ("d4rl-without-timeouts", 10)])
  func isWhatD4RLsLoaderMakes(_ name: String, _ stepLimit: Int?) throws {
    let expected = try Fixture.expected(name)
    let recording = try RecordedDataset(contentsOf: goldenPath("\(name).hdf5"))
    let plain = try TransitionDataset(recording, stepLimit: stepLimit)
    #expect(plain.rows == expected.rows)
    #expect(plain.actions.values == expected.actions)
    #expect((0..<plain.count).flatMap(plain.nextObservation) == expected.next)
    #expect((0..<plain.count).flatMap { plain.observation($0) }.count == plain.count * 3)
    #expect(plain.rewards == expected.rewards)
    #expect(plain.masks == expected.masks)
    #expect(plain.episodes.map(\.upperBound) == expected.ends)
    #expect(plain.episodes.first?.lowerBound == 0)

    let scaled = try TransitionDataset(recording, rewards: .scaleByReturns, stepLimit: stepLimit)
    let factor = try #require(expected.factor)
    // sums of a few rewards in another order
    expectClose(
      scaled.rewards, plain.rewards.map { Float(Double($0) * factor) }, within: 0, relative: 1e-6)
    expectClose(
      [try #require(scaled.returns.max()) - (scaled.returns.min() ?? 0)], [1000], within: 1e-3)

    let shifted = try TransitionDataset(recording, rewards: .shift(-1), stepLimit: stepLimit)
    #expect(shifted.rewards == plain.rewards.map { $0 - 1 })
    // antmaze goes on after a terminal
    #expect(shifted.episodes.count < plain.episodes.count)
  }

  @Test(arguments: ["ogbench", "ogbench-stored"])
  func isWhatOGBenchsLoaderMakes(_ name: String) throws {
    let expected = try Fixture.expected("ogbench")
    let recording = try RecordedDataset(
      contentsOf: goldenPath("\(name).npz"), columns: .states)
    let data = try TransitionDataset(recording)
    #expect(data.rows == expected.rows)
    #expect((0..<data.count).flatMap(data.nextObservation) == expected.next)
    #expect(recording.positions?.values == expected.positions)
    #expect(data.episodes == [0..<9, 9..<23, 23..<37])
    #expect(data.rules.map(\.name).contains("no-rewards"))
    #expect(data.masks == Array(repeating: 1, count: 37))
  }

  @Test(arguments: [("minari", false), ("minari-goals", true)])
  func readsMinari(_ name: String, _ hasGoals: Bool) throws {
    let expected = try Fixture.expected(name)
    let recording = try RecordedDataset(contentsOf: goldenPath(name), columns: .goals)
    let data = try TransitionDataset(recording)
    #expect(data.rows == expected.rows)
    #expect(data.rewards == expected.rewards)
    #expect(data.episodes == [0..<5, 5..<8, 8..<20])
    // the second episode terminated, the first was truncated, the third stops
    #expect(data.masks.enumerated().filter { $0.element == 0 }.map(\.offset) == [7])
    #expect(recording.timeouts?.enumerated().filter(\.element).map(\.offset) == [4, 21])
    #expect((recording.goals != nil) == hasGoals)
    if hasGoals { #expect(recording.goals?[9].first == 1) }
  }

  /// No transition leads from one part into the next, and those of each part are unchanged.
  @Test(arguments: [false, true]) func joinedFilesStayApart(_ lastIsTerminal: Bool) throws {
    func part(_ name: String, from start: Float) -> RecordedDataset {
      RecordedDataset(
        name: name,
        observations: Table(columnCount: 1, values: (0..<5).map { start + Float($0) }),
        actions: Table(columnCount: 1, values: (0..<5).map { 0.1 * Float($0) }),
        rewards: (0..<5).map { start * Float($0) },
        terminals: (0..<5).map { $0 == 4 && lastIsTerminal },
        timeouts: Array(repeating: false, count: 5))
    }
    let parts = [part("a", from: 0), part("b", from: 100), part("c", from: 200)]
    let joined = try RecordedDataset(concatenating: parts)
    #expect(joined.observations.values == parts.flatMap(\.observations.values))
    #expect(joined.actions.values == parts.flatMap(\.actions.values))
    #expect(joined.rewards == parts.flatMap { $0.rewards ?? [] })
    #expect(joined.terminals == parts.flatMap(\.terminals))
    // the last row of the last part stays as it was
    #expect(
      joined.timeouts?.indices.filter { joined.timeouts?[$0] == true }
        == (lastIsTerminal ? [] : [4, 9]))
    let data = try TransitionDataset(joined)
    for index in 0..<data.count where data.masks[index] == 1 {
      #expect(data.nextObservation(index).first == (data.observation(index).first ?? 0) + 1)
    }
    #expect(data.masks.count { $0 == 1 } == 12)
    #expect(data.episodes.count == 3)

    var other = part("d", from: 0)
    other.timeouts = nil
    #expect(throws: DatasetError.self) { try RecordedDataset(concatenating: [parts[0], other]) }
  }

  /// Trajectories of 20 rows; only the next observations tell where one ends.
  private func unmarked(
    _ name: String, from start: Float, rows: Int = 60, terminals: [Bool]? = nil
  ) -> RecordedDataset {
    var recording = RecordedDataset(
      name: name,
      observations: Table(columnCount: 1, values: (0..<rows).map { start + Float($0) }),
      actions: Table(columnCount: 1, values: Array(repeating: 0, count: rows)),
      rewards: (terminals ?? []).map { $0 ? 1 : 0 }
        + Array(
          repeating: 0, count: terminals == nil ? rows : 0),
      terminals: terminals ?? Array(repeating: false, count: rows),
      timeouts: Array(repeating: false, count: rows))
    recording.timeouts = nil
    recording.nextObservations = Table(
      columnCount: 1,
      values: (0..<rows).map { start + Float($0) + ($0 % 20 == 19 ? 0.5 : 1) })
    return recording
  }

  /// What comes after the last row of a file is in the file, and no row of the next one.
  @Test func joinedFilesKeepTheirNextObservations() throws {
    let parts = [unmarked("a", from: 0), unmarked("b", from: 1000)]
    let data = try TransitionDataset(RecordedDataset(concatenating: parts))
    #expect(data.count == 120)
    #expect(
      (0..<120).flatMap { data.nextObservation($0) }
        == parts.flatMap { $0.nextObservations?.values ?? [] })
    #expect(data.episodes == (0..<6).map { 20 * $0..<20 * $0 + 20 })
    // the same where a part is one trajectory, which no jump divides
    let short = [
      unmarked("a", from: 0, rows: 20), unmarked("b", from: 1000, rows: 20),
    ]
    let two = try TransitionDataset(RecordedDataset(concatenating: short))
    #expect(two.nextObservation(19) == [19.5] && two.episodes == [0..<20, 20..<40])
  }

  /// Trajectories that stay at the goal end where the next observation is elsewhere, and with it
  /// their episodes, as they do where timeouts mark the same rows.
  @Test func trajectoriesAtTheGoalEndWithoutAMark() throws {
    let terminals = (0..<100).map { (35..<40).contains($0) || (70..<80).contains($0) }
    let view = unmarked("ant", from: 0, rows: 100, terminals: terminals)
    var marked = view
    marked.nextObservations = nil
    marked.timeouts = (0..<100).map { $0 % 20 == 19 }
    for continues in [true, nil] {
      let structure = try EpisodeStructure(
        view, stepLimit: nil, continuesAfterTerminals: continues)
      let episodes = view.episodes(structure)
      #expect(episodes.map(\.length) == Array(repeating: 20, count: 5))
      #expect(episodes.map(\.total) == [0, 1, 0, 1, 0])
      let expected = try marked.episodes()
      #expect(episodes.map(\.length) == expected.map(\.length))
      #expect(episodes.map(\.total) == expected.map(\.total))
    }
    let data = try TransitionDataset(view, rewards: .shift(-1))
    #expect(data.count == 100 && data.episodes.count == 5)
    #expect(
      (0..<100).flatMap { data.nextObservation($0) } == view.nextObservations?.values)
  }

  /// OGBench's loader returns rewards and masks of the task, and no positions to compute them by.
  @Test func aSingleTaskMayHaveItsRewards() throws {
    let id = try EnvironmentID("antmaze-large-navigate-singletask-task1-v0")
    try withTemporaryFolder { folder in
      let path = "\(folder)/d.hdf5"
      try Fixture.write(to: path, leavingOut: "terminals") {
        try $0.write("masks", (0..<12).map { $0 == 3 ? 0 : 1 }, shape: [12])
        try $0.write("terminals", (0..<12).map { $0 == 5 || $0 == 11 })
        try $0.write("next_observations", (0..<24).map { Float($0 + 2) }, shape: [12, 2])
      }
      let data = try TransitionDataset(
        RecordedDataset(contentsOf: path), rewards: .standard(for: id))
      #expect(data.rewards == (0..<12).map { Float($0) })
      #expect(data.masks == (0..<12).map { $0 == 3 ? 0 : 1 })
      #expect(data.rules.contains(DataRule(.keepsRewards)))
    }
  }

  /// A point half a metre from the goal is there, one a little farther is not.
  @Test func relabelsASingleTask() throws {
    let id = try EnvironmentID("antmaze-large-navigate-singletask-task1-v0")
    let rule = try TransitionDataset.RewardRule.standard(for: id)
    guard case .relabel(let task, let goal, let radius, let index) = rule else {
      Issue.record("\(rule)")
      return
    }
    #expect(task == id.description && radius == 0.5 && index == 0)
    // the centre of cell (7, 10): 4 m a cell, of which (1, 1) is the origin
    #expect(goal == MazePoint(36, 24))

    var recording = try RecordedDataset(contentsOf: goldenPath("ogbench.npz"), columns: .states)
    var positions = try #require(recording.positions)
    for (row, x) in [(3, goal.x + 0.5), (4, goal.x - 0.501)] {
      positions.values[4 * row] = x
      positions.values[4 * row + 1] = goal.y
    }
    recording.positions = positions
    let data = try TransitionDataset(recording, rewards: rule)
    #expect(data.rewards.enumerated().filter { $0.element == 0 }.map(\.offset) == [3])
    #expect(data.masks.enumerated().filter { $0.element == 0 }.map(\.offset) == [3])
    #expect(data.rules.contains(DataRule(.relabels(task: task, successes: 1))))

    recording.positions = nil
    expectMessage(
      "\(goldenPath("ogbench.npz")): the file has no column 'qpos', which is needed to relabel "
        + "rewards."
    ) { _ = try TransitionDataset(recording, rewards: rule) }
  }

  /// Of an antsoccer episode the ball decides, whose place follows the ant's 15 numbers.
  @Test func relabelsByTheBall() throws {
    let id = try EnvironmentID("antsoccer-arena-navigate-singletask-v0")
    let rule = try TransitionDataset.RewardRule.standard(for: id)
    guard case .relabel(_, _, _, let index) = rule else {
      Issue.record("\(rule)")
      return
    }
    #expect(index == 15)
    let path = goldenPath("ogbench.npz")
    let recording = try RecordedDataset(contentsOf: path, columns: .states)
    expectMessage(
      "\(path): column 'qpos' has the shape [40, 4]; it must be [40, 17 or more] for "
        + "antsoccer-arena-navigate-singletask-v0."
    ) { _ = try TransitionDataset(recording, rewards: rule) }
  }

  @Test func theRuleFollowsFromTheTask() throws {
    for (id, rule) in [
      ("hopper-medium-v2", TransitionDataset.RewardRule.scaleByReturns),
      ("antmaze-umaze-v2", .shift(-1)), ("maze2d-umaze-v1", .keep),
      ("antmaze-large-navigate-v0", .keep), ("PointMaze_UMaze-v3", .keep),
    ] { #expect(try .standard(for: EnvironmentID(id)) == rule, "\(id)") }
    #expect(try TransitionDataset.RewardRule.standard(for: nil) == .keep)
  }

  @Test func theConventionsOfATaskAreApplied() throws {
    let recording = try RecordedDataset(contentsOf: goldenPath("d4rl-without-timeouts.hdf5"))
    let hopper = try TransitionDataset(recording, for: EnvironmentID("hopper-medium-v2"))
    let scaled = try TransitionDataset(recording, rewards: .scaleByReturns, stepLimit: 1000)
    #expect(hopper.rewards == scaled.rewards && hopper.rules == scaled.rules)
    #expect(hopper.rules.contains(DataRule(.dropsStepLimit(1000, count: 0))))
    let kept = try TransitionDataset(recording, for: nil)
    #expect(kept.rewards != hopper.rewards && kept.rules.map(\.name).contains("keep-rewards"))
  }

  @Test func onlyColumnsThatAreAskedForAreRead() throws {
    let path = goldenPath("hopper.hdf5")
    let plain = try RecordedDataset(contentsOf: path, columns: [])
    #expect(plain.positions == nil && plain.nextObservations == nil && plain.goals == nil)
    let all = try RecordedDataset(
      contentsOf: path, columns: [.states, .nextObservations, .goals])
    #expect(all.positions?.columnCount == 6 && all.velocities?.rowCount == all.rowCount)
    #expect(all.nextObservations?.columnCount == 11 && all.goals == nil)
    let everything = try RecordedDataset(contentsOf: path)
    #expect(everything.positions == all.positions && everything.velocities == all.velocities)
    #expect(everything.nextObservations == all.nextObservations && everything.goals == nil)
  }
}

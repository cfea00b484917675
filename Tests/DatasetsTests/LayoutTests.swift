import Foundation
import IDQLEnvs
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLDatasets

/// The columns of a file decide its layout, whatever kind of file it is.
@Suite struct LayoutTests {
  private func transitions(_ name: String, _ id: String? = nil) throws -> TransitionDataset {
    try TransitionDataset(
      RecordedDataset(contentsOf: goldenPath("layouts/\(name)")),
      for: id.map { try EnvironmentID($0) })
  }

  /// Observation, action, next observation, reward and mask of each transition. Behind the end of
  /// a task the next observation has no meaning.
  private func rows(_ data: TransitionDataset) -> [[Float]] {
    (0..<data.count).map { index in
      var row = Array(data.observation(index))
      row += data.actions[index]
      if data.masks[index] == 1 { row += data.nextObservation(index) }
      return row + [data.rewards[index], data.masks[index]]
    }
  }

  @Test(arguments: ["hopper.npz", "hopper-lzf.hdf5", "hopper-latest.hdf5"])
  func theKindOfFileDoesNotMatter(_ name: String) throws {
    let (found, expected) = (try transitions(name), try transitions("hopper.hdf5"))
    #expect(expected.count == 198 && expected.rewards.contains { $0 != 0 })
    #expect(rows(found) == rows(expected))
    #expect(found.episodes == expected.episodes && found.rules == expected.rules)
  }

  @Test(arguments: [
    "antmaze-compact.npz", "antmaze-regular.npz", "antmaze-fortran.npz", "antmaze-text.npz",
  ])
  func everyFormOfOGBenchGivesTheSame(_ name: String) throws {
    let (found, expected) = (try transitions(name), try transitions("antmaze.npz"))
    #expect(expected.count == 78 && expected.episodes == [0..<39, 39..<78])
    #expect(rows(found) == rows(expected))
    #expect(found.episodes == expected.episodes)
  }

  /// What D4RL's loader gave, saved and read again: nothing is lost, and no neighbour is taken.
  @Test func aViewOfTransitionsIsReadAsItIs() throws {
    let (view, whole) = (try transitions("hopper-view.hdf5"), try transitions("hopper.hdf5"))
    #expect(view.count == 198)
    #expect(rows(view) == rows(whole))
    #expect(view.rules.contains(DataRule(.explicitNext(count: 4))))
    #expect(view.episodes.count == whole.episodes.count)
  }

  @Test func shuffledRowsAreRefused() throws {
    let path = goldenPath("layouts/hopper-shuffled.hdf5")
    expectMessage(
      "\(path): after 190 of 192 rows the next one is not their next_observations, and no mark of an "
        + "end says so; rows must be in the order of episodes."
    ) { _ = try transitions("hopper-shuffled.hdf5") }
  }

  // MARK: Columns

  /// Twelve rows of two episodes with the columns of the fixture and others.
  private func dataset(
    leavingOut: String? = nil, _ more: @escaping (HDF5Writer) throws -> Void
  ) throws -> RecordedDataset {
    try withTemporaryFolder { folder in
      try Fixture.write(to: "\(folder)/d.hdf5", leavingOut: leavingOut, more)
      do { return try RecordedDataset(contentsOf: "\(folder)/d.hdf5") } catch let error
        as DatasetError
      {
        throw DatasetError(file: "d", error.problem)
      }
    }
  }

  private let terminated = (0..<12).map { $0 == 5 }
  private let cut = (0..<12).map { $0 == 11 }

  @Test func namesOfGymnasiumAndReplayBuffersAreKnown() throws {
    let plain = try dataset { try $0.write("timeouts", cut) }
    let renamed = try dataset(leavingOut: "terminals") {
      try $0.write("terminations", terminated)
      try $0.write("truncations", cut)
    }
    let dones = try dataset(leavingOut: "terminals") {
      try $0.write("dones", terminated)
      try $0.write("timeouts", cut)
    }
    let both = try dataset { try $0.write("dones", zip(terminated, cut).map { $0 || $1 }) }
    for found in [renamed, dones, both] {
      #expect(found.terminals == plain.terminals && found.timeouts == plain.timeouts)
      #expect(found.unused == [])
    }
  }

  /// FQL's dictionaries: masks say what ended, terminals where trajectories end, next observations
  /// hold there too.
  @Test func masksDecideWhatEnded() throws {
    let next = (0..<24).map { Float($0 + 2) }
    let found = try dataset(leavingOut: "terminals") {
      try $0.write("masks", (0..<12).map { $0 == 3 ? 0 : 1 }, shape: [12])
      try $0.write("terminals", (0..<12).map { $0 == 5 || $0 == 11 })
      try $0.write("next_observations", next, shape: [12, 2])
    }
    #expect(found.terminals == (0..<12).map { $0 == 3 })
    let data = try TransitionDataset(found)
    #expect(data.count == 12 && data.masks == (0..<12).map { $0 == 3 ? 0 : 1 })
    #expect((0..<12).flatMap { data.nextObservation($0) } == next)
    #expect(data.episodes == [0..<4, 4..<6, 6..<12])
  }

  @Test func contradictionsAreNamed() throws {
    expectMessage("d: columns 'terminals' and 'terminations' contradict each other.") {
      _ = try dataset { try $0.write("terminations", cut) }
    }
    expectMessage("d: columns 'terminals' and 'dones' contradict each other.") {
      _ = try dataset { try $0.write("dones", cut) }
    }
    expectMessage("d: columns 'timeouts' and 'truncations' contradict each other.") {
      _ = try dataset {
        try $0.write("timeouts", cut)
        try $0.write("truncations", terminated)
      }
    }
    expectMessage("d: columns 'terminations' and 'masks' contradict each other.") {
      _ = try dataset(leavingOut: "terminals") {
        try $0.write("terminations", terminated)
        try $0.write("masks", Array(repeating: 1, count: 12), shape: [12])
      }
    }
    expectMessage("d: row 4 of column 'timeouts' holds 0.5; it must be 0 or 1.") {
      _ = try dataset {
        try $0.write("timeouts", (0..<12).map { $0 == 4 ? 0.5 : 0 }, shape: [12])
      }
    }
  }

  /// Whatever one column is taken away, renamed or added: refused, said, or another outcome.
  @Test func noChangeOfColumnsIsSilent() throws {
    let names = ["observations", "actions", "rewards", "terminals"]
    for name in names {
      #expect(throws: DatasetError.self) { try dataset(leavingOut: name) { _ in } }
    }
    let extra = try dataset {
      for name in ["timeout", "infos/a", "infos/b", "infos/c", "infos/d", "infos/qpos"] {
        try $0.write(name, cut)
      }
    }
    #expect(extra.unused == ["'timeout'", "'infos/…' (5)"])
    #expect(extra.positions == nil && extra.timeouts == nil)
  }

  @Test func optionalColumnsThatCannotBeReadAreLeftOut() throws {
    let found = try dataset {
      try $0.write("infos/goal", Array(repeating: 0, count: 12), shape: [12])
      try $0.write("infos/qpos", (0..<12).map { $0 == 7 ? .nan : 0 }, shape: [12, 1])
      try $0.write("infos/qvel", Array(repeating: 0, count: 12), shape: [12, 1])
    }
    #expect(found.goals == nil && found.positions == nil && found.velocities == nil)
    #expect(found.unused == [])
    #expect(
      found.omissions == [
        "not used: row 7 of column 'infos/qpos' holds nan; numbers must be finite.",
        "not used: column 'infos/goal' has the shape [12]; it must be [12, numbers].",
      ])
  }

  // MARK: Minari

  /// Python's `json` writes the three numbers that JSON lacks.
  @Test func theDescriptionMayHoldNumbersThatAreNotFinite() throws {
    let hopper = try RecordedDataset(contentsOf: goldenPath("layouts/hopper.hdf5"))
    try withTemporaryFolder { parent in
      let folder = "\(parent)/m"
      try hopper.writeMinari(to: folder, environment: "Hopper-v5")
      let path = "\(folder)/data/metadata.json"
      let plain = try String(contentsOfFile: path, encoding: .utf8)
      let changed = plain.replacingOccurrences(
        of: "\\\"reward_threshold\\\":null", with: "\\\"reward_threshold\\\":Infinity"
      ).replacingOccurrences(
        of: "\"total_steps\":", with: "\"ref_min_score\":NaN,\"low\":[-Infinity],\"total_steps\":")
      #expect(changed.count == plain.count + 42)
      try changed.write(toFile: path, atomically: true, encoding: .utf8)
      let inspection = try DatasetInspection(contentsOf: folder, id: nil)
      #expect(inspection.id?.description == "Hopper-v5")
    }
  }

  /// As Minari stores dictionaries and tuples.
  @Test func observationsOfSeveralPartsAreNamed() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/main_data.hdf5"
      func write(_ observations: [String], _ actions: String) throws {
        try HDF5Writer.write(to: path) { writer in
          for column in observations {
            try writer.write("episode_0/observations\(column)", [1, 2], shape: [2, 1])
          }
          try writer.write("episode_0/actions\(actions)", [1], shape: [1, 1])
          try writer.write("episode_0/rewards", [1], shape: [1])
          for column in ["terminations", "truncations"] {
            try writer.write("episode_0/\(column)", [false])
          }
        }
      }
      for parts in [["_index_0", "_index_1"], ["observation/a", "observation/b"]] {
        try write(parts.map { "/\($0)" }, "")
        expectMessage(
          "\(path): column 'episode_0/observations' holds a dictionary of '\(parts[0])', '\(parts[1])'; "
            + "numbers or a dictionary with an array 'observation' are needed."
        ) { _ = try RecordedDataset(contentsOf: path) }
      }
      try write([""], "/a")
      expectMessage(
        "\(path): column 'episode_0/actions' holds a dictionary of 'a'; numbers are needed."
      ) { _ = try RecordedDataset(contentsOf: path) }
    }
  }

  @Test func episodesMayBeLinks() throws {
    let recording = try RecordedDataset(contentsOf: goldenPath("linked-episodes.hdf5"))
    #expect(recording.rewards == [0, 1, 2, 0, 0, 1, 2, 0])
    #expect(try recording.episodes().map(\.length) == [3, 3])
    let path = goldenPath("outside-episodes.hdf5")
    expectMessage(
      "\(path): group 'episode_1/' cannot be read: a link into another file, 'other.hdf5'; links out of a "
        + "file are not followed."
    ) { _ = try RecordedDataset(contentsOf: path) }
  }

  @Test func anOldGoalIsNoticed() throws {
    let inspection = try DatasetInspection(
      contentsOf: goldenPath("layouts/minari-old-goals"), id: nil)
    #expect(inspection.id?.description == "PointMaze_UMaze-v3")
    #expect(
      inspection.problems.contains(
        "2 of 3 episodes have in their first row the goal of the episode before, the first is "
          + "episode 1"))
  }

  @Test func anArrowFormIsNamed() throws {
    let path = goldenPath("layouts/minari-arrow")
    expectMessage(
      "\(path): a Minari data set stored as 'arrow'; 'python Scripts/convert_minari.py FOLDER NEW' "
        + "makes one that is read."
    ) { _ = try RecordedDataset(contentsOf: path) }
  }

  // MARK: Episodes

  /// Trajectories that go on after the goal: each counts once, with what it had earned by then.
  @Test func aTrajectoryIsOneEpisode() throws {
    let rows = 0..<100
    var recording = RecordedDataset(
      name: "ant", observations: Table(columnCount: 1, values: rows.map { Float($0) }),
      actions: Table(columnCount: 1, values: rows.map { _ in 0 }),
      rewards: rows.map { 35..<40 ~= $0 ? 1 : 0 }, terminals: rows.map { 35..<40 ~= $0 },
      timeouts: rows.map { $0 % 10 == 9 })
    let structure = try EpisodeStructure(
      recording, stepLimit: nil, continuesAfterTerminals: true)
    let episodes = recording.episodes(structure)
    #expect(episodes.map(\.length) == Array(repeating: 10, count: 10))
    #expect(episodes.map(\.total) == (0..<10).map { $0 == 3 ? 1 : 0 })
    #expect(episodes.map(\.ending) == (0..<10).map { $0 == 3 ? .terminated : .cut })
    #expect(try TransitionDataset(recording, rewards: .shift(-1)).episodes.count == 10)
    // the rows tell as well
    #expect(try recording.episodes() == episodes)
    // where the task ends with a terminal each is an episode
    recording.terminals[39] = false
    let ending = try EpisodeStructure(recording, stepLimit: nil, continuesAfterTerminals: false)
    #expect(recording.episodes(ending).count == 14)
  }
}

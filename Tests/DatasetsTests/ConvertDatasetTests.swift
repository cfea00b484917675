import Foundation
import TestSupport
import Testing

@testable import IDQLDatasets

/// What would be learnt stays, to the bit, from one layout to another and back.
@Suite struct ConvertDatasetTests {
  /// Of each transition what a target can hold; behind the end of a task the next observation has no
  /// meaning.
  private func transitions(_ path: String, withRewards: Bool) throws -> [[Float]] {
    let recording = try RecordedDataset(contentsOf: path)
    let data = try TransitionDataset(recording)
    return (0..<data.count).map { index in
      let isOver = data.masks[index] == 0
      return Array(data.observation(index)) + data.actions[index]
        + (isOver ? [] : data.nextObservation(index))
        + (withRewards ? [data.rewards[index], data.masks[index]] : [])
    }
  }

  private static let sources = [
    "layouts/hopper.hdf5", "layouts/hopper.npz", "layouts/hopper-view.hdf5", "d4rl.hdf5",
    "layouts/minari-hopper", "layouts/antmaze.npz", "layouts/antmaze-regular.npz",
    "layouts/antmaze-compact.npz",
  ]

  @Test(arguments: sources, [DatasetLayout.minari, .d4rl])
  func thereAndBack(_ name: String, _ layout: DatasetLayout) throws {
    let source = goldenPath(name)
    let expected = try transitions(source, withRewards: true)
    try withTemporaryFolder { folder in
      let there = "\(folder)/there"
      _ = try RecordedDataset.convert(source, to: layout, at: there, id: nil)
      #expect(try transitions(there, withRewards: true) == expected, "\(name) as \(layout)")
      for other in [DatasetLayout.minari, .d4rl] {
        let back = "\(folder)/\(other)"
        _ = try RecordedDataset.convert(there, to: other, at: back, id: nil)
        #expect(
          try transitions(back, withRewards: true) == expected, "\(name) as \(layout), \(other)")
      }
    }
  }

  @Test(arguments: sources)
  func throughOGBench(_ name: String) throws {
    let source = goldenPath(name)
    try withTemporaryFolder { folder in
      let npz = "\(folder)/d.npz"
      let notes = try RecordedDataset.convert(source, to: .ogbench, at: npz, id: nil)
      // without ends of tasks every step has a next observation; where it was not recorded it is
      // that of the step itself
      let recording = try RecordedDataset(contentsOf: source)
      let hasEnds = recording.terminals.contains(true)
      let found = try transitions(npz, withRewards: false)
      let expected = try transitions(source, withRewards: false)
      #expect(found.count == expected.count)
      for (a, b) in zip(found, expected) { #expect(a.starts(with: b)) }
      #expect(notes.contains { $0.contains("ended the task") } == hasEnds)
      #expect(notes.contains { $0.contains("'rewards'") } == (recording.rewards != nil))
      // and on from there, with rewards that nobody knows
      let notes2 = try RecordedDataset.convert(npz, to: .d4rl, at: "\(folder)/d.hdf5", id: nil)
      #expect(notes2.contains { $0.contains("no rewards") })
      #expect(try transitions("\(folder)/d.hdf5", withRewards: false) == found)
      let inspection = try DatasetInspection(contentsOf: "\(folder)/d.hdf5", id: nil)
      #expect(inspection.problems.contains("every reward is 0"))
    }
  }

  /// Trajectories that stay where the task is done are no episodes of one step, and come through as
  /// they are.
  @Test func trajectoriesGoOnBehindTerminals() throws {
    let rows = 60
    let terminals = (0..<rows).map { $0 % 20 >= 12 }
    let recording = RecordedDataset(
      name: "rows", observations: Table(columnCount: 1, values: (0..<rows).map { Float($0) }),
      actions: Table(columnCount: 1, values: Array(repeating: 0, count: rows)),
      rewards: terminals.map { $0 ? 1 : 0 }, terminals: terminals,
      timeouts: (0..<rows).map { $0 % 20 == 19 })
    #expect(try recording.episodes().map(\.length) == [20, 20, 20])
    #expect(try recording.episodes().map(\.total) == [1, 1, 1])
    #expect(try TransitionDataset(recording).episodes.count == 3)
    try withTemporaryFolder { folder in
      let source = "\(folder)/antmaze-of-another-name.hdf5"
      try recording.writeD4RL(to: source)
      let minari = "\(folder)/m"
      _ = try RecordedDataset.convert(source, to: .minari, at: minari, id: nil)
      let copy = try RecordedDataset(contentsOf: minari)
      #expect(copy.terminals.count { $0 } == terminals.count { $0 } - 3)
      #expect(
        try transitions(minari, withRewards: true) == transitions(source, withRewards: true))
    }
    // of robots a terminal ends an episode, and no other terminal follows
    var robot = recording
    robot.terminals = (0..<rows).map { $0 % 20 == 12 }
    #expect(try robot.episodes().count == 6)
  }
}

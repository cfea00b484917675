import Foundation
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLDatasets

@Suite struct WriteMinariTests {
  private func rows(_ data: TransitionDataset) -> [[Float]] {
    (0..<data.count).map { index in
      var row = Array(data.observation(index))
      row += data.actions[index]
      if data.masks[index] == 1 { row += data.nextObservation(index) }
      return row + [data.rewards[index], data.masks[index]]
    }
  }

  /// There and back: what is learnt stays, to the bit.
  @Test(arguments: [true, false])
  func theTransitionsOfMinariAreThoseOfD4RL(_ hasNext: Bool) throws {
    let d4rl = try RecordedDataset(
      contentsOf: goldenPath("layouts/hopper.hdf5"), columns: hasNext ? .nextObservations : [])
    try withTemporaryFolder { parent in
      let folder = "\(parent)/m"
      try d4rl.writeMinari(to: folder, environment: "Hopper-v5")
      #expect(try FileManager.default.contentsOfDirectory(atPath: parent) == ["m"])
      let minari = try DatasetInspection(contentsOf: folder, id: nil)
      #expect(minari.id?.description == "Hopper-v5" && minari.problems == [])
      // Minari 0.5.4 refuses a specification without one of these
      let metadata = try String(contentsOfFile: "\(folder)/data/metadata.json", encoding: .utf8)
      for field in [
        "id", "entry_point", "reward_threshold", "nondeterministic", "max_episode_steps",
        "order_enforce", "disable_env_checker", "kwargs", "additional_wrappers",
        "vector_entry_point",
      ] { #expect(metadata.contains("\\\"\(field)\\\":"), "\(field)") }
      let plain = try TransitionDataset(minari.recording)
      let expected = try TransitionDataset(d4rl)
      // with next observations the steps that were cut, and the last of the file, are there too
      #expect(plain.count == expected.count + (hasNext ? 5 : 1))
      let learnt = rows(plain)
      for row in rows(expected) { #expect(learnt.contains(row)) }

      let back = "\(parent)/b.hdf5"
      try minari.recording.inD4RLRows.writeD4RL(to: back)
      #expect(try rows(TransitionDataset(RecordedDataset(contentsOf: back))) == learnt)
      expectMessage("\(folder): cannot create the file: File exists.") {
        try d4rl.writeMinari(to: folder)
      }
    }
  }

  @Test func rewardsAreNeeded() throws {
    let path = goldenPath("ogbench.npz")
    let ogbench = try RecordedDataset(contentsOf: path)
    expectMessage(
      "\(path): the file has no column 'rewards', which is needed to write Minari's layout."
    ) { try ogbench.writeMinari(to: "/nonexistent/x") }
  }
}

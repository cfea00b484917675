import IDQLEnvs
import TestSupport
import Testing

@testable import IDQLDatasets

@Suite struct InspectionTests {
  @Test func describesADataSet() throws {
    let inspection = try DatasetInspection(
      contentsOf: goldenPath("hopper.hdf5"), id: EnvironmentID("hopper-medium-v2"))
    #expect(inspection.problems == [])
    let text = inspection.text
    for part in [
      "layout       D4RL HDF5\n", "sha256       4f512529", "environment  hopper-medium-v2\n",
      "sizes        340 rows, observations 11, actions 3; 323 transitions\n",
      "episodes     18: 1 terminated, 17 cut, 0 open at the end of the file\n",
      "length       mean 18.89, min 1, max 20 steps\n", "x100 scale", "\n  scale-rewards  ",
      "\n  drop-timeouts  ", "\nProblems\n  none found",
    ] { #expect(text.contains(part), "\(part) in \(text)") }
  }

  @Test func findsProblems() throws {
    var recording = try RecordedDataset(
      contentsOf: goldenPath("hopper.hdf5"), columns: .nextObservations)
    #expect(recording.findProblems(longestEpisode: 20, stepLimit: 1000) == [])
    recording.actions.values[3 * 7] = 1.5
    recording.timeouts?[19] = false
    let width = recording.observations.columnCount
    for column in 0..<width {
      recording.observations.values[31 * width + column] =
        recording.observations.values[
          30 * width + column]
    }
    for column in 0..<3 {
      recording.actions.values[31 * 3 + column] = recording.actions.values[30 * 3 + column]
    }
    #expect(
      recording.findProblems(longestEpisode: 40, stepLimit: 30) == [
        "1 rows have actions beyond -1 ... 1, the first is row 7",
        "2 rows are not marked as an end though the next row is elsewhere, the first is row 19",
        "the longest episode has 40 steps, more than the limit of 30",
        "1 rows are repeated by the row after, the first is row 30",
      ])
    recording.timeouts = nil
    #expect(
      recording.findProblems(longestEpisode: nil, stepLimit: nil)[0]
        == "there are no timeouts; episodes that were cut are recognised by their length")
  }

  @Test(arguments: [
    ("/d/hopper_medium_expert.hdf5", "hopper-medium-expert-v0"),
    ("hopper_medium_expert-v2.hdf5", "hopper-medium-expert-v2"),
    ("maze2d-umaze-sparse-v1.hdf5", "maze2d-umaze-v1"),
    ("antmaze-large-navigate-v0-val.npz", "antmaze-large-navigate-v0"),
    (
      "Ant_maze_u-maze_noisy_multistart_True_multigoal_True_sparse_fixed.hdf5",
      "antmaze-umaze-diverse-v2"
    ),
    (
      "Ant_maze_big-maze_noisy_multistart_False_multigoal_True_sparse.hdf5",
      "antmaze-medium-play-v0"
    ),
    (
      "Ant_maze_large_noisy_multistart_True_multigoal_True_sparse.hdf5", "antmaze-large-diverse-v1"
    ),
  ])
  func knowsPublishedNames(_ file: String, _ id: String) {
    #expect(KnownDefects.id(ofFile: file)?.description == id)
  }

  @Test func knowsDefects() throws {
    #expect(KnownDefects.id(ofFile: "mine.hdf5") == nil)
    #expect(try KnownDefects.of(EnvironmentID("hopper-medium-expert-v0")).count == 1)
    #expect(try KnownDefects.of(EnvironmentID("hopper-medium-expert-v2")) == [])
    #expect(try KnownDefects.of(EnvironmentID("maze2d-umaze-v1")).count == 2)
    #expect(try KnownDefects.of(EnvironmentID("antmaze-umaze-diverse-v0")).count == 3)
    #expect(try KnownDefects.of(EnvironmentID("antmaze-large-navigate-v0")) == [])
  }

  @Test func refusesDataOfAnotherRobot() throws {
    #expect(throws: DatasetError.self) {
      try DatasetInspection(
        contentsOf: goldenPath("hopper.hdf5"), id: EnvironmentID("walker2d-medium-v2"))
    }
    let error = DatasetError(
      file: "f", .sizes(environment: "Walker2d-v4", found: [11, 3], expected: [17, 6]))
    #expect(
      "\(error)" == "f: observations and actions have 11 and 3 numbers; Walker2d-v4 has 17 and 6.")
  }

  @Test func drawsAHistogram() {
    #expect(DatasetInspection.histogram([]) == ["  no episode"])
    #expect(
      DatasetInspection.histogram([2, 2])
        == ["        2.00 to       2.00       2  " + String(repeating: "#", count: 40)])
    let lines = DatasetInspection.histogram([0, 0, 0, 0, 10])
    #expect(lines.count == 10)
    #expect(lines[0].hasSuffix("       4  " + String(repeating: "#", count: 40)))
    #expect(lines[9].hasSuffix("       1  ##########"))
    #expect(lines[5].hasSuffix("       0"))
  }
}

extension RecordedDataset {
  fileprivate func findProblems(longestEpisode: Int?, stepLimit: Int?) -> [String] {
    var findings = RowFindings()
    findings.add(self)
    return findings.lines(longestEpisode: longestEpisode, stepLimit: stepLimit)
  }
}

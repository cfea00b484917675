import IDQLEnvs

/// Known defects of published data sets, independent of the content of a file.
package enum KnownDefects {
  /// One line per defect of the data set that the id names, with its source.
  package static func of(_ id: EnvironmentID) -> [String] {
    guard let dataset = id.entry.dataset, id.entry.suite == .d4rl else { return [] }
    return ofD4RL.filter { $0.concerns(dataset) }.map(\.text)
  }

  static let mixedHopper =
    "it is hopper-expert with hopper-medium-replay in place of hopper-medium, 1,200,919 rows; "
    + "medium-expert since v1 is what its name says (D4RL issue 19)"

  private static let ofD4RL: [(concerns: @Sendable (PublishedDataset) -> Bool, text: String)] = [
    ({ $0.task == "hopper" && $0.name == "medium-expert" && $0.version == 0 }, mixedHopper),
    (
      { $0.task == "hopper" && ["medium", "expert"].contains($0.name) && $0.version == 1 },
      "early downloads had medium and expert exchanged (D4RL issue 76)"
    ),
    (
      { $0.task == "hopper" && $0.version == 1 },
      "it was made again for v2, for returns that do not fit its name (D4RL issue 86)"
    ),
    (
      { $0.name == "medium-replay" },
      "timeouts are not always marked; the true ends show as jumps of the observation (D4RL issue "
        + "162)"
    ),
    (
      { $0.task == "maze2d" && $0.version == 1 },
      "rewards are those of the state before the step, not after it (D4RL issue 194)"
    ),
    (
      { $0.task == "maze2d" },
      "timeouts mark reached waypoints, not ends of episodes (D4RL issue 85)"
    ),
    (
      { $0.task == "antmaze" && $0.version == 0 },
      "timeouts are not where trajectories end, which makes transitions of up to 20 m (D4RL issue "
        + "77)"
    ),
    (
      { $0.task == "antmaze" },
      "rewards and terminals belong to one goal, and trajectories go on after a terminal"
    ),
    (
      { $0.task == "antmaze" && $0.name == "umaze-diverse" && [0, 2].contains($0.version) },
      "a success is a single 1, where other antmaze files have runs of them (D4RL issue 199)"
    ),
  ]

  /// The id that a file of D4RL's or OGBench's own name belongs to: `hopper_medium_expert-v2.hdf5`,
  /// `maze2d-umaze-sparse-v1.hdf5`, `antmaze-large-navigate-v0.npz`,
  /// `Ant_maze_u-maze_noisy_multistart_True_multigoal_True_sparse_fixed.hdf5`.
  package static func id(ofFile path: String) -> EnvironmentID? {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = file.lastIndex(of: ".") else { return nil }
    let stem = file[..<dot].lowercased().replacing("_", with: "-")
    if stem.hasPrefix("ant-maze-") { return antmaze(stem) }
    let name = stem.replacing("-sparse", with: "").replacing("-val", with: "")
    // D4RL's first files of the robots name no version
    return [name, name + "-v0"].lazy.compactMap { try? EnvironmentID($0) }.first
  }

  /// The task of D4RL's that a file's name begins with, and the score that all of its data sets share;
  /// nil if they do not, or have other sizes than the rows.
  static func task(
    ofFile path: String, _ recording: RecordedDataset
  ) throws -> (name: String, score: ReferenceScore)? {
    let file = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
    let name = String(file.prefix { $0 != "-" && $0 != "_" && $0 != "." })
    let ids = EnvironmentID.all.filter {
      $0.entry.suite == .d4rl && $0.entry.dataset?.task == name
    }
    let specs = try ids.map { try makeEnvironment($0).spec }
    let scores = Set(specs.map(\.referenceScore))
    guard scores.count == 1, let score = scores.first ?? nil,
      specs.allSatisfy({
        $0.observationCount == recording.observations.columnCount
          && $0.actionCount == recording.actions.columnCount
      })
    else { return nil }
    return (name, score)
  }

  private static func antmaze(_ stem: String) -> EnvironmentID? {
    let mazes = [
      ("u-maze", "umaze"), ("umaze", "umaze"), ("big-maze", "medium"), ("medium", "medium"),
      ("hardest-maze", "large"), ("large", "large"),
    ]
    guard let (found, maze) = mazes.first(where: { stem.hasPrefix("ant-maze-\($0.0)") }) else {
      return nil
    }
    let isDiverse = stem.contains("multistart-true")
    let starts = isDiverse ? "-diverse" : maze == "umaze" ? "" : "-play"
    let version =
      stem.hasSuffix("-fixed") ? 2 : ["umaze", "medium", "large"].contains(found) ? 1 : 0
    return try? EnvironmentID("antmaze-\(maze)\(starts)-v\(version)")
  }
}

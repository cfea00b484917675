import Foundation
import IDQLTensors

extension RecordedDataset {
  /// Writes the folder of a Minari data set (the layout of Minari 0.5 with HDF5): one group
  /// per episode with one observation more than actions, and `infos/qpos` and `infos/qvel` if there
  /// are positions and their state after the last step is known. The folder appears complete or not at
  /// all. What comes after an episode's last step is as `recordedEpisodes` says.
  ///
  /// - Parameters:
  ///   - folder: must not exist.
  ///   - environment: Gymnasium's id of the task; that of the file it was read from if nil.
  /// - Throws: `FileError`; `DatasetError` unless there are rewards.
  public func writeMinari(to folder: String, environment: String? = nil) throws {
    guard let rewards else {
      throw DatasetError(file: name, .needsColumn("rewards", purpose: "write Minari's layout"))
    }
    let files = FileManager.default
    guard !files.fileExists(atPath: folder) else {
      throw FileError(path: folder, .create, reason: "File exists")
    }
    let partial = "\(folder).partial-\(ProcessInfo.processInfo.processIdentifier)"
    defer { try? files.removeItem(atPath: partial) }
    do {
      try files.createDirectory(atPath: "\(partial)/data", withIntermediateDirectories: true)
    } catch { throw FileError(path: partial, .create, reason: error.localizedDescription) }

    let structure = try EpisodeStructure(
      self, stepLimit: nil, continuesAfterTerminals: nil)
    let episodes = recordedEpisodes(structure)
    try HDF5Writer.write(to: "\(partial)/data/main_data.hdf5") { writer in
      for (number, episode) in episodes.enumerated() {
        try write(episode, rewards, "episode_\(number)/", with: writer)
      }
    }
    let metadata = MinariDescription(
      steps: episodes.reduce(0) { $0 + $1.steps.count }, episodes: episodes.count,
      sizes: (observations.columnCount, actions.columnCount), name: folder,
      environment: environment ?? self.environment)
    try writeFileAtomically(metadata.json(), to: "\(partial)/data/metadata.json")
    guard rename(partial, folder) == 0 else {
      throw FileError(path: folder, .create, reason: String(cString: strerror(errno)))
    }
  }

  private func write(
    _ episode: RecordedEpisode, _ rewards: [Float], _ prefix: String, with writer: HDF5Writer
  ) throws {
    func rows<Element>(_ table: Table<Element>) -> ArraySlice<Element> {
      let width = table.columnCount
      return table.values[episode.steps.lowerBound * width..<episode.steps.upperBound * width]
    }
    let count = episode.steps.count
    try writer.write(
      prefix + "observations", rows(observations) + episode.lastObservation,
      shape: [count + 1, observations.columnCount])
    try writer.write(
      prefix + "actions", Array(rows(actions)), shape: [count, actions.columnCount])
    try writer.write(prefix + "rewards", Array(rewards[episode.steps]), shape: [count])
    try writer.write(prefix + "terminations", Array(terminals[episode.steps]))
    let isCut = (0..<count).map { $0 == count - 1 && !terminals[episode.steps.upperBound - 1] }
    try writer.write(prefix + "truncations", isCut)
    guard let positions, let velocities, let last = episode.lastRow else { return }
    for (name, table) in [("qpos", positions), ("qvel", velocities)] {
      try writer.write(
        wide: prefix + "infos/\(name)", Array(rows(table) + table[last]),
        shape: [count + 1, table.columnCount])
    }
  }

  /// The same transitions in D4RL's rows: a row of a final state becomes one that is marked as a
  /// timeout, which D4RL's loader leaves out, or nothing where the task had ended, except at the end of
  /// all, where the loader leaves out a row in any case.
  package var inD4RLRows: RecordedDataset {
    guard let isFinalState else { return self }
    let kept = (0..<rowCount).filter { row in
      !isFinalState[row]
        || row > 0 && !isFinalState[row - 1] && (!terminals[row - 1] || row == rowCount - 1)
    }
    func rows<Element>(_ table: Table<Element>) -> Table<Element> {
      Table(columnCount: table.columnCount, values: kept.flatMap { Array(table[$0]) })
    }
    var dataset = RecordedDataset(
      name, .d4rl, observations: rows(observations), actions: rows(actions),
      terminals: kept.map { terminals[$0] })
    dataset.rewards = rewards.map { rewards in kept.map { rewards[$0] } }
    dataset.timeouts = kept.map { isFinalState[$0] }
    dataset.positions = positions.map(rows)
    dataset.velocities = velocities.map(rows)
    dataset.goals = goals.map(rows)
    dataset.form = "D4RL rows"
    dataset.environment = environment
    return dataset
  }
}

/// `metadata.json` of a Minari data set.
private struct MinariDescription {
  var steps: Int
  var episodes: Int
  var sizes: (observations: Int, actions: Int)
  var name: String
  var environment: String?

  func json() throws -> String {
    var fields: [String: Any] = [
      "total_episodes": episodes, "total_steps": steps, "data_format": "hdf5",
      "minari_version": "0.5.4",
      "dataset_id": "idql/\(URL(fileURLWithPath: name).lastPathComponent)-v0",
      "observation_space": try Self.box(sizes.observations, limit: nil),
      "action_space": try Self.box(sizes.actions, limit: 1),
    ]
    if let environment { fields["env_spec"] = try Self.specification(environment) }
    return try Self.text(fields)
  }

  /// Gymnasium's `EnvSpec` in JSON, which Minari only reads with all of its fields.
  private static func specification(_ environment: String) throws -> String {
    let none = NSNull()
    return try text([
      "id": environment, "entry_point": none, "reward_threshold": none, "nondeterministic": false,
      "max_episode_steps": none, "order_enforce": true, "disable_env_checker": false,
      "kwargs": [String: Any](), "additional_wrappers": [Any](), "vector_entry_point": none,
    ])
  }

  /// A Gymnasium space of `count` numbers, in Minari's words; unbounded without a limit.
  private static func box(_ count: Int, limit: Int?) throws -> String {
    // infinite numbers have no form in JSON, but in Python's
    func bounds(_ sign: String) -> String {
      let bound = limit.map { "\(sign)\($0).0" } ?? "\(sign)Infinity"
      return "[" + Array(repeating: bound, count: count).joined(separator: ", ") + "]"
    }
    return """
      {"type": "Box", "dtype": "float32", "shape": [\(count)], "low": \(bounds("-")), \
      "high": \(bounds(""))}
      """
  }

  private static func text(_ fields: [String: Any]) throws -> String {
    String(
      decoding: try JSONSerialization.data(withJSONObject: fields, options: .sortedKeys),
      as: UTF8.self)
  }
}

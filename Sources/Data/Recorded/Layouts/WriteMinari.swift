import Foundation
import IDQLTensors

extension RecordedDataset {
  /// Writes the folder of a Minari data set (the layout of Minari 0.5 with HDF5): one group
  /// per episode with one observation more than actions, and `infos/qpos` and `infos/qvel` if there
  /// are positions. The folder appears complete or not at all.
  ///
  /// The observation after an episode's last step is that of `nextObservations`. Without them a step
  /// that was cut is left out and its own observation ends the episode, as D4RL's loader does; behind
  /// a step that ended the task, where nothing depends on it, its own observation is repeated.
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

    let episodes = try minariEpisodes()
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

  private struct MinariEpisode {
    /// Rows with its steps.
    var steps: Range<Int>
    var last: [Float]
    var isTerminated: Bool
  }

  private func minariEpisodes() throws -> [MinariEpisode] {
    let structure = try EpisodeStructure(self, stepLimit: nil, continuesAfterTerminals: false)
    var episodes: [MinariEpisode] = []
    var start = 0
    for row in 0..<rowCount {
      if isFinalState?[row] ?? false {
        start = row + 1
        continue
      }
      guard structure.endsEpisode[row] || row == rowCount - 1 else { continue }
      var episode = MinariEpisode(
        steps: start..<row + 1, last: Array(observations[row]), isTerminated: terminals[row])
      if isFinalState != nil {
        episode.last = Array(observations[row + 1])
      } else if let nextObservations {
        episode.last = Array(nextObservations[row])
      } else if !episode.isTerminated {
        episode.steps = start..<row
      }
      if !episode.steps.isEmpty { episodes.append(episode) }
      start = row + 1
    }
    return episodes
  }

  private func write(
    _ episode: MinariEpisode, _ rewards: [Float], _ prefix: String, with writer: HDF5Writer
  ) throws {
    func rows<Element>(_ table: Table<Element>) -> ArraySlice<Element> {
      let width = table.columnCount
      return table.values[episode.steps.lowerBound * width..<episode.steps.upperBound * width]
    }
    let count = episode.steps.count
    try writer.write(
      prefix + "observations", rows(observations) + episode.last,
      shape: [count + 1, observations.columnCount])
    try writer.write(
      prefix + "actions", Array(rows(actions)), shape: [count, actions.columnCount])
    try writer.write(prefix + "rewards", Array(rewards[episode.steps]), shape: [count])
    let isLast = (0..<count).map { $0 == count - 1 }
    try writer.write(prefix + "terminations", isLast.map { $0 && episode.isTerminated })
    try writer.write(prefix + "truncations", isLast.map { $0 && !episode.isTerminated })
    // the state after the last step is recorded only where a row of its own has it
    guard let positions, let velocities, isFinalState != nil else { return }
    for (name, table) in [("qpos", positions), ("qvel", velocities)] {
      let width = table.columnCount
      let values =
        table.values[
          episode.steps.lowerBound * width..<(episode.steps.upperBound + 1) * width]
      try writer.write(
        prefix + "infos/\(name)", values.map { Float($0) }, shape: [count + 1, width])
    }
  }

  /// The same transitions in D4RL's rows: a row of a final state becomes one that is marked as a
  /// timeout, which D4RL's loader leaves out, or nothing where the task had ended.
  package var inD4RLRows: RecordedDataset {
    guard let isFinalState else { return self }
    let kept = (0..<rowCount).filter { row in
      !isFinalState[row] || row > 0 && !isFinalState[row - 1] && !terminals[row - 1]
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
    if let environment { fields["env_spec"] = try Self.text(["id": environment]) }
    return try Self.text(fields)
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

import IDQLEnvs

/// The published layouts of data sets.
public enum DatasetLayout: String, CaseIterable, Sendable {
  /// A folder of Minari's.
  case minari
  /// An HDF5 file of D4RL's.
  case d4rl
  /// An npz file of OGBench's.
  case ogbench
}

extension RecordedDataset {
  /// Writes a data set of any readable layout in another one. Observations, actions and rewards have
  /// 32 bits then, as learners read them.
  ///
  /// - Parameters:
  ///   - source: a file or the folder of a Minari data set.
  ///   - layout: the other one.
  ///   - path: of the file or folder to write.
  ///   - id: the task of the data; nil to derive it from the source.
  /// - Returns: what the layout has no place for, or the source does not have, one line each.
  /// - Throws: `FileError`, `DatasetError`; what making the environment throws.
  package static func convert(
    _ source: String, to layout: DatasetLayout, at path: String, id: EnvironmentID?
  ) throws -> [String] {
    let inspection = try DatasetInspection(contentsOf: source, id: id)
    var recording = inspection.recording
    let structure = try EpisodeStructure(
      recording, stepLimit: inspection.id.map { try makeEnvironment($0).spec.stepLimit },
      continuesAfterTerminals: TransitionDataset.RewardRule.standard(for: inspection.id)
        .continuesAfterTerminals)
    var notes: [String] = []
    func note(_ count: Int, _ what: String) { if count > 0 { notes.append("\(count) \(what)") } }

    if recording.rewards == nil, layout != .ogbench {
      recording.rewards = Array(repeating: 0, count: recording.rowCount)
      notes.append("the source has no rewards: all that are written are 0")
    }
    if !recording.unused.isEmpty {
      notes.append("left out: " + recording.unused.joined(separator: ", "))
    }
    // rows that D4RL's loader makes transitions of by the next row are D4RL's already
    let isD4RL = structure.rules.contains(DataRule(.dropsLastRow))
    if layout == .d4rl, isD4RL {
      try recording.withTimeouts(structure).writeD4RL(to: path)
      return notes
    }
    if isD4RL {
      recording.nextObservations = nil
      // the loader makes no transition of rows at which it cuts, and of the last
      let cut = recording.terminals.indices.filter {
        recording.timeouts?[$0] ?? (structure.endsEpisode[$0] && !recording.terminals[$0])
          || $0 == recording.rowCount - 1
      }
      for row in cut { recording.terminals[row] = false }
      note(cut.count, "steps left out, as by D4RL's loader: at cuts and the last of the file")
    }
    let rows = recording.withFinalStates(structure)
    if recording.positions != nil, rows.positions == nil {
      notes.append("left out: positions and velocities, which are not known after last steps")
    }
    let ends = rows.terminals.indices.dropLast().count {
      rows.terminals[$0] && rows.isFinalState?[$0 + 1] ?? false
    }
    switch layout {
    case .d4rl:
      try rows.inD4RLRows.writeD4RL(to: path)
      note(ends, "observations after the end of a task left out")
    case .minari:
      try rows.writeMinari(to: path, environment: inspection.id?.description)
      if recording.goals != nil { notes.append("left out: goals") }
    case .ogbench:
      try rows.writeOGBench(to: path)
      if recording.goals != nil { notes.append("left out: goals") }
      if recording.rewards != nil { notes.append("left out: 'rewards'") }
      note(
        rows.terminals.count { $0 },
        "steps ended the task, which OGBench's layout does not tell from others")
    }
    if layout != .d4rl, recording.isFinalState == nil, recording.nextObservations == nil {
      note(
        ends, "observations after the end of a task left out: the last are repeated")
    }
    return notes
  }

  /// The same rows with a mark on each one after which an episode was cut.
  private func withTimeouts(_ structure: EpisodeStructure) -> RecordedDataset {
    var dataset = self
    dataset.timeouts = terminals.indices.map { row in
      timeouts?[row] ?? (structure.endsEpisode[row] && !terminals[row])
    }
    return dataset
  }
}

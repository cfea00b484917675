extension RecordedDataset {
  /// The layouts with one row per step, see `ColumnRoles`.
  ///
  /// - Parameter container: the kind of file, as shown to the user.
  /// - Throws: `DatasetError`.
  static func rows(
    _ file: any ColumnFile, in container: String, _ columns: Columns
  ) throws -> RecordedDataset {
    var roles = ColumnRoles(file)
    let observations = try file.floatTable("observations")
    let rows = observations.rowCount
    let actions = try file.floatTable("actions", rows: rows)
    let ends = try roles.ends(rows: rows)
    let rewards = try roles.find("rewards").map { try file.floatColumn($0, rows: rows) }
    let masks = try roles.find("masks").map { try file.flagColumn($0, rows: rows) }
    let valids = try roles.find("valids").map { try file.flagColumn($0, rows: rows) }
    // beside rows of final states there is no part for them
    let next = valids == nil ? roles.find("next_observations") : nil

    var dataset = RecordedDataset(
      file.name, .d4rl, observations: observations, actions: actions,
      terminals: try terminated(file, ends, masks, rows))
    dataset.rewards = rewards
    var needsNext = false
    if let valids {
      dataset.form = "OGBench \(container), compact view"
      guard ends.terminated != nil || masks != nil else { throw file.missing("terminals") }
      // its terminals are where trajectories end
      if masks == nil { dataset.terminals = Array(repeating: false, count: rows) }
      try dataset.setFinalStates(valids.map { !$0 }, file, ends)
    } else if masks != nil {
      dataset.form = "\(container) with masks"
      dataset.timeouts = ends.combined(except: dataset.terminals)
      (dataset.endsHaveSuccessors, needsNext) = (next != nil, next != nil)
    } else if rewards == nil, ends.cut == nil, let marks = ends.terminated,
      ends.name == "terminals"
    {
      // no task is recorded: marks are where trajectories end
      dataset.terminals = Array(repeating: false, count: rows)
      if next == nil {
        dataset.form = "OGBench \(container)"
        try dataset.setFinalStates(marks, file, ends)
      } else {
        dataset.form = "OGBench \(container), regular view"
        dataset.layout = .ogbench
        dataset.timeouts = marks
        (dataset.endsHaveSuccessors, needsNext) = (true, true)
      }
    } else {
      dataset.form = "D4RL \(container)"
      guard ends.terminated != nil else { throw file.missing("terminals") }
      guard rewards != nil else { throw file.missing("rewards") }
      dataset.timeouts = ends.cut
    }

    if let next, needsNext || columns.contains(.nextObservations) {
      dataset.nextObservations = try file.floatTable(next, rows: rows)
    }
    for (positions, velocities) in [("infos/qpos", "infos/qvel"), ("qpos", "qvel")] {
      guard let pair = roles.find(positions, velocities) else { continue }
      if columns.contains(.states),
        let states = try dataset.optional(
          .states,
          {
            try (file.doubleTable(pair.0, rows: rows), file.doubleTable(pair.1, rows: rows))
          })
      {
        (dataset.positions, dataset.velocities) = states
      }
    }
    if let goal = roles.find("infos/goal") {
      dataset.hasGoals = true
      if columns.contains(.goals) {
        dataset.goals = try dataset.optional(.goals) { try file.floatTable(goal, rows: rows) }
      }
    }
    dataset.unused = roles.unused
    return dataset
  }

  /// Masks say whether the task ended, if there are any; a column of Gymnasium's name has to agree.
  private static func terminated(
    _ file: any ColumnFile, _ ends: ColumnRoles.Ends, _ masks: [Bool]?, _ rows: Int
  ) throws -> [Bool] {
    guard let masks else { return ends.terminated ?? Array(repeating: false, count: rows) }
    let ended = masks.map { !$0 }
    if ends.name.hasPrefix("terminat"), let terminated = ends.terminated, terminated != ended {
      throw DatasetError(file: file.name, .contradiction(ends.name, "masks"))
    }
    return ended
  }

  /// Rows that hold only the state in which a trajectory ended; the step before is the last one of a
  /// recording of fixed length.
  private mutating func setFinalStates(
    _ isFinal: [Bool], _ file: any ColumnFile, _ ends: ColumnRoles.Ends
  ) throws {
    guard isFinal.last == true else {
      throw DatasetError(
        file: name, .openEpisode(row: max(0, rowCount - 1), column: file.contains("valids")))
    }
    if let marks = ends.terminated, zip(isFinal, marks).contains(where: { $0 && !$1 }) {
      throw DatasetError(file: name, .contradiction("valids", ends.name))
    }
    layout = .ogbench
    isFinalState = isFinal
    let cuts = zip(Array(isFinal.dropFirst()) + [false], terminals).map { $0 && !$1 }
    if let marks = ends.cut, marks != cuts {
      throw DatasetError(file: name, .contradiction("valids", "timeouts"))
    }
    timeouts = cuts
  }
}

extension ColumnRoles.Ends {
  /// Ends of trajectories that are not ends of the task; nil if no column says.
  fileprivate func combined(except terminals: [Bool]) -> [Bool]? {
    guard terminated != nil || cut != nil else { return nil }
    return terminals.indices.map {
      !terminals[$0] && (terminated?[$0] ?? false || cut?[$0] ?? false)
    }
  }
}

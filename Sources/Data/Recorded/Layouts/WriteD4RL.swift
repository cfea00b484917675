import IDQLTensors

extension RecordedDataset {
  /// A data set of steps that a program has collected. `name` stands for the file in messages; each
  /// column is that of the property of the same name.
  ///
  /// - Precondition: all columns have the same number of rows.
  public init(
    name: String, observations: Table<Float>, actions: Table<Float>, rewards: [Float],
    terminals: [Bool], timeouts: [Bool]
  ) {
    let rows = observations.rowCount
    precondition(
      [actions.rowCount, rewards.count, terminals.count, timeouts.count] == [
        rows, rows, rows, rows,
      ],
      "\(rows) rows of each column")
    self.init(name, .d4rl, observations: observations, actions: actions, terminals: terminals)
    self.rewards = rewards
    self.timeouts = timeouts
    form = "D4RL rows"
  }

  /// Writes an HDF5 file in D4RL's layout, which D4RL's own loader reads: float32 and boolean
  /// columns (positions and velocities in float64 where 32 bits do not hold them), shuffled and compressed with gzip, including the optional columns that are not nil.
  /// The file appears under its name complete or not at all.
  ///
  /// - Parameters:
  ///   - path: of the file; one that is there is replaced.
  ///   - attributes: HDF5 attributes of the file, for example on its origin.
  /// - Throws: `FileError`; `DatasetError` unless there are rewards and timeouts, and no rows of
  ///   final states.
  public func writeD4RL(to path: String, attributes: [(name: String, text: String)] = []) throws {
    try requireD4RLColumns()
    try HDF5Writer.write(to: path) { writer in
      for attribute in attributes { try writer.write(attribute: attribute.name, attribute.text) }
      try writeD4RL(with: writer)
    }
  }

  private func requireD4RLColumns() throws {
    guard rewards != nil, timeouts != nil, isFinalState == nil else {
      let column = rewards == nil ? "rewards" : "timeouts"
      throw DatasetError(file: name, .needsColumn(column, purpose: "write D4RL's layout"))
    }
  }

  /// The columns alone.
  func writeD4RL(with writer: HDF5Writer) throws {
    try writer.write("observations", observations)
    try writer.write("actions", actions)
    if let rewards { try writer.write("rewards", rewards, shape: [rewards.count]) }
    try writer.write("terminals", terminals)
    if let timeouts { try writer.write("timeouts", timeouts) }
    if let nextObservations { try writer.write("next_observations", nextObservations) }
    for (column, table) in [("infos/qpos", positions), ("infos/qvel", velocities)] {
      guard let table else { continue }
      try writer.write(wide: column, table.values, shape: [table.rowCount, table.columnCount])
    }
    if let goals { try writer.write("infos/goal", goals) }
  }
}

extension HDF5Writer {
  fileprivate func write(_ column: String, _ table: Table<Float>) throws {
    try write(column, table.values, shape: [table.rowCount, table.columnCount])
  }
}

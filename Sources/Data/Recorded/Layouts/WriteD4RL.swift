import IDQLTensors

extension RecordedDataset {
  /// A data set made here, to be written.
  ///
  /// - Precondition: all tables and lists have as many rows.
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
  }

  /// Writes D4RL's layout: float32 and boolean columns, gzip after shuffling; whatever optional
  /// columns this data set has. The file appears complete or not at all.
  ///
  /// - Parameter attributes: texts on the file's origin.
  /// - Throws: `FileError`; `DatasetError.needsColumn` unless there are rewards and timeouts, and no
  ///   rows of final states.
  public func writeD4RL(to path: String, attributes: [(name: String, text: String)] = []) throws {
    guard let rewards, let timeouts, isFinalState == nil else {
      let column = rewards == nil ? "rewards" : "timeouts"
      throw DatasetError(file: name, .needsColumn(column, purpose: "write D4RL's layout"))
    }
    try HDF5Writer.write(to: path) { writer in
      for attribute in attributes { try writer.write(attribute: attribute.name, attribute.text) }
      try writer.write("observations", observations)
      try writer.write("actions", actions)
      try writer.write("rewards", rewards, shape: [rewards.count])
      try writer.write("terminals", terminals)
      try writer.write("timeouts", timeouts)
      if let nextObservations { try writer.write("next_observations", nextObservations) }
      if let positions { try writer.write("infos/qpos", positions.narrowed) }
      if let velocities { try writer.write("infos/qvel", velocities.narrowed) }
      if let goals { try writer.write("infos/goal", goals) }
    }
  }
}

extension HDF5Writer {
  fileprivate func write(_ column: String, _ table: Table<Float>) throws {
    try write(column, table.values, shape: [table.rowCount, table.columnCount])
  }
}

extension Table<Double> {
  fileprivate var narrowed: Table<Float> {
    Table<Float>(columnCount: columnCount, values: values.map { Float($0) })
  }
}

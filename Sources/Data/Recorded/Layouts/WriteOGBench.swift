extension RecordedDataset {
  /// Writes an npz file in OGBench's layout, whose rows of final states `terminals` marks; `qpos` and
  /// `qvel` if there are positions. Rewards and ends of tasks have no place in it.
  ///
  /// - Throws: `FileError`; `DatasetError` without rows of final states, see `withFinalStates`.
  package func writeOGBench(to path: String) throws {
    guard let isFinalState else {
      throw DatasetError(file: name, .needsColumn("valids", purpose: "write OGBench's layout"))
    }
    try NumPyWriter.write(to: path) { writer in
      try writer.add("observations", observations)
      try writer.add("actions", actions)
      try writer.add("terminals", isFinalState)
      if let positions { try writer.add("qpos", positions) }
      if let velocities { try writer.add("qvel", velocities) }
    }
  }
}

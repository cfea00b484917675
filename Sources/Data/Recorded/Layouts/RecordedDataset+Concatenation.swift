extension RecordedDataset {
  /// The rows of several data sets in succession, as D4RL's `medium-expert` sets are made.
  ///
  /// - Parameter parts: at least one. The last row of each part ends its episode, because the next
  ///   row belongs to another one.
  /// - Throws: `DatasetError` if the parts do not have the same columns.
  package init(concatenating parts: [RecordedDataset]) throws {
    self = parts[0]
    for part in parts.dropFirst() { try append(part) }
  }

  private mutating func append(_ part: RecordedDataset) throws {
    guard shape == part.shape else {
      throw unread[.states] ?? part.unread[.states]
        ?? DatasetError(file: part.name, .otherColumns(than: name))
    }
    if isFinalState == nil, rowCount > 0 {
      let last = rowCount - 1
      joints.insert(last)
      if terminals[last] == false { timeouts?[last] = true }
    }
    findings += part.findings
    unused += part.unused.filter { !unused.contains($0) }
    observations.values += part.observations.values
    actions.values += part.actions.values
    terminals += part.terminals
    Self.append(&rewards, part.rewards)
    Self.append(&timeouts, part.timeouts)
    Self.append(&isFinalState, part.isFinalState)
    nextObservations?.values += part.nextObservations?.values ?? []
    positions?.values += part.positions?.values ?? []
    velocities?.values += part.velocities?.values ?? []
    goals?.values += part.goals?.values ?? []
  }

  /// Numbers in a row of each column, 0 for a missing column.
  private var shape: [Int] {
    [
      observations.columnCount, actions.columnCount, rewards == nil ? 0 : 1,
      timeouts == nil ? 0 : 1, isFinalState == nil ? 0 : 1, endsHaveSuccessors ? 1 : 0,
      nextObservations?.columnCount ?? 0,
      positions?.columnCount ?? 0, velocities?.columnCount ?? 0, goals?.columnCount ?? 0,
    ]
  }

  private static func append<Element>(_ column: inout [Element]?, _ part: [Element]?) {
    if let part { column?.append(contentsOf: part) }
  }
}

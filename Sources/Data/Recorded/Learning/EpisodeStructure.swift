extension RecordedDataset {
  /// Per row, whether the next one holds the state after its step, in the same episode.
  ///
  /// - Parameters:
  ///   - stepLimit: where D4RL cuts episodes if the file has no timeouts; nil not to cut them.
  ///   - continuesAfterTerminals: whether trajectories go on when the task is done; nil if only the
  ///     rows can tell.
  /// - Throws: `DatasetError` if rows are not in the order of episodes.
  package func followedRows(stepLimit: Int?, continuesAfterTerminals: Bool?) throws -> [Bool] {
    let structure = try EpisodeStructure(
      self, stepLimit: stepLimit, continuesAfterTerminals: continuesAfterTerminals)
    return (0..<rowCount).map { row in
      row < rowCount - 1 && !(isFinalState?[row] ?? structure.endsEpisode[row])
    }
  }
}

/// Which rows of a recording begin a transition, where the row after each transition is, and where
/// episodes end: the one definition for what is learnt and for what is reported.
struct EpisodeStructure {
  /// Rows that begin a transition.
  private(set) var rows: [Int32] = []
  /// Of each transition the row of its next observation: of the recording, or from `rowCount` on of
  /// `successors`.
  private(set) var nextRows: [Int32] = []
  /// Row-major: next observations that are no row of the recording.
  private(set) var successors: [Float] = []
  /// Per row of the recording, whether an episode ends with its step.
  private(set) var endsEpisode: [Bool]
  private(set) var rules: [DataRule] = []
  /// Whether trajectories go on when the task is done, as in antmaze.
  let continuesAfterTerminals: Bool
  /// How many rows the next one does not follow, without a mark, of those that have none.
  private(set) var order = Order()

  struct Order {
    var unmarked = 0
    var followed = 0

    /// - Throws: `DatasetError.disorder`.
    func check(_ file: String) throws {
      guard Double(unmarked) <= EpisodeStructure.disorderLimit * Double(followed) else {
        throw DatasetError(file: file, .disorder(count: unmarked, rows: followed))
      }
    }

    static func += (sum: inout Order, part: Order) {
      sum.unmarked += part.unmarked
      sum.followed += part.followed
    }
  }

  /// Beyond this share of rows that the next one does not follow, though no mark says so, the order
  /// of rows is not that of episodes. Unmarked ends of the shortest episodes, of the random hopper,
  /// are a twentieth.
  fileprivate static let disorderLimit = 0.1

  /// - Parameters:
  ///   - stepLimit: where D4RL cuts episodes if the file has no timeouts; nil not to cut them.
  ///   - continuesAfterTerminals: whether trajectories go on when the task is done; nil if only the
  ///     rows can tell.
  ///   - part: of a longer recording: that part's place in it; nil for all of it.
  /// - Throws: `DatasetError.disorder`, unless it is a part.
  init(
    _ recording: RecordedDataset, stepLimit: Int?, continuesAfterTerminals: Bool?,
    part: Part? = nil
  ) throws {
    let continues = continuesAfterTerminals ?? Self.continueAfterTerminals(recording)
    self.continuesAfterTerminals = continues
    endsEpisode = recording.terminals.indices.map { row in
      recording.timeouts?[row] ?? false || recording.joints.contains(row)
        || recording.terminals[row] && !continues
    }
    if recording.isFinalState != nil {
      addRowsBeforeOthers(recording)
      return
    }
    let jumps: Set<Int>
    (jumps, order) = try Self.jumps(in: recording, continuesAfterTerminals: continues)
    if part == nil { try order.check(recording.name) }
    if recording.endsHaveSuccessors {
      for row in 0..<recording.rowCount { add(row, recording, explicitly: jumps.contains(row)) }
      rules.append(DataRule(.explicitNext(count: jumps.count)))
    } else if jumps.isEmpty, !(part?.followsJumps ?? false) {
      addD4RLRows(recording, stepLimit)
    } else {
      addRows(recording, jumps)
    }
    for row in jumps { endsEpisode[row] = true }
  }

  /// Of trajectories that stay where the task is done, most rows after a terminal are terminals too;
  /// episodes of one step are what they would be otherwise. Goals are only in files of mazes, where
  /// trajectories go on.
  private static func continueAfterTerminals(_ recording: RecordedDataset) -> Bool {
    var runs = TerminalRuns()
    runs.add(recording.terminals) { row in
      recording.timeouts?[row] ?? false || recording.joints.contains(row)
        || recording.isFinalState?[row + 1] ?? false
    }
    return runs.goOn(hasGoals: recording.hasGoals)
  }

  /// Terminals that a row of the same trajectory follows, and how many of those rows are terminals.
  struct TerminalRuns {
    private var followed = 0
    private var again = 0

    /// - Parameter isLast: whether a trajectory was cut after the row.
    mutating func add(_ terminals: [Bool], isLast: (Int) -> Bool) {
      for row in terminals.indices.dropLast() where terminals[row] && !isLast(row) {
        followed += 1
        if terminals[row + 1] { again += 1 }
      }
    }

    func goOn(hasGoals: Bool) -> Bool {
      followed > 0 && (hasGoals || 2 * again > followed)
    }
  }

  /// Where a part of a recording is, which ends with a row after which a trajectory was cut, or with
  /// the last one.
  struct Part {
    /// Whether there were rows before that the next one does not follow.
    var followsJumps = false
  }

  private mutating func add(_ row: Int, _ recording: RecordedDataset, explicitly: Bool) {
    rows.append(Int32(row))
    guard explicitly, let next = recording.nextObservations else {
      nextRows.append(Int32(row + 1))
      return
    }
    let number = successors.count / next.columnCount
    nextRows.append(Int32(recording.rowCount + number))
    successors += next[row]
  }

  private mutating func addRowsBeforeOthers(_ recording: RecordedDataset) {
    let isFinal = recording.isFinalState ?? []
    for row in isFinal.indices where !isFinal[row] { add(row, recording, explicitly: false) }
    rules.append(DataRule(.nextRow))
    rules.append(DataRule(.dropsFinalStates(count: isFinal.count - rows.count)))
  }

  /// The rows that D4RL's `qlearning_dataset` keeps.
  ///
  /// Without timeouts it counts steps, and after a terminal it starts to count at 1 and not at 0;
  /// so does this, because the published results depend on it.
  private mutating func addD4RLRows(_ recording: RecordedDataset, _ stepLimit: Int?) {
    var dropped = 0
    var step = 0
    for row in 0..<max(0, recording.rowCount - 1) {
      let isJoint = recording.joints.contains(row) && !recording.terminals[row]
      if recording.timeouts?[row] ?? (isJoint || step + 1 == stepLimit) {
        endsEpisode[row] = true
        dropped += 1
        step = 0
        continue
      }
      add(row, recording, explicitly: false)
      step = recording.terminals[row] ? 1 : step + 1
    }
    rules.append(DataRule(.nextRow))
    if recording.timeouts != nil {
      rules.append(DataRule(.dropsTimeouts(count: dropped)))
    } else if let stepLimit {
      rules.append(DataRule(.dropsStepLimit(stepLimit, count: dropped)))
    }
    rules.append(DataRule(.dropsLastRow))
  }

  /// D4RL's rows, but with the next observations of the file where another row follows: nothing has
  /// to be cut by counting, and the last row may stay.
  private mutating func addRows(_ recording: RecordedDataset, _ jumps: Set<Int>) {
    var dropped = 0
    for row in 0..<recording.rowCount {
      if recording.timeouts?[row] ?? false {
        dropped += 1
      } else {
        add(row, recording, explicitly: jumps.contains(row) || row == recording.rowCount - 1)
      }
    }
    rules.append(DataRule(.explicitNext(count: jumps.count)))
    if recording.timeouts != nil { rules.append(DataRule(.dropsTimeouts(count: dropped))) }
  }

  /// Rows whose `next_observations` are not the row after: always those that another data set's row
  /// follows. Behind the end of a task nothing counts.
  private static func jumps(
    in recording: RecordedDataset, continuesAfterTerminals: Bool
  ) throws -> (rows: Set<Int>, order: Order) {
    guard let next = recording.nextObservations else { return ([], Order()) }
    let observations = recording.observations
    let width = observations.columnCount
    guard next.columnCount == width else {
      throw DatasetError(
        file: recording.name,
        .shape(
          column: "next_observations", found: [next.rowCount, next.columnCount],
          expected: "[\(recording.rowCount), \(width)] like the observations"))
    }
    var jumps: Set<Int> = []
    var order = Order()
    observations.values.withUnsafeBufferPointer { here in
      next.values.withUnsafeBufferPointer { there in
        for row in 0..<recording.rowCount {
          let isJoint = recording.joints.contains(row)
          let isLast = row == recording.rowCount - 1
          let isMarked =
            recording.timeouts?[row] ?? false
            || recording.terminals[row] && !continuesAfterTerminals
          if isMarked && !recording.endsHaveSuccessors { continue }
          let isJump =
            isLast || isJoint
            || (0..<width).contains { column in
              let (a, b) = (there[row * width + column], here[(row + 1) * width + column])
              return abs(a - b) > 1e-6 * max(1, abs(a))
            }
          // the last row has none after it, which says nothing on the order
          if isJump, !isLast || recording.endsHaveSuccessors { jumps.insert(row) }
          if isMarked || isJoint || isLast { continue }
          order.followed += 1
          if isJump { order.unmarked += 1 }
        }
      }
    }
    return (jumps, order)
  }
}

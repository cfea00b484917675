import IDQLEnvs

/// Transitions to learn from: what D4RL's `qlearning_dataset` and IDQL's loader make of a recording.
///
/// Observations are held once; the next observation of a transition is that of the row after.
public struct TransitionDataset: Sendable {
  /// Of every recorded row.
  public let observations: Table<Float>
  /// Row of `observations` in which each transition begins.
  public let rows: [Int32]
  /// One row per transition, clipped to ±(1 - 1e-5).
  public let actions: Table<Float>
  /// After processing.
  public private(set) var rewards: [Float]
  /// 0 if the task terminated with the transition, else 1; a time limit is no termination.
  public private(set) var masks: [Float]
  /// Transitions of each episode, without gaps.
  public private(set) var episodes: [Range<Int>] = []
  /// What was done to the recorded steps, in this order.
  public private(set) var rules: [DataRule]

  public var count: Int { rows.count }
  public var observationCount: Int { observations.columnCount }
  public var actionCount: Int { actions.columnCount }

  public func observation(_ index: Int) -> ArraySlice<Float> { observations[Int(rows[index])] }

  public func nextObservation(_ index: Int) -> ArraySlice<Float> {
    observations[Int(rows[index]) + 1]
  }

  /// What is done to rewards.
  public enum RewardRule: Equatable, Sendable {
    case keep
    /// Times 1000 / (largest - smallest return of an episode): IQL on locomotion.
    case scaleByReturns
    /// Plus this: IQL on antmaze adds -1.
    case shift(Float)
    /// Those of an OGBench single task, by how near the place in the recorded positions (`qpos`) from
    /// `index` on is to its goal.
    case relabel(task: String, goal: MazePoint, radius: Double, index: Int)
  }

  /// - Parameters:
  ///   - recording: with `positions` if rewards are to be relabelled.
  ///   - rewards: see `RewardRule.standard(for:)`.
  ///   - stepLimit: where D4RL cuts episodes if the file has no timeouts; nil not to cut them.
  /// - Throws: `DatasetError` if nothing is left, or `positions` are needed.
  public init(
    _ recording: RecordedDataset, rewards rule: RewardRule = .keep, stepLimit: Int? = nil
  ) throws {
    var rules: [DataRule] = [.nextRow]
    let kept =
      recording.isFinalState == nil
      ? Self.d4rlRows(of: recording, stepLimit, &rules)
      : Self.rowsBeforeOthers(of: recording, &rules)
    guard !kept.isEmpty else { throw DatasetError(file: recording.name, .noTransitions) }

    let width = recording.actions.columnCount
    let limit: Float = 1 - 1e-5
    var clipped: [Float] = []
    clipped.reserveCapacity(kept.count * width)
    var changed = 0
    for row in kept {
      for action in recording.actions[Int(row)] {
        let bounded = max(-limit, min(limit, action))
        if bounded != action { changed += 1 }
        clipped.append(bounded)
      }
    }
    observations = recording.observations
    rows = kept
    actions = Table(columnCount: width, values: clipped)
    rewards = kept.map { recording.rewards?[Int($0)] ?? 0 }
    masks = kept.map { recording.terminals[Int($0)] ? 0 : 1 }
    self.rules = rules + [.clipsActions(changed: changed), .masksTerminals]
    // FQL's reading of antmaze, whose trajectories go on after a terminal
    let endsAtTerminals = if case .shift = rule { false } else { true }
    findEpisodes(endsAtTerminals: endsAtTerminals)
    try processRewards(rule, recording)
  }

  // MARK: Rows

  /// Rows that `qlearning_dataset` of D4RL keeps.
  ///
  /// Without timeouts it counts steps, and begins a count at 1 rather than 0 after a terminal; so
  /// does this, as the published results did.
  private static func d4rlRows(
    of recording: RecordedDataset, _ stepLimit: Int?, _ rules: inout [DataRule]
  ) -> [Int32] {
    var kept: [Int32] = []
    var dropped = 0
    var step = 0
    for row in 0..<max(0, recording.rowCount - 1) {
      let isCut = recording.timeouts?[row] ?? (step + 1 == stepLimit)
      if isCut {
        dropped += 1
        step = 0
        continue
      }
      kept.append(Int32(row))
      step = recording.terminals[row] ? 1 : step + 1
    }
    if recording.timeouts != nil {
      rules.append(.dropsTimeouts(count: dropped))
    } else if let stepLimit {
      rules.append(.dropsStepLimit(stepLimit, count: dropped))
    }
    rules.append(.dropsLastRow)
    return kept
  }

  private static func rowsBeforeOthers(
    of recording: RecordedDataset, _ rules: inout [DataRule]
  ) -> [Int32] {
    let isFinal = recording.isFinalState ?? []
    let kept = isFinal.indices.filter { !isFinal[$0] }.map { Int32($0) }
    rules.append(.dropsFinalStates(count: isFinal.count - kept.count))
    return kept
  }

  /// Where the observation of the next transition is not this one's next observation.
  private mutating func findEpisodes(endsAtTerminals: Bool) {
    var start = 0
    for index in 0..<count {
      let isLast = index == count - 1
      if isLast || endsAtTerminals && masks[index] == 0 || jumps(after: index) {
        episodes.append(start..<index + 1)
        start = index + 1
      }
    }
    rules.append(.endsEpisodes(terminals: endsAtTerminals))
  }

  private func jumps(after index: Int) -> Bool {
    // the same row in most cases
    if rows[index + 1] == rows[index] + 1 { return false }
    var sum: Float = 0
    for (next, other) in zip(nextObservation(index), observation(index + 1)) {
      sum += (next - other) * (next - other)
    }
    return sum.squareRoot() > 1e-6
  }

  // MARK: Rewards

  /// Of the rewards as they are now, undiscounted.
  public var returns: [Double] {
    episodes.map { $0.reduce(0) { $0 + Double(rewards[$1]) } }
  }

  private mutating func processRewards(_ rule: RewardRule, _ recording: RecordedDataset) throws {
    switch rule {
    case .keep:
      rules.append(recording.rewards == nil ? .noRewards : .keepsRewards)
    case .scaleByReturns:
      let returns = returns
      let spread = (returns.max() ?? 0) - (returns.min() ?? 0)
      // one episode, or equal ones, give no scale
      let factor = spread > 0 ? 1000 / spread : 1
      rewards = rewards.map { Float(Double($0) * factor) }
      rules.append(.scalesRewards(factor))
    case .shift(let shift):
      rewards = rewards.map { $0 + shift }
      rules.append(.shiftsRewards(shift))
    case .relabel(let task, let goal, let radius, let first):
      guard let positions = recording.positions else {
        throw DatasetError(file: recording.name, .needsColumn("qpos", purpose: "relabel rewards"))
      }
      guard positions.columnCount >= first + 2 else {
        throw DatasetError(
          file: recording.name,
          .shape(
            column: "qpos", found: [positions.rowCount, positions.columnCount],
            expected: "[\(positions.rowCount), \(first + 2) or more] for \(task)"))
      }
      var successes = 0
      for (index, row) in rows.enumerated() {
        let place = Array(positions[Int(row)].dropFirst(first))
        let isThere = MazePoint(place[0], place[1]).distance(to: goal) <= radius
        rewards[index] = isThere ? 0 : -1
        masks[index] = isThere ? 0 : 1
        successes += isThere ? 1 : 0
      }
      rules.append(.relabels(task: task, successes: successes))
    }
  }
}

extension TransitionDataset.RewardRule {
  /// The convention of the id (`DataConventions`); rewards are kept if it is not known.
  ///
  /// - Throws: whatever making the environment throws.
  public static func standard(for id: EnvironmentID?) throws -> Self {
    guard let id else { return .keep }
    return switch id.entry.conventions.rewards {
    case .asRecorded: .keep
    case .scaledByReturns: .scaleByReturns
    case .shifted(let shift): .shift(Float(shift))
    case .relabelled: try .relabelled(id)
    }
  }

  private static func relabelled(_ id: EnvironmentID) throws -> Self {
    guard let maze = try makeEnvironment(id).maze else { return .keep }
    // the free joint of a ball that has to get there in the robot's stead comes last
    let index = maze.ball == nil ? 0 : maze.simulation.model.positionCount - 7
    return .relabel(
      task: id.description, goal: maze.target, radius: maze.successRadius, index: index)
  }
}

import IDQLEnvs

/// Transitions to learn from: what D4RL's `qlearning_dataset` and IDQL's loader make of a
/// recording.
///
/// Observations are held once; the next observation of a transition is in most cases that of the row
/// after.
public struct TransitionDataset: Sendable {
  /// (recorded rows and more, observations): behind those of the recording next observations that
  /// are none of its rows.
  package let observations: Table<Float>
  /// Row of `observations` in which each transition begins.
  package let rows: [Int32]
  /// Row of `observations` in which each transition ends.
  private let nextRows: [Int32]
  /// (`count`, actions), clipped to ±(1 - 1e-5).
  public let actions: Table<Float>
  /// Length `count`, after processing.
  public private(set) var rewards: [Float]
  /// Length `count`: 0 if the task terminated with the transition, else 1; a time limit does not
  /// terminate it.
  public private(set) var masks: [Float]
  /// Indices of the transitions of each episode, without gaps.
  public private(set) var episodes: [Range<Int>] = []
  /// What was done to the recorded steps, in this order.
  public private(set) var rules: [DataRule]

  /// Number of transitions.
  public var count: Int { rows.count }
  package var observationCount: Int { observations.columnCount }
  package var actionCount: Int { actions.columnCount }

  /// Observation before a transition.
  public func observation(_ index: Int) -> ArraySlice<Float> { observations[Int(rows[index])] }

  /// Observation after a transition.
  public func nextObservation(_ index: Int) -> ArraySlice<Float> {
    observations[Int(nextRows[index])]
  }

  /// What is done to rewards.
  package enum RewardRule: Equatable, Sendable {
    case keep
    /// Times 1000 / (largest - smallest return of an episode): IQL on locomotion.
    case scaleByReturns
    /// Plus this: IQL on antmaze adds -1.
    case shift(Float)
    /// Those of an OGBench single task: by the distance to its goal of the x and y that the
    /// recorded positions (`qpos`) hold at `index` and after it. Without positions rewards and masks of
    /// the file are kept, if it has any.
    case relabel(task: String, goal: MazePoint, radius: Double, index: Int)
  }

  /// Transitions by the conventions under which results on a task are published: IQL and IDQL scale
  /// the rewards of the robots by the spread of returns and subtract 1 on antmaze, OGBench computes
  /// those of its single tasks from recorded positions, and D4RL cuts episodes at the step limit if
  /// the file has no timeouts.
  ///
  /// - Parameters:
  ///   - recording: the rows; OGBench's single tasks need `positions`, or rewards of their own.
  ///   - environment: the task; nil to keep rewards and episodes as recorded.
  /// - Throws: `DatasetError` if no transition is left or a column is missing; what making the
  ///   environment throws.
  public init(_ recording: RecordedDataset, for environment: EnvironmentID?) throws {
    try self.init(
      recording, rewards: .standard(for: environment),
      stepLimit: environment.map { try makeEnvironment($0).spec.stepLimit })
  }

  /// - Parameters:
  ///   - recording: with `positions` if rewards are to be relabelled.
  ///   - rewards: see `RewardRule.standard(for:)`.
  ///   - stepLimit: where D4RL cuts episodes if the file has no timeouts; nil not to cut them.
  /// - Throws: `DatasetError` if nothing is left, or `positions` are needed.
  package init(
    _ recording: RecordedDataset, rewards rule: RewardRule = .keep, stepLimit: Int? = nil
  ) throws {
    // as FQL reads antmaze, whose trajectories continue after a terminal
    let structure = try EpisodeStructure(
      recording, stepLimit: stepLimit, continuesAfterTerminals: rule.continuesAfterTerminals)
    try self.init(recording, structure, rewards: rule)
  }

  /// - Throws: `DatasetError` if nothing is left, or `positions` are needed.
  init(
    _ recording: RecordedDataset, _ structure: EpisodeStructure, rewards rule: RewardRule
  ) throws {
    let kept = structure.rows
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
    var observations = recording.observations
    if !structure.successors.isEmpty { observations.values += structure.successors }
    self.observations = observations
    (rows, nextRows) = (kept, structure.nextRows)
    actions = Table(columnCount: width, values: clipped)
    rewards = kept.map { recording.rewards?[Int($0)] ?? 0 }
    masks = kept.map { recording.terminals[Int($0)] ? 0 : 1 }
    rules =
      structure.rules + [DataRule(.clipsActions(changed: changed)), DataRule(.masksTerminals)]
    findEpisodes(structure.endsEpisode)
    rules.append(DataRule(.endsEpisodes(terminals: !structure.continuesAfterTerminals)))
    try processRewards(rule, recording)
  }

  /// Ends an episode where one ends in the recording at or after its transition's row, before the
  /// next one's.
  private mutating func findEpisodes(_ endsEpisode: [Bool]) {
    var start = 0
    for index in 0..<count {
      let isLast = index == count - 1
      if isLast || (rows[index]..<rows[index + 1]).contains(where: { endsEpisode[Int($0)] }) {
        episodes.append(start..<index + 1)
        start = index + 1
      }
    }
  }

  // MARK: Rewards

  /// Undiscounted return of each episode, of the processed rewards.
  package var returns: [Double] {
    episodes.map { $0.reduce(0) { $0 + Double(rewards[$1]) } }
  }

  private mutating func processRewards(_ rule: RewardRule, _ recording: RecordedDataset) throws {
    switch rule {
    case .keep:
      rules.append(DataRule(recording.rewards == nil ? .noRewards : .keepsRewards))
    case .scaleByReturns:
      let returns = returns
      let spread = (returns.max() ?? 0) - (returns.min() ?? 0)
      // one episode, or equal ones, give no scale
      let factor = spread > 0 ? 1000 / spread : 1
      rewards = rewards.map { Float(Double($0) * factor) }
      rules.append(DataRule(.scalesRewards(factor)))
    case .shift(let shift):
      rewards = rewards.map { $0 + shift }
      rules.append(DataRule(.shiftsRewards(shift)))
    case .relabel where recording.positions == nil && recording.rewards != nil:
      // OGBench's own loader computes them, and leaves the positions out of what it returns
      rules.append(DataRule(.keepsRewards))
    case .relabel(let task, let goal, let radius, let first):
      guard let positions = recording.positions else {
        throw recording.lacks(.states, "qpos", to: "relabel rewards")
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
        let position = Array(positions[Int(row)].dropFirst(first))
        let isAtGoal = MazePoint(position[0], position[1]).distance(to: goal) <= radius
        rewards[index] = isAtGoal ? 0 : -1
        masks[index] = isAtGoal ? 0 : 1
        successes += isAtGoal ? 1 : 0
      }
      rules.append(DataRule(.relabels(task: task, successes: successes)))
    }
  }
}

extension TransitionDataset.RewardRule {
  /// Whether an episode goes on when the task is done: antmaze's trajectories do, the robots' do not;
  /// of others the rows tell.
  package var continuesAfterTerminals: Bool? {
    switch self {
    case .shift: true
    case .scaleByReturns: false
    case .keep, .relabel: nil
    }
  }

  /// The convention of the id (`DataConventions`); rewards are kept if it is not known.
  ///
  /// - Throws: what making the environment throws.
  package static func standard(for id: EnvironmentID?) throws -> Self {
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

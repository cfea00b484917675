import IDQLDatasets

/// The steps of one environment in order, in the columns of D4RL's layout.
struct Rows: Sendable {
  let observationCount: Int
  let actionCount: Int
  /// Whether an episode continues after a terminal, as in D4RL's antmaze.
  let continuesAfterTerminals: Bool
  private(set) var count = 0
  private(set) var observations: [Float] = []
  private(set) var actions: [Float] = []
  private(set) var rewards: [Float] = []
  private(set) var terminals: [Bool] = []
  /// Where an episode was cut.
  private(set) var timeouts: [Bool] = []
  /// Empty in mazes.
  private(set) var nextObservations: [Float] = []
  private(set) var positions: [Float] = []
  private(set) var velocities: [Float] = []
  /// Two numbers a row in mazes, else empty.
  private(set) var goals: [Float] = []

  init(observationCount: Int, actionCount: Int, continuesAfterTerminals: Bool = false) {
    self.observationCount = observationCount
    self.actionCount = actionCount
    self.continuesAfterTerminals = continuesAfterTerminals
  }

  struct Row {
    var observation: [Float]
    var action: [Float]
    var reward: Float
    var isTerminal: Bool
    var isTimeout: Bool
    var nextObservation: [Float] = []
    var position: [Float]
    var velocity: [Float]
    var goal: [Float] = []
  }

  mutating func append(_ row: Row) {
    count += 1
    observations += row.observation
    actions += row.action
    rewards.append(row.reward)
    terminals.append(row.isTerminal)
    timeouts.append(row.isTimeout)
    nextObservations += row.nextObservation
    positions += row.position
    velocities += row.velocity
    goals += row.goal
  }

  /// Whether the last row was the last one of its episode.
  var isEpisodeOver: Bool { terminals.last ?? true || timeouts.last ?? true }

  /// Ends the episode with the last row.
  mutating func cutEpisode() {
    guard let last = terminals.last else { return }
    if !last || continuesAfterTerminals { timeouts[count - 1] = true }
  }

  func observation(_ row: Int) -> ArraySlice<Float> {
    observations[row * observationCount..<(row + 1) * observationCount]
  }

  func action(_ row: Int) -> ArraySlice<Float> {
    actions[row * actionCount..<(row + 1) * actionCount]
  }

  func nextObservation(_ row: Int) -> ArraySlice<Float> {
    nextObservations[row * observationCount..<(row + 1) * observationCount]
  }

  /// The first `count` rows, the last of which always ends its episode.
  func prefix(_ count: Int) -> Rows {
    precondition(count <= self.count, "\(count) of \(self.count) rows")
    var rows = Rows(
      observationCount: observationCount, actionCount: actionCount,
      continuesAfterTerminals: continuesAfterTerminals)
    func part<Element>(_ column: [Element]) -> [Element] {
      self.count == 0 ? [] : Array(column.prefix(column.count / self.count * count))
    }
    rows.count = count
    rows.observations = part(observations)
    rows.actions = part(actions)
    rows.rewards = part(rewards)
    rows.terminals = part(terminals)
    rows.timeouts = part(timeouts)
    rows.nextObservations = part(nextObservations)
    rows.positions = part(positions)
    rows.velocities = part(velocities)
    rows.goals = part(goals)
    rows.cutEpisode()
    return rows
  }
}

extension RecordedDataset {
  /// The rows of several environments, concatenated.
  ///
  /// - Precondition: not empty, and all of the same columns.
  init(name: String, _ parts: [Rows]) {
    func joined<Element>(_ column: (Rows) -> [Element]) -> [Element] { parts.flatMap(column) }
    func table(_ column: (Rows) -> [Float], of width: Int) -> Table<Float> {
      Table(columnCount: width, values: joined(column))
    }
    let (o, a) = (parts[0].observationCount, parts[0].actionCount)
    self.init(
      name: name, observations: table(\.observations, of: o), actions: table(\.actions, of: a),
      rewards: joined(\.rewards), terminals: joined(\.terminals), timeouts: joined(\.timeouts))
    if !parts[0].nextObservations.isEmpty {
      nextObservations = table(\.nextObservations, of: o)
    }
    func states(_ column: (Rows) -> [Float]) -> Table<Double> {
      let values = joined(column).map(Double.init)
      return Table(columnCount: values.count / rowCount, values: values)
    }
    positions = states(\.positions)
    velocities = states(\.velocities)
    if !parts[0].goals.isEmpty { goals = table(\.goals, of: 2) }
  }
}

import IDQLTensors

extension RecordedDataset {
  /// `data/main_data.hdf5` of a Minari data set (Minari 0.5, `HDF5Storage`): groups `episode_0`,
  /// `episode_1`, …, each with one observation more than actions.
  ///
  /// Where observations are dictionaries, as in Gymnasium-Robotics, `observation` is what is read,
  /// and `desired_goal` is the goal.
  ///
  /// - Parameter episodes: what leads to the groups, by their numbers.
  static func minari(
    _ storage: HDF5Storage, _ episodes: [Int: HDF5Link.Target], _ metadata: MinariMetadata?,
    _ columns: Columns
  ) throws -> RecordedDataset {
    guard !episodes.isEmpty else { throw DatasetError(file: storage.name, .noTransitions) }
    var builder = MinariRows()
    for number in 0..<episodes.count {
      guard let group = episodes[number] else {
        throw DatasetError(file: storage.name, .missingEpisode(number, count: episodes.count))
      }
      let prefix = "episode_\(number)/"
      try builder.append(HDF5File(storage, group: group, prefix: prefix), prefix, columns)
    }
    var dataset = try builder.dataset(storage.name)
    dataset.form = "Minari folder"
    dataset.environment = metadata?.environment
    if let count = metadata?.episodeCount, count != episodes.count {
      dataset.findings.append(
        "metadata.json counts \(count) episodes, the file holds \(episodes.count)")
    }
    return dataset
  }
}

extension HDF5Storage {
  /// What leads to the groups `episode_N`, by N.
  func episodes() throws -> [Int: HDF5Link.Target] {
    do {
      let links = try links(of: HDF5ObjectHeader(self, at: root)) ?? []
      var episodes: [Int: HDF5Link.Target] = [:]
      for link in links where link.name.hasPrefix("episode_") {
        if let number = Int(link.name.dropFirst(8)) { episodes[number] = link.target }
      }
      return episodes
    } catch let fault as HDF5Fault {
      throw DatasetError(file: name, .damaged(part: "the root group", reason: fault.reason))
    }
  }
}

/// Accumulates the rows of episodes in succession.
private struct MinariRows {
  private var observations = GrowingTable<Float>()
  private var actions = GrowingTable<Float>()
  private var rewards: [Float] = []
  private var terminals: [Bool] = []
  private var timeouts: [Bool] = []
  private var isFinalState: [Bool] = []
  private var positions = GrowingTable<Double>()
  private var velocities = GrowingTable<Double>()
  private var goals = GrowingTable<Float>()
  /// The goal at the end of the episode before.
  private var lastGoal: [Float] = []
  /// Episodes that begin with it though their own is another one.
  private var oldGoals: [Int] = []
  private var episodeCount = 0
  /// Columns that have no part, of the first episode.
  private var unused: [String] = []
  /// Of optional columns, what is wrong with them in the first episode in which something is.
  private var unread: [RecordedDataset.Columns: DatasetError] = [:]

  mutating func append(
    _ file: HDF5File, _ episode: String, _ columns: RecordedDataset.Columns
  ) throws {
    let isDictionary = file.contains(episode + "observations/observation")
    let column = episode + "observations" + (isDictionary ? "/observation" : "")
    try requireArray(column, file, or: "a dictionary with an array 'observation'")
    try requireArray(episode + "actions", file)
    let states = try file.floatTable(column)
    let steps = states.rowCount - 1
    guard steps >= 0 else {
      throw DatasetError(
        file: file.name,
        .shape(
          column: column, found: [0, states.columnCount],
          expected: "[1 or more, \(states.columnCount)]"))
    }
    let taken = try file.floatTable(episode + "actions", rows: steps)
    try observations.append(states, file, column)
    try actions.append(taken, file, episode + "actions")
    actions.appendRow()

    rewards += try file.floatColumn(episode + "rewards", rows: steps) + [0]
    terminals += try file.flagColumn(episode + "terminations", rows: steps) + [false]
    timeouts += try file.flagColumn(episode + "truncations", rows: steps) + [false]
    // an episode that stops without a mark was cut as well
    if steps > 0 { timeouts[timeouts.count - 2] = !terminals[terminals.count - 2] }
    isFinalState += Array(repeating: false, count: steps) + [true]

    var known = ["observations", "actions", "rewards", "terminations", "truncations"]
    let (qpos, qvel) = ("infos/qpos", "infos/qvel")
    if file.has(episode + qpos), file.has(episode + qvel) {
      known += [qpos, qvel]
      if columns.contains(.states) {
        try optional(.states) { rows in
          let found = try (
            file.doubleTable(episode + qpos, rows: steps + 1),
            file.doubleTable(episode + qvel, rows: steps + 1)
          )
          try rows.positions.append(found.0, file, episode + qpos)
          try rows.velocities.append(found.1, file, episode + qvel)
        }
      }
    }
    if isDictionary {
      known += ["observations/observation", "observations/desired_goal"]
      let column = episode + "observations/desired_goal"
      if columns.contains(.goals), file.has(column) {
        try optional(.goals) { rows in
          let found = try file.floatTable(column, rows: steps + 1)
          if steps > 0, found[0].elementsEqual(rows.lastGoal),
            !found[1].elementsEqual(rows.lastGoal)
          {
            rows.oldGoals.append(rows.episodeCount)
          }
          rows.lastGoal = Array(found[steps])
          try rows.goals.append(found, file, column)
        }
      }
    }
    if episodeCount == 0 {
      unused = file.columns.map { String($0.dropFirst(episode.count)) }
        .filter { !known.contains($0) }
    }
    episodeCount += 1
  }

  /// - Parameter other: what is read as well.
  /// - Throws: `DatasetError` if the column is a dictionary of arrays, or a tuple, which Minari stores
  ///   likewise.
  private func requireArray(_ column: String, _ file: HDF5File, or other: String? = nil) throws {
    let parts = file.columns.filter { $0.hasPrefix(column + "/") }
    if parts.isEmpty { return }
    let names = parts.prefix(4).map { quoted(String($0.dropFirst(column.count + 1))) }
    throw DatasetError(
      file: file.name,
      .elementType(
        column: column, found: "a dictionary of " + names.joined(separator: ", "),
        expected: "numbers" + (other.map { " or \($0)" } ?? "")))
  }

  /// Adds rows of optional columns, or notes why they cannot be read.
  private mutating func optional(
    _ columns: RecordedDataset.Columns, _ add: (inout MinariRows) throws -> Void
  ) throws {
    do { try add(&self) } catch let error as DatasetError {
      unread.merge([columns: error]) { first, _ in first }
    }
  }

  func dataset(_ name: String) throws -> RecordedDataset {
    guard let observations = observations.table, let actions = actions.table else {
      throw DatasetError(file: name, .noTransitions)
    }
    var dataset = RecordedDataset(
      name, .minari, observations: observations, actions: actions, terminals: terminals)
    dataset.rewards = rewards
    dataset.timeouts = timeouts
    dataset.isFinalState = isFinalState
    // a column that only some of the episodes have is left out
    if positions.rowCount == observations.rowCount { dataset.positions = positions.table }
    if velocities.rowCount == observations.rowCount { dataset.velocities = velocities.table }
    if goals.rowCount == observations.rowCount { dataset.goals = goals.table }
    dataset.leaveOut(unread)
    dataset.unused = unused.map(quoted)
    if let first = oldGoals.first {
      dataset.findings.append(
        "\(oldGoals.count) of \(episodeCount) episodes have in their first row the goal of the "
          + "episode before, the first is episode \(first)")
    }
    return dataset
  }
}

/// A table that takes the width of the first rows appended.
private struct GrowingTable<Element: BinaryFloatingPoint & Sendable> {
  private(set) var table: Table<Element>?

  var rowCount: Int { table?.rowCount ?? 0 }

  mutating func append(_ rows: Table<Element>, _ file: HDF5File, _ column: String) throws {
    guard let columnCount = table?.columnCount else {
      table = rows
      return
    }
    guard rows.columnCount == columnCount else {
      throw DatasetError(
        file: file.name,
        .shape(
          column: column, found: [rows.rowCount, rows.columnCount],
          expected: "[rows, \(columnCount)] as in the episodes before"))
    }
    table?.values += rows.values
  }

  /// A row of zeros.
  mutating func appendRow() {
    let zeros = Array(repeating: Element(0), count: table?.columnCount ?? 0)
    table?.values += zeros
  }
}

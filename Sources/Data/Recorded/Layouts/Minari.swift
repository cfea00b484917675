import Foundation
import IDQLTensors

extension RecordedDataset {
  /// `data/main_data.hdf5` of a Minari data set (Minari 0.5, `HDF5Storage`): groups `episode_0`,
  /// `episode_1`, …, each with one observation more than actions.
  ///
  /// Where observations are dictionaries, as in Gymnasium-Robotics, `observation` is what is read,
  /// and `desired_goal` is the goal.
  static func minari(folder: String, _ columns: Columns) throws -> RecordedDataset {
    let path = "data/main_data.hdf5"
    guard FileManager.default.fileExists(atPath: "\(folder)/\(path)") else {
      throw DatasetError(file: folder, .missingFile(path))
    }
    let storage = try HDF5Storage(DataFile("\(folder)/\(path)"))
    let episodes = try storage.episodes()
    guard !episodes.isEmpty else { throw DatasetError(file: storage.name, .noTransitions) }

    var builder = MinariRows()
    for number in 0..<episodes.count {
      guard let address = episodes[number] else {
        throw DatasetError(file: storage.name, .missingEpisode(number, count: episodes.count))
      }
      let prefix = "episode_\(number)/"
      try builder.append(HDF5File(storage, group: address, prefix: prefix), prefix, columns)
    }
    return try builder.dataset(storage.name)
  }
}

extension HDF5Storage {
  /// Addresses of the groups `episode_N` by N.
  fileprivate func episodes() throws -> [Int: Int] {
    do {
      let links = try links(of: HDF5ObjectHeader(self, at: root)) ?? []
      var episodes: [Int: Int] = [:]
      for link in links where link.name.hasPrefix("episode_") {
        if case .object(let address) = link.target, let number = Int(link.name.dropFirst(8)) {
          episodes[number] = address
        }
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

  mutating func append(
    _ file: HDF5File, _ episode: String, _ columns: RecordedDataset.Columns
  ) throws {
    let isDictionary = file.contains(episode + "observations/observation")
    let column = episode + "observations" + (isDictionary ? "/observation" : "")
    let states = try file.floatTable(column)
    let steps = states.rowCount - 1
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

    if columns.contains(.states), file.contains(episode + "infos/qpos") {
      for (name, table) in [("qpos", \Self.positions), ("qvel", \Self.velocities)] {
        let column = episode + "infos/\(name)"
        let values = try file.doubleTable(column, rows: steps + 1)
        try self[keyPath: table].append(values, file, column)
      }
    }
    if columns.contains(.goals), isDictionary {
      let column = episode + "observations/desired_goal"
      try goals.append(file.floatTable(column, rows: steps + 1), file, column)
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

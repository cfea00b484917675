import Foundation
import IDQLTensors

/// The columns of a file of recorded steps, row by row as stored.
///
/// All columns have the same number of rows. A row holds the state before a step, the action taken
/// there and its outcome.
public struct RecordedDataset: Sendable {
  /// The file it was read from, for messages.
  package var name: String
  package var layout: Layout
  /// (rows, observations): before each step.
  public var observations: Table<Float>
  /// (rows, actions). Rows marked by `isFinalState` have no meaning.
  public var actions: Table<Float>
  /// Length rows: reward of each step; nil in OGBench's files, which have none.
  public var rewards: [Float]?
  /// Length rows: whether the task ended with this row's step.
  public var terminals: [Bool]
  /// Length rows: whether a time limit or the end of the recording cut the episode after this row's
  /// step; nil if the file does not say.
  public var timeouts: [Bool]?
  /// Length rows: whether a row holds only the state in which an episode ended, and no step; nil in
  /// D4RL's files, which have no such rows.
  public var isFinalState: [Bool]?
  /// (rows, observations): D4RL's `next_observations`; nil in files without them.
  public var nextObservations: Table<Float>?
  /// (rows, positions): MuJoCo's `qpos` before each step, but after it in D4RL's antmaze files; nil
  /// in files without it.
  public var positions: Table<Double>?
  /// (rows, velocities): MuJoCo's `qvel`, likewise.
  public var velocities: Table<Double>?
  /// (rows, 2 or more): position of the goal, m; nil in files without it.
  public var goals: Table<Float>?

  /// The format of the file, by the name shown to the user.
  package enum Layout: String, Sendable {
    case d4rl = "D4RL HDF5"
    case ogbench = "OGBench npz"
    case minari = "Minari folder"
  }

  /// Columns that are read only if asked for, and only where the file has them.
  package struct Columns: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// D4RL's `next_observations`.
    package static let nextObservations = Columns(rawValue: 1)
    /// `positions` and `velocities`.
    package static let states = Columns(rawValue: 2)
    /// Goals of the mazes.
    package static let goals = Columns(rawValue: 4)
  }

  package var rowCount: Int { observations.rowCount }

  /// Reads a D4RL HDF5 file, an OGBench npz file or the folder of a Minari data set; the content
  /// decides which it is. All columns above that the file has are read.
  ///
  /// - Throws: `FileError` if there is no such file, `DatasetError` if its content is not a data
  ///   set.
  public init(contentsOf path: String) throws {
    try self.init(contentsOf: path, columns: [.nextObservations, .states, .goals])
  }

  /// As above, with only those of the optional columns that are asked for.
  package init(contentsOf path: String, columns: Columns) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      self = try Self.minari(folder: path, columns)
      return
    }
    let file = try DataFile(path)
    if try HDF5Storage.start(in: file) != nil {
      self = try Self.d4rl(HDF5File(HDF5Storage(file)), columns)
    } else if try file.read(at: 0, count: min(2, file.byteCount)) == Array("PK".utf8) {
      self = try Self.ogbench(NumPyArchive(contentsOf: path), columns)
    } else {
      throw DatasetError(file: path, .unknownLayout)
    }
  }

  init(
    _ name: String, _ layout: Layout, observations: Table<Float>, actions: Table<Float>,
    terminals: [Bool]
  ) {
    self.name = name
    self.layout = layout
    self.observations = observations
    self.actions = actions
    self.terminals = terminals
  }

  /// `observations`, `actions`, `rewards`, `terminals`; `timeouts`, `infos/qpos`, `infos/qvel`,
  /// `infos/goal` and `next_observations` if they are there.
  static func d4rl(_ file: HDF5File, _ columns: Columns) throws -> RecordedDataset {
    let observations = try file.floatTable("observations")
    let rows = observations.rowCount
    var dataset = RecordedDataset(
      file.name, .d4rl, observations: observations,
      actions: try file.floatTable("actions", rows: rows),
      terminals: try file.flagColumn("terminals", rows: rows))
    dataset.rewards = try file.floatColumn("rewards", rows: rows)
    if file.contains("timeouts") {
      dataset.timeouts = try file.flagColumn("timeouts", rows: rows)
    }
    if columns.contains(.nextObservations), file.contains("next_observations") {
      dataset.nextObservations = try file.floatTable("next_observations", rows: rows)
    }
    if columns.contains(.states), file.contains("infos/qpos") {
      dataset.positions = try file.doubleTable("infos/qpos", rows: rows)
      dataset.velocities = try file.doubleTable("infos/qvel", rows: rows)
    }
    if columns.contains(.goals), file.contains("infos/goal") {
      dataset.goals = try file.floatTable("infos/goal", rows: rows)
    }
    return dataset
  }

  /// `observations`, `actions` and `terminals`, which mark the rows of final states; `qpos` and
  /// `qvel` if they are there.
  static func ogbench(_ file: NumPyArchive, _ columns: Columns) throws -> RecordedDataset {
    let observations = try file.floatTable("observations")
    let rows = observations.rowCount
    let ends = try file.flagColumn("terminals", rows: rows)
    var dataset = RecordedDataset(
      file.name, .ogbench, observations: observations,
      actions: try file.floatTable("actions", rows: rows),
      terminals: Array(repeating: false, count: rows))
    guard ends.last == true else {
      throw DatasetError(file: file.name, .openEpisode(row: max(0, rows - 1)))
    }
    dataset.isFinalState = ends
    // the step before a final state is the last one of a recording of fixed length
    dataset.timeouts = Array(ends.dropFirst()) + [false]
    if columns.contains(.states), file.contains("qpos") {
      dataset.positions = try file.doubleTable("qpos", rows: rows)
      dataset.velocities = try file.doubleTable("qvel", rows: rows)
    }
    return dataset
  }
}

import Foundation
import IDQLTensors

/// What a file of recorded steps holds, row by row as it stands there.
public struct RecordedDataset: Sendable {
  /// Where it came from; names it in errors.
  public var name: String
  public var layout: Layout
  public var observations: Table<Float>
  /// As many rows; those of `isFinalState` hold nothing of meaning.
  public var actions: Table<Float>
  /// Nil in OGBench's files.
  public var rewards: [Float]?
  /// Whether the task ended with this row's step.
  public var terminals: [Bool]
  /// Whether a time limit or the end of the recording cut the episode after this row's step; nil if
  /// the file does not say.
  public var timeouts: [Bool]?
  /// Rows that hold only the state in which an episode ended, and no step; nil in D4RL's files,
  /// which have none.
  public var isFinalState: [Bool]?
  /// D4RL's `next_observations`.
  public var nextObservations: Table<Float>?
  /// `qpos` of each row: before its step, but after it in D4RL's antmaze files.
  public var positions: Table<Double>?
  /// `qvel`, likewise.
  public var velocities: Table<Double>?
  public var goals: Table<Float>?

  public enum Layout: String, Sendable {
    case d4rl = "D4RL HDF5"
    case ogbench = "OGBench npz"
    case minari = "Minari folder"
  }

  /// Columns that are read only if asked for, and only where the file has them.
  public struct Columns: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let nextObservations = Columns(rawValue: 1)
    /// Positions and velocities.
    public static let states = Columns(rawValue: 2)
    public static let goals = Columns(rawValue: 4)
  }

  public var rowCount: Int { observations.rowCount }

  /// Reads a D4RL file, an OGBench file or the folder of a Minari data set, told apart by content.
  ///
  /// - Throws: `FileError`, `DatasetError`.
  public init(contentsOf path: String, columns: Columns = []) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      self = try Self.minari(folder: path, columns)
      return
    }
    let storage = try ByteStorage(mapping: path)
    let signature = withExtendedLifetime(storage) { Array(storage.bytes.prefix(8)) }
    if signature == [0x89] + Array("HDF\r\n\u{1A}\n".utf8) {
      self = try Self.d4rl(HDF5File(contentsOf: path), columns)
    } else if signature.starts(with: "PK".utf8) {
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
    // the step before it is the last one of a recording of fixed length
    dataset.timeouts = Array(ends.dropFirst()) + [false]
    if columns.contains(.states), file.contains("qpos") {
      dataset.positions = try file.doubleTable("qpos", rows: rows)
      dataset.velocities = try file.doubleTable("qvel", rows: rows)
    }
    return dataset
  }
}

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

  /// Layout and kind of the file, as shown to the user: `D4RL HDF5`.
  package var form = ""
  /// Whether `nextObservations` hold for the last rows of episodes too, so that these are not left
  /// out.
  package var endsHaveSuccessors = false
  /// Whether the file has goals, read or not.
  var hasGoals = false
  /// Last rows of data sets that others follow, see `init(concatenating:)`.
  var joints: Set<Int> = []
  /// Columns of the file that have no part in this.
  package var unused: [String] = []
  /// Of optional columns that the file has but that cannot be read, what is wrong with them.
  private(set) var unread: [Columns: DatasetError] = [:]
  /// What was noticed on reading, one line each.
  package var findings: [String] = []
  /// Gymnasium's id of the environment, if the file says.
  package var environment: String?

  /// Whose conventions the rows follow.
  package enum Layout: Sendable { case d4rl, ogbench, minari }

  /// Columns that are read only if asked for, and only where the file has them.
  package struct Columns: OptionSet, Hashable, Sendable {
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

  /// What `read` gives of optional columns; nil if they cannot be read, which stops only those who need
  /// them: see `lacks`.
  ///
  /// - Throws: what is no `DatasetError`.
  mutating func optional<Value>(_ columns: Columns, _ read: () throws -> Value) throws -> Value? {
    do { return try read() } catch let error as DatasetError {
      leaveOut([columns: error])
      return nil
    }
  }

  /// Leaves optional columns out for what is wrong with them.
  mutating func leaveOut(_ wrong: [Columns: DatasetError]) {
    unread.merge(wrong) { first, _ in first }
    if unread[.states] != nil { (positions, velocities) = (nil, nil) }
    if unread[.goals] != nil { goals = nil }
  }

  /// Columns that were left out and why, one line each.
  var omissions: [String] {
    [Columns.states, .goals].compactMap { unread[$0].map { "not used: \($0.problem.text)" } }
  }

  /// The error of somebody who needs an optional column that was not there or could not be read.
  ///
  /// - Parameter purpose: what it is needed for, a verb first.
  package func lacks(
    _ columns: Columns, _ column: String, to purpose: String
  ) -> DatasetError {
    unread[columns] ?? DatasetError(file: name, .needsColumn(column, purpose: purpose))
  }

  /// Reads an HDF5 file, an npz file or the folder of a Minari data set; the columns decide whose
  /// layout it is, D4RL's, OGBench's or another one. All columns above that the file has are read.
  ///
  /// - Throws: `FileError` if there is no such file, `DatasetError` if its content is not a data
  ///   set.
  public init(contentsOf path: String) throws {
    try self.init(contentsOf: path, columns: [.nextObservations, .states, .goals])
  }

  /// As above, with only those of the optional columns that are asked for.
  package init(contentsOf path: String, columns: Columns) throws {
    try self.init(DatasetSource(path), columns: columns)
  }

  /// - Throws: `FileError`, `DatasetError`.
  package init(_ source: DatasetSource, columns: Columns) throws {
    let file = source.file
    if try HDF5Storage.start(in: file) != nil {
      let storage = try HDF5Storage(file)
      let episodes = try storage.episodes()
      self =
        try episodes.isEmpty && source.metadata == nil
        ? Self.rows(HDF5File(storage), in: "HDF5", columns)
        : Self.minari(storage, episodes, source.metadata, columns)
    } else if try file.read(at: 0, count: min(2, file.byteCount)) == Array("PK".utf8) {
      self = try Self.rows(NumPyArchive(file), in: "npz", columns)
    } else {
      throw DatasetError(file: file.path, .unknownLayout(try Self.kind(of: file)))
    }
    try file.requireUnchanged()
  }

  /// What a file that is no data set is, by how it begins; nil if that is not known.
  static func kind(of file: DataFile) throws -> String? {
    let start = try file.read(at: 0, count: min(64, file.byteCount))
    let kinds: [([UInt8], String)] = [
      (Array("version https://git-lfs".utf8), "a Git LFS pointer; 'git lfs pull' fetches the file"),
      (Array("<!DOCTYPE".utf8), "a web page, so that a download has failed"),
      (Array("<html".utf8), "a web page, so that a download has failed"),
      ([0x1F, 0x8B], "packed with gzip; 'gunzip' unpacks it"),
      (Array("ARROW1".utf8), "an Arrow file; Scripts/convert_minari.py converts a Minari data set"),
      (Array("PAR1".utf8), "a Parquet file; Scripts/convert_minari.py converts a Minari data set"),
      (Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) }), "a single NumPy array"),
    ]
    if let kind = kinds.first(where: { start.starts(with: $0.0) }) { return kind.1 }
    if start.first == 0x80, start.count > 1, (2...5).contains(start[1]) {
      return "a pickle; 'python -c \"import pickle, numpy; numpy.savez(\'d.npz\', "
        + "**pickle.load(open(\'FILE\', \'rb\')))\"' converts a dictionary of arrays that is trusted"
    }
    return nil
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
}

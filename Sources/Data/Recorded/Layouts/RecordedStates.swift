import IDQLSpelling
import IDQLTensors

/// The states of recorded episodes, to be shown: of a data set, or of arrays by the names `qpos` and `qvel`.
package struct RecordedStates: Sendable {
  package struct Episode: Equatable, Sendable {
    /// Of the tables, at least one.
    package var rows: Range<Int>
    /// Of the step from each row; nil in files without.
    package var rewards: [Double]?
  }

  /// The file it was read from, for messages.
  package let name: String
  /// (rows, positions): MuJoCo's `qpos`.
  package private(set) var positions: Table<Double>
  /// (rows, velocities): MuJoCo's `qvel`.
  package private(set) var velocities: Table<Double>
  package private(set) var episodes: [Episode]
  /// The id of the environment, if the file says.
  package private(set) var environment: String?

  /// Numbers in a row of what an environment has.
  package struct Sizes: Equatable, Sendable {
    package var positions, velocities: Int
    /// Whether observations are positions and velocities, all of them in this order.
    package var areObserved: Bool

    package init(positions: Int, velocities: Int, areObserved: Bool) {
      (self.positions, self.velocities, self.areObserved) = (positions, velocities, areObserved)
    }
  }

  /// The id of the environment that a file says it is of, or its name; nil if neither does.
  ///
  /// - Throws: `FileError`, `DatasetError`, `TensorFileError`.
  package static func environment(ofFile path: String) throws -> String? {
    let source = try DatasetSource(path)
    if let named = source.metadata?.environment { return named }
    if try isTensorFile(source.file) {
      return try TensorFile(contentsOf: path).metadata["environment"]
    }
    return KnownDefects.id(ofFile: path)?.description
  }

  /// Reads what `idql simulate --trajectory` and `idql rollout` write (safetensors), arrays of the same names in HDF5
  /// and npz files, or a data set in any of the layouts.
  ///
  /// Arrays: `qpos` (T, nq), or (E, T, nq) for E episodes, and `qvel`; `length` (E), the steps of each, after which
  /// rows have no meaning; `rewards` (E, T - 1). In data sets the marks of the rows delimit episodes.
  ///
  /// - Parameters:
  ///   - sizes: of the environment or model that will show them.
  ///   - environment: its name, for messages.
  /// - Throws: `FileError`, `DatasetError`, `TensorFileError`.
  package init(
    contentsOf path: String, for sizes: Sizes, of environment: String
  ) throws {
    let source = try DatasetSource(path)
    if try Self.isTensorFile(source.file) {
      try self.init(arrays: TensorColumns(TensorFile(contentsOf: path)))
    } else if let file = try Self.plainArrays(source) {
      try self.init(arrays: file)
    } else {
      do {
        try self.init(
          RecordedDataset(source, columns: [.states, .nextObservations]), sizes, environment)
      } catch let error as DatasetError {
        guard case .unknownLayout(let kind) = error.problem else { throw error }
        throw DatasetError(file: error.file, .unknownStates(kind))
      }
    }
    let found = [positions.columnCount, velocities.columnCount]
    guard found == [sizes.positions, sizes.velocities] else {
      throw DatasetError(
        file: name,
        .states(
          environment: environment, found: found,
          expected: [sizes.positions, sizes.velocities]))
    }
    self.environment = self.environment ?? source.metadata?.environment
    guard !episodes.isEmpty else { throw DatasetError(file: name, .noTransitions) }
  }

  /// A header of JSON after its length.
  private static func isTensorFile(_ file: DataFile) throws -> Bool {
    let start = try file.read(at: 0, count: min(9, file.byteCount))
    return start.count == 9 && start[8] == UInt8(ascii: "{") && start[7] == 0
  }

  /// - Returns: nil for a data set.
  private static func plainArrays(_ source: DatasetSource) throws -> (any ColumnFile)? {
    let file = source.file
    var found: (any ColumnFile)?
    if try HDF5Storage.start(in: file) != nil {
      let storage = try HDF5Storage(file)
      if try storage.episodes().isEmpty { found = try HDF5File(storage) }
    } else if try file.read(at: 0, count: min(2, file.byteCount)) == Array("PK".utf8) {
      found = try NumPyArchive(file)
    }
    guard let found, !found.has("observations"), !found.has("actions") else {
      return nil
    }
    return found
  }

  // MARK: Data sets

  private init(
    _ recording: RecordedDataset, _ sizes: Sizes, _ environment: String
  ) throws {
    name = recording.name
    self.environment = recording.environment
    if let positions = recording.positions, let velocities = recording.velocities {
      (self.positions, self.velocities) = (positions, velocities)
    } else {
      let observations = recording.observations
      guard sizes.areObserved else {
        throw recording.lacks(
          .states, recording.layout == .ogbench ? "qpos" : "infos/qpos",
          to: "show the states; the observations of \(environment) do not hold all of them")
      }
      guard observations.columnCount == sizes.positions + sizes.velocities else {
        throw DatasetError(
          file: recording.name,
          .sizes(
            environment: environment,
            found: [observations.columnCount, recording.actions.columnCount],
            expected: [sizes.positions + sizes.velocities, recording.actions.columnCount]))
      }
      func columns(_ range: Range<Int>) -> Table<Double> {
        Table(
          columnCount: range.count,
          values: (0..<observations.rowCount).flatMap { row in
            Array(observations[row])[range].map(Double.init)
          })
      }
      positions = columns(0..<sizes.positions)
      velocities = columns(sizes.positions..<sizes.positions + sizes.velocities)
    }
    let isFollowed = try recording.followedRows(stepLimit: nil, continuesAfterTerminals: nil)
    episodes = []
    var start = 0
    for row in 0..<recording.rowCount where !isFollowed[row] {
      let rows = start..<row + 1
      episodes.append(
        Episode(rows: rows, rewards: recording.rewards.map { $0[rows].map(Double.init) }))
      start = row + 1
    }
  }

  // MARK: Arrays

  private init(arrays file: any ColumnFile) throws {
    name = file.name
    let names = [("qpos", "qvel"), ("infos/qpos", "infos/qvel")]
    let (qpos, qvel) =
      names.first { file.has($0.0) && file.has($0.1) } ?? names[0]
    for column in [qpos, qvel] where !file.has(column) { throw file.missing(column) }
    let shape = try file.shape(qpos)
    guard (2...3).contains(shape.count), shape.allSatisfy({ $0 > 0 }) else {
      throw Self.wrong(file, qpos, shape, "[rows, positions] or [episodes, rows, positions]")
    }
    let leading = Array(shape.dropLast())
    let found = try file.shape(qvel)
    guard found.dropLast() == leading[...], let width = found.last, width > 0 else {
      throw Self.wrong(
        file, qvel, found,
        "[" + (leading.map(String.init) + ["velocities"]).joined(separator: ", ") + "]")
    }
    positions = Table(columnCount: shape[shape.count - 1], values: try file.doubles(qpos))
    velocities = Table(columnCount: width, values: try file.doubles(qvel))
    let (count, rows) = (leading.count == 2 ? leading[0] : 1, leading[leading.count - 1])
    let lengths = try Self.lengths(file, count, rows)
    let rewards = try Self.rewards(file, leading, rows)
    episodes = (0..<count).map { index in
      let first = index * rows
      return Episode(
        rows: first..<first + lengths[index],
        rewards: rewards.map { values in
          Array(values[index * (rows - 1)..<(index + 1) * (rows - 1)].prefix(lengths[index] - 1))
        })
    }
    for (column, table) in [(qpos, positions), (qvel, velocities)] {
      for row in episodes.flatMap(\.rows) {
        if let value = table[row].first(where: { !$0.isFinite }) {
          throw DatasetError(file: name, .notFinite(column: column, row: row, value: value))
        }
      }
    }
  }

  private static func wrong(
    _ file: any ColumnFile, _ column: String, _ found: [Int], _ expected: String
  ) -> DatasetError {
    DatasetError(file: file.name, .shape(column: column, found: found, expected: expected))
  }

  /// Rows of each episode: one more than its steps.
  private static func lengths(_ file: any ColumnFile, _ count: Int, _ rows: Int) throws -> [Int] {
    guard file.contains("length") else { return Array(repeating: rows, count: count) }
    let found = try file.shape("length")
    guard found == [count] else { throw wrong(file, "length", found, "[\(count)]") }
    return try file.doubles("length").enumerated().map { episode, steps in
      guard steps >= 0, steps <= Double(rows - 1), steps == steps.rounded() else {
        throw DatasetError(
          file: file.name, .steps(episode: episode, found: steps, limit: rows - 1))
      }
      return Int(steps) + 1
    }
  }

  /// Nil unless there is one for each step.
  private static func rewards(
    _ file: any ColumnFile, _ leading: [Int], _ rows: Int
  ) throws -> [Double]? {
    guard file.contains("rewards"),
      try file.shape("rewards") == Array(leading.dropLast()) + [rows - 1]
    else { return nil }
    return try file.doubles("rewards")
  }
}

/// The arrays of a safetensors file as columns.
private struct TensorColumns: ColumnFile {
  private let file: TensorFile

  init(_ file: TensorFile) { self.file = file }

  var name: String { file.name }
  var columns: [String] { file.names }
  var unreadable: [String: String] { [:] }
  func shape(_ column: String) throws -> [Int] { try file.shape(column) }
  func floats(_ column: String) throws -> [Float] { try file.floats(column).values }
  func doubles(_ column: String) throws -> [Double] { try file.doubles(column).values }
  func flags(_ column: String) throws -> [Float] { try file.floats(column).values }
}

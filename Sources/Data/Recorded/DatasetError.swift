import IDQLTensors

/// Why a file of transitions was refused. The description is one line: which file, where, what was
/// found, what would be accepted.
public struct DatasetError: Error, Equatable, CustomStringConvertible {
  /// The file, or the name of a data set that was in none.
  public var file: String
  package var problem: Problem

  package enum Problem: Equatable, Sendable {
    /// With what it is instead, if that is known.
    case unknownLayout(String?)
    case notHDF5
    /// A part of an HDF5 or npz file that cannot be read, with what is known of the reason.
    case damaged(part: String, reason: String)
    case noColumn(String, closest: String?, columns: [String])
    case elementType(column: String, found: String, expected: String)
    case shape(column: String, found: [Int], expected: String)
    case notFinite(column: String, row: Int, value: Double)
    case noTransitions
    case missingEpisode(Int, count: Int)
    /// - `column`: whether it is `valids` that says so, and not `terminals`.
    case openEpisode(row: Int, column: Bool)
    /// Two columns that say different things.
    case contradiction(String, String)
    /// Rows that the next one does not follow, without a mark.
    case disorder(count: Int, rows: Int)
    case notFlag(column: String, row: Int, value: Double)
    case otherMinariFormat(String)
    case missingFile(String)
    case sizes(environment: String, found: [Int], expected: [Int])
    case states(environment: String, found: [Int], expected: [Int])
    case needsColumn(String, purpose: String)
    case otherColumns(than: String)
    /// A file of states that is of no known kind, with what it is instead, if that is known.
    case unknownStates(String?)
    /// Steps of an episode that its rows do not hold.
    case steps(episode: Int, found: Double, limit: Int)
  }

  package init(file: String, _ problem: Problem) {
    self.file = file
    self.problem = problem
  }

  /// One line: the file, what was found, what would be accepted.
  public var description: String { "\(file): \(problem.text)" }
}

extension DatasetError.Problem {
  /// A sentence without the file.
  var text: String {
    switch self {
    case .unknownLayout(let kind):
      "neither an HDF5 file (D4RL), an npz file (OGBench) nor a folder with data/main_data.hdf5 "
        + "(Minari)" + (kind.map { ", but \($0)." } ?? ".")
    case .notHDF5:
      "not an HDF5 file, or one that was cut short."
    case .damaged(let part, let reason):
      "\(part) cannot be read: \(reason)."
    case .noColumn(let column, let closest, let columns):
      "no column is named \(quoted(column))"
        + (closest.map { "; did you mean \(quoted($0))?" }
          ?? "; the file holds "
          + (columns.isEmpty
            ? "none." : columns.prefix(12).map(quoted).joined(separator: ", ") + "."))
    case .elementType(let column, let found, let expected):
      "column \(quoted(column)) holds \(found); \(expected) are needed."
    case .shape(let column, let found, let expected):
      "column \(quoted(column)) has the shape \(found); it must be \(expected)."
    case .notFinite(let column, let row, let value):
      "row \(row) of column \(quoted(column)) holds \(value); numbers must be finite."
    case .noTransitions:
      "no transition is left; two rows of one episode are the least."
    case .missingEpisode(let number, let count):
      "episode_\(number) is missing; \(count) episodes must be numbered from 0 without a gap."
    case .openEpisode(let row, let isValids):
      "the last row, \(row), does not end an episode; its "
        + (isValids ? "'valids' must be 0." : "'terminals' must be 1.")
    case .contradiction(let first, let second):
      "columns \(quoted(first)) and \(quoted(second)) contradict each other."
    case .disorder(let count, let rows):
      "after \(count) of \(rows) rows the next one is not their next_observations, and no mark of an "
        + "end says so; rows must be in the order of episodes."
    case .notFlag(let column, let row, let value):
      "row \(row) of column \(quoted(column)) holds \(value); it must be 0 or 1."
    case .otherMinariFormat(let format):
      "a Minari data set stored as \(quoted(format)); 'python Scripts/convert_minari.py FOLDER NEW' "
        + "makes one that is read."
    case .missingFile(let name):
      "the folder holds no \(name)."
    case .sizes(let environment, let found, let expected):
      "observations and actions have \(found[0]) and \(found[1]) numbers; \(environment) has "
        + "\(expected[0]) and \(expected[1])."
    case .states(let environment, let found, let expected):
      "states have \(found[0]) positions and \(found[1]) velocities; \(environment) has "
        + "\(expected[0]) and \(expected[1])."
    case .unknownStates(let kind):
      "neither safetensors ('idql rollout', 'idql simulate --trajectory'), HDF5 (D4RL), npz (OGBench) nor a folder with "
        + "data/main_data.hdf5 (Minari)" + (kind.map { ", but \($0)." } ?? ".")
    case .steps(let episode, let found, let limit):
      "'length' says that episode \(episode) has \(found.shortText) steps; its rows hold 0 to \(limit)."
    case .otherColumns(let other):
      "its columns are not those of \(other); only files of one kind can be put together."
    case .needsColumn(let column, let purpose):
      "the file has no column \(quoted(column)), which is needed to \(purpose)."
    }
  }
}

import IDQLTensors

/// Which column of a file plays which part. Layouts are told apart by the set of columns, not by the
/// kind of file:
///
/// | columns besides `observations` and `actions`  | layout                                          |
/// |---|---|
/// | `rewards`, `terminals`                         | D4RL; `timeouts`, `next_observations` if there  |
/// | `rewards`, `terminations`, `truncations`       | the same by Gymnasium's names                   |
/// | `rewards`, `dones`                             | the same by those of a replay buffer            |
/// | `masks`                                        | 0 where the task ended, `terminals` are ends of |
/// |                                                | trajectories: FQL's dictionaries                |
/// | `terminals` alone                              | OGBench, which marks rows of final states; with |
/// |                                                | `next_observations` its regular view            |
/// | `valids`                                       | OGBench's compact view: 0 for a final state     |
struct ColumnRoles {
  private let file: any ColumnFile
  /// Names of columns that have a part here, whether or not they are read.
  private(set) var known: Set<String> = ["observations", "actions"]

  init(_ file: any ColumnFile) { self.file = file }

  private static let terminations = ["terminals", "terminations", "terminated", "dones"]
  private static let truncations = ["timeouts", "truncations", "truncated"]

  /// The column if the file has it; one that is there but cannot be read counts.
  mutating func find(_ column: String) -> String? {
    guard file.has(column) else { return nil }
    known.insert(column)
    return column
  }

  mutating func find(_ first: String, _ second: String) -> (String, String)? {
    guard let a = find(first), let b = find(second) else {
      // one without the other has no part
      known.subtract([first, second])
      return nil
    }
    return (a, b)
  }

  /// Marks of rows whose step ended the task, and of rows after which a trajectory was cut.
  struct Ends {
    /// nil if no column says.
    var terminated: [Bool]?
    var cut: [Bool]?
    /// The column that `terminated` is from.
    var name = "terminals"
  }

  /// - Throws: `DatasetError.contradiction` if two columns for one thing say different things.
  mutating func ends(rows: Int) throws -> Ends {
    var ends = Ends()
    for column in Self.terminations {
      guard let column = find(column) else { continue }
      let flags = try file.flagColumn(column, rows: rows)
      guard let terminated = ends.terminated else {
        (ends.terminated, ends.name) = (flags, column)
        continue
      }
      if flags == terminated { continue }
      // a replay buffer's dones may stand for both kinds of end
      let onlyEnded = zip(flags, terminated).map { $0 && !$1 }
      guard column == "dones", !zip(flags, terminated).contains(where: { !$0 && $1 }) else {
        throw DatasetError(file: file.name, .contradiction(ends.name, column))
      }
      try add(cut: onlyEnded, from: column, to: &ends)
    }
    for column in Self.truncations {
      guard let column = find(column) else { continue }
      try add(cut: file.flagColumn(column, rows: rows), from: column, to: &ends)
    }
    return ends
  }

  private func add(cut: [Bool], from column: String, to ends: inout Ends) throws {
    guard ends.cut == nil || ends.cut == cut else {
      throw DatasetError(file: file.name, .contradiction("timeouts", column))
    }
    ends.cut = cut
  }

  /// Columns that have no part, those of a group together: `'metadata/…' (12)`.
  var unused: [String] {
    var groups: [String: [String]] = [:]
    for column in file.columns where !known.contains(column) {
      let group = column.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      groups[group.joined(separator: "/"), default: []].append(column)
    }
    var lines = groups.keys.sorted().flatMap { group in
      let columns = groups[group, default: []].sorted()
      return columns.count < 4
        ? columns.map(quoted)
        : ["\(quoted(group + (group.isEmpty ? "…" : "/…"))) (\(columns.count))"]
    }
    for (column, reason) in file.unreadable.sorted(by: { $0.key < $1.key }).prefix(8)
    where !known.contains(column) { lines.append("\(quoted(column)), \(reason)") }
    return lines
  }
}

import IDQLEvaluation
import IDQLSpelling
import IDQLTensors

/// A file of SQLite with episodes of any number of reports, keyed by all that decides their outcome.
///
/// Reports are imported; nothing that plays episodes reads it.
package final class ResultsDatabase {
  private let database: SQLiteDatabase

  /// Four bytes that say whose file it is: "IDQL".
  private static let applicationID: Int64 = 0x4944_514C
  private static let version: Int64 = 1

  /// One row for each evaluation and one for each of its episodes; numbers as in reports.
  package static let schema = """
    CREATE TABLE evaluation(
      id TEXT PRIMARY KEY,
      environment TEXT NOT NULL, physics TEXT NOT NULL, success_timing TEXT,
      policy_sha256 TEXT, policy_file TEXT NOT NULL, policy_name TEXT, policy_step INTEGER,
      policy TEXT NOT NULL, candidates INTEGER, rule TEXT, temperature REAL,
      arithmetic TEXT, version TEXT NOT NULL, git_revision TEXT NOT NULL, program_sha256 TEXT,
      seed INTEGER NOT NULL) STRICT;
    CREATE TABLE episode(
      evaluation TEXT NOT NULL REFERENCES evaluation(id), number INTEGER NOT NULL,
      task INTEGER, "return" REAL, score REAL, success INTEGER, length INTEGER NOT NULL,
      terminated INTEGER NOT NULL, truncated INTEGER NOT NULL, broken INTEGER NOT NULL,
      unconverged_solves INTEGER, hash TEXT,
      PRIMARY KEY(evaluation, number)) STRICT, WITHOUT ROWID;
    CREATE INDEX evaluation_environment ON evaluation(environment);
    CREATE VIEW result AS
      SELECT environment, physics, coalesce(policy_name, policy_file) AS policy,
        policy_step AS step, candidates, seed, count(*) AS episodes, avg("return") AS mean_return,
        avg(score) AS mean_score, avg(success) AS success_rate, sum(broken) AS broken,
        git_revision
      FROM evaluation JOIN episode ON evaluation = id GROUP BY id
      ORDER BY environment, policy, step, candidates, seed;
    """

  /// Opens the file; with the right to write it is made where it is missing.
  ///
  /// - Throws: `SQLiteError`, `ResultsError`.
  package init(_ path: String, _ access: SQLiteDatabase.Access) throws {
    database = try SQLiteDatabase(path, access)
    let isEmpty = try database.run("SELECT count(*) FROM sqlite_schema").rows == [[.integer(0)]]
    if isEmpty, access == .write {
      try inTransaction {
        // another one may have been first
        guard try number("SELECT count(*) FROM sqlite_schema") == 0 else { return }
        try database.execute(Self.schema)
        try database.execute(
          "PRAGMA application_id = \(Self.applicationID); PRAGMA user_version = \(Self.version)")
      }
    }
    guard try number("PRAGMA application_id") == Self.applicationID else {
      throw ResultsError.otherDatabase(path: path)
    }
    let found = try number("PRAGMA user_version")
    guard found == Self.version else {
      throw ResultsError.otherVersion(path: path, found: found, known: Self.version)
    }
  }

  private func number(_ statement: String) throws -> Int64 {
    if case .integer(let number)? = try database.run(statement).rows.first?.first { return number }
    return 0
  }

  private func inTransaction<Value>(_ work: () throws -> Value) throws -> Value {
    try database.execute("BEGIN IMMEDIATE")
    do {
      let value = try work()
      try database.execute("COMMIT")
      return value
    } catch {
      try? database.execute("ROLLBACK")
      throw error
    }
  }

  // MARK: Adding

  /// What became of reports.
  package struct Added: Equatable, Sendable {
    package var evaluations = 0
    package var episodes = 0
    /// Episodes that were there, with the same outcome.
    package var duplicates = 0
  }

  /// Adds all of the reports, or none.
  ///
  /// - Parameter files: reports by the name of their file, for messages.
  /// - Throws: `ResultsError.contradiction`, `SQLiteError`.
  package func add(_ files: [(name: String, reports: [Report])]) throws -> Added {
    try inTransaction {
      let evaluations = try SQLiteStatement(
        "INSERT OR IGNORE INTO evaluation VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", database)
      let insert = try SQLiteStatement(
        "INSERT INTO episode VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", database)
      let find = try SQLiteStatement(
        "SELECT * FROM episode WHERE evaluation = ? AND number = ?", database)
      var added = Added()
      for (name, reports) in files {
        for report in reports {
          let key = try EvaluationKey(report.provenance)
          let before = try number("SELECT total_changes()")
          try evaluations.bind(key.row)
          _ = try evaluations.step()
          added.evaluations += Int(try number("SELECT total_changes()") - before)
          for episode in report.episodes {
            let row = Self.row(episode, of: key.id)
            try find.bind(Array(row[..<2]))
            if try find.step() {
              try requireEqual(row, find.row, find.columns, episode.index, report, name)
              added.duplicates += 1
            } else {
              try insert.bind(row)
              _ = try insert.step()
              added.episodes += 1
            }
          }
        }
      }
      return added
    }
  }

  /// A report of an earlier version may lack what another one has.
  private func requireEqual(
    _ row: [SQLiteValue], _ known: [SQLiteValue], _ columns: [String], _ episode: Int,
    _ report: Report, _ name: String
  ) throws {
    for (column, (new, old)) in zip(columns, zip(row, known))
    where new != old && new != .null && old != .null {
      throw ResultsError.contradiction(
        report: name, environment: report.provenance.environment, episode: episode,
        quantity: column)
    }
  }

  private static func row(_ episode: Episode, of evaluation: String) -> [SQLiteValue] {
    func flag(_ isSet: Bool) -> SQLiteValue { .integer(isSet ? 1 : 0) }
    return [
      .text(evaluation), .integer(Int64(episode.index)),
      episode.journey?.task.map { .integer(Int64($0)) } ?? .null,
      episode.totalReward.map(SQLiteValue.real) ?? .null,
      episode.score.map(SQLiteValue.real) ?? .null, episode.isSuccess.map(flag) ?? .null,
      .integer(Int64(episode.length)), flag(episode.isTerminated), flag(episode.isTruncated),
      flag(episode.isBroken), episode.unconvergedSolves.map { .integer(Int64($0)) } ?? .null,
      episode.hash.map(SQLiteValue.text) ?? .null,
    ]
  }

  // MARK: Asking

  /// The answer to one statement of SQL.
  ///
  /// - Throws: `SQLiteError`.
  package func query(
    _ statement: String
  ) throws(SQLiteError) -> (columns: [String], rows: [[SQLiteValue]]) {
    try database.run(statement)
  }
}

/// What decides the outcome of every episode of an evaluation, apart from the episode's number.
private struct EvaluationKey {
  let id: String
  /// Of the table `evaluation`.
  let row: [SQLiteValue]

  private struct Content: Encodable {
    var environment, physics: String
    var successTiming: String?
    var policy: PolicyRecord
    var arithmetic: String?
    var version, revision: String
    /// Of sources that no commit names.
    var program: String?
    var seed: UInt64
  }

  init(_ provenance: Provenance) throws {
    // a policy is its bytes and how it chooses, whatever its file is called
    var policy = provenance.policy
    if policy.sha256 != nil { policy.file = "" }
    let isCommit =
      provenance.gitRevision != "unknown" && !provenance.gitRevision.hasSuffix("-dirty")
    let content = Content(
      environment: provenance.environment, physics: provenance.physics,
      successTiming: provenance.successTiming, policy: policy,
      arithmetic: provenance.arithmetic, version: provenance.version,
      revision: provenance.gitRevision, program: isCommit ? nil : provenance.programSHA256,
      seed: provenance.seed)
    id = Array(try content.jsonText().utf8).withUnsafeBytes { SHA256.hexDigest(of: $0) }
    func text(_ value: String?) -> SQLiteValue { value.map(SQLiteValue.text) ?? .null }
    let selection = provenance.policy.selection
    row = [
      .text(id), .text(provenance.environment), .text(provenance.physics),
      text(provenance.successTiming), text(provenance.policy.sha256),
      .text(provenance.policy.file), text(provenance.policyName),
      provenance.policyStep.map { .integer(Int64($0)) } ?? .null,
      .text(try provenance.policy.jsonText()),
      selection.map { .integer(Int64($0.candidates)) } ?? .null, text(selection?.rule.rawValue),
      selection.map { .real(Double($0.temperature)) } ?? .null, text(provenance.arithmetic),
      .text(provenance.version), .text(provenance.gitRevision), text(provenance.programSHA256),
      // SQLite's numbers have a sign
      .integer(Int64(bitPattern: provenance.seed)),
    ]
  }
}

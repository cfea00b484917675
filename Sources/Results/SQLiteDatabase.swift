import CIDQLSQLite

/// A value of a column.
package enum SQLiteValue: Encodable, Equatable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)

  package func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .null: try value.encodeNil()
    case .integer(let number): try value.encode(number)
    // JSON has no infinity
    case .real(let number) where !number.isFinite: try value.encodeNil()
    case .real(let number): try value.encode(number)
    case .text(let text): try value.encode(text)
    }
  }
}

/// SQLite could not do what it was asked; the description is one line.
package struct SQLiteError: Error, Equatable, CustomStringConvertible {
  package enum Kind: Sendable {
    /// What was asked is no SQL, asks for what is not there, or would change what is only read.
    case statement
    /// The file holds something else.
    case notADatabase
    /// The system refused something.
    case system
  }

  package var path: String
  package var kind: Kind
  package var reason: String

  package var description: String { "\(path): \(reason)." }
}

/// A connection to a file of SQLite.
package final class SQLiteDatabase {
  package let path: String
  private var connection: OpaquePointer

  package enum Access: Sendable { case read, write }

  /// Opens the file; with the right to write it is made where it is missing.
  ///
  /// What somebody who was killed had begun to write is taken back, which takes the right to write when reading, too.
  ///
  /// - Throws: `SQLiteError`.
  package init(_ path: String, _ access: Access) throws(SQLiteError) {
    self.path = path
    guard access == .read else {
      connection = try Self.open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
      return
    }
    connection = try Self.open(path, SQLITE_OPEN_READONLY)
    guard sqlite3_exec(connection, "PRAGMA schema_version", nil, nil, nil) == SQLITE_READONLY else {
      return
    }
    sqlite3_close_v2(connection)
    connection = try Self.open(path, SQLITE_OPEN_READWRITE)
    do { try execute("PRAGMA query_only = ON; PRAGMA schema_version") } catch {
      throw SQLiteError(
        path: path, kind: .system,
        reason: "what an interrupted 'results add' left cannot be taken back: \(error.reason)")
    }
  }

  private static func open(_ path: String, _ flags: Int32) throws(SQLiteError) -> OpaquePointer {
    guard !path.isEmpty else {
      throw SQLiteError(
        path: "\"\"", kind: .statement, reason: "the name of a file was expected")
    }
    var opened: OpaquePointer?
    // SQLite keeps what is called ':memory:' or 'file:…?mode=memory' in no file
    let status = sqlite3_open_v2(path.hasPrefix("/") ? path : "./\(path)", &opened, flags, nil)
    guard status == SQLITE_OK, let opened else {
      let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "no memory"
      sqlite3_close_v2(opened)
      throw SQLiteError(path: path, kind: .system, reason: reason)
    }
    // another one may be adding results: wait for it
    sqlite3_busy_timeout(opened, 30_000)
    return opened
  }

  deinit { sqlite3_close_v2(connection) }

  /// Runs statements that give no rows.
  ///
  /// - Throws: `SQLiteError`.
  package func execute(_ statements: String) throws(SQLiteError) {
    guard sqlite3_exec(connection, statements, nil, nil, nil) == SQLITE_OK else {
      throw error
    }
  }

  /// Runs one statement.
  ///
  /// - Parameter arguments: of its `?`, in their order.
  /// - Returns: the columns' names and the rows.
  /// - Throws: `SQLiteError`.
  @discardableResult
  package func run(
    _ statement: String, _ arguments: SQLiteValue...
  ) throws(SQLiteError) -> (columns: [String], rows: [[SQLiteValue]]) {
    let prepared = try SQLiteStatement(statement, self)
    try prepared.bind(arguments)
    var rows: [[SQLiteValue]] = []
    while try prepared.step() { rows.append(prepared.row) }
    return (prepared.columns, rows)
  }

  fileprivate func prepare(_ text: String) throws(SQLiteError) -> OpaquePointer {
    var statement: OpaquePointer?
    var rest = ""
    let status = text.withCString { start in
      var tail: UnsafePointer<CChar>?
      let status = sqlite3_prepare_v2(connection, start, -1, &statement, &tail)
      rest = tail.map { String(cString: $0) } ?? ""
      return status
    }
    guard status == SQLITE_OK else { throw error }
    guard let statement, rest.allSatisfy({ $0.isWhitespace || $0 == ";" }) else {
      sqlite3_finalize(statement)
      throw SQLiteError(path: path, kind: .statement, reason: "not one statement of SQL")
    }
    return statement
  }

  /// What the last call failed for.
  fileprivate var error: SQLiteError {
    let kind: SQLiteError.Kind =
      switch sqlite3_errcode(connection) {
      case SQLITE_ERROR, SQLITE_READONLY, SQLITE_RANGE: .statement
      case SQLITE_NOTADB, SQLITE_CORRUPT: .notADatabase
      default: .system
      }
    return SQLiteError(
      path: path, kind: kind, reason: String(cString: sqlite3_errmsg(connection)))
  }
}

/// A statement that is run many times.
package final class SQLiteStatement {
  private let database: SQLiteDatabase
  private let statement: OpaquePointer

  /// - Throws: `SQLiteError`.
  package init(_ text: String, _ database: SQLiteDatabase) throws(SQLiteError) {
    self.database = database
    statement = try database.prepare(text)
  }

  deinit { sqlite3_finalize(statement) }

  package var columns: [String] {
    (0..<sqlite3_column_count(statement)).map { column in
      sqlite3_column_name(statement, column).map { String(cString: $0) } ?? ""
    }
  }

  /// Begins anew with these values.
  ///
  /// - Throws: `SQLiteError`.
  package func bind(_ arguments: [SQLiteValue]) throws(SQLiteError) {
    sqlite3_reset(statement)
    for (index, value) in arguments.enumerated() {
      let place = Int32(index + 1)
      let status =
        switch value {
        case .null: sqlite3_bind_null(statement, place)
        case .integer(let number): sqlite3_bind_int64(statement, place, number)
        case .real(let number): sqlite3_bind_double(statement, place, number)
        case .text(let text):
          // copied before the call returns
          sqlite3_bind_text(
            statement, place, text, -1, unsafeBitCast(-1, to: sqlite3_destructor_type.self))
        }
      guard status == SQLITE_OK else { throw database.error }
    }
  }

  /// Whether there is a row, or another one.
  ///
  /// - Throws: `SQLiteError`.
  package func step() throws(SQLiteError) -> Bool {
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw database.error
    }
  }

  /// The row at hand.
  package var row: [SQLiteValue] {
    (0..<sqlite3_column_count(statement)).map { column in
      switch sqlite3_column_type(statement, column) {
      case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
      case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
      case SQLITE_NULL: return .null
      default:
        return .text(
          sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "")
      }
    }
  }
}

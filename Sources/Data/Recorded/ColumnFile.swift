import IDQLSpelling
import IDQLTensors

/// A file of named arrays, of which single columns can be read.
protocol ColumnFile {
  /// The file's path, for messages.
  var name: String { get }
  /// Names of all arrays.
  var columns: [String] { get }
  /// Arrays that are there but cannot be read: why, by name.
  var unreadable: [String: String] { get }
  /// - Throws: `DatasetError.noColumn`.
  func shape(_ column: String) throws -> [Int]
  func floats(_ column: String) throws -> [Float]
  func doubles(_ column: String) throws -> [Double]
  /// Booleans as 0 and 1, or numbers.
  func flags(_ column: String) throws -> [Float]
  /// The row of the whole file that the first row here is, for messages.
  var firstRow: Int { get }
}

extension ColumnFile {
  var firstRow: Int { 0 }
}

/// Rows of numbers of equal length.
public struct Table<Element: Sendable>: Sendable {
  /// Numbers in a row.
  public var columnCount: Int
  /// (`rowCount`, `columnCount`), row-major.
  public var values: [Element]

  /// - Precondition: `columnCount` is positive and divides the length of `values`.
  public init(columnCount: Int, values: [Element]) {
    precondition(
      columnCount > 0 && values.count % columnCount == 0, "rows of \(columnCount) numbers")
    self.columnCount = columnCount
    self.values = values
  }

  /// Number of rows.
  public var rowCount: Int { values.count / columnCount }

  /// A row, of length `columnCount`.
  public subscript(row: Int) -> ArraySlice<Element> {
    values[row * columnCount..<(row + 1) * columnCount]
  }
}

extension Table: Equatable where Element: Equatable {}

extension ColumnFile {
  func contains(_ column: String) -> Bool { columns.contains(column) }

  /// Whether the file has the column, be it one that cannot be read.
  func has(_ column: String) -> Bool { contains(column) || unreadable[column] != nil }

  func missing(_ column: String) -> DatasetError {
    DatasetError(
      file: name,
      .noColumn(column, closest: closestName(to: column, in: columns), columns: columns))
  }

  /// Two axes, the first of length `rows` if that is known, the second not empty; all finite.
  func floatTable(_ column: String, rows: Int? = nil) throws -> Table<Float> {
    let width = try width(of: column, rows: rows)
    return try finite(Table(columnCount: width, values: floats(column)), column)
  }

  func doubleTable(_ column: String, rows: Int? = nil) throws -> Table<Double> {
    let width = try width(of: column, rows: rows)
    return try finite(Table(columnCount: width, values: doubles(column)), column)
  }

  /// One axis, or two of which the second has length 1.
  func floatColumn(_ column: String, rows: Int) throws -> [Float] {
    try requireColumn(column, rows)
    return try finite(Table(columnCount: 1, values: floats(column)), column).values
  }

  func flagColumn(_ column: String, rows: Int) throws -> [Bool] {
    try requireColumn(column, rows)
    let values = try flags(column)
    _ = try finite(Table(columnCount: 1, values: values), column)
    if let row = values.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw DatasetError(
        file: name,
        .notFlag(column: column, row: firstRow + row, value: Double(values[row])))
    }
    return values.map { $0 == 1 }
  }

  private func width(of column: String, rows: Int?) throws -> Int {
    let found = try shape(column)
    guard found.count == 2, found[1] > 0, rows == nil || found[0] == rows else {
      let expected = "[\(rows.map { "\($0)" } ?? "rows"), numbers]"
      throw DatasetError(file: name, .shape(column: column, found: found, expected: expected))
    }
    return found[1]
  }

  private func requireColumn(_ column: String, _ rows: Int) throws {
    let found = try shape(column)
    guard found == [rows] || found == [rows, 1] else {
      throw DatasetError(
        file: name, .shape(column: column, found: found, expected: "[\(rows)]"))
    }
  }

  private func finite<Number: BinaryFloatingPoint>(
    _ table: Table<Number>, _ column: String
  ) throws -> Table<Number> {
    // a loop of its own for either type: this runs over every number that is read
    let index =
      switch table.values {
      case let values as [Float]: values.firstIndex { !$0.isFinite }
      default: table.values.firstIndex { !$0.isFinite }
      }
    if let index {
      throw DatasetError(
        file: name,
        .notFinite(
          column: column, row: firstRow + index / table.columnCount,
          value: Double(table.values[index])))
    }
    return table
  }
}

/// A file of columns that can be read by rows.
protocol RowFile: ColumnFile {
  /// Reading fewer rows at a time would read others again and again.
  var leastRows: Int { get }
  /// Some rows, or all.
  func numbers<Number: BinaryFloatingPoint & Sendable>(
    _ column: String, rows: Range<Int>?
  ) throws -> [Number]
  func flags(_ column: String, rows: Range<Int>?) throws -> [Float]
}

/// Some rows of the columns of a file, which are all that is in memory of them.
struct RowWindow: ColumnFile {
  let file: any RowFile
  /// Rows of the file.
  let rows: Range<Int>
  /// How many rows the file has; columns of another length are left as they are.
  let total: Int

  var name: String { file.name }
  var columns: [String] { file.columns }
  var unreadable: [String: String] { file.unreadable }
  var firstRow: Int { rows.lowerBound }

  func shape(_ column: String) throws -> [Int] {
    let shape = try file.shape(column)
    return shape.first == total ? [rows.count] + shape.dropFirst() : shape
  }

  private func part(_ column: String) throws -> Range<Int>? {
    try file.shape(column).first == total ? rows : nil
  }

  func floats(_ column: String) throws -> [Float] {
    try file.numbers(column, rows: part(column))
  }

  func doubles(_ column: String) throws -> [Double] {
    try file.numbers(column, rows: part(column))
  }

  func flags(_ column: String) throws -> [Float] { try file.flags(column, rows: part(column)) }
}

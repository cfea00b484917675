import IDQLEvaluation
import IDQLTensors

/// Arrays in a file that do not fit what they are for.
package enum ArrayError: Error, Equatable, CustomStringConvertible {
  /// `expected` names axes where their length is free: `[starts, 6]`.
  case shape(file: String, tensor: String, found: [Int], expected: String)
  case tooManyValues(Int, limit: Int)

  package var description: String {
    switch self {
    case .shape(let file, let tensor, let found, let expected):
      "\(file): '\(tensor)' has the shape \(found); it must be \(expected)."
    case .tooManyValues(let count, let limit):
      "the result would hold \(count) numbers, at most \(limit) are written to one file; "
        + "take fewer steps or rows."
    }
  }

  /// Two gibibytes of doubles: a mistyped number must not exhaust the machine's memory.
  static let valueLimit = 1 << 28

  /// - Throws: `tooManyValues` if `factors` multiply to more than can be written.
  static func checkSize(_ factors: Int...) throws {
    var count = 1
    for factor in factors {
      let (product, overflow) = count.multipliedReportingOverflow(by: factor)
      count = overflow ? .max : product
      if factor == 0 { return }
    }
    guard count <= valueLimit else { throw tooManyValues(count, limit: valueLimit) }
  }
}

extension TensorFile {
  /// Two-dimensional doubles with the given row length, and with `rows` rows if those are known.
  func matrix(
    _ tensor: String, rows: Int? = nil, columns: Int, rowName: String
  ) throws -> Tensor<Double> {
    let found = try shape(tensor)
    guard found.count == 2, found[1] == columns, rows == nil || found[0] == rows else {
      let expected = "[\(rows.map(String.init) ?? rowName), \(columns)]"
      throw ArrayError.shape(file: name, tensor: tensor, found: found, expected: expected)
    }
    return try doubles(tensor)
  }
}

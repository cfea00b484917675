import CIDQLKernels

/// A matrix in panels of 16 columns, each panel row-major, as the kernels of training require.
///
/// Columns of padding hold zeros, and stay zero: every product multiplies them by zeros only.
package final class PanelMatrix: @unchecked Sendable {
  package let rows: Int
  package let columns: Int
  package let pointer: UnsafeMutablePointer<Float>
  /// Floats from panel to panel.
  let stride: Int
  private let count: Int

  static let panelWidth = Int(idql_panel_width)

  /// All zeros.
  package init(rows: Int, columns: Int) {
    let width = Self.panelWidth
    self.rows = rows
    self.columns = columns
    // one row more than needed: panels a power of two apart would share the same few cache lines
    stride = rows == 1 ? width : (rows + 1) * width
    count = max(1, stride * Self.panelCount(columns))
    pointer = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
      .bindMemory(to: Float.self, capacity: count)
    pointer.initialize(repeating: 0, count: count)
  }

  deinit { pointer.deallocate() }

  static func panelCount(_ columns: Int) -> Int { (columns + panelWidth - 1) / panelWidth }

  /// `count` rounded up to whole panels.
  static func padded(_ count: Int) -> Int { panelCount(count) * panelWidth }

  var panelCount: Int { Self.panelCount(columns) }

  /// The matrix from `row` on.
  func from(_ row: Int) -> idql_matrix {
    idql_matrix(values: pointer + row * Self.panelWidth, stride: stride)
  }

  package subscript(row: Int, column: Int) -> Float {
    get { pointer[index(row, column)] }
    set { pointer[index(row, column)] = newValue }
  }

  private func index(_ row: Int, _ column: Int) -> Int {
    column / Self.panelWidth * stride + row * Self.panelWidth + column % Self.panelWidth
  }

  func clear() { pointer.update(repeating: 0, count: count) }

  /// Row-major values of the first `rows` rows.
  package func values(rows: Int) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(rows * columns)
    for row in 0..<rows {
      for column in 0..<columns { values.append(self[row, column]) }
    }
    return values
  }

  /// Sets row `row` from `column` on to `count` values.
  func set(row: Int, column: Int, _ source: UnsafePointer<Float>, count: Int) {
    for i in 0..<count { self[row, column + i] = source[i] }
  }
}

extension idql_matrix {
  /// No matrix, where one is optional.
  static var none: idql_matrix { idql_matrix(values: nil, stride: 0) }
}

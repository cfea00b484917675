extension Picture {
  /// Pictures in rows and columns, on white; if one of them is cut out, on nothing.
  ///
  /// - Parameter gap: pixels between them.
  /// - Precondition: there is at least one, and all have the same size.
  package init(rows: [[Picture]], gap: Int) {
    let (w, h) = (rows[0][0].width, rows[0][0].height)
    let columns = rows.map(\.count).max() ?? 0
    self.init(
      width: columns * (w + gap) - gap, height: rows.count * (h + gap) - gap)
    if rows.joined().contains(where: { $0.opacity != nil }) {
      opacity = [UInt8](repeating: 0, count: width * height)
    }
    for (row, pictures) in rows.enumerated() {
      for (column, picture) in pictures.enumerated() {
        put(picture, x: column * (w + gap), y: row * (h + gap))
      }
    }
  }

  /// - Precondition: it lies inside this picture.
  mutating func put(_ other: Picture, x: Int, y: Int) {
    for row in 0..<other.height {
      let from = 3 * row * other.width
      let to = 3 * ((y + row) * width + x)
      bytes.replaceSubrange(
        to..<to + 3 * other.width, with: other.bytes[from..<from + 3 * other.width])
      for column in 0..<other.width where opacity != nil {
        opacity?[(y + row) * width + x + column] =
          other.opacity.map { $0[row * other.width + column] } ?? 255
      }
    }
  }
}

/// Heights as a file gives them, of the lowest row along y first.
struct HeightGrid: Equatable {
  var rowCount: Int
  var columnCount: Int
  var heights: [Float]

  init(rowCount: Int, columnCount: Int, heights: [Float]) {
    (self.rowCount, self.columnCount, self.heights) = (rowCount, columnCount, heights)
  }

  /// What is wrong with the number of points; nil if nothing.
  static func problem(rowCount: Int, columnCount: Int) -> String? {
    PNGPicture.problem(height: rowCount, width: columnCount, limit: HeightField.sizeLimit)
  }

  /// Reads a PNG file, or one of MuJoCo's own format.
  init(contentsOf path: String) throws(UnreadableFile) {
    let bytes = try bytesOfFile(at: path)
    if path.lowercased().hasSuffix(".png") {
      try self.init(png: bytes)
    } else {
      try self.init(custom: bytes)
    }
  }

  /// MuJoCo's own format: the numbers of rows and columns, four bytes each, then the heights, of single
  /// precision.
  init(custom bytes: [UInt8]) throws(UnreadableFile) {
    let data = LittleEndianBytes(bytes: bytes)
    guard bytes.count >= 8 else { throw UnreadableFile(reason: "it ends within its header") }
    (rowCount, columnCount) = (Int(data.integer(at: 0)), Int(data.integer(at: 4)))
    if let problem = Self.problem(rowCount: rowCount, columnCount: columnCount) {
      throw UnreadableFile(reason: problem)
    }
    let size = 8 + 4 * rowCount * columnCount
    if bytes.count != size {
      throw UnreadableFile(
        reason: "it has \(bytes.count) bytes where its header means \(size)")
    }
    heights = (0..<rowCount * columnCount).map {
      Float(bitPattern: data.word(at: 8 + 4 * $0))
    }
    if !heights.allSatisfy(\.isFinite) {
      throw UnreadableFile(reason: "some of its heights are not finite")
    }
  }

  /// The first channel of a picture, the lowest line of which is the first row.
  init(png bytes: [UInt8]) throws(UnreadableFile) {
    let picture = try PNGPicture(bytes, pointLimit: HeightField.sizeLimit)
    (rowCount, columnCount) = (picture.height, picture.width)
    heights = []
    heights.reserveCapacity(rowCount * columnCount)
    for line in (0..<picture.height).reversed() {
      for column in 0..<picture.width { heights.append(Float(picture[line, column])) }
    }
  }
}

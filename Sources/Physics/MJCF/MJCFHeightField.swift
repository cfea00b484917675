import IDQLSpelling

/// `<asset><hfield>`: heights in the document or in a file.
struct MJCFHeightField: NamedInMJCF {
  var line = SourceLine(file: "", line: 0)
  var name = ""
  /// Nil: the heights are in the document.
  private var file: String?
  private var rowCount = 0
  private var columnCount = 0
  private var size: [Double] = []
  /// Of the highest row along y first; empty for level ground.
  private var elevations: [Double] = []
  /// Of the model that it was attached from.
  private var compiler: AttachedCompiler?

  init(_ reader: inout AttributeReader) throws(MJCFError) {
    line = reader.here
    compiler = reader.element.compiler
    file = reader.text("file")
    name = reader.text("name") ?? file.map(nameWithoutSuffix) ?? ""
    try reader.read("nrow", into: &rowCount)
    try reader.read("ncol", into: &columnCount)
    size = try reader.numbers("size", count: 4...4) ?? []
    if let values = try reader.numbers("elevation", count: 0 ... .max) { elevations = values }
    reader.ignore("content_type")
    try reader.finish()
    if size.isEmpty { throw .missingAttribute("size", element: "hfield", at: line) }
    if let wrong = size.firstIndex(where: { !($0 > 0) }) {
      throw .invalid(
        problem: "number \(wrong + 1) of the 'size' of <hfield> is \(size[wrong])",
        remedy: "Give half width, half depth, height and depth of the base, all above 0.", at: line)
    }
  }

  /// Its points, those of a file beside the main document or in its `assetdir`.
  func content(
    _ settings: MJCFSettings, mainFolder: String?
  ) throws(MJCFError) -> HeightField {
    let grid: HeightGrid
    if let file {
      grid = try read(file, settings, mainFolder: mainFolder)
    } else {
      grid = try gridOfDocument()
    }
    return HeightField(
      name, rowCount: grid.rowCount, columnCount: grid.columnCount, size: size,
      heights: grid.heights)
  }

  private func read(
    _ file: String, _ settings: MJCFSettings, mainFolder: String?
  ) throws(MJCFError) -> HeightGrid {
    if rowCount != 0 || columnCount != 0 || !elevations.isEmpty {
      throw .invalid(
        problem: "<hfield> has 'file' beside 'nrow', 'ncol' or 'elevation'",
        remedy: "Give the file alone, or the other three.", at: line)
    }
    guard let mainFolder else {
      throw .unsupported(
        feature: "the file of an <hfield> in a document without a file",
        advice: "Read the document from its file, or give 'elevation'.", at: line)
    }
    let path = settings.path(
      of: file, in: \.meshFolder, mainFolder: mainFolder, compiler)
    do { return try HeightGrid(contentsOf: path) } catch {
      throw .invalid(
        problem: "the height file '\(shortened(file))' cannot be read: \(error.reason)",
        remedy: "It is looked for in 'meshdir' of <compiler>, beside the main document.", at: line)
    }
  }

  private func gridOfDocument() throws(MJCFError) -> HeightGrid {
    if let problem = HeightGrid.problem(rowCount: rowCount, columnCount: columnCount) {
      throw .invalid(
        problem: "<hfield> is impossible: \(problem)", remedy: "Give 'nrow' and 'ncol', or 'file'.",
        at: line)
    }
    let count = rowCount * columnCount
    if !elevations.isEmpty && elevations.count != count {
      throw .invalid(
        problem: "'elevation' of <hfield> has \(elevations.count) numbers",
        remedy: "Give nrow times ncol, which is \(count).", at: line)
    }
    var heights = [Float](repeating: 0, count: count)
    for (index, elevation) in elevations.enumerated() {
      let row = rowCount - 1 - index / columnCount
      heights[row * columnCount + index % columnCount] = Float(elevation)
    }
    if !heights.allSatisfy(\.isFinite) {
      throw .invalid(
        problem: "'elevation' of <hfield> has numbers beyond single precision",
        remedy: "They are scaled to the 'size' anyway; divide all of them.", at: line)
    }
    return HeightGrid(rowCount: rowCount, columnCount: columnCount, heights: heights)
  }
}

import IDQLSpelling

/// `<asset><texture>`: a description, or files of pictures.
struct MJCFTexture: NamedInMJCF {
  var line = SourceLine(file: "", line: 0)
  var look = ModelVisuals.Texture(
    name: "", kind: "cube", pattern: "none", firstColor: SIMD3(0.8, 0.8, 0.8),
    secondColor: SIMD3(0.5, 0.5, 0.5), mark: "none", markColor: .zero, markShare: 0.01, width: 0,
    height: 0)
  var name: String { look.name }

  /// One picture, or several in squares of it.
  private var file: String?
  /// Of the sides of a cube: right, left, up, down, front, back.
  private var sideFiles: [String?] = []
  /// Squares of the picture down and across.
  private var grid = (rows: 1, columns: 1)
  /// A letter for each square, by row.
  private var gridLayout = ""
  private var contentType = ""
  private var colorSpace = ""
  private var isFlippedAcross = false
  private var isFlippedDown = false
  /// Of the model that it was attached from.
  private var compiler: AttachedCompiler?

  /// What a default class can give.
  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    line = reader.here
    if let text = reader.text("type") { look.kind = text }
    if let text = reader.text("builtin") { look.pattern = text }
    try reader.read("rgb1", into: &look.firstColor)
    try reader.read("rgb2", into: &look.secondColor)
    if let text = reader.text("mark") { look.mark = text }
    try reader.read("markrgb", into: &look.markColor)
    try reader.read("random", into: &look.markShare)
    try reader.read("width", into: &look.width)
    try reader.read("height", into: &look.height)
    if let text = reader.text("colorspace") { colorSpace = text }
    try reader.read("hflip", into: &isFlippedAcross)
    try reader.read("vflip", into: &isFlippedDown)
    if let sizes = try reader.numbers("gridsize", count: 2...2) {
      guard sizes.allSatisfy({ $0 >= 1 && $0 == $0.rounded() }), sizes[0] * sizes[1] <= 12 else {
        throw .invalid(
          problem: "'gridsize' of <texture> is \(sizes[0]) \(sizes[1])",
          remedy: "Give rows and columns, with 12 squares at most.", at: line)
      }
      grid = (Int(sizes[0]), Int(sizes[1]))
    }
    if let text = reader.text("gridlayout") { gridLayout = text }
    if let letter = gridLayout.first(where: { Self.side(of: $0) == nil && $0 != "." }) {
      throw .invalid(
        problem: "'gridlayout' of <texture> has the letter \(letter)",
        remedy: "Give R, L, U, D, F, B for the sides of the cube, and . for none.", at: line)
    }
    reader.ignore("embed", "nchannel")
  }

  /// To be called after `apply`, for a texture itself.
  mutating func finish(_ reader: inout AttributeReader) throws(MJCFError) {
    compiler = reader.element.compiler
    file = reader.text("file")
    look.name = reader.text("name") ?? file.map(nameWithoutSuffix) ?? ""
    if let text = reader.text("content_type") { contentType = text }
    sideFiles = ["right", "left", "up", "down", "front", "back"].map { reader.text("file\($0)") }
    if !gridLayout.isEmpty && gridLayout.utf8.count != grid.rows * grid.columns {
      throw .invalid(
        problem: "'gridlayout' of <texture> has \(gridLayout.utf8.count) letters",
        remedy: "Give one for each square of 'gridsize', which are \(grid.rows * grid.columns).",
        at: line)
    }
    try reader.finish()
  }

  private static func side(of letter: Character) -> Int? {
    Array("RLUDFB").firstIndex(of: letter)
  }

  /// With the pictures of its files, which are beside the main document or in its `texturedir`.
  func content(
    _ settings: MJCFSettings, mainFolder: String?
  ) throws(MJCFError) -> ModelVisuals.Texture {
    var texture = look
    // what is described needs no file
    if look.pattern != "none" { return texture }
    let isFlat = look.kind == "2d"
    if let file {
      guard let picture = try picture(file, settings, mainFolder: mainFolder) else {
        return texture
      }
      texture.picture = isFlat ? picture : try cube(from: picture, file)
    } else if isFlat || sideFiles.allSatisfy({ $0 == nil }) {
      throw .invalid(
        problem: "texture '\(shortened(name))' is neither described nor read",
        remedy: "Give 'builtin' or 'file'" + (isFlat ? "." : ", or files of sides."), at: line)
    } else {
      texture.picture = try cube(settings, mainFolder: mainFolder)
    }
    return texture
  }

  /// Points of a picture; MuJoCo has no such limit.
  private static let pointLimit = 1 << 26

  /// - Returns: nil for a file of a format that holds no picture for OpenGL.
  private func picture(
    _ file: String, _ settings: MJCFSettings, mainFolder: String?
  ) throws(MJCFError) -> ModelVisuals.Picture? {
    guard let mainFolder else {
      throw .unsupported(
        feature: "the file of a <texture> in a document without a file",
        advice: "Read the document from its file, or give 'builtin'.", at: line)
    }
    func refused(_ reason: String) -> MJCFError {
      .invalid(
        problem: "the texture file '\(shortened(file))' cannot be read: \(reason)",
        remedy: "It is looked for in 'texturedir' of <compiler>, beside the main document.",
        at: line)
    }
    let suffix = file.lowercased().split(separator: ".").last.map(String.init) ?? ""
    let type = contentType.isEmpty ? "image/\(suffix)" : contentType
    guard ["image/png", "image/ktx"].contains(type) else {
      throw refused("it is \(shortened(type)), and neither image/png nor image/ktx")
    }
    let picture: PNGPicture
    do {
      let bytes = try bytesOfFile(
        at: settings.path(
          of: file, in: \.textureFolder, mainFolder: mainFolder, compiler))
      if type == "image/ktx" { return nil }
      picture = try PNGPicture(bytes, pointLimit: Self.pointLimit)
    } catch { throw refused(error.reason) }
    var result = ModelVisuals.Picture(
      width: picture.width, height: picture.height, bytes: picture.colors,
      isSRGB: colorSpace.isEmpty || colorSpace == "auto" ? picture.isSRGB : colorSpace == "sRGB")
    result.flip(across: isFlippedAcross, down: isFlippedDown)
    return result
  }

  /// The squares of a picture; one alone is on all sides.
  private func cube(
    from picture: ModelVisuals.Picture, _ file: String
  ) throws(MJCFError) -> ModelVisuals.Picture {
    let edge = picture.width / grid.columns
    guard edge * grid.columns == picture.width, edge * grid.rows == picture.height else {
      throw .invalid(
        problem:
          "the texture file '\(shortened(file))' has \(picture.width) x \(picture.height) points",
        remedy:
          "Those of a cube are squares, \(grid.rows) down and \(grid.columns) across ('gridsize').",
        at: line)
    }
    if grid == (1, 1) {
      return cube(edge: edge, isSRGB: picture.isSRGB) { _ in picture.bytes }
    }
    var places: [Int: Int] = [:]
    for (place, letter) in gridLayout.enumerated() {
      if let side = Self.side(of: letter) { places[side] = place }
    }
    return cube(edge: edge, isSRGB: picture.isSRGB) { side in
      guard let place = places[side] else { return nil }
      let (top, left) = (edge * (place / grid.columns), edge * (place % grid.columns))
      return (0..<edge).flatMap { line in
        let start = 3 * ((top + line) * picture.width + left)
        return picture.bytes[start..<start + 3 * edge]
      }
    }
  }

  /// Of a file for each side.
  private func cube(
    _ settings: MJCFSettings, mainFolder: String?
  ) throws(MJCFError) -> ModelVisuals.Picture? {
    var pictures: [ModelVisuals.Picture?] = []
    var edge = 0
    for file in sideFiles {
      guard let file else {
        pictures.append(nil)
        continue
      }
      guard let picture = try picture(file, settings, mainFolder: mainFolder) else { return nil }
      if edge == 0 { edge = picture.width }
      guard picture.width == edge, picture.height == edge else {
        throw .invalid(
          problem:
            "the texture file '\(shortened(file))' has \(picture.width) x \(picture.height) points",
          remedy: "Sides of a cube are squares of one size, here of \(edge) x \(edge).", at: line)
      }
      pictures.append(picture)
    }
    let isSRGB = pictures.contains { $0?.isSRGB == true }
    return cube(edge: edge, isSRGB: isSRGB) { pictures[$0]?.bytes }
  }

  /// - Parameter content: of a side; nil for one of the first colour.
  private func cube(
    edge: Int, isSRGB: Bool, _ content: (Int) -> [UInt8]?
  ) -> ModelVisuals.Picture {
    let plain = (0..<edge * edge).lazy.flatMap { _ in
      (0..<3).map { UInt8(min(max(255 * look.firstColor[$0], 0), 255)) }
    }
    return ModelVisuals.Picture(
      width: edge, height: edge, bytes: (0..<6).flatMap { content($0) ?? Array(plain) },
      isSRGB: isSRGB)
  }
}

extension ModelVisuals.Picture {
  fileprivate mutating func flip(across: Bool, down: Bool) {
    guard across || down else { return }
    let source = bytes
    for line in 0..<height {
      for column in 0..<width {
        let (y, x) = (down ? height - 1 - line : line, across ? width - 1 - column : column)
        for channel in 0..<3 {
          bytes[3 * (line * width + column) + channel] = source[3 * (y * width + x) + channel]
        }
      }
    }
  }
}

/// A PNG picture with 8 bits a channel, of which each sample is from 0 to 255 (PNG specification, third edition).
///
/// Samples of 16 bits lose the lower 8, those of fewer are scaled. Checksums are not compared: a damaged picture gives
/// samples like any other.
struct PNGPicture {
  let width: Int
  let height: Int
  /// Grey; grey and opacity; red, green, blue; or these and opacity.
  let channelCount: Int
  /// Whether it says that its colours are those of sRGB.
  let isSRGB: Bool
  /// (height, width, channels), lines from the top.
  private let samples: [UInt8]

  /// The first channel.
  subscript(line: Int, column: Int) -> UInt8 { samples[(line * width + column) * channelCount] }

  /// Red, green and blue of every point.
  var colors: [UInt8] {
    if channelCount == 3 { return samples }
    var colors: [UInt8] = []
    colors.reserveCapacity(3 * width * height)
    for start in stride(from: 0, to: samples.count, by: channelCount) {
      for channel in 0..<3 { colors.append(samples[start + (channelCount > 2 ? channel : 0)]) }
    }
    return colors
  }

  /// What is wrong with the number of points; nil if nothing.
  static func problem(height: Int, width: Int, limit: Int) -> String? {
    if height > 0, width > 0, height <= limit / width { return nil }
    return "it has \(height) x \(width) points, not 1 to \(limit)"
  }

  /// - Parameter pointLimit: of width times height.
  init(_ bytes: [UInt8], pointLimit: Int) throws(UnreadableFile) {
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
      throw UnreadableFile(reason: "it is not a PNG picture")
    }
    var chunks = PNGChunks(bytes: bytes)
    guard let header = try chunks.next(), header.name == "IHDR", header.content.count == 13 else {
      throw UnreadableFile(reason: "it has no header of a PNG picture")
    }
    let format = try PNGFormat(header: Array(header.content))
    if let problem = Self.problem(height: format.height, width: format.width, limit: pointLimit) {
      throw UnreadableFile(reason: problem)
    }
    (width, height) = (format.width, format.height)

    var compressed: [UInt8] = []
    var palette: [UInt8] = []
    var isSRGB = false
    while let chunk = try chunks.next(), chunk.name != "IEND" {
      if chunk.name == "IDAT" { compressed += chunk.content }
      if chunk.name == "PLTE" { palette = Array(chunk.content) }
      if chunk.name == "sRGB" { isSRGB = true }
    }
    self.isSRGB = isSRGB
    // two bytes of zlib's header go before, four of its sum after
    let plain = try format.samples(of: compressed.dropFirst(2))
    if format.isIndexed {
      guard plain.allSatisfy({ 3 * Int($0) + 2 < palette.count }) else {
        throw UnreadableFile(reason: "it has a colour that is not in its palette")
      }
      samples = plain.flatMap { palette[3 * Int($0)...3 * Int($0) + 2] }
      channelCount = 3
    } else {
      samples = plain
      channelCount = format.channelCount
    }
  }
}

/// What the header of a PNG picture says of its data.
private struct PNGFormat {
  let width, height, channelCount, bitCount: Int
  let isIndexed: Bool
  private let passes: [Pass]

  /// Every so many lines and columns, from a first one on.
  private struct Pass {
    var line, column, lineStep, columnStep: Int
  }

  /// By Adam7.
  private static let interlaced = [
    Pass(line: 0, column: 0, lineStep: 8, columnStep: 8),
    Pass(line: 0, column: 4, lineStep: 8, columnStep: 8),
    Pass(line: 4, column: 0, lineStep: 8, columnStep: 4),
    Pass(line: 0, column: 2, lineStep: 4, columnStep: 4),
    Pass(line: 2, column: 0, lineStep: 4, columnStep: 2),
    Pass(line: 0, column: 1, lineStep: 2, columnStep: 2),
    Pass(line: 1, column: 0, lineStep: 2, columnStep: 1),
  ]

  init(header: [UInt8]) throws(UnreadableFile) {
    func number(_ at: Int) -> Int { header[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    (width, height) = (number(0), number(4))
    bitCount = Int(header[8])
    let kinds: [UInt8: (channels: Int, bits: [Int])] = [
      0: (1, [1, 2, 4, 8, 16]), 2: (3, [8, 16]), 3: (1, [1, 2, 4, 8]), 4: (2, [8, 16]),
      6: (4, [8, 16]),
    ]
    guard let kind = kinds[header[9]] else {
      throw UnreadableFile(reason: "its kind of colours is \(header[9])")
    }
    guard kind.bits.contains(bitCount) else {
      throw UnreadableFile(reason: "it has \(bitCount) bits a channel")
    }
    guard header[12] < 2 else { throw UnreadableFile(reason: "its interlacing is \(header[12])") }
    channelCount = kind.channels
    isIndexed = header[9] == 3
    passes =
      header[12] == 1
      ? Self.interlaced : [Pass(line: 0, column: 0, lineStep: 1, columnStep: 1)]
  }

  /// The lines of a pass, the points of each, and the bytes of each without that of its filter.
  private func size(of pass: Pass) -> (lines: Int, columns: Int, lineSize: Int) {
    let lines = max(0, (height - pass.line + pass.lineStep - 1) / pass.lineStep)
    let columns = max(0, (width - pass.column + pass.columnStep - 1) / pass.columnStep)
    if lines == 0 || columns == 0 { return (0, 0, 0) }
    return (lines, columns, (columns * channelCount * bitCount + 7) / 8)
  }

  /// (height, width, channels); of an indexed picture indices.
  func samples(of compressed: ArraySlice<UInt8>) throws(UnreadableFile) -> [UInt8] {
    var unpacking = Inflation(compressed)
    let count = passes.reduce(0) { sum, pass in
      let (lines, _, lineSize) = size(of: pass)
      return sum + lines * (lineSize + 1)
    }
    let packed = try unpacking.bytes(count: count)
    var samples = [UInt8](repeating: 0, count: width * height * channelCount)
    var start = 0
    for pass in passes {
      let (lines, columns, lineSize) = size(of: pass)
      let end = start + lines * (lineSize + 1)
      let plain = try unfiltered(packed[start..<end], lineSize: lineSize)
      start = end
      for line in 0..<lines {
        let target = (pass.line + line * pass.lineStep) * width + pass.column
        for column in 0..<columns {
          for channel in 0..<channelCount {
            samples[(target + column * pass.columnStep) * channelCount + channel] = sample(
              plain, line * lineSize, column * channelCount + channel)
          }
        }
      }
    }
    return samples
  }

  private func sample(_ plain: [UInt8], _ line: Int, _ number: Int) -> UInt8 {
    if bitCount == 8 { return plain[line + number] }
    if bitCount == 16 { return plain[line + 2 * number] }
    let (place, largest) = (number * bitCount, 1 << bitCount - 1)
    let value = Int(plain[line + place / 8]) >> (8 - bitCount - place % 8) & largest
    return UInt8(isIndexed ? value : value * 255 / largest)
  }

  /// Each line begins with the number of the rule that predicts its bytes from those to the left, above and
  /// between.
  private func unfiltered(
    _ lines: ArraySlice<UInt8>, lineSize: Int
  ) throws(UnreadableFile) -> [UInt8] {
    let step = max(1, channelCount * bitCount / 8)
    var plain: [UInt8] = []
    plain.reserveCapacity(lines.count)
    for start in stride(from: lines.startIndex, to: lines.endIndex, by: lineSize + 1) {
      let first = plain.count
      for index in 0..<lineSize {
        let left = index < step ? 0 : plain[first + index - step]
        let above = first == 0 ? 0 : plain[first + index - lineSize]
        let between = index < step || first == 0 ? 0 : plain[first + index - lineSize - step]
        let prediction: UInt8
        switch lines[start] {
        case 0: prediction = 0
        case 1: prediction = left
        case 2: prediction = above
        case 3: prediction = UInt8((Int(left) + Int(above)) / 2)
        case 4: prediction = Self.nearest(left, above, between)
        default: throw UnreadableFile(reason: "a line has the filter \(lines[start])")
        }
        plain.append(lines[start + 1 + index] &+ prediction)
      }
    }
    return plain
  }

  /// The one of the three that is nearest to left + above - between (Paeth).
  private static func nearest(_ left: UInt8, _ above: UInt8, _ between: UInt8) -> UInt8 {
    let estimate = Int(left) + Int(above) - Int(between)
    let (toLeft, toAbove, toBetween) = (
      abs(estimate - Int(left)), abs(estimate - Int(above)), abs(estimate - Int(between))
    )
    if toLeft <= toAbove && toLeft <= toBetween { return left }
    return toAbove <= toBetween ? above : between
  }
}

private struct PNGChunks {
  let bytes: [UInt8]
  private var position = 8

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() throws(UnreadableFile) -> (name: String, content: ArraySlice<UInt8>)? {
    if position == bytes.count { return nil }
    let head = position + 8
    let size =
      head > bytes.count ? 0 : bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
    guard head + size + 4 <= bytes.count else {
      throw UnreadableFile(reason: "it ends within its data")
    }
    let name = String(decoding: bytes[position + 4..<head], as: Unicode.ASCII.self)
    position = head + size + 4
    return (name, bytes[head..<head + size])
  }
}

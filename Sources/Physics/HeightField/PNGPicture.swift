/// The first channel of a PNG picture with 8 bits (PNG specification, third edition).
///
/// Checksums are not compared: a damaged picture gives heights like any other.
struct PNGPicture {
  let width: Int
  let height: Int
  /// By line from the top, 8 bits each.
  private let samples: [UInt8]

  subscript(line: Int, column: Int) -> UInt8 { samples[line * width + column] }

  init(_ bytes: [UInt8]) throws(UnreadableFile) {
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
      throw UnreadableFile(reason: "it is not a PNG picture")
    }
    var chunks = PNGChunks(bytes: bytes)
    guard let header = try chunks.next(), header.name == "IHDR", header.content.count == 13 else {
      throw UnreadableFile(reason: "it has no header of a PNG picture")
    }
    let content = Array(header.content)
    func number(_ at: Int) -> Int { content[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    (width, height) = (number(0), number(4))
    if let problem = HeightGrid.problem(rowCount: height, columnCount: width) {
      throw UnreadableFile(reason: problem)
    }
    // of grey, colours, an index, grey and opacity, colours and opacity
    guard let channelCount = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][content[9]] else {
      throw UnreadableFile(reason: "its kind of colours is \(content[9])")
    }
    if content[8] != 8 {
      throw UnreadableFile(reason: "it has \(content[8]) bits a channel; 8 are read")
    }
    if content[12] != 0 { throw UnreadableFile(reason: "it is interlaced, which is not read") }

    var compressed: [UInt8] = []
    var palette: [UInt8] = []
    while let chunk = try chunks.next(), chunk.name != "IEND" {
      if chunk.name == "IDAT" { compressed += chunk.content }
      if chunk.name == "PLTE" { palette = Array(chunk.content) }
    }
    let lineSize = width * channelCount
    // two bytes of zlib's header go before, four of its sum after
    var unpacking = Inflation(compressed.dropFirst(2))
    let lines = try unpacking.bytes(count: height * (lineSize + 1))
    let plain = try Self.unfiltered(lines, lineSize: lineSize, channelCount: channelCount)
    var samples = (0..<width * height).map { plain[$0 * channelCount] }
    if content[9] == 3 {
      guard samples.allSatisfy({ 3 * Int($0) < palette.count }) else {
        throw UnreadableFile(reason: "it has a colour that is not in its palette")
      }
      samples = samples.map { palette[3 * Int($0)] }
    }
    self.samples = samples
  }

  /// Each line begins with the number of the rule that predicts its bytes from those to the left, above and
  /// between.
  private static func unfiltered(
    _ lines: [UInt8], lineSize: Int, channelCount: Int
  ) throws(UnreadableFile) -> [UInt8] {
    var plain: [UInt8] = []
    plain.reserveCapacity(lines.count)
    for start in stride(from: 0, to: lines.count, by: lineSize + 1) {
      let first = plain.count
      for index in 0..<lineSize {
        let left = index < channelCount ? 0 : plain[first + index - channelCount]
        let above = first == 0 ? 0 : plain[first + index - lineSize]
        let between =
          index < channelCount || first == 0 ? 0 : plain[first + index - lineSize - channelCount]
        let prediction: UInt8
        switch lines[start] {
        case 0: prediction = 0
        case 1: prediction = left
        case 2: prediction = above
        case 3: prediction = UInt8((Int(left) + Int(above)) / 2)
        case 4: prediction = nearest(left, above, between)
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

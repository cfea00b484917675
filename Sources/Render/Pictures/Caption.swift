import Foundation
import IDQLSpelling

/// Text on a picture: white on a darker ground, at one of its corners.
package struct Caption: Equatable, Sendable {
  package enum Corner: Sendable {
    case topLeft, topRight, bottomLeft, bottomRight
  }

  package var lines: [String]
  package var corner: Corner

  package init(_ lines: [String], at corner: Corner = .topLeft) {
    self.lines = lines
    self.corner = corner
  }
}

extension Picture {
  /// Height of a line of captions on a picture of that size: 1/27 of it, and readable.
  package static func captionHeight(width: Int, height: Int) -> Int {
    max(10, min(height / 27, width / 40))
  }

  /// Writes a caption; a line that is too long for its area is cut at the end, and there is none where not even a
  /// letter has room.
  ///
  /// - Parameter area: at whose corner it is; nil for the whole picture.
  package mutating func write(_ caption: Caption, in area: PanelArea? = nil) {
    let (left, top) = (Int(area?.x ?? 0), Int(area?.y ?? 0))
    let (wholeWidth, wholeHeight) = (
      area.map { Int($0.width) } ?? width, area.map { Int($0.height) } ?? height
    )
    let high = Self.captionHeight(width: wholeWidth, height: wholeHeight)
    let wide = Self.letterWidth(ofHeight: high)
    let margin = high / 2
    let columns = max(0, (wholeWidth - 4 * margin) / wide)
    let lines = caption.lines.map { line in
      line.count <= columns ? line : String(line.prefix(max(0, columns - 1))) + "…"
    }
    let (w, h) = ((lines.map(\.count).max() ?? 0) * wide, lines.count * high)
    guard columns > 0, w > 0, h + 4 * margin <= wholeHeight else { return }
    let isLeft = caption.corner == .topLeft || caption.corner == .bottomLeft
    let isTop = caption.corner == .topLeft || caption.corner == .topRight
    let x = left + (isLeft ? 2 * margin : wholeWidth - w - 2 * margin)
    let y = top + (isTop ? 2 * margin : wholeHeight - h - 2 * margin)
    darken(x: x - margin, y: y - margin / 2, width: w + 2 * margin, height: h + margin)
    for (row, line) in lines.enumerated() {
      write(line, x: x, y: y + row * high, height: high, color: SIMD3(255, 255, 255))
    }
  }

  /// Width of every letter of a height, pixels.
  static func letterWidth(ofHeight height: Int) -> Int {
    max(1, height * CaptionFont.shared.cellWidth / CaptionFont.shared.cellHeight)
  }

  /// Writes a line of text.
  ///
  /// - Parameters:
  ///   - height: of the line, pixels.
  ///   - color: 0…255.
  ///   - limit: where nothing is drawn any more to the right of.
  mutating func write(
    _ text: String, x: Int, y: Int, height: Int, color: SIMD3<Double>, limit: Int = .max
  ) {
    let letters = CaptionFont.shared
    let wide = Self.letterWidth(ofHeight: height)
    for (column, letter) in text.enumerated() {
      let left = x + column * wide
      guard left + wide <= limit else { return }
      draw(
        letters, letters.index(of: letter), x: left, y: y, width: wide, height: height,
        color: color)
    }
  }

  private mutating func darken(x: Int, y: Int, width w: Int, height h: Int) {
    for row in max(0, y)..<min(height, y + h) {
      for column in max(0, x)..<min(width, x + w) {
        let pixel = row * width + column
        for channel in 0..<3 { bytes[3 * pixel + channel] = bytes[3 * pixel + channel] / 5 * 2 }
        if let share = opacity?[pixel] { opacity?[pixel] = max(share, 160) }
      }
    }
  }

  /// Its colour where the letter has ink.
  private mutating func draw(
    _ letters: CaptionFont, _ index: Int, x: Int, y: Int, width w: Int, height h: Int,
    color: SIMD3<Double>
  ) {
    for row in 0..<h where (0..<height).contains(y + row) {
      for column in 0..<w where (0..<width).contains(x + column) {
        let ink = letters.ink(
          index, x: column, y: row, of: (width: w, height: h))
        guard ink > 0 else { continue }
        let pixel = (y + row) * width + x + column
        for channel in 0..<3 {
          let below = Double(bytes[3 * pixel + channel])
          bytes[3 * pixel + channel] = UInt8(below + ink * (color[channel] - below))
        }
        if let share = opacity?[pixel] { opacity?[pixel] = max(share, UInt8(255 * ink)) }
      }
    }
  }
}

/// Letters of one width (Scripts/make_caption_font.py), at any size.
private struct CaptionFont {
  static let shared = CaptionFont()

  private let sheet: Picture
  private static let letters =
    (32..<127).map { Character(UnicodeScalar(UInt8($0))) } + ["·", "−", "…", "Δ", "°"]

  private init() {
    // a file of this package
    sheet =
      (try? Picture(png: PackageResources.letters_png, named: "letters.png"))
      ?? Picture(width: Self.letters.count, height: 1, color: .zero)
  }

  var cellWidth: Int { sheet.width / Self.letters.count }
  var cellHeight: Int { sheet.height }

  /// That of a question mark for a letter that there is not.
  func index(of letter: Character) -> Int {
    Self.letters.firstIndex(of: letter) ?? Self.letters.firstIndex(of: "?") ?? 0
  }

  /// The share of a pixel that is covered, 0…1, where the letter is as large as `size`.
  func ink(_ index: Int, x: Int, y: Int, of size: (width: Int, height: Int)) -> Double {
    let (across, down) = (
      Double(cellWidth) / Double(size.width), Double(cellHeight) / Double(size.height)
    )
    func range(_ start: Double, _ length: Double, _ limit: Int) -> ClosedRange<Int> {
      let first = min(Int(start), limit - 1)
      return first...max(first, min(Int((start + length).rounded(.up)) - 1, limit - 1))
    }
    let rows = range(Double(y) * down, down, cellHeight)
    let columns = range(Double(x) * across, across, cellWidth)
    var sum = 0.0
    for row in rows {
      for column in columns { sum += Double(sheet[index * cellWidth + column, row].x) }
    }
    return sum / (255 * Double(rows.count * columns.count))
  }
}

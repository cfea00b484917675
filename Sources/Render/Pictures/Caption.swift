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

  /// Writes a caption; a line that is too long for the picture is cut at the end, and there is none where
  /// not even a letter has room.
  package mutating func write(_ caption: Caption, lineHeight: Int? = nil) {
    let letters = CaptionFont.shared
    let high = lineHeight ?? Self.captionHeight(width: width, height: height)
    let wide = max(1, high * letters.cellWidth / letters.cellHeight)
    let margin = high / 2
    let columns = max(0, (width - 4 * margin) / wide)
    let lines = caption.lines.map { line in
      line.count <= columns ? line : String(line.prefix(max(0, columns - 1))) + "…"
    }
    let (w, h) = ((lines.map(\.count).max() ?? 0) * wide, lines.count * high)
    guard columns > 0, w > 0, h + 4 * margin <= height else { return }
    let isLeft = caption.corner == .topLeft || caption.corner == .bottomLeft
    let isTop = caption.corner == .topLeft || caption.corner == .topRight
    let x = isLeft ? 2 * margin : width - w - 2 * margin
    let y = isTop ? 2 * margin : height - h - 2 * margin
    darken(x: x - margin, y: y - margin / 2, width: w + 2 * margin, height: h + margin)
    for (row, line) in lines.enumerated() {
      for (column, letter) in line.enumerated() {
        draw(
          letters, letters.index(of: letter), x: x + column * wide, y: y + row * high, width: wide,
          height: high)
      }
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

  /// White where the letter has ink.
  private mutating func draw(
    _ letters: CaptionFont, _ index: Int, x: Int, y: Int, width w: Int, height h: Int
  ) {
    for row in 0..<h where (0..<height).contains(y + row) {
      for column in 0..<w where (0..<width).contains(x + column) {
        let ink = letters.ink(
          index, x: column, y: row, of: (width: w, height: h))
        guard ink > 0 else { continue }
        let pixel = (y + row) * width + x + column
        for channel in 0..<3 {
          let below = Double(bytes[3 * pixel + channel])
          bytes[3 * pixel + channel] = UInt8(below + ink * (255 - below))
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

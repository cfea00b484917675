import Foundation
import IDQLTensors

/// Takes the pictures of a film in order.
package protocol FilmOutput {
  /// - Throws: `RenderError`, `FileError`; no incomplete file is left behind.
  mutating func add(_ picture: Picture) throws
  /// Completes the film; a film of one file appears under its name only now.
  mutating func finish() throws
  /// Removes an unfinished file.
  mutating func discard()
}

/// A PNG file for each picture, numbered from 0.
package struct FrameFiles: FilmOutput {
  private let before, after: String
  private let digits: Int
  private var number = 0

  /// - Parameter pattern: a path with one `%d`, or `%04d` for four digits.
  /// - Throws: `RenderError` if it is no such pattern; `FileError` if the first file cannot be
  ///   written.
  package init(pattern: String) throws {
    let parts = pattern.split(separator: "%", omittingEmptySubsequences: false)
    guard parts.count == 2, let end = parts[1].firstIndex(of: "d") else {
      throw RenderError(.framePattern(pattern))
    }
    let width = parts[1][..<end]
    guard width.isEmpty || (width.first == "0" && width.count == 2 && width.allSatisfy(\.isNumber))
    else { throw RenderError(.framePattern(pattern)) }
    (before, after) = (String(parts[0]), String(parts[1][parts[1].index(after: end)...]))
    digits = Int(width) ?? 1
    try requireWritable(path(0))
  }

  func path(_ number: Int) -> String {
    let text = String(number)
    return before + String(repeating: "0", count: max(0, digits - text.count)) + text + after
  }

  package mutating func add(_ picture: Picture) throws {
    try picture.writePNG(to: path(number), isFast: true)
    number += 1
  }

  package mutating func finish() {}
  package mutating func discard() {}
}

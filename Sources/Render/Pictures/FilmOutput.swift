import Foundation
import IDQLTensors

/// Where the pictures of a film go, one after the other.
public protocol FilmOutput {
  /// - Throws: `RenderError`, `FileError`; nothing half-written is left then.
  mutating func add(_ picture: Picture) throws
  /// A film of one file appears under its name here and not before.
  mutating func finish() throws
  /// Takes away what is not finished.
  mutating func discard()
}

/// A PNG file for every picture, numbered from 0; each appears whole.
public struct FrameFiles: FilmOutput {
  private let before, after: String
  private let digits: Int
  private var number = 0

  /// - Parameter pattern: a path with one `%d`, or `%04d` for four digits.
  /// - Throws: `RenderError.framePattern`; `FileError` if the first file could not be written.
  public init(pattern: String) throws {
    let parts = pattern.split(separator: "%", omittingEmptySubsequences: false)
    guard parts.count == 2, let end = parts[1].firstIndex(of: "d") else {
      throw RenderError.framePattern(pattern)
    }
    let width = parts[1][..<end]
    guard width.isEmpty || (width.first == "0" && width.count == 2 && width.allSatisfy(\.isNumber))
    else { throw RenderError.framePattern(pattern) }
    (before, after) = (String(parts[0]), String(parts[1][parts[1].index(after: end)...]))
    digits = Int(width) ?? 1
    try requireWritable(path(0))
  }

  func path(_ number: Int) -> String {
    let text = String(number)
    return before + String(repeating: "0", count: max(0, digits - text.count)) + text + after
  }

  public mutating func add(_ picture: Picture) throws {
    try picture.writePNG(to: path(number), isFast: true)
    number += 1
  }

  public mutating func finish() {}
  public mutating func discard() {}
}

import Foundation
import TestSupport

/// A command of a document, as a reader would type it.
struct DocumentedCommand: CustomStringConvertible {
  /// Of the document, relative to the checkout.
  var file: String
  /// Without its comment, continued lines joined.
  var text: String

  var description: String { "\(file): \(text)" }

  /// The words after `idql` or `./idql`, up to a pipe; nil for another program's.
  var arguments: [String]? {
    let words = Self.words(of: text)
    guard let first = words.first, ["idql", "./idql"].contains(first) else { return nil }
    return Array(words.dropFirst().prefix { $0 != "|" && $0 != "&&" && $0 != ">" })
  }

  /// Of README.md, CONTRIBUTING.md and all of Docs, in the order of the text.
  static func all() throws -> [DocumentedCommand] {
    let docs = try FileManager.default.contentsOfDirectory(atPath: checkoutPath("Docs")).sorted()
    let files =
      ["README.md", "CONTRIBUTING.md"]
      + docs.filter { $0.hasSuffix(".md") }.map { "Docs/\($0)" }
    return try files.flatMap { try commands(of: $0) }
  }

  /// What stands in blocks that say `sh`.
  private static func commands(of file: String) throws -> [DocumentedCommand] {
    let text = try String(contentsOfFile: checkoutPath(file), encoding: .utf8)
    var commands: [DocumentedCommand] = []
    var isInside = false
    var begun = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isInside = !isInside && line == "```sh"
      } else if isInside {
        let code = withoutComment(String(line))
        if code.hasSuffix("\\") {
          begun += code.dropLast() + " "
        } else if !(begun + code).isEmpty {
          commands.append(DocumentedCommand(file: file, text: begun + code))
          begun = ""
        }
      }
    }
    return commands
  }

  private static func withoutComment(_ line: String) -> String {
    var quote: Character?
    var before: Character = " "
    for index in line.indices {
      let character = line[index]
      if let open = quote {
        if character == open { quote = nil }
      } else if "'\"".contains(character) {
        quote = character
      } else if character == "#", before == " " {
        return line[..<index].trimmingCharacters(in: .whitespaces)
      }
      before = character
    }
    return line.trimmingCharacters(in: .whitespaces)
  }

  /// As a shell splits it, without its expansions.
  private static func words(of text: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if "'\"".contains(character) {
        quote = character
        word = word ?? ""
      } else if character == " " {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }
}

/// A value of a TOML document.
package indirect enum TOMLValue: Equatable, Sendable {
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([TOMLValue])
}

extension TOMLValue: CustomStringConvertible {
  /// As a document spells it, in one line: words in single quotes, numbers in the fewest digits that
  /// read back to the same bits.
  package var description: String {
    switch self {
    case .flag(let isSet): "\(isSet)"
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .text(let text): Self.quoted(text)
    case .list(let values):
      values.isEmpty ? "[]" : "[ \(values.map(\.description).joined(separator: ", ")) ]"
    }
  }

  private static func quoted(_ text: String) -> String {
    let isLiteral = text.unicodeScalars.allSatisfy {
      $0 != "'" && $0 != "\u{7F}" && $0.value >= 0x20
    }
    if isLiteral { return "'\(text)'" }
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\0"..<" ", "\u{7F}":
        "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16, uppercase: true)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}

/// A line that a reader of TOML did not understand.
package struct TOMLError: Error, Equatable, CustomStringConvertible {
  /// From 1.
  package let line: Int
  /// What was found and what was expected.
  package let reason: String

  package var description: String { "line \(line): \(reason)" }
}

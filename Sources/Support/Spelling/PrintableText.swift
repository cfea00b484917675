extension String {
  /// The text on one line, without what acts on a terminal: control characters, line ends and marks
  /// of writing direction stand as their numbers, `\u{1B}`. Text from files is printed through this.
  package var printable: String {
    unicodeScalars.contains(where: \.isAction) ? escaped(except: []) : self
  }

  /// As `printable`, but its own line ends and tabs are kept.
  package var printableLines: String {
    let kept: Set<Unicode.Scalar> = ["\n", "\t"]
    return unicodeScalars.contains { $0.isAction && !kept.contains($0) }
      ? escaped(except: kept) : self
  }

  /// JSON as `printableLines`, but still JSON: what is left of such characters is within its strings.
  var printableJSON: String {
    unicodeScalars.contains { $0.isAction && $0 != "\n" }
      ? escaped(except: ["\n"]) { "\\u" + $0.hexadecimal(digits: 4) } : self
  }

  /// - Parameter spelling: of a character that acts.
  private func escaped(
    except kept: Set<Unicode.Scalar>,
    _ spelling: (Unicode.Scalar) -> String = { "\\u{\($0.hexadecimal(digits: 1))}" }
  ) -> String {
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if scalar.isAction, !kept.contains(scalar) {
        text.append(contentsOf: spelling(scalar).unicodeScalars)
      } else {
        text.append(scalar)
      }
    }
    return String(text)
  }
}

extension Unicode.Scalar {
  /// Whether it is not shown but acts: control characters (C0, DEL and C1), separators of lines and
  /// paragraphs, and the marks that turn the direction of writing.
  fileprivate var isAction: Bool {
    switch value {
    case 0..<0x20, 0x7F...0x9F: true
    case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  fileprivate func hexadecimal(digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}

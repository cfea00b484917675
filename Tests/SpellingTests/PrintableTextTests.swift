import Foundation
import Testing

@testable import IDQLSpelling

@Suite struct PrintableTextTests {
  @Test func whatActsIsSpeltOut() {
    #expect("Hopper\n\u{1B}[31m-v4".printable == "Hopper\\u{A}\\u{1B}[31m-v4")
    #expect("\u{9B}2J\u{7F}\0".printable == "\\u{9B}2J\\u{7F}\\u{0}")
    #expect("a\u{202E}b\u{2028}c".printable == "a\\u{202E}b\\u{2028}c")
    #expect("one\n\ttwo\r".printableLines == "one\n\ttwo\\u{D}")
    for text in ["", "plain", "Ångström 10⁻⁵ ≈ 😀, 'x' \\ \"y\"", "e\u{301}"] {
      #expect(text.printable == text && text.printableLines == text)
    }
  }

  /// Every character: none that is printed is of Unicode's control characters.
  @Test func noControlCharacterIsLeft() {
    for value in 0...0x2FFF as ClosedRange<UInt32> {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let printed = String(scalar).printable.unicodeScalars
      #expect(!printed.contains { $0.properties.generalCategory == .control })
      #expect(!printed.contains { $0.properties.isBidiControl })
    }
  }

  @Test func jsonStaysJSON() throws {
    let names = ["a\u{9B}b", "c\u{7F}", "line\nend", "\u{2028}", "\u{1B}"]
    let text = try names.jsonText(indented: true)
    #expect(try JSONDecoder().decode([String].self, from: Data(text.utf8)) == names)
    #expect(text.printableLines == text)
  }
}

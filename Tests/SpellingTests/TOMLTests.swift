import Testing

@testable import IDQLSpelling

/// Where nothing else is said, the expected values are those of Python's tomllib.
@Suite struct TOMLTests {
  private func values(_ text: String) throws -> [String: TOMLValue] {
    let entries = try TOMLDocument(text).entries.map { ($0.path.joined(separator: "/"), $0.value) }
    return Dictionary(entries) { $1 }
  }

  @Test(
    arguments: [
      ("0", .integer(0)), ("-1_000", .integer(-1000)), ("+7", .integer(7)),
      ("0xDEAD_beef", .integer(0xDEAD_BEEF)),
      ("0o17", .integer(15)), ("0b101", .integer(5)),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("1.5", .number(1.5)), ("-0.0", .number(-0.0)), ("6.02e+23", .number(6.02e23)),
      ("1e5", .number(1e5)), ("1_0.2_5", .number(10.25)), ("inf", .number(.infinity)),
      ("-inf", .number(-.infinity)), ("1e400", .number(.infinity)),
      ("true", .flag(true)), ("false", .flag(false)),
      ("'it \\n'", .text("it \\n")), ("\"a\\tb\\u00e9\\U0001F600\\\"\"", .text("a\tbé😀\"")),
      ("\"\"\"\n one\n two\\\n   \n three\"\"\"\"", .text(" one\n twothree\"")),
      ("'''\n it's '' \n'''", .text(" it's '' \n")),
      ("[]", .list([])), ("[ 1, # one\n 2,\n]", .list([.integer(1), .integer(2)])),
      ("[[1.5], ['a', true]]", .list([.list([.number(1.5)]), .list([.text("a"), .flag(true)])])),
    ] as [(String, TOMLValue)])
  func everyKindOfValueIsRead(_ text: String, _ value: TOMLValue) throws {
    #expect(try values("a = \(text) # so\r\n") == ["a": value])
    // what is written reads back
    #expect(try values("a=\(value)") == ["a": value])
  }

  @Test func namesHaveTheirTables() throws {
    let text = """
      \u{FEFF}top = 1
      [a . "b c"]
      x.y = 2
      x.'z' = 3
      [a]
      w = { k = 4, l.m = 5, e = {} }
      [ a.b.c ]

      """
    #expect(
      try values(text) == [
        "top": .integer(1), "a/b c/x/y": .integer(2), "a/b c/x/z": .integer(3),
        "a/w/k": .integer(4), "a/w/l/m": .integer(5),
      ])
    let document = try TOMLDocument(text.replacing("\n", with: "\r\n"))
    #expect(document.entries == (try TOMLDocument(text)).entries)
    #expect(document.entries.map(\.line) == [1, 3, 4, 6, 6])
    #expect(
      document.tables.map { $0.path.joined(separator: "/") }
        == ["a", "a/b c", "a/b c/x", "a/w", "a/w/l", "a/w/e", "a/b", "a/b/c"])
  }

  @Test(arguments: [
    ("[\n", 1, "found the end of the line, expected a name"),
    ("[", 1, "found the end of the text, expected a name"),
    ("a = 1\nb", 2, "found the end of the text, expected '='"),
    ("a = 1\n\nb =\n", 3, "found the end of the line, expected a value"),
    ("a = 1 2", 1, "found '2', expected the end of the line"),
    ("a = simple", 1, "'simple' is no value; words stand in quotes"),
    ("a = 1.", 1, "'1.' is no value; words stand in quotes"),
    ("a = 01", 1, "'01' is no value; words stand in quotes"),
    ("a = 9223372036854775808", 1, "9223372036854775808 does not fit in 64 bits"),
    (
      "a = 1979-05-27", 1,
      "'1979-05-27' is a date or time, which is no setting, or no number"
    ),
    ("a = 'x", 1, "found the end of the text, expected a character, or '"),
    ("a = \"x\ny\"", 1, "found the end of the line, expected a character, or \""),
    ("a = \"\\x\"", 1, "found 'x', expected one of the escapes b t n f r \" \\ u U"),
    ("a = \"\\uD800\"", 1, "\\ud800 is no character"),
    ("a = [1, 2", 1, "found the end of the text, expected ',' or ']'"),
    ("a = [\n1\n2]", 3, "found '2', expected ',' or ']'"),
    ("a = {b = 1,}", 1, "found '}', expected a name"),
    ("a = 1\na = 2", 2, "a is there already"), ("[a]\n[a]", 2, "the table a is there already"),
    ("a = 1\n[a]", 2, "a has a value already, and is no table"),
    ("a = 1\na.b = 2", 2, "a has a value already, and is no table"),
    ("a.b = 1\n[a]", 2, "the table a is there already"),
    ("[a.b]\n[a]\nb.c = 1", 3, "the table a.b is complete already"),
    ("a = {}\n[a.b]", 2, "a has a value already, and is no table"),
    ("[[a]]", 1, "an array of tables, '[[', is no section of settings"),
    ("a = [{}]", 1, "a list of tables is no setting"),
    ("# \u{1}", 1, "found '\\u{1}', expected no control character"),
    ("a = 1\r", 1, "found '\\u{D}', expected the end of the line"),
  ])
  func aWrongLineIsNamed(_ text: String, _ line: Int, _ reason: String) {
    do {
      _ = try TOMLDocument(text)
      Issue.record("\(text) was accepted")
    } catch {
      #expect(error == TOMLError(line: line, reason: reason))
    }
  }

  /// Neither brackets nor dots nor braces exhaust the stack.
  @Test func depthIsBounded() throws {
    let deep = 100_000
    func nested(_ open: String, _ close: String, _ count: Int) -> String {
      "a = " + String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
    }
    for text in [
      nested("[", "]", deep), nested("{a=", "}", deep),
      "a" + String(repeating: ".a", count: deep) + "=1",
      "[a" + String(repeating: ".a", count: deep) + "]",
    ] {
      #expect(throws: TOMLError(line: 1, reason: "nested deeper than 32")) {
        try TOMLDocument(text)
      }
    }
    #expect(try TOMLDocument(nested("[", "]", 31)).entries.count == 1)
    #expect(try TOMLDocument(nested("{a=", "}", 31)).entries[0].path.count == 32)
  }

  /// Documents with a few bytes changed are read or refused with one line, and what was read is
  /// written to a text that reads back.
  @Test func changedDocumentsAreReadOrRefused() throws {
    let seeds = [
      "family = 'simple'\n\n[actor]\nrate = 0.001\nwidths = [ 16, 16 ]\n",
      "a.b = \"\\u00e9\"\n[c.\"d\"]\ne = { f = 1, g.h = '''x\ny''' }\r\n[c]\ni = [[1.5, nan], []]\n",
    ].map { Array($0.utf8) }
    let pieces = "[]{}=.,\"'#\n\r\\0_-ea\u{0}".utf8.map(\.self)
    var state: UInt64 = 7
    func draw(_ bound: Int) -> Int {
      // Knuth's generator is enough to choose what to change
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var (read, refused) = (0, 0)
    for round in 0..<20_000 {
      var bytes = seeds[round % seeds.count]
      for _ in 0...draw(3) {
        let place = draw(bytes.count)
        switch draw(3) {
        case 0: bytes[place] = pieces[draw(pieces.count)]
        case 1: bytes.insert(pieces[draw(pieces.count)], at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 1 + draw(9)))
        }
        if bytes.isEmpty { bytes = [0x61] }
      }
      guard let text = String(validating: bytes, as: UTF8.self) else { continue }
      do {
        for entry in try TOMLDocument(text).entries {
          let again = try TOMLDocument("x = \(entry.value)").entries
          // NaN is not equal to itself
          #expect(again.map { "\($0.value)" } == ["\(entry.value)"])
        }
        read += 1
      } catch {
        #expect(!"\(error)".isEmpty && "\(error)".printable == "\(error)")
        refused += 1
      }
    }
    #expect(read > 1000 && refused > 1000)
  }
}

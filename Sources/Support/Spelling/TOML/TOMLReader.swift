/// Reads the parts of a TOML document, from bytes, without going back.
struct TOMLReader {
  /// A value as it stands, an inline table with its keys.
  indirect enum Value {
    case single(TOMLValue)
    case table([(key: [String], value: Value)])
  }

  private let bytes: [UInt8]
  private var position = 0
  /// From 1.
  private(set) var line = 1

  init(_ text: String) {
    bytes = Array(text.utf8)
    // written by some editors, and no part of the text
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func peek(_ text: StaticString) -> Bool {
    let rest = bytes.count - position
    guard rest >= text.utf8CodeUnitCount else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[position + $0] == text.utf8Start[$0] }
  }

  private mutating func skip(_ text: StaticString) -> Bool {
    guard peek(text) else { return false }
    position += text.utf8CodeUnitCount
    return true
  }

  private func problem(_ reason: String) -> TOMLError { TOMLError(line: line, reason: reason) }

  /// What stands here, for a message.
  private var here: String {
    guard let byte else { return "the end of the text" }
    if byte == 0x0A || peek("\r\n") { return "the end of the line" }
    let rest = String(decoding: bytes[position..<min(bytes.count, position + 4)], as: UTF8.self)
    return "'\(rest.unicodeScalars.prefix(1).map(String.init).joined().printable)'"
  }

  private func expected(_ what: String) -> TOMLError { problem("found \(here), expected \(what)") }

  // MARK: Lines

  private mutating func skipBlanks() {
    while byte == 0x20 || byte == 0x09 { position += 1 }
  }

  private mutating func skipLineEnd() -> Bool {
    guard skip("\n") || skip("\r\n") else { return false }
    line += 1
    return true
  }

  private mutating func skipComment() throws(TOMLError) {
    guard byte == UInt8(ascii: "#") else { return }
    while let byte, !peek("\n"), !peek("\r\n") {
      if byte < 0x20 && byte != 0x09 || byte == 0x7F { throw expected("no control character") }
      position += 1
    }
  }

  /// Blanks, comments and empty lines.
  ///
  /// - Returns: whether there is more.
  mutating func skipToContent() throws(TOMLError) -> Bool {
    repeat {
      skipBlanks()
      try skipComment()
    } while skipLineEnd()
    return byte != nil
  }

  mutating func endLine() throws(TOMLError) {
    skipBlanks()
    try skipComment()
    if byte != nil, !skipLineEnd() { throw expected("the end of the line") }
  }

  // MARK: Keys

  /// `[a.b]`; nil for another line.
  mutating func header() throws(TOMLError) -> [String]? {
    guard skip("[") else { return nil }
    if byte == UInt8(ascii: "[") {
      throw problem("an array of tables, '[[', is no section of settings")
    }
    let path = try key()
    if !skip("]") { throw expected("']'") }
    return path
  }

  /// `a."b c".d`, with the blanks around it.
  mutating func key() throws(TOMLError) -> [String] {
    var parts: [String] = []
    repeat {
      skipBlanks()
      parts.append(try simpleKey())
      if parts.count > TOMLDocument.nestingLimit { throw .tooDeep(line) }
      skipBlanks()
    } while skip(".")
    return parts
  }

  private mutating func simpleKey() throws(TOMLError) -> String {
    if byte == UInt8(ascii: "\"") { return try basicString() }
    if byte == UInt8(ascii: "'") { return try literalString() }
    let start = position
    while let byte, byte.isBareKey { position += 1 }
    if position == start { throw expected("a name") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// `= value`.
  mutating func assignment() throws(TOMLError) -> Value {
    if !skip("=") { throw expected("'='") }
    skipBlanks()
    return try value(depth: 1)
  }

  // MARK: Values

  private mutating func value(depth: Int) throws(TOMLError) -> Value {
    if depth > TOMLDocument.nestingLimit { throw .tooDeep(line) }
    switch byte {
    case UInt8(ascii: "{"): return try inlineTable(depth: depth)
    case UInt8(ascii: "["): return .single(.list(try list(depth: depth)))
    case UInt8(ascii: "\""):
      return .single(.text(try peek("\"\"\"") ? longBasicString() : basicString()))
    case UInt8(ascii: "'"):
      return .single(.text(try peek("'''") ? longLiteralString() : literalString()))
    default: return .single(try scalar())
    }
  }

  private mutating func list(depth: Int) throws(TOMLError) -> [TOMLValue] {
    position += 1
    var values: [TOMLValue] = []
    while true {
      _ = try skipToContent()
      if skip("]") { return values }
      guard case .single(let value) = try value(depth: depth + 1) else {
        throw problem("a list of tables is no setting")
      }
      values.append(value)
      _ = try skipToContent()
      if skip("]") { return values }
      if !skip(",") { throw expected("',' or ']'") }
    }
  }

  private mutating func inlineTable(depth: Int) throws(TOMLError) -> Value {
    position += 1
    var members: [(key: [String], value: Value)] = []
    skipBlanks()
    if skip("}") { return .table([]) }
    repeat {
      let path = try key()
      if !skip("=") { throw expected("'='") }
      skipBlanks()
      members.append((path, try value(depth: depth + 1)))
      skipBlanks()
    } while skip(",")
    if !skip("}") { throw expected("',' or '}'") }
    return .table(members)
  }

  /// A number or true or false.
  private mutating func scalar() throws(TOMLError) -> TOMLValue {
    let start = position
    while let byte, byte.isScalar { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    if word.isEmpty { throw expected("a value") }
    switch word {
    case "true": return .flag(true)
    case "false": return .flag(false)
    default: break
    }
    do {
      if let number = try TOMLNumber.value(of: word) { return number }
    } catch {
      throw problem("\(word.prefix(80)) does not fit in 64 bits")
    }
    throw problem(
      word.first?.isNumber == true
        && (word.contains { $0 == ":" } || word.dropFirst().contains { $0 == "-" })
        ? "'\(word.prefix(80))' is a date or time, which is no setting, or no number"
        : "'\(word.prefix(80))' is no value; words stand in quotes")
  }

  // MARK: Strings

  private mutating func basicString() throws(TOMLError) -> String {
    position += 1
    var text: [UInt8] = []
    while !skip("\"") {
      if byte == UInt8(ascii: "\\") {
        position += 1
        try escape(into: &text)
      } else {
        text.append(try character(closing: "\""))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func literalString() throws(TOMLError) -> String {
    position += 1
    var text: [UInt8] = []
    while !skip("'") { text.append(try character(closing: "'")) }
    return String(decoding: text, as: UTF8.self)
  }

  /// One byte of a string on one line.
  private mutating func character(closing quote: String) throws(TOMLError) -> UInt8 {
    guard let byte, byte >= 0x20 || byte == 0x09, byte != 0x7F else {
      throw expected("a character, or \(quote)")
    }
    position += 1
    return byte
  }

  private mutating func longLiteralString() throws(TOMLError) -> String {
    position += 3
    _ = skipLineEnd()
    var text: [UInt8] = []
    while !skip("'''") { try longCharacter(into: &text, closing: "'''") }
    // up to two quotes may stand before those that close
    for _ in 0..<2 where skip("'") { text.append(UInt8(ascii: "'")) }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func longBasicString() throws(TOMLError) -> String {
    position += 3
    _ = skipLineEnd()
    var text: [UInt8] = []
    while !skip("\"\"\"") {
      guard byte == UInt8(ascii: "\\") else {
        try longCharacter(into: &text, closing: "\"\"\"")
        continue
      }
      position += 1
      let start = (position, line)
      skipBlanks()
      if skipLineEnd() {
        // a backslash at a line's end joins the lines, and whatever is blank between them
        repeat { skipBlanks() } while skipLineEnd()
      } else {
        (position, line) = start
        try escape(into: &text)
      }
    }
    for _ in 0..<2 where skip("\"") { text.append(UInt8(ascii: "\"")) }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func longCharacter(
    into text: inout [UInt8], closing quote: String
  ) throws(TOMLError) {
    text.append(try skipLineEnd() ? 0x0A : character(closing: quote))
  }

  /// What follows a backslash.
  private mutating func escape(into text: inout [UInt8]) throws(TOMLError) {
    guard let byte else { throw expected("an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(byte)
    case UInt8(ascii: "u"): try codePoint(digits: 4, into: &text)
    case UInt8(ascii: "U"): try codePoint(digits: 8, into: &text)
    default:
      position -= 1
      throw expected("one of the escapes b t n f r \" \\ u U")
    }
  }

  private mutating func codePoint(digits: Int, into text: inout [UInt8]) throws(TOMLError) {
    var code: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = byte.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw expected("\(digits) hexadecimal digits")
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw problem("\\u\(String(code, radix: 16)) is no character")
    }
    text.append(contentsOf: String(scalar).utf8)
  }
}

extension UInt8 {
  fileprivate var isLetterOrDigit: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  fileprivate var isBareKey: Bool {
    isLetterOrDigit || self == UInt8(ascii: "_") || self == UInt8(ascii: "-")
  }

  /// Of a number, a date or a word.
  fileprivate var isScalar: Bool {
    isBareKey || self == UInt8(ascii: "+") || self == UInt8(ascii: ".") || self == UInt8(ascii: ":")
  }
}

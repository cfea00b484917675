/// Reads the part of XML 1.0 that MJCF uses: elements and attributes, with the predefined entities
/// and character references. Comments, processing instructions, CDATA sections and
/// a document type are skipped.
///
/// As MuJoCo's reader it is lenient where the meaning is clear: a `&` that begins no reference stands for itself,
/// `<` may be in a value, no space need divide attributes, and elements after the root are passed over.
///
/// Not by Foundation, whose parser crashes on `<?name?>` and leaks memory with every error.
struct XMLReader {
  private let bytes: [UInt8]
  private let file: String
  private var position = 0
  /// Of `position`, counted from 1.
  private var line = 1
  /// Elements begun and not yet ended, outermost first.
  private var open: [XMLElement] = []

  init(_ text: String, file: String) {
    bytes = Array(text.utf8)
    self.file = file
  }

  mutating func document() throws(MJCFError) -> XMLElement {
    skip("\u{FEFF}")
    var root: XMLElement?
    while true {
      try skipText(hasRoot: root != nil)
      guard position < bytes.count else { break }
      if skip("<!--") {
        try skip(through: "-->", unfinished: "a comment that does not end")
      } else if skip("<?") {
        try skip(through: "?>", unfinished: "a processing instruction that does not end")
      } else if !open.isEmpty, skip("<![CDATA[") {
        try skip(through: "]]>", unfinished: "a CDATA section that does not end")
      } else if root == nil, open.isEmpty, skip("<!DOCTYPE") {
        try skipDocumentType()
      } else {
        let ended = try skip("</") ? endTag() : startTag()
        root = root ?? ended
      }
    }
    if let root, open.isEmpty { return root }
    throw open.isEmpty ? malformed("the document is empty") : endedEarly()
  }

  // MARK: Tags

  /// From `<` on. Returns the root if it is an element without content.
  private mutating func startTag() throws(MJCFError) -> XMLElement? {
    let here = SourceLine(file: file, line: line)
    guard open.count < XMLElement.depthLimit else {
      throw .tooLarge(what: "nested elements", limit: XMLElement.depthLimit, at: here)
    }
    advance()
    let name = try self.name()
    var attributes: [String: String] = [:]
    while true {
      skipSpace()
      if skip(">") {
        open.append(XMLElement(name: name, attributes: attributes, here: here))
        return nil
      }
      if skip("/>") {
        return close(XMLElement(name: name, attributes: attributes, here: here))
      }
      guard let byte = current else { throw endedEarly() }
      guard Self.beginsName(byte) else { throw malformed("'>' is missing\(inside)") }
      let key = try self.name()
      skipSpace()
      guard skip("=") else { throw malformed("an attribute without a value\(inside)") }
      skipSpace()
      guard attributes.updateValue(try attributeValue(), forKey: key) == nil else {
        throw malformed("the same attribute twice\(inside)")
      }
    }
  }

  /// After `</`. Returns the root if this ends it.
  private mutating func endTag() throws(MJCFError) -> XMLElement? {
    let name = try self.name()
    skipSpace()
    guard skip(">") else {
      throw current == nil ? endedEarly() : malformed("'>' is missing\(inside)")
    }
    guard let element = open.last, element.name == name else {
      throw malformed("an end tag does not match its start tag\(inside)")
    }
    open.removeLast()
    return close(element)
  }

  /// Adds a finished element to its parent; without one it is the root.
  private mutating func close(_ element: XMLElement) -> XMLElement? {
    if open.isEmpty { return element }
    open[open.count - 1].children.append(element)
    return nil
  }

  private mutating func name() throws(MJCFError) -> String {
    guard let first = current, Self.beginsName(first) else {
      throw current == nil ? endedEarly() : malformed("a name was expected\(inside)")
    }
    let start = position
    while let byte = current, Self.continuesName(byte) { advance() }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  // MARK: Attribute values

  private mutating func attributeValue() throws(MJCFError) -> String {
    guard let quote = current else { throw endedEarly() }
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
      throw malformed("an attribute value without quotes\(inside)")
    }
    advance()
    var value: [UInt8] = []
    while let byte = current, byte != quote {
      switch byte {
      case UInt8(ascii: "&"): value += Array(reference().utf8)
      case 0x09...0x0D:  // XML has every white space read as a blank (§3.3.3)
        value.append(UInt8(ascii: " "))
        advance()
      case 0..<0x20: throw malformed("a character that XML does not allow\(inside)")
      default:
        value.append(byte)
        advance()
      }
    }
    guard current == quote else { throw endedEarly() }
    advance()
    return String(decoding: value, as: UTF8.self)
  }

  /// What `&lt;`, `&#60;` or `&#x3C;` stands for; from any other `&` on, itself.
  private mutating func reference() -> String {
    advance()
    // the longest reference to the last character has eight digits
    let name = bytes[position...].prefix(10).prefix { $0 != UInt8(ascii: ";") }
    guard name.endIndex < bytes.count, bytes[name.endIndex] == UInt8(ascii: ";"),
      let scalar = Self.scalar(named: String(decoding: name, as: UTF8.self))
    else { return "&" }
    position = name.endIndex + 1
    return String(scalar)
  }

  private static func scalar(named name: String) -> Unicode.Scalar? {
    switch name {
    case "lt": return "<"
    case "gt": return ">"
    case "amp": return "&"
    case "quot": return "\""
    case "apos": return "'"
    default: break
    }
    guard name.hasPrefix("#"), !name.contains(where: { $0 == "+" }) else { return nil }
    let code =
      name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
    guard let code, code >= 0x20 || [0x09, 0x0A, 0x0D].contains(code) else { return nil }
    return Unicode.Scalar(code)
  }

  // MARK: Skipped parts

  /// Up to the next `<` or the end.
  private mutating func skipText(hasRoot: Bool) throws(MJCFError) {
    while let byte = current, byte != UInt8(ascii: "<") {
      if open.isEmpty, !Self.isSpace(byte) {
        throw malformed(hasRoot ? "text after the last element" : "an element was expected")
      }
      if byte < 0x20, !Self.isSpace(byte) {
        throw malformed("a character that XML does not allow\(inside)")
      }
      advance()
    }
  }

  /// After `<!DOCTYPE`, through its `>`; a subset of declarations stands in brackets. Entities that it
  /// declares stay unknown: one can expand to any amount of text, and MJCF does not need them.
  private mutating func skipDocumentType() throws(MJCFError) {
    let start = line
    var isInSubset = false
    var quote: UInt8?
    while let byte = current {
      if quote == nil {
        if skip("<!--") {
          try skip(through: "-->", unfinished: "a comment that does not end")
          continue
        }
        if skip("<?") {
          try skip(through: "?>", unfinished: "a processing instruction that does not end")
          continue
        }
      }
      advance()
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: "[") {
        isInSubset = true
      } else if byte == UInt8(ascii: "]") {
        isInSubset = false
      } else if byte == UInt8(ascii: ">"), !isInSubset {
        return
      }
    }
    throw .malformed(
      problem: "a document type that does not end", at: SourceLine(file: file, line: start))
  }

  private mutating func skip(
    through mark: StaticString, unfinished problem: String
  ) throws(MJCFError) {
    let start = line
    while position < bytes.count {
      if skip(mark) { return }
      advance()
    }
    throw .malformed(problem: "\(problem)\(inside)", at: SourceLine(file: file, line: start))
  }

  // MARK: Bytes

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func advance() {
    if bytes[position] == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  /// Whether the text continues with `mark`, which is then consumed. No mark has a line end.
  @discardableResult
  private mutating func skip(_ mark: StaticString) -> Bool {
    let count = mark.utf8CodeUnitCount
    guard position + count <= bytes.count else { return false }
    for i in 0..<count where bytes[position + i] != mark.utf8Start[i] { return false }
    position += count
    return true
  }

  @discardableResult
  private mutating func skipSpace() -> Bool {
    let start = position
    while let byte = current, Self.isSpace(byte) { advance() }
    return position > start
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  /// Every character beyond ASCII counts as a letter.
  private static func beginsName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"), UInt8(ascii: ":"), 0x80...0xFF:
      true
    default: false
    }
  }

  private static func continuesName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): true
    default: beginsName(byte)
    }
  }

  // MARK: Errors

  private var inside: String {
    open.last.map { " in <\(shortened($0.name))> of line \($0.here.line)" } ?? ""
  }

  /// At the last line that is not blank.
  private func endedEarly() -> MJCFError {
    let blankLines = bytes.reversed().prefix(while: Self.isSpace).count { $0 == 0x0A }
    return .malformed(
      problem: "the document ends\(inside) before its elements do",
      at: SourceLine(file: file, line: line - blankLines))
  }

  private func malformed(_ problem: String) -> MJCFError {
    .malformed(problem: problem, at: SourceLine(file: file, line: line))
  }
}

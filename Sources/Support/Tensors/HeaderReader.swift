/// Reads the few JSON forms a tensor header may hold: objects, strings, lists of natural numbers.
struct HeaderReader {
  let text: UnsafeRawBufferPointer
  private(set) var position = 0

  init(text: UnsafeRawBufferPointer) {
    self.text = text
  }

  /// Reads `{ "key": value, … }`, leaving each value to `member`.
  mutating func object(
    _ member: (inout HeaderReader, String) throws(HeaderProblem) -> Void
  ) throws(HeaderProblem) {
    try expect("{")
    if skip("}") { return }
    repeat {
      let key = try string(limit: TensorHeader.nameLimit)
      try expect(":")
      try member(&self, key)
    } while skip(",")
    try expect("}")
  }

  /// Reads `[1, 2, …]`.
  mutating func integers() throws(HeaderProblem) -> [Int] {
    try expect("[")
    if skip("]") { return [] }
    var numbers: [Int] = []
    repeat {
      guard numbers.count < TensorHeader.axisLimit else {
        throw problem(
          found: "more than \(TensorHeader.axisLimit) numbers", expected: "fewer axes")
      }
      numbers.append(try integer())
    } while skip(",")
    try expect("]")
    return numbers
  }

  /// After the object only blanks may follow; writers use them to align the data.
  mutating func padding() throws(HeaderProblem) {
    skipSpace()
    if position < text.count { throw problem(expected: "the end of the header") }
  }

  /// - Parameter limit: the most bytes of it.
  mutating func string(limit: Int = .max) throws(HeaderProblem) -> String {
    try expect("\"")
    var bytes: [UInt8] = []
    while true {
      guard bytes.count <= limit else {
        throw problem(found: "a name of more than \(limit) bytes", expected: "a shorter one")
      }
      guard position < text.count else { throw problem(expected: "a closing quote") }
      let byte = text[position]
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: bytes, as: UTF8.self) else {
          throw problem(found: "a string that is not UTF-8", expected: "UTF-8 text")
        }
        position += 1
        return string
      case UInt8(ascii: "\\"):
        position += 1
        bytes.append(contentsOf: try escape())
      case 0..<0x20:
        throw problem(expected: "an escaped control character")
      default:
        bytes.append(byte)
        position += 1
      }
    }
  }

  /// What follows a backslash, as UTF-8.
  private mutating func escape() throws(HeaderProblem) -> [UInt8] {
    let simple: [(UInt8, UInt8)] = [
      (UInt8(ascii: "\""), 0x22), (UInt8(ascii: "\\"), 0x5C), (UInt8(ascii: "/"), 0x2F),
      (UInt8(ascii: "b"), 0x08), (UInt8(ascii: "f"), 0x0C), (UInt8(ascii: "n"), 0x0A),
      (UInt8(ascii: "r"), 0x0D), (UInt8(ascii: "t"), 0x09),
    ]
    guard position < text.count else { throw problem(expected: "an escape") }
    if let (_, byte) = simple.first(where: { $0.0 == text[position] }) {
      position += 1
      return [byte]
    }
    var code = try codeUnit()
    if (0xD800..<0xDC00).contains(code) {  // the first half of a surrogate pair
      guard position < text.count, text[position] == UInt8(ascii: "\\") else {
        throw problem(expected: "the second half of a surrogate pair")
      }
      position += 1
      let low = try codeUnit()
      guard (0xDC00..<0xE000).contains(low) else {
        throw problem(expected: "the second half of a surrogate pair")
      }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw problem(found: "an unpaired surrogate", expected: "a Unicode character")
    }
    return Array(String(Character(scalar)).utf8)
  }

  /// `uXXXX`, the backslash already read.
  private mutating func codeUnit() throws(HeaderProblem) -> UInt32 {
    guard position < text.count, text[position] == UInt8(ascii: "u") else {
      throw problem(expected: "one of the escapes \" \\ / b f n r t u")
    }
    position += 1
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard position < text.count,
        let digit = Character(Unicode.Scalar(text[position])).hexDigitValue
      else { throw problem(expected: "four hexadecimal digits") }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }

  private mutating func integer() throws(HeaderProblem) -> Int {
    skipSpace()
    let start = position
    var number = 0
    while position < text.count, (0x30...0x39).contains(text[position]) {
      let (tenfold, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.addingReportingOverflow(Int(text[position] - 0x30))
      if overflow || carry { throw problem(found: "a number above 2^63", expected: "a length") }
      number = sum
      position += 1
    }
    let hasLeadingZero = position - start > 1 && text[start] == 0x30
    if position == start || hasLeadingZero {
      throw problem(expected: "a whole number without sign or leading zero")
    }
    return number
  }

  /// Passes over `null`, if it is there.
  mutating func skipNull() -> Bool {
    skipSpace()
    guard text[position...].starts(with: "null".utf8) else { return false }
    position += 4
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(HeaderProblem) {
    if !skip(character) { throw problem(expected: "'\(character)'") }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
  }

  func problem(found: String? = nil, expected: String) -> HeaderProblem {
    let here =
      position == text.count
      ? "the end of the header"
      : (0x21...0x7E).contains(text[position])
        ? "'\(Unicode.Scalar(text[position]))'" : "the byte \(text[position])"
    return HeaderProblem(.header(offset: position, found: found ?? here, expected: expected))
  }
}

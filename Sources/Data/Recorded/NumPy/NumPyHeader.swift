import IDQLTensors

/// The header of a .npy array (NumPy, *NEP 1: A Simple File Format for NumPy Arrays*): the data
/// follows.
struct NumPyHeader: Equatable {
  var type: ElementType
  /// Whether the first byte of an element is the most significant one.
  var isBigEndian: Bool
  var shape: [Int]
  /// Whether the first index runs fastest, as in Fortran, and not the last.
  var isColumnMajor: Bool
  /// Length of the header: offset of the data.
  var byteCount: Int

  /// NumPy writes no longer header for a plain type.
  static let limit = 65_536

  /// What is wrong, as the second half of a sentence about the column.
  struct Problem: Error, Equatable {
    var reason: String
  }

  /// - Parameter bytes: the beginning of the array file, at least its header.
  init(_ bytes: [UInt8]) throws(Problem) {
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes.count >= 10 else {
      throw Problem(reason: "it does not begin as a .npy array does")
    }
    let isWide = bytes[6] >= 2
    let start = isWide ? 12 : 10
    guard (1...3).contains(bytes[6]), bytes.count >= start else {
      throw Problem(reason: "its format is version \(bytes[6]); 1 to 3 are supported")
    }
    let length = (8..<start).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
    guard length <= Self.limit, bytes.count >= start + length else {
      throw Problem(reason: "its header claims \(length) bytes")
    }
    byteCount = start + length
    var reader = LiteralReader(bytes[start..<byteCount])
    ((type, isBigEndian), shape, isColumnMajor) = try reader.header()
  }

  /// The numbers of whole elements.
  func numbers<Number: BinaryFloatingPoint>(_ bytes: ArraySlice<UInt8>) -> [Number] {
    var bytes = Array(bytes)
    if isBigEndian { bytes.reverseElements(of: type.size) }
    return bytes.withUnsafeBytes { convert($0, type, to: Number.self) }
  }

  fileprivate typealias Elements = (type: ElementType, isBigEndian: Bool)

  /// Elements by NumPy's name, such as `<f4`, which begins with the order of bytes; nil if they are not
  /// read.
  fileprivate static func elements(_ name: String) -> Elements? {
    guard let order = name.first, "<>|".contains(order),
      let type = types[String(name.dropFirst())]
    else { return nil }
    return (type, order == ">")
  }

  private static let types: [String: ElementType] = [
    "b1": .bool, "u1": .uint8, "i1": .int8, "u2": .uint16, "i2": .int16, "u4": .uint32,
    "i4": .int32, "u8": .uint64, "i8": .int64, "f2": .float16, "f4": .float32, "f8": .float64,
  ]
}

/// Reads the Python dictionary `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }`, also as
/// Python 2 wrote it: `(3L, 2L)`.
private struct LiteralReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func header() throws(NumPyHeader.Problem) -> (NumPyHeader.Elements, [Int], Bool) {
    var elements: NumPyHeader.Elements?
    var shape: [Int]?
    var isColumnMajor = false
    try expect("{")
    while !skip("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr":
        if skip("[") {
          throw NumPyHeader.Problem(
            reason: "its elements are records; numbers and booleans are supported")
        }
        let name = try string()
        elements = NumPyHeader.elements(name)
        if elements == nil {
          throw NumPyHeader.Problem(
            reason: "its elements are \(quoted(name)); numbers and booleans are supported")
        }
      case "fortran_order": isColumnMajor = try boolean()
      case "shape": shape = try integers()
      default: throw NumPyHeader.Problem(reason: "its header has a key \(quoted(key))")
      }
      if !skip(",") {
        try expect("}")
        break
      }
    }
    guard let elements, let shape else {
      throw NumPyHeader.Problem(reason: "its header lacks 'descr' or 'shape'")
    }
    return (elements, shape, isColumnMajor)
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    while let byte = rest.first, byte == 0x20 || byte == 0x0A { rest = rest.dropFirst() }
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(NumPyHeader.Problem) {
    guard skip(character) else {
      throw NumPyHeader.Problem(reason: "its header lacks a '\(character)'")
    }
  }

  private mutating func string() throws(NumPyHeader.Problem) -> String {
    let quote: Unicode.Scalar = skip("\"") ? "\"" : "'"
    if quote == "'" { try expect(quote) }
    guard let end = rest.firstIndex(of: UInt8(ascii: quote)) else {
      throw NumPyHeader.Problem(reason: "its header holds an open string")
    }
    defer { rest = rest[(end + 1)...] }
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  private mutating func boolean() throws(NumPyHeader.Problem) -> Bool {
    _ = skip(" ")
    for (word, value) in [("True", true), ("False", false)] where rest.starts(with: word.utf8) {
      rest = rest.dropFirst(word.utf8.count)
      return value
    }
    throw NumPyHeader.Problem(reason: "its header has neither True nor False as 'fortran_order'")
  }

  /// `()`, `(3,)`, `(3, 2)`.
  private mutating func integers() throws(NumPyHeader.Problem) -> [Int] {
    try expect("(")
    var numbers: [Int] = []
    while !skip(")") {
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard let number = Int(String(decoding: digits, as: UTF8.self)) else {
        throw NumPyHeader.Problem(reason: "its header has no numbers as 'shape'")
      }
      numbers.append(number)
      rest = rest.dropFirst(digits.count)
      _ = skip("L")
      if !skip(",") {
        try expect(")")
        break
      }
    }
    return numbers
  }
}

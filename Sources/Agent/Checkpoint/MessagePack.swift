import IDQLTensors

/// Reads the arrays of a flax state dictionary as `flax.serialization.to_bytes` writes it: nested
/// msgpack maps with string keys, whose leaves are arrays in extension type 1, each holding
/// msgpack([shape, dtype name, little-endian bytes]).
///
/// - Returns: the arrays under their keys joined by dots. Other leaves, such as step counters, are
///   passed over.
func readFlaxMessagePack(
  _ bytes: UnsafeRawBufferPointer, named name: String
) throws(CheckpointError) -> [String: SharedFloats] {
  var reader = MessagePackReader(bytes: bytes)
  var tensors: [String: SharedFloats] = [:]
  do throws(MessagePackReader.Failure) {
    try reader.tree(path: "", depth: 0, into: &tensors)
    if reader.position < bytes.count { throw reader.problem(expected: "the end of the file") }
  } catch {
    throw CheckpointError(file: name, error.problem)
  }
  return tensors
}

/// A cursor over msgpack bytes. Only forms that flax writes are accepted.
private struct MessagePackReader {
  struct Failure: Error {
    var problem: CheckpointError.Problem
  }

  /// Flax state dictionaries are six levels deep; the limit keeps a hostile file from exhausting
  /// the stack.
  static let depthLimit = 32
  static let keyLimit = 256
  static let arrayType: UInt8 = 1

  let bytes: UnsafeRawBufferPointer
  var position = 0

  /// A map, an array or a value that is passed over.
  mutating func tree(
    path: String, depth: Int, into tensors: inout [String: SharedFloats]
  ) throws(Failure) {
    guard depth < Self.depthLimit else {
      throw problem(found: "maps nested \(depth) deep", expected: "at most \(Self.depthLimit)")
    }
    let start = position
    let marker = try byte()
    if let count = try mapCount(marker) {
      for _ in 0..<count {
        let key = try string()
        try tree(path: path.isEmpty ? key : "\(path).\(key)", depth: depth + 1, into: &tensors)
      }
    } else if let content = try extensionContent(marker) {
      var inner = MessagePackReader(
        bytes: UnsafeRawBufferPointer(rebasing: bytes[..<content.upperBound]))
      inner.position = content.lowerBound
      let tensor = try inner.array(path)
      if inner.position < content.upperBound {
        throw inner.problem(expected: "the end of the array")
      }
      if tensors.updateValue(tensor, forKey: path) != nil {
        position = start
        throw problem(found: "a second array \(quoted(path))", expected: "unique keys")
      }
    } else {
      position = start
      try skipValue()
    }
  }

  /// [shape, dtype name, bytes].
  private mutating func array(_ name: String) throws(Failure) -> SharedFloats {
    guard try byte() == 0x93 else {
      position -= 1
      throw problem(expected: "the three parts of array \(quoted(name))")
    }
    let marker = try byte()
    guard marker & 0xF0 == 0x90 else {
      position -= 1
      throw problem(expected: "the shape of array \(quoted(name)), at most 15 axes")
    }
    var shape: [Int] = []
    var count = 1
    for _ in 0..<Int(marker & 0x0F) {
      let length = try natural()
      let (product, overflow) = count.multipliedReportingOverflow(by: max(length, 1))
      guard !overflow else {
        throw problem(found: "a shape beyond 2^63 elements", expected: "one that fits in memory")
      }
      shape.append(length)
      count = product
    }
    if shape.contains(0) { count = 0 }
    let typeName = try string()
    guard let type = Self.elementTypes.first(where: { $0.name == typeName })?.type else {
      throw problem(
        found: "element type \(quoted(typeName)) of array \(quoted(name))",
        expected: "one of " + Self.elementTypes.map(\.name).joined(separator: ", "))
    }
    let content = try binary()
    let (size, overflow) = count.multipliedReportingOverflow(by: type.size)
    guard !overflow, content.count == size else {
      throw problem(
        found: "\(content.count) bytes for array \(quoted(name)) of shape \(shape)",
        expected: "\(overflow ? "fewer elements" : "\(size)")")
    }
    let data = UnsafeRawBufferPointer(rebasing: bytes[content])
    return SharedFloats(shape: shape, copying: convert(data, type, to: Float.self))
  }

  private static let elementTypes: [(name: String, type: ElementType)] = [
    ("float32", .float32), ("float64", .float64), ("float16", .float16), ("bfloat16", .bfloat16),
    ("int32", .int32), ("uint32", .uint32), ("int64", .int64), ("uint64", .uint64), ("bool", .bool),
    ("int8", .int8), ("uint8", .uint8), ("int16", .int16), ("uint16", .uint16),
  ]

  /// Numbers, strings, nil and bool of any size.
  private mutating func skipValue() throws(Failure) {
    let start = position
    let marker = try byte()
    switch marker {
    case 0x00...0x7F, 0xE0...0xFF, 0xC0, 0xC2, 0xC3: break
    case 0xCC, 0xD0: _ = try take(1)
    case 0xCD, 0xD1: _ = try take(2)
    case 0xCA, 0xCE, 0xD2: _ = try take(4)
    case 0xCB, 0xCF, 0xD3: _ = try take(8)
    case 0xA0...0xBF, 0xD9...0xDB:
      position = start
      _ = try string(limit: .max)
    default:
      position = start
      throw problem(expected: "a map, an array in extension type 1, a number or a string")
    }
  }

  private mutating func mapCount(_ marker: UInt8) throws(Failure) -> Int? {
    switch marker {
    case 0x80...0x8F: Int(marker & 0x0F)
    case 0xDE: try unsigned(2)
    case 0xDF: try unsigned(4)
    default: nil
    }
  }

  /// The bytes of an extension of type 1; another type is refused.
  private mutating func extensionContent(_ marker: UInt8) throws(Failure) -> Range<Int>? {
    let count: Int
    switch marker {
    case 0xD4...0xD8: count = 1 << Int(marker - 0xD4)
    case 0xC7: count = try unsigned(1)
    case 0xC8: count = try unsigned(2)
    case 0xC9: count = try unsigned(4)
    default: return nil
    }
    guard try byte() == Self.arrayType else {
      position -= 1
      throw problem(found: "extension type \(bytes[position])", expected: "type 1, an array")
    }
    return try take(count)
  }

  private mutating func string(limit: Int = keyLimit) throws(Failure) -> String {
    let marker = try byte()
    let count: Int
    switch marker {
    case 0xA0...0xBF: count = Int(marker & 0x1F)
    case 0xD9: count = try unsigned(1)
    case 0xDA: count = try unsigned(2)
    case 0xDB: count = try unsigned(4)
    default:
      position -= 1
      throw problem(expected: "a string")
    }
    guard count <= limit else {
      throw problem(found: "a key of \(count) bytes", expected: "at most \(limit)")
    }
    guard let string = String(validating: bytes[try take(count)], as: UTF8.self) else {
      throw problem(found: "a string that is not UTF-8", expected: "UTF-8 text")
    }
    return string
  }

  private mutating func binary() throws(Failure) -> Range<Int> {
    switch try byte() {
    case 0xC4: return try take(try unsigned(1))
    case 0xC5: return try take(try unsigned(2))
    case 0xC6: return try take(try unsigned(4))
    default:
      position -= 1
      throw problem(expected: "binary data")
    }
  }

  private mutating func natural() throws(Failure) -> Int {
    let marker = try byte()
    switch marker {
    case 0x00...0x7F: return Int(marker)
    case 0xCC: return try unsigned(1)
    case 0xCD: return try unsigned(2)
    case 0xCE: return try unsigned(4)
    default:
      position -= 1
      throw problem(expected: "a length")
    }
  }

  /// A big-endian number of up to four bytes.
  private mutating func unsigned(_ width: Int) throws(Failure) -> Int {
    bytes[try take(width)].reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func byte() throws(Failure) -> UInt8 {
    guard position < bytes.count else { throw problem(expected: "more data") }
    position += 1
    return bytes[position - 1]
  }

  private mutating func take(_ count: Int) throws(Failure) -> Range<Int> {
    guard count <= bytes.count - position else {
      throw problem(
        found: "\(bytes.count - position) bytes before the end", expected: "\(count) more")
    }
    position += count
    return position - count..<position
  }

  func problem(found: String? = nil, expected: String) -> Failure {
    let here =
      position < bytes.count
      ? "0x" + String(bytes[position], radix: 16) : "the end of the file"
    return Failure(
      problem: .messagePack(offset: position, found: found ?? here, expected: expected))
  }
}

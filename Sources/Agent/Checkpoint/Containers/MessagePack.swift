import IDQLTensors

/// Reads a flax state dictionary as `flax.serialization.to_bytes` writes it: msgpack maps with string
/// keys and lists, whose leaves are numbers, strings, and in extension type 1 arrays, each holding
/// msgpack([shape, dtype name, little-endian bytes]); in type 3 NumPy scalars, stored alike; in
/// type 2 complex numbers. Arrays above a gigabyte come in pieces.
///
/// - Returns: its values under their keys, and indices of lists, joined by dots.
func readFlaxMessagePack(
  _ contents: PolicyContents
) throws(CheckpointError) -> StoredTree {
  let storage = contents.storage
  var reader = MessagePackReader(storage: storage, bytes: storage.bytes)
  var tree = StoredTree()
  do throws(MessagePackReader.Failure) {
    try reader.value(path: "", depth: 0, into: &tree)
    if reader.position < storage.bytes.count {
      throw reader.problem(expected: "the end of the file")
    }
  } catch {
    throw CheckpointError(file: contents.source.name, error.problem)
  }
  if let path = tree.joinChunks() {
    throw CheckpointError(
      file: contents.source.name,
      .setting(path, found: "an array in pieces", expected: "pieces that make its shape"))
  }
  return tree
}

/// A cursor over msgpack bytes. Only forms that flax writes are accepted.
private struct MessagePackReader {
  struct Failure: Error {
    var problem: CheckpointError.Problem
  }

  static let keyLimit = 256

  let storage: ByteStorage
  let bytes: UnsafeRawBufferPointer
  var position = 0

  /// A map, a list, an array or a single value.
  ///
  /// - Parameters:
  ///   - path: its key in the tree; of what is not kept, that of the list around it.
  ///   - isKept: false passes over the value.
  private mutating func value(
    path: String, depth: Int, isKept: Bool, into tree: inout StoredTree
  ) throws(Failure) {
    guard depth < StoredTree.depthLimit else {
      throw problem(
        found: "maps nested \(depth) deep", expected: "at most \(StoredTree.depthLimit)")
    }
    let start = position
    let marker = try byte()
    if let count = try mapCount(marker) {
      for _ in 0..<count {
        let key = try string()
        try value(
          path: isKept ? StoredTree.path(path, key) : path, depth: depth + 1, isKept: isKept,
          into: &tree)
      }
    } else if let count = try listCount(marker) {
      let keepsParts = isKept && count <= StoredTree.listLimit
      if isKept, !keepsParts {
        try insert(.other("a list of \(count)"), at: path, start, into: &tree)
      }
      for index in 0..<count {
        try value(
          path: keepsParts ? StoredTree.path(path, "\(index)") : path, depth: depth + 1,
          isKept: keepsParts, into: &tree)
      }
    } else if let (type, content) = try extensionContent(marker) {
      var inner = MessagePackReader(
        storage: storage, bytes: UnsafeRawBufferPointer(rebasing: bytes[..<content.upperBound]))
      inner.position = content.lowerBound
      if type == 2 {
        if isKept { try insert(.other("a complex number"), at: path, start, into: &tree) }
        return
      }
      let array = try inner.array(path)
      if inner.position < content.upperBound {
        throw inner.problem(expected: "the end of the array")
      }
      guard isKept else { return }
      do throws(StoredTree.Problem) {
        switch array {
        case .view(let tensor): try tree.insert(tensor, at: path)
        case .foreign(let type): try tree.insert(.foreignArray(type), at: path)
        }
      } catch {
        position = start
        throw problem(error)
      }
    } else {
      position = start
      let scalar = try scalar()
      if isKept { try insert(scalar, at: path, start, into: &tree) }
    }
  }

  mutating func value(path: String, depth: Int, into tree: inout StoredTree) throws(Failure) {
    try value(path: path, depth: depth, isKept: true, into: &tree)
  }

  private mutating func insert(
    _ scalar: StoredTree.Scalar, at path: String, _ start: Int, into tree: inout StoredTree
  ) throws(Failure) {
    do throws(StoredTree.Problem) {
      try tree.insert(scalar, at: path)
    } catch {
      position = start
      throw problem(error)
    }
  }

  private func problem(_ problem: StoredTree.Problem) -> Failure {
    switch problem {
    case .secondEntry(let path):
      self.problem(found: "a second array \(quoted(path))", expected: "unique keys")
    case .tooMany:
      self.problem(
        found: "more than \(StoredTree.entryLimit) values", expected: "fewer in a policy")
    case .tooLong:
      self.problem(
        found: "keys of more than \(StoredTree.pathLimit) bytes together", expected: "fewer")
    }
  }

  private enum Array {
    case view(TensorView)
    /// Of elements that are not read, by the name of their type.
    case foreign(String)
  }

  /// [shape, dtype name, bytes].
  private mutating func array(_ name: String) throws(Failure) -> Array {
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
    let content = try binary()
    guard let type = Self.elementTypes[typeName] else { return .foreign(typeName) }
    let (size, overflow) = count.multipliedReportingOverflow(by: type.size)
    guard !overflow, content.count == size,
      let view = TensorView(shape: shape, type: type, storage: storage, range: content)
    else {
      throw problem(
        found: "\(content.count) bytes for array \(quoted(name)) of shape \(shape)",
        expected: "\(overflow ? "fewer elements" : "\(size)")")
    }
    return .view(view)
  }

  private static let elementTypes: [String: ElementType] = [
    "float32": .float32, "float64": .float64, "float16": .float16, "bfloat16": .bfloat16,
    "int32": .int32, "uint32": .uint32, "int64": .int64, "uint64": .uint64, "bool": .bool,
    "int8": .int8, "uint8": .uint8, "int16": .int16, "uint16": .uint16,
  ]

  /// Numbers, strings, nil and bool of any size.
  private mutating func scalar() throws(Failure) -> StoredTree.Scalar {
    let start = position
    let marker = try byte()
    switch marker {
    case 0x00...0x7F: return .integer(Int(marker))
    case 0xE0...0xFF: return .integer(Int(Int8(bitPattern: marker)))
    case 0xC0: return .nothing
    case 0xC2, 0xC3: return .flag(marker == 0xC3)
    case 0xCC: return .integer(try unsigned(1))
    case 0xCD: return .integer(try unsigned(2))
    case 0xCE: return .integer(try unsigned(4))
    case 0xD0: return .integer(Int(Int8(truncatingIfNeeded: try unsigned(1))))
    case 0xD1: return .integer(Int(Int16(truncatingIfNeeded: try unsigned(2))))
    case 0xD2: return .integer(Int(Int32(truncatingIfNeeded: try unsigned(4))))
    case 0xCF, 0xD3: return .integer(try wide())
    case 0xCA: return .number(Double(Float(bitPattern: UInt32(try unsigned(4)))))
    case 0xCB: return .number(Double(bitPattern: UInt64(bitPattern: Int64(try wide()))))
    case 0xA0...0xBF, 0xD9...0xDB:
      position = start
      return .text(try string(limit: .max))
    case 0xC4...0xC6:
      position = start
      return .other("\(try binary().count) bytes")
    default:
      position = start
      throw problem(
        expected: "a map, a list, an array in extension type 1, a number or a string")
    }
  }

  /// Eight bytes, big-endian; what is beyond 2^63 wraps.
  private mutating func wide() throws(Failure) -> Int {
    let high = try unsigned(4)
    return Int(truncatingIfNeeded: UInt64(high) << 32 | UInt64(try unsigned(4)))
  }

  private mutating func listCount(_ marker: UInt8) throws(Failure) -> Int? {
    switch marker {
    case 0x90...0x9F: Int(marker & 0x0F)
    case 0xDC: try unsigned(2)
    case 0xDD: try unsigned(4)
    default: nil
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

  /// Type and bytes of an extension; types that flax does not write are refused.
  private mutating func extensionContent(
    _ marker: UInt8
  ) throws(Failure) -> (type: UInt8, content: Range<Int>)? {
    let count: Int
    switch marker {
    case 0xD4...0xD8: count = 1 << Int(marker - 0xD4)
    case 0xC7: count = try unsigned(1)
    case 0xC8: count = try unsigned(2)
    case 0xC9: count = try unsigned(4)
    default: return nil
    }
    let type = try byte()
    guard (1...3).contains(type) else {
      position -= 1
      throw problem(
        found: "extension type \(type)",
        expected: "type 1, an array, 2, a complex number, or 3, a NumPy scalar")
    }
    return (type, try take(count))
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

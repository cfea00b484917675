/// A tensor to be written, in the element type it has in memory.
public struct NamedTensor: Sendable {
  /// The elements, row-major.
  public enum Values: Sendable {
    /// Stored as `F32`.
    case floats([Float])
    /// Stored as `F16`, of which these are the bits.
    case halves([UInt16])
    /// Stored as `F64`.
    case doubles([Double])
    /// Stored as `I64`.
    case integers([Int64])
    /// Stored as `U8`.
    case bytes([UInt8])
  }

  package var name: String
  package var shape: [Int]
  package var values: Values

  /// - Parameters:
  ///   - name: of the tensor in the file.
  ///   - shape: length of each axis, outermost first; empty for a scalar.
  ///   - values: as many as `shape` says.
  public init(_ name: String, shape: [Int], _ values: Values) {
    let elements =
      switch values {
      case .floats(let values): values.count
      case .halves(let values): values.count
      case .doubles(let values): values.count
      case .integers(let values): values.count
      case .bytes(let values): values.count
      }
    precondition(shape.reduce(1, *) == elements, "shape does not match the number of values")
    self.name = name
    self.shape = shape
    self.values = values
  }

  var type: ElementType {
    switch values {
    case .floats: .float32
    case .halves: .float16
    case .doubles: .float64
    case .integers: .int64
    case .bytes: .uint8
    }
  }

  /// The same as `F16`, each number rounded to the nearest, where it is stored as `F32`.
  package var halved: NamedTensor {
    guard case .floats(let numbers) = values else { return self }
    return NamedTensor(name, shape: shape, .halves(numbers.map(narrowHalf)))
  }

  func withBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    switch values {
    case .floats(let values): try values.withUnsafeBytes(body)
    case .halves(let values): try values.withUnsafeBytes(body)
    case .doubles(let values): try values.withUnsafeBytes(body)
    case .integers(let values): try values.withUnsafeBytes(body)
    case .bytes(let values): try values.withUnsafeBytes(body)
    }
  }
}

/// Writes a safetensors file, which appears under its name complete or not at all.
///
/// Equal content gives equal bytes: tensors are ordered by element size, widest first, then by
/// name, which also aligns every one of them; metadata is ordered by key.
///
/// - Precondition: no two tensors have the same name.
/// - Throws: `FileError` with the path and the system's reason.
public func writeTensorFile(
  _ tensors: [NamedTensor], metadata: [String: String] = [:], to path: String
) throws {
  let ordered = tensors.sorted { ($1.type.size, $0.name) < ($0.type.size, $1.name) }
  for (a, b) in zip(ordered.map(\.name).sorted(), ordered.map(\.name).sorted().dropFirst()) {
    precondition(a != b, "two tensors are named \(quoted(a))")
  }
  let header = headerText(ordered, metadata: metadata)
  try writeFileAtomically(to: path) { sink in
    var length = UInt64(header.count).littleEndian
    try withUnsafeBytes(of: &length) { try sink.write($0) }
    try header.withUnsafeBytes { try sink.write($0) }
    for tensor in ordered {
      try tensor.withBytes { try sink.write($0) }
    }
  }
}

/// The JSON header, padded with blanks so that the data starts at a multiple of 64 bytes.
private func headerText(_ ordered: [NamedTensor], metadata: [String: String]) -> [UInt8] {
  var members: [String] = []
  if !metadata.isEmpty {
    let pairs = metadata.sorted { $0.key < $1.key }.map {
      "\(jsonString($0.key)):\(jsonString($0.value))"
    }
    members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
  }
  var begin = 0
  for tensor in ordered {
    let end = begin + tensor.shape.reduce(1, *) * tensor.type.size
    let shape = tensor.shape.map(String.init).joined(separator: ",")
    members.append(
      "\(jsonString(tensor.name)):{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],"
        + "\"data_offsets\":[\(begin),\(end)]}")
    begin = end
  }
  var text = Array("{\(members.joined(separator: ","))}".utf8)
  while (text.count + 8) % 64 != 0 { text.append(UInt8(ascii: " ")) }
  return text
}

/// A JSON string literal (RFC 8259 §7).
private func jsonString(_ text: String) -> String {
  var literal = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": literal += "\\\""
    case "\\": literal += "\\\\"
    case "\u{0}"..<" ":
      let digits = String(scalar.value, radix: 16)
      literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: literal.unicodeScalars.append(scalar)
    }
  }
  return literal + "\""
}

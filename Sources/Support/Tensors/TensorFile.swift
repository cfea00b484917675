import IDQLSpelling

/// A safetensors file: named, typed, dense arrays and a dictionary of strings.
///
/// The file is read once; tensors are converted when asked for. Format: an 8-byte
/// little-endian header length, a JSON header, the raw little-endian data.
public struct TensorFile: Sendable {
  /// Where the file came from; names it in errors.
  package let name: String
  /// The header's `__metadata__`; empty if it has none.
  public let metadata: [String: String]
  /// Names of the tensors, sorted.
  public let names: [String]

  private let entries: [String: TensorHeader.Entry]
  let storage: ByteStorage
  let dataStart: Int

  /// Reads a file and checks its header.
  ///
  /// - Throws: `FileError` if the file cannot be read, `TensorFileError` if its content is
  ///   malformed.
  public init(contentsOf path: String) throws {
    try self.init(ByteStorage(contentsOf: path), named: path)
  }

  /// The same checks on bytes already in memory, which are copied.
  package init(bytes: [UInt8], named name: String) throws(TensorFileError) {
    try self.init(bytes.withUnsafeBytes { ByteStorage(copying: $0) }, named: name)
  }

  /// The same checks on bytes whose owner this file shares.
  package init(_ storage: ByteStorage, named name: String) throws(TensorFileError) {
    let bytes = storage.bytes
    guard bytes.count >= 8 else {
      throw TensorFileError(file: name, .tooShort(byteCount: bytes.count))
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    let available = min(bytes.count - 8, TensorHeader.byteLimit)
    guard length >= 2, length <= available else {
      throw TensorFileError(file: name, .headerLength(length, available: available))
    }
    dataStart = 8 + Int(length)
    do {
      let header = try TensorHeader(
        UnsafeRawBufferPointer(rebasing: bytes[8..<dataStart]), dataCount: bytes.count - dataStart)
      metadata = header.metadata
      entries = header.entries
    } catch {
      throw TensorFileError(file: name, error.problem)
    }
    names = entries.keys.sorted()
    self.name = name
    self.storage = storage
  }

  /// Whether the file holds a tensor of that name.
  package func contains(_ tensor: String) -> Bool {
    entries[tensor] != nil
  }

  /// Length of each axis, outermost first; empty for a scalar.
  ///
  /// - Throws: `TensorFileError` if the file holds no such tensor; likewise the methods below.
  public func shape(_ tensor: String) throws(TensorFileError) -> [Int] {
    try entry(tensor).shape
  }

  /// What is stored per element.
  package func elementType(_ tensor: String) throws(TensorFileError) -> ElementType {
    try typedEntry(tensor).type
  }

  /// The name of a tensor's type of elements, if it is one that cannot be read.
  package func foreignType(_ tensor: String) throws(TensorFileError) -> String? {
    let entry = try entry(tensor)
    return entry.type == nil ? entry.typeName : nil
  }

  /// The tensor as 32-bit floats; wider types are rounded to nearest, bools become 0 and 1.
  public func floats(_ tensor: String) throws(TensorFileError) -> Tensor<Float> {
    let (entry, type) = try typedEntry(tensor)
    return Tensor(shape: entry.shape, values: convert(bytes(of: entry), type, to: Float.self))
  }

  /// The tensor as 64-bit floats; only integers beyond 2⁵³ are rounded.
  public func doubles(_ tensor: String) throws(TensorFileError) -> Tensor<Double> {
    let (entry, type) = try typedEntry(tensor)
    return Tensor(shape: entry.shape, values: convert(bytes(of: entry), type, to: Double.self))
  }

  /// The tensor as integers, without loss; unsigned values beyond 2⁶³ wrap.
  ///
  /// - Throws: `TensorFileError`, also if the tensor holds floating point numbers.
  public func integers(_ tensor: String) throws(TensorFileError) -> Tensor<Int> {
    let (entry, type) = try typedEntry(tensor)
    guard !type.isFloatingPoint else {
      throw TensorFileError(file: name, .notInteger(tensor: tensor, found: type))
    }
    let bytes = bytes(of: entry)
    let values: [Int] =
      switch type {
      case .bool, .uint8: read(bytes, UInt8.self) { Int($0) }
      case .int8: read(bytes, Int8.self) { Int($0) }
      case .int16: read(bytes, Int16.self) { Int($0) }
      case .uint16: read(bytes, UInt16.self) { Int($0) }
      case .int32: read(bytes, Int32.self) { Int($0) }
      case .uint32: read(bytes, UInt32.self) { Int($0) }
      default: read(bytes, Int64.self) { Int(truncatingIfNeeded: $0) }
      }
    return Tensor(shape: entry.shape, values: values)
  }

  /// The tensor as 32-bit floats at a fixed address: the file's own bytes if they are aligned
  /// F32, a converted copy otherwise.
  package func sharedFloats(_ tensor: String) throws(TensorFileError) -> SharedFloats {
    try view(tensor).sharedFloats()
  }

  /// A tensor's place and its type.
  ///
  /// - Throws: also for a type that is not read.
  func typedEntry(
    _ tensor: String
  ) throws(TensorFileError) -> (entry: TensorHeader.Entry, type: ElementType) {
    let entry = try entry(tensor)
    guard let type = entry.type else {
      throw TensorFileError(file: name, .elementType(tensor: tensor, found: entry.typeName))
    }
    return (entry, type)
  }

  private func entry(_ tensor: String) throws(TensorFileError) -> TensorHeader.Entry {
    if let entry = entries[tensor] { return entry }
    throw TensorFileError(
      file: name, .noTensor(tensor, closest: closestName(to: tensor, in: names)))
  }

  private func bytes(of entry: TensorHeader.Entry) -> UnsafeRawBufferPointer {
    let range = entry.range.lowerBound + dataStart..<entry.range.upperBound + dataStart
    return UnsafeRawBufferPointer(rebasing: storage.bytes[range])
  }
}

/// Little-endian elements of any type and alignment as floating point numbers, rounded to nearest.
@specialized(where Target == Float)
@specialized(where Target == Double)
package func convert<Target: BinaryFloatingPoint>(
  _ bytes: UnsafeRawBufferPointer, _ type: ElementType, to: Target.Type
) -> [Target] {
  switch type {
  case .bool: read(bytes, UInt8.self) { $0 == 0 ? 0 : 1 }
  case .uint8: read(bytes, UInt8.self) { Target($0) }
  case .int8: read(bytes, Int8.self) { Target($0) }
  case .int16: read(bytes, Int16.self) { Target($0) }
  case .uint16: read(bytes, UInt16.self) { Target($0) }
  case .float16: read(bytes, UInt16.self) { Target(widenHalf($0)) }
  case .bfloat16: read(bytes, UInt16.self) { Target(widenBrainFloat($0)) }
  case .int32: read(bytes, Int32.self) { Target($0) }
  case .uint32: read(bytes, UInt32.self) { Target($0) }
  case .float32: read(bytes, UInt32.self) { Target(Float(bitPattern: $0)) }
  case .float64: read(bytes, UInt64.self) { Target(Double(bitPattern: $0)) }
  case .int64: read(bytes, Int64.self) { Target($0) }
  case .uint64: read(bytes, UInt64.self) { Target($0) }
  }
}

/// Reads little-endian elements from an address of any alignment.
@inline(__always)
private func read<Stored: FixedWidthInteger, Target>(
  _ bytes: UnsafeRawBufferPointer, _: Stored.Type, _ convert: (Stored) -> Target
) -> [Target] {
  // all empty arrays are one object, and the initialiser below would write its count
  if bytes.isEmpty { return [] }
  let size = MemoryLayout<Stored>.size
  return [Target](unsafeUninitializedCapacity: bytes.count / size) { buffer, count in
    count = bytes.count / size
    for i in 0..<count {
      let stored = bytes.loadUnaligned(fromByteOffset: i * size, as: Stored.self)
      buffer.initializeElement(at: i, to: convert(Stored(littleEndian: stored)))
    }
  }
}

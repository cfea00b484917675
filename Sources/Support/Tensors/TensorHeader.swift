/// The header of a safetensors file: a JSON object from tensor names to their type, shape and
/// offsets, plus an optional `__metadata__` object of strings.
///
/// A strict reader of exactly that grammar. It does not recurse, so nesting cannot exhaust the
/// stack. Every tensor must start where the one before it ends in the data, so that none overlap
/// and every byte belongs to one.
struct TensorHeader {
  /// The format's own limit.
  static let byteLimit = 100_000_000
  /// More than any network or data set has; what is beyond would take many times the file's size.
  static let (entryLimit, nameLimit, axisLimit) = (65_536, 1024, 64)

  struct Entry {
    /// Its safetensors name.
    var typeName: String
    /// Nil for a type whose elements are not read, of which the data must be there all the same.
    var type: ElementType? { ElementType(rawValue: typeName) }
    var shape: [Int]
    /// Bytes within the data that follows the header.
    var range: Range<Int>
  }

  var metadata: [String: String] = [:]
  var entries: [String: Entry] = [:]

  /// - Parameters:
  ///   - text: the header alone.
  ///   - dataCount: bytes that follow it.
  init(_ text: UnsafeRawBufferPointer, dataCount: Int) throws(HeaderProblem) {
    var reader = HeaderReader(text: text)
    var hasMetadata = false
    try reader.object { reader, key throws(HeaderProblem) in
      if key == "__metadata__" {
        if hasMetadata { throw HeaderProblem(.duplicateKey(key)) }
        hasMetadata = true
        metadata = try Self.metadata(&reader)
      } else {
        guard entries.count < Self.entryLimit else {
          throw reader.problem(
            found: "more than \(Self.entryLimit) tensors", expected: "fewer in one file")
        }
        let entry = try Self.entry(&reader, name: key)
        if entries.updateValue(entry, forKey: key) != nil {
          throw HeaderProblem(.duplicateKey(key))
        }
      }
    }
    try reader.padding()
    try checkOffsets(dataCount: dataCount)
  }

  private static func metadata(
    _ reader: inout HeaderReader
  ) throws(HeaderProblem) -> [String: String] {
    var metadata: [String: String] = [:]
    // as the format's own library reads it
    if reader.skipNull() { return metadata }
    try reader.object { reader, key throws(HeaderProblem) in
      guard metadata.count < Self.entryLimit else {
        throw reader.problem(
          found: "more than \(Self.entryLimit) entries of metadata", expected: "fewer in one file")
      }
      if metadata.updateValue(try reader.string(), forKey: key) != nil {
        throw HeaderProblem(.duplicateKey(key))
      }
    }
    return metadata
  }

  private static func entry(
    _ reader: inout HeaderReader, name: String
  ) throws(HeaderProblem) -> Entry {
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    let start = reader.position
    try reader.object { reader, key throws(HeaderProblem) in
      let isRepeated: Bool
      switch key {
      case "dtype":
        isRepeated = typeName != nil
        typeName = try reader.string()
      case "shape":
        isRepeated = shape != nil
        shape = try reader.integers()
      case "data_offsets":
        isRepeated = offsets != nil
        offsets = try reader.integers()
      default:
        throw reader.problem(
          found: "the key \(quoted(key)) in tensor \(quoted(name))",
          expected: "dtype, shape or data_offsets")
      }
      if isRepeated { throw HeaderProblem(.duplicateKey(key)) }
    }
    guard let typeName, let shape, let offsets, offsets.count == 2 else {
      throw HeaderProblem(
        .header(
          offset: start, found: "an incomplete entry for tensor \(quoted(name))",
          expected: "dtype, shape and two data_offsets"))
    }
    guard offsets[0] <= offsets[1] else {
      throw HeaderProblem(
        .header(
          offset: start, found: "data_offsets [\(offsets[0]), \(offsets[1])] of \(quoted(name))",
          expected: "begin <= end"))
    }
    return Entry(typeName: typeName, shape: shape, range: offsets[0]..<offsets[1])
  }

  /// Checks that sizes agree with shapes and that the tensors tile the data without gap or overlap.
  private func checkOffsets(dataCount: Int) throws(HeaderProblem) {
    // ties happen between empty tensors only; the name makes the order, and so the message,
    // unambiguous
    let inOrder = entries.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound, $0.key)
        < ($1.value.range.lowerBound, $1.value.range.upperBound, $1.key)
    }
    var end = 0
    for (name, entry) in inOrder {
      // axes of length 0 are left out, so that no partial product a reader forms can overflow
      var byteCount = entry.type?.size ?? 0
      for length in entry.shape where length > 0 {
        let (product, overflow) = byteCount.multipliedReportingOverflow(by: length)
        if overflow { throw HeaderProblem(.shapeOverflow(tensor: name)) }
        byteCount = product
      }
      if entry.shape.contains(0) { byteCount = 0 }
      guard entry.type == nil || byteCount == entry.range.count else {
        throw HeaderProblem(
          .byteCount(tensor: name, found: entry.range.count, expected: byteCount))
      }
      guard entry.range.lowerBound == end, entry.range.upperBound <= dataCount else {
        throw HeaderProblem(
          .offsets(
            tensor: name, begin: entry.range.lowerBound, end: entry.range.upperBound,
            expectedBegin: end, dataCount: dataCount))
      }
      end = entry.range.upperBound
    }
    if end != dataCount { throw HeaderProblem(.trailingBytes(count: dataCount - end)) }
  }
}

/// A problem found by code that does not know the file's name.
struct HeaderProblem: Error {
  var problem: TensorFileError.Problem

  init(_ problem: TensorFileError.Problem) {
    self.problem = problem
  }
}

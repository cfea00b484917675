/// An array that lies in bytes of a file, in any order and byte order, and is converted when it is
/// asked for. It keeps the bytes alive, which nobody writes.
package struct TensorView: @unchecked Sendable {
  /// Length of each axis, outermost first; empty for a scalar.
  package let shape: [Int]
  /// What is stored per element.
  package let type: ElementType
  /// Elements from one index of an axis to the next.
  private let strides: [Int]
  private let isBigEndian: Bool
  private let storage: ByteStorage
  private let bytes: UnsafeRawBufferPointer

  /// Elements of an array at most whose axes repeat what is stored once.
  package static let repeatedLimit = 1 << 20

  /// An array of that shape inside `range` of `storage`; nil if it does not lie there whole, or
  /// claims more elements than are there, or by strides of 0 more than `repeatedLimit`.
  ///
  /// - Parameters:
  ///   - strides: in elements, 0 along an axis that repeats one element; row-major without gaps if left out.
  ///   - offset: of the first element, in elements.
  package init?(
    shape: [Int], strides: [Int]? = nil, type: ElementType, isBigEndian: Bool = false,
    storage: ByteStorage, range: Range<Int>, offset: Int = 0
  ) {
    guard range.lowerBound >= 0, range.upperBound <= storage.bytes.count, offset >= 0,
      shape.allSatisfy({ $0 >= 0 }), strides.map({ $0.count == shape.count }) ?? true
    else { return nil }
    let isEmpty = shape.contains(0)
    let capacity = range.count / type.size
    let repeats = strides.map { zip(shape, $0).contains { $0 > 1 && $1 == 0 } } ?? false
    let limit = repeats ? max(capacity, Self.repeatedLimit) : capacity
    var rowMajor = [Int](repeating: 1, count: shape.count)
    var count = 1
    for axis in shape.indices.reversed() {
      rowMajor[axis] = count
      let (product, overflow) = count.multipliedReportingOverflow(by: max(shape[axis], 1))
      guard !overflow, isEmpty || product <= limit else { return nil }
      count = product
    }
    let strides = strides ?? rowMajor
    if !isEmpty {
      var last = offset
      for (length, stride) in zip(shape, strides) where length > 1 {
        let (reach, overflow) = (length - 1).multipliedReportingOverflow(by: stride)
        guard !overflow, stride >= 0, reach < capacity else { return nil }
        last += reach
      }
      guard offset < capacity, last < capacity else { return nil }
    }
    self.shape = shape
    self.strides = strides
    self.type = type
    self.isBigEndian = isBigEndian && type.size > 1
    self.storage = storage
    let first = range.lowerBound + (isEmpty ? 0 : offset * type.size)
    bytes = UnsafeRawBufferPointer(rebasing: storage.bytes[first..<range.upperBound])
    isRowMajor = zip(shape.indices, shape).allSatisfy { axis, length in
      length <= 1 || strides[axis] == rowMajor[axis]
    }
  }

  private let isRowMajor: Bool

  /// How many elements there are.
  package var count: Int { shape.reduce(1, *) }

  /// The elements, row-major; wider types are rounded to nearest, bools become 0 and 1.
  package func numbers<Number: BinaryFloatingPoint>(as _: Number.Type = Number.self) -> [Number] {
    if isRowMajor, !isBigEndian {
      return convert(
        UnsafeRawBufferPointer(rebasing: bytes[..<(count * type.size)]), type, to: Number.self)
    }
    return ordered().withUnsafeBytes { convert($0, type, to: Number.self) }
  }

  /// The elements as 32-bit floats at a fixed address: the file's own bytes if they hold just that.
  package func sharedFloats() -> SharedFloats {
    let isAligned = Int(bitPattern: bytes.baseAddress) % MemoryLayout<Float>.alignment == 0
    if type == .float32, isAligned, isRowMajor, !isBigEndian, count > 0 {
      return SharedFloats(
        shape: shape, storage: storage,
        bytes: UnsafeRawBufferPointer(rebasing: bytes[..<(4 * count)])
      )
    }
    return SharedFloats(shape: shape, copying: numbers())
  }

  /// Row-major and little-endian.
  private func ordered() -> [UInt8] {
    let size = type.size
    var result = [UInt8](repeating: 0, count: count * size)
    var index = [Int](repeating: 0, count: shape.count)
    for element in 0..<count {
      let source = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 } * size
      for byte in 0..<size {
        result[element * size + byte] = bytes[source + (isBigEndian ? size - 1 - byte : byte)]
      }
      for axis in shape.indices.reversed() {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
      }
    }
    return result
  }
}

extension TensorFile {
  /// The tensor as it lies in the file.
  package func view(_ tensor: String) throws(TensorFileError) -> TensorView {
    let (entry, type) = try typedEntry(tensor)
    guard
      let view = TensorView(
        shape: entry.shape, type: type, storage: storage,
        range: entry.range.lowerBound + dataStart..<entry.range.upperBound + dataStart)
    else { preconditionFailure("the header was checked against the data") }
    return view
  }
}

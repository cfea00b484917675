/// An immutable tensor of 32-bit floats at a fixed address, shared by all copies of this value.
///
/// It keeps alive the memory it points into: a mapped file or a buffer of its own.
package struct SharedFloats: @unchecked Sendable {
  /// Length of each axis, outermost first.
  package let shape: [Int]
  /// Length: product of `shape`, row-major. Valid while this value or a copy of it lives.
  package let values: UnsafeBufferPointer<Float>

  private let storage: ByteStorage

  /// `bytes` lies inside `storage` and is aligned for `Float`.
  init(shape: [Int], storage: ByteStorage, bytes: UnsafeRawBufferPointer) {
    self.shape = shape
    self.storage = storage
    values = bytes.bindMemory(to: Float.self)
  }

  /// A copy at an address aligned for vector loads.
  package init(shape: [Int], copying source: [Float]) {
    precondition(shape.reduce(1, *) == source.count, "shape does not match the number of values")
    self.shape = shape
    storage = source.withUnsafeBytes { ByteStorage(copying: $0) }
    values = storage.bytes.bindMemory(to: Float.self)
  }

  package var count: Int { values.count }
  package var array: [Float] { Array(values) }

  /// Address of the first element, for kernels.
  ///
  /// - Precondition: the tensor is not empty.
  package var pointer: UnsafePointer<Float> {
    guard let address = values.baseAddress else {
      preconditionFailure("an empty tensor has no address")
    }
    return address
  }

  /// Part `index` along the first axis, in the same memory.
  package func slice(_ index: Int) -> SharedFloats {
    let length = shape.dropFirst().reduce(1, *)
    return SharedFloats(
      shape: Array(shape.dropFirst()), storage: storage,
      bytes: UnsafeRawBufferPointer(
        UnsafeBufferPointer(rebasing: values[index * length..<(index + 1) * length])))
  }
}

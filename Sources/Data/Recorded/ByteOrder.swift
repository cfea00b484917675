extension [UInt8] {
  /// Reverses the bytes of each element, from big-endian order or into it.
  ///
  /// - Precondition: `size`, in bytes, divides the length.
  mutating func reverseElements(of size: Int) {
    if size == 1 { return }
    for start in stride(from: 0, to: count, by: size) { self[start..<start + size].reverse() }
  }
}

/// Memory of one simulation: allocated while it is built, 64-byte aligned, freed all at once.
///
/// The kernels use bare pointers into it; bounds-checked arrays cost a third more there, and arrays
/// in a class several times as much.
package final class Arena {
  private static let blockSize = 1 << 16
  private var blocks: [UnsafeMutableRawPointer] = []
  private var next = UnsafeMutableRawPointer(bitPattern: 64)!
  private var remaining = 0

  package init() {}

  /// An array of `count` copies of `value`. `Element` must not need destruction.
  package func array<Element>(
    _ count: Int, repeating value: Element
  ) -> UnsafeMutablePointer<Element> {
    precondition(_isPOD(Element.self), "\(Element.self) cannot live in an arena")
    let size = (max(1, count) * MemoryLayout<Element>.stride + 63) & ~63
    if size > remaining {
      remaining = max(size, Self.blockSize)
      next = UnsafeMutableRawPointer.allocate(byteCount: remaining, alignment: 64)
      blocks.append(next)
    }
    let result = next.bindMemory(to: Element.self, capacity: max(1, count))
    result.initialize(repeating: value, count: count)
    next += size
    remaining -= size
    return result
  }

  package func copy<Element>(_ source: [Element]) -> UnsafePointer<Element> {
    guard let first = source.first else {
      return UnsafePointer(
        UnsafeMutableRawPointer(bitPattern: 64)!.assumingMemoryBound(to: Element.self))
    }
    let result = array(source.count, repeating: first)
    result.update(from: source, count: source.count)
    return UnsafePointer(result)
  }

  deinit { for block in blocks { block.deallocate() } }
}

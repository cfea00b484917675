#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Read-only bytes with a fixed address for as long as this object lives: a mapped file, or a copy.
///
/// Never written after initialisation, which makes sharing it between threads safe.
package final class ByteStorage: @unchecked Sendable {
  package let bytes: UnsafeRawBufferPointer
  private let isMapped: Bool

  /// Wide enough for every vector load.
  private static let alignment = 64

  /// Maps a whole file. Pages are read as they are touched and shared between processes.
  ///
  /// A file that is cut short while it is mapped cannot be read safely; writers must replace files
  /// by renaming, as `writeTensorFile` does.
  package init(mapping path: String) throws(FileError) {
    // without O_NONBLOCK, opening a pipe would wait for its writer
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(path: path, .open) }
    defer { close(descriptor) }

    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, .open) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, .open, reason: "Not a regular file")
    }
    let count = Int(status.st_size)
    if count == 0 {  // an empty mapping is refused by the system
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      isMapped = false
      return
    }
    guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
      address != MAP_FAILED
    else { throw FileError(path: path, .read) }
    bytes = UnsafeRawBufferPointer(start: address, count: count)
    isMapped = true
  }

  /// Copies `source` to an aligned address.
  package init(copying source: UnsafeRawBufferPointer) {
    let copy = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(source.count, 1), alignment: Self.alignment)
    copy.copyMemory(from: source)
    bytes = UnsafeRawBufferPointer(rebasing: copy[..<source.count])
    isMapped = false
  }

  deinit {
    guard let address = bytes.baseAddress else { return }
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: address), bytes.count)
    } else {
      UnsafeMutableRawPointer(mutating: address).deallocate()
    }
  }
}

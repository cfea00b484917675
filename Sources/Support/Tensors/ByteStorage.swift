#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Read-only bytes with a fixed address for as long as this object lives: those of a file, or a
/// copy.
///
/// Never written after initialisation, which makes sharing it between threads safe.
package final class ByteStorage: @unchecked Sendable {
  package let bytes: UnsafeRawBufferPointer

  /// Wide enough for every vector load.
  private static let alignment = 64

  /// Reads a whole file, once: whatever becomes of it later, these are the bytes that it had.
  ///
  /// It is not mapped, for then a file that is cut short would end the process, and one that is
  /// written to would change under its readers.
  ///
  /// - Throws: `FileError`, also if the file changes while it is read.
  package init(contentsOf path: String) throws(FileError) {
    // without O_NONBLOCK, opening a pipe would wait for its writer
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(path: path, .open) }
    defer { close(descriptor) }

    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, .open) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, .open, reason: "Not a regular file")
    }
    let buffer = Self.allocate(Int(status.st_size))
    bytes = UnsafeRawBufferPointer(buffer)
    if let failure = fill(buffer, from: descriptor, path: path) { throw failure }
    var after = stat()
    guard fstat(descriptor, &after) == 0, after.isSameVersion(as: status) else {
      throw FileError(path: path, .read, reason: "It was changed while it was read")
    }
  }

  /// Copies `source` to an aligned address.
  package init(copying source: UnsafeRawBufferPointer) {
    let copy = Self.allocate(source.count)
    copy.copyMemory(from: source)
    bytes = UnsafeRawBufferPointer(copy)
  }

  private static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(count, 1), alignment: alignment)
    return UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
  }

  deinit { bytes.baseAddress.map { UnsafeMutableRawPointer(mutating: $0) }?.deallocate() }
}

extension stat {
  /// Whether nothing was written between the two.
  fileprivate func isSameVersion(as other: stat) -> Bool {
    #if canImport(Darwin)
      let (time, otherTime) = (st_mtimespec, other.st_mtimespec)
    #else
      let (time, otherTime) = (st_mtim, other.st_mtim)
    #endif
    return st_size == other.st_size && time.tv_sec == otherTime.tv_sec
      && time.tv_nsec == otherTime.tv_nsec
  }
}

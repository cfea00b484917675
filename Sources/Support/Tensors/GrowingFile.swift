#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that only grows, and can be cut back to a length that it once had.
package final class GrowingFile {
  private let path: String
  private let descriptor: Int32
  /// Bytes that have been written, whole; what follows them in the file does not count.
  package private(set) var length: Int

  /// Opens the file, or makes it.
  ///
  /// - Throws: `FileError`, also if it is no regular file or a symbolic link.
  package init(path: String) throws(FileError) {
    self.path = path
    let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    descriptor = open(path, flags, 0o666)
    if descriptor < 0, errno == ELOOP {
      throw FileError(path: path, .open, reason: "It is a symbolic link")
    }
    guard descriptor >= 0 else { throw FileError(path: path, .open) }
    var status = stat()
    let isKnown = fstat(descriptor, &status) == 0
    length = Int(status.st_size)
    guard isKnown, status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, .open, reason: "Not a regular file")
    }
  }

  deinit { close(descriptor) }

  /// All that was written.
  ///
  /// - Throws: `FileError`.
  package func contents() throws(FileError) -> [UInt8] {
    try readBytes(of: descriptor, count: length, path: path)
  }

  /// Cuts off what was written after the file had `length` bytes.
  ///
  /// - Throws: `FileError`, also if it never had so many.
  package func cut(to length: Int) throws(FileError) {
    guard length <= self.length else {
      throw FileError(
        path: path, .read,
        reason: "it has \(self.length) bytes, but had \(length) at the last checkpoint")
    }
    guard ftruncate(descriptor, off_t(length)) == 0 else { throw FileError(path: path, .write) }
    self.length = length
  }

  /// Adds bytes, all of them or none.
  ///
  /// - Throws: `FileError`.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var done = 0
    while done < bytes.count {
      // by position: what a failed attempt left is written over by the next
      let written = pwrite(
        descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(length + done))
      if written < 0 {
        if errno == EINTR { continue }
        let error = FileError(path: path, .write)
        ftruncate(descriptor, off_t(length))
        throw error
      }
      done += written
    }
    length += done
  }

  /// - Throws: `FileError`.
  package func append(_ text: String) throws {
    var text = text
    try text.withUTF8 { try append(UnsafeRawBufferPointer($0)) }
  }

  /// Returns when the disk has it.
  ///
  /// - Throws: `FileError`.
  package func flush() throws(FileError) {
    guard fsync(descriptor) == 0 else { throw FileError(path: path, .write) }
  }
}

/// The first bytes of an open file.
///
/// - Throws: `FileError`, also if the file ends before.
func readBytes(of descriptor: Int32, count: Int, path: String) throws(FileError) -> [UInt8] {
  // all empty arrays are one object, and the initialiser below would write its count
  if count == 0 { return [] }
  var failure: FileError?
  let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
    failure = fill(UnsafeMutableRawBufferPointer(buffer), from: descriptor, path: path)
    done = failure == nil ? count : 0
  }
  if let failure { throw failure }
  return bytes
}

/// Fills `buffer` with the first bytes of an open file.
///
/// - Returns: why that was not possible.
func fill(
  _ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32, path: String
) -> FileError? {
  var done = 0
  while done < buffer.count {
    let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(done))
    if count < 0, errno == EINTR { continue }
    if count < 0 { return FileError(path: path, .read) }
    if count == 0 { return FileError(path: path, .read, reason: "It was cut short meanwhile") }
    done += count
  }
  return nil
}

/// Where the first `count` lines end; nil if there are fewer.
package func endOfLine(_ count: Int, in text: [UInt8]) -> Int? {
  var end = 0
  for _ in 0..<count {
    guard let next = text[end...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    end = next + 1
  }
  return end
}

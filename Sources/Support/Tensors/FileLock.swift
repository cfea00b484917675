#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Says that what a file stands for has an owner, for as long as this object and this process live.
///
/// A file system without locks lets everybody be the owner.
package final class FileLock {
  private let descriptor: Int32

  /// - Returns: nil if there is an owner already.
  /// - Throws: `FileError`, also for a symbolic link.
  package init?(_ path: String) throws(FileError) {
    let flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    // some file systems lock only what is open for writing
    var descriptor = open(path, O_RDWR | flags)
    if descriptor < 0 { descriptor = open(path, O_RDONLY | flags) }
    guard descriptor >= 0 else { throw FileError(path: path, .open) }
    self.descriptor = descriptor
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return nil }
  }

  deinit { close(descriptor) }
}

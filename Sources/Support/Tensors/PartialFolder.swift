#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder on its way: it is filled under a temporary name beside its place, and takes it when it
/// is complete. One that was left by a process that was killed is removed by whoever makes the
/// next.
package final class PartialFolder {
  /// Path of the temporary folder.
  package let name: String
  private let place: String
  /// Locked for as long as its writer lives.
  private let descriptor: Int32
  private var isOpen = true

  /// - Parameter place: where the folder will be; folders above it are made.
  /// - Throws: `FileError`.
  package init(for place: String) throws(FileError) {
    self.place = place
    let parent = parentFolder(of: place)
    do { try makeFolder(parent) } catch {
      throw FileError(path: place, .create, reason: error.reason)
    }
    removeAbandonedFiles(in: parent)
    var attempt = 0
    while mkdir(temporaryName(in: parent, attempt), 0o777) != 0 {
      guard errno == EEXIST, attempt < 1000 else { throw FileError(path: place, .create) }
      attempt += 1
    }
    name = temporaryName(in: parent, attempt)
    descriptor = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    flock(descriptor, LOCK_EX | LOCK_NB)
  }

  /// Returns when the folder is in its place and on the disk.
  ///
  /// - Throws: `FileError`; then it is gone.
  package func commit() throws(FileError) {
    guard rename(name, place) == 0 else {
      let error = FileError(path: place, .create)
      discard()
      throw error
    }
    isOpen = false
    close(descriptor)
    flushFolder(of: place)
  }

  /// Removes the folder with all that is in it, unless it has taken its place.
  package func discard() {
    guard isOpen else { return }
    isOpen = false
    removeTree(name)
    close(descriptor)
  }

  deinit { discard() }
}

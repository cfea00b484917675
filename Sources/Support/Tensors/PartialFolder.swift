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
  /// Folders above it that were made for it, the outermost first.
  private let madeFolders: [String]
  private var isOpen = true

  /// - Parameter place: where the folder will be; folders above it are made.
  /// - Throws: `FileError`.
  package init(for place: String) throws(FileError) {
    self.place = place
    let parent = parentFolder(of: place)
    madeFolders = try makeFolders(parent, for: place)
    removeAbandonedFiles(in: parent)
    var attempt = 0
    while mkdir(temporaryName(in: parent, attempt), 0o777) != 0 {
      guard errno == EEXIST, attempt < 1000 else {
        let error = FileError(path: place, .create)
        removeEmptyFolders(madeFolders)
        throw error
      }
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

  /// Removes the folder with all that is in it, unless it has taken its place, and the folders that were made for it.
  package func discard() {
    guard isOpen else { return }
    isOpen = false
    removeTree(name)
    close(descriptor)
    removeEmptyFolders(madeFolders)
  }

  deinit { discard() }
}

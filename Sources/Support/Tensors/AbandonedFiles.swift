import IDQLThreads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// `.partial-PROCESS-NUMBER`.
func temporaryName(in folder: String, _ number: Int) -> String {
  "\(folder)/.partial-\(getpid())-\(number)"
}

private let cleaned = CleanedFolders()

/// Folders that this process has looked through already: listing a folder of a hundred thousand
/// pictures for each of them would take hours.
private final class CleanedFolders: @unchecked Sendable {
  private let lock = Condition()
  private var paths: Set<String> = []

  /// Whether it is the first time.
  func insert(_ path: String) -> Bool {
    lock.withLock { paths.insert(path).inserted }
  }
}

/// As `removeAbandonedFiles`, but only the first time for each folder.
func removeAbandonedFilesOnce(in folder: String) {
  if cleaned.insert(folder) { removeAbandonedFiles(in: folder) }
}

/// Removes the temporary files and folders in `folder` whose writers were killed: those that nobody
/// has locked.
package func removeAbandonedFiles(in folder: String) {
  guard let entries = opendir(folder) else { return }
  defer { closedir(entries) }
  while let entry = readdir(entries) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
    }
    if name.wholeMatch(of: /\.partial-[0-9]+-[0-9]+/) != nil {
      removeIfAbandoned("\(folder)/\(name)")
    }
  }
}

private func removeIfAbandoned(_ path: String) {
  let flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
  // some file systems lock only what is open for writing, which a folder cannot be
  var descriptor = open(path, O_RDWR | flags)
  if descriptor < 0, errno == EISDIR { descriptor = open(path, O_RDONLY | O_DIRECTORY | flags) }
  guard descriptor >= 0 else { return }
  defer { close(descriptor) }
  guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
  removeTree(path)
}

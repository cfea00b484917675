#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Makes a folder, and those above it that are missing.
///
/// - Throws: `FileError`.
package func makeFolder(_ path: String) throws(FileError) {
  var status = stat()
  if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
  let parent = parentFolder(of: path)
  if parent != path, stat(parent, &status) != 0 { try makeFolder(parent) }
  // another process may have made it by now
  guard
    mkdir(path, 0o777) == 0
      || errno == EEXIST && stat(path, &status) == 0
        && status.st_mode & S_IFMT == S_IFDIR
  else { throw FileError(path: path, .create) }
}

/// Names of what is in a folder, in no particular order.
///
/// - Throws: `FileError`.
package func namesInFolder(_ path: String) throws(FileError) -> [String] {
  guard let entries = opendir(path) else { throw FileError(path: path, .open) }
  defer { closedir(entries) }
  var names: [String] = []
  while let entry = readdir(entries) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names
}

/// Removes a file, or a folder with all that is in it, as far as the system lets it. Links are
/// removed, not followed.
func removeTree(_ path: String) {
  var status = stat()
  guard lstat(path, &status) == 0 else { return }
  guard status.st_mode & S_IFMT == S_IFDIR else {
    unlink(path)
    return
  }
  for name in (try? namesInFolder(path)) ?? [] { removeTree("\(path)/\(name)") }
  rmdir(path)
}

/// The file of the running program, with links resolved; nil where the system does not tell.
package var runningProgram: String? {
  #if canImport(Darwin)
    var length = UInt32(PATH_MAX)
    var path = [CChar](repeating: 0, count: Int(length))
    guard _NSGetExecutablePath(&path, &length) == 0, let resolved = realpath(path, nil) else {
      return nil
    }
  #else
    guard let resolved = realpath("/proc/self/exe", nil) else { return nil }
  #endif
  defer { free(resolved) }
  return String(cString: resolved)
}

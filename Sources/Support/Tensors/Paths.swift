#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Everything before the last slash; the working folder if there is none.
package func parentFolder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Makes a folder and those above it, where they are missing.
///
/// - Parameter path: the file that will be in it, for messages.
/// - Returns: the folders that were made, the outermost first.
/// - Throws: `FileError`; then nothing was made.
func makeFolders(_ folder: String, for path: String) throws(FileError) -> [String] {
  var missing: [String] = []
  var next = folder
  var status = stat()
  while stat(next, &status) != 0, errno == ENOENT, !next.isEmpty, next != ".", next != "/" {
    missing.append(next)
    next = parentFolder(of: next)
  }
  var made: [String] = []
  for folder in missing.reversed() {
    if mkdir(folder, 0o777) == 0 {
      made.append(folder)
    } else if errno != EEXIST {
      let error = FileError(path: path, .create)
      removeEmptyFolders(made)
      throw error
    }
  }
  return made
}

/// Makes the folders above a file, where they are missing.
///
/// - Throws: `FileError`; then nothing was made.
package func makeParentFolders(of path: String) throws(FileError) {
  _ = try makeFolders(parentFolder(of: path), for: path)
}

/// Removes folders, the last one first, as long as there is nothing in them.
func removeEmptyFolders(_ folders: [String]) {
  for folder in folders.reversed() where rmdir(folder) != 0 { return }
}

/// What a path leads to if it is a symbolic link, which need not exist; else the path.
///
/// - Throws: `FileError` if links lead to each other.
func targetOfLinks(_ path: String) throws(FileError) -> String {
  var path = path
  // as many as the system follows
  for _ in 0..<40 {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(path, &target, Int(PATH_MAX))
    if count < 0 { return path }
    let text = String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    path = text.hasPrefix("/") ? text : "\(parentFolder(of: path))/\(text)"
  }
  throw FileError(path: path, .create, reason: String(cString: strerror(ELOOP)))
}

/// What two paths have in common if and only if they name the same file, be it by different ways.
///
/// - Returns: of a file that does not exist, where it would be.
package func fileIdentity(_ path: String) -> String {
  var status = stat()
  if stat(path, &status) == 0 { return "\(status.st_dev):\(status.st_ino)" }
  guard let target = try? targetOfLinks(path), stat(parentFolder(of: target), &status) == 0 else {
    return path
  }
  let name = target.split(separator: "/").last ?? ""
  return "\(status.st_dev):\(status.st_ino)/\(name)"
}

/// Has the disk keep the names in a file's folder.
///
/// The file is in its place already, so that a file system which cannot flush folders is no reason
/// to report a failure.
func flushFolder(of path: String) {
  let descriptor = open(parentFolder(of: path), O_RDONLY | O_CLOEXEC | O_DIRECTORY)
  guard descriptor >= 0 else { return }
  fsync(descriptor)
  close(descriptor)
}

/// The way to a file from a folder, if the file was named by a relative path; that leads there from
/// wherever both have moved together.
///
/// - Precondition: the folders in which both are exist.
package func relativePath(of file: String, from folder: String) -> String {
  if file.hasPrefix("/") { return file }
  // links on the way would make `..` lead elsewhere
  let (target, start) = (physicalParts(file), physicalParts(folder))
  let common = zip(target, start).prefix { $0 == $1 }.count
  return (Array(repeating: "..", count: start.count - common) + target.dropFirst(common))
    .joined(separator: "/")
}

private func physicalParts(_ path: String) -> [Substring] {
  guard let resolved = realpath(parentFolder(of: path), nil) else {
    return path.split(separator: "/")
  }
  defer { free(resolved) }
  return String(cString: resolved).split(separator: "/") + path.split(separator: "/").suffix(1)
}

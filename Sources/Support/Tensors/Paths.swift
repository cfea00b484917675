#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Everything before the last name, whatever slashes end the path; the working folder if there is nothing.
package func parentFolder(of path: String) -> String {
  var rest = path[...]
  while rest.utf8.count > 1, rest.last == "/" { rest.removeLast() }
  guard let slash = rest.lastIndex(of: "/") else { return "." }
  return slash == rest.startIndex ? "/" : String(rest[..<slash])
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
/// - Throws: `FileError` if links lead to each other, or to what a process has open, as `/dev/stdout` does: that has no
///   name of its own, and the file that it may be of is not to be replaced.
func targetOfLinks(_ path: String) throws(FileError) -> String {
  let named = path
  var path = path
  // as many as the system follows
  for _ in 0..<40 {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(path, &target, Int(PATH_MAX))
    if count < 0 { return path }
    if realPath(of: parentFolder(of: path))?.hasPrefix("/proc/") == true {
      throw FileError(path: named, .replace, reason: "It is what a process has open, no place")
    }
    let text = String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    path = text.hasPrefix("/") ? text : "\(parentFolder(of: path))/\(text)"
  }
  throw FileError(path: path, .create, reason: String(cString: strerror(ELOOP)))
}

/// What two paths have in common if and only if they name the same file, be it by different ways.
///
/// - Returns: of a file that does not exist, where it would be.
package func fileIdentity(_ path: String) -> String {
  let place = resolvedPath(path)
  var status = stat()
  if stat(place, &status) == 0 { return "\(status.st_dev):\(status.st_ino)" }
  guard stat(parentFolder(of: place), &status) == 0 else { return place }
  let name = place.split(separator: "/").last ?? ""
  return "\(status.st_dev):\(status.st_ino)/\(name)"
}

/// Whether a file is, or would be, in a folder or in one below it, be it by different ways.
package func isFile(_ path: String, in folder: String) -> Bool {
  let wanted = fileIdentity(folder)
  var next = parentFolder(of: resolvedPath(path))
  while fileIdentity(next) != wanted {
    if parentFolder(of: next) == next { return false }
    next = parentFolder(of: next)
  }
  return true
}

/// Where a path leads: without links, `.` and `..`. Folders that are missing on the way count as if they were made, as
/// whoever writes to the path makes them.
private func resolvedPath(_ path: String) -> String {
  let target = (try? targetOfLinks(path)) ?? path
  if let resolved = realPath(of: target) { return resolved }
  let parent = parentFolder(of: target)
  // a working folder that was removed
  if parent == target { return target }
  let folder = resolvedPath(parent)
  return switch target.split(separator: "/").last {
  case ".", nil: folder
  case "..": parentFolder(of: folder)
  case let name?: folder == "/" ? "/\(name)" : "\(folder)/\(name)"
  }
}

/// The path of what is there, without links, `.` and `..`; nil if there is nothing.
private func realPath(of path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
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
  guard let folder = realPath(of: parentFolder(of: path)) else {
    return path.split(separator: "/")
  }
  return folder.split(separator: "/") + path.split(separator: "/").suffix(1)
}

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

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes a file that appears under its name complete or not at all, even across a power cut: a
/// temporary file beside it is filled, flushed to the disk and renamed, then the folder is flushed.
///
/// After an error nothing is left behind and a file that was there before is untouched.
package func writeFileAtomically(
  to path: String, _ fill: (borrowing FileSink) throws -> Void
) throws {
  try requireReplaceable(path)
  let folder = parentFolder(of: path)
  let (descriptor, temporary) = try createTemporary(in: folder, for: path)
  do {
    try fill(FileSink(descriptor: descriptor, path: path))
    guard fsync(descriptor) == 0 else { throw FileError(path: path, .write) }
  } catch {
    close(descriptor)
    unlink(temporary)
    throw error
  }
  guard close(descriptor) == 0 else {
    let error = FileError(path: path, .write)
    unlink(temporary)
    throw error
  }
  guard rename(temporary, path) == 0 else {
    let error = FileError(path: path, .replace)
    unlink(temporary)
    throw error
  }
  // the file is in place; a file system that cannot flush folders is no reason to report failure
  let folderDescriptor = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
  if folderDescriptor >= 0 {
    fsync(folderDescriptor)
    close(folderDescriptor)
  }
}

/// Writes a text file, whole or not at all.
package func writeFileAtomically(_ text: String, to path: String) throws {
  var text = text
  try writeFileAtomically(to: path) { sink in
    try text.withUTF8 { try sink.write(UnsafeRawBufferPointer($0)) }
  }
}

/// Finds out early whether `writeFileAtomically` could write there now: before hours of work whose
/// result would have no place to go. Leaves no trace.
package func requireWritable(_ path: String) throws(FileError) {
  try requireReplaceable(path)
  let (descriptor, temporary) = try createTemporary(in: parentFolder(of: path), for: path)
  close(descriptor)
  unlink(temporary)
}

/// Renaming over a device such as /dev/null would replace the device itself.
private func requireReplaceable(_ path: String) throws(FileError) {
  var status = stat()
  guard stat(path, &status) == 0 else { return }
  switch status.st_mode & S_IFMT {
  case S_IFREG: return
  case S_IFDIR: throw FileError(path: path, .replace, reason: "Is a directory")
  default: throw FileError(path: path, .replace, reason: "Not a regular file")
  }
}

/// The open end of a file being written.
package struct FileSink: ~Copyable {
  let descriptor: Int32
  let path: String

  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let chunk = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Darwin)
        let written = Darwin.write(descriptor, chunk.baseAddress, chunk.count)
      #elseif canImport(Musl)
        let written = Musl.write(descriptor, chunk.baseAddress, chunk.count)
      #else
        let written = Glibc.write(descriptor, chunk.baseAddress, chunk.count)
      #endif
      if written < 0 {
        if errno == EINTR { continue }
        throw FileError(path: path, .write)
      }
      rest = rest.dropFirst(written)
    }
  }
}

/// Everything before the last slash; the working folder if there is none.
private func parentFolder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// A new file in `folder`. Its name is short whatever the final name is; the process number and
/// O_EXCL make it different from that of any other writer.
private func createTemporary(
  in folder: String, for path: String
) throws(FileError) -> (descriptor: Int32, name: String) {
  var attempt = 0
  while true {
    let name = "\(folder)/.partial-\(getpid())-\(attempt)"
    let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor >= 0 { return (descriptor, name) }
    guard errno == EEXIST, attempt < 1000 else { throw FileError(path: path, .create) }
    attempt += 1
  }
}

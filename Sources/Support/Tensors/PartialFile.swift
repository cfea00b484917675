#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file on its way: it is filled under a temporary name and takes its place when it is complete.
///
/// It lies beside its place, in the same file system, and is locked for as long as its writer
/// lives: one that nobody has locked was left by a process that was killed, and whoever writes to
/// the folder next removes it. A symbolic link stays, and what it points to is replaced; a file
/// that is replaced leaves its permissions to the new one.
package final class PartialFile {
  /// Path of the temporary file.
  package let name: String
  private let descriptor: Int32
  /// As the caller named it, for messages.
  private let path: String
  /// Where the file will be.
  private let place: String
  /// Of the name, where `TemporaryNames.removeAll` finds it.
  private let slot: Int?
  /// Folders above the file that were made for it, the outermost first.
  private let madeFolders: [String]
  private var isOpen = true

  /// Folders above the file are made.
  ///
  /// - Throws: `FileError`, also if what is there is no regular file: renaming over a device such
  ///   as /dev/null would replace the device itself.
  package init(for path: String) throws(FileError) {
    var status = stat()
    let isThere = stat(path, &status) == 0
    if isThere, status.st_mode & S_IFMT != S_IFREG {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw FileError(
        path: path, .replace, reason: isFolder ? "Is a directory" : "Not a regular file")
    }
    self.path = path
    place = try targetOfLinks(path)
    let folder = parentFolder(of: place)
    madeFolders = try makeFolders(folder, for: path)
    removeAbandonedFilesOnce(in: folder)
    do { (descriptor, name, slot) = try Self.create(in: folder, for: path) } catch {
      removeEmptyFolders(madeFolders)
      throw error
    }
    if isThere { fchmod(descriptor, status.st_mode & 0o777) }
  }

  /// The name is short whatever the final name is; the process number and O_EXCL make it different
  /// from that of any other writer.
  private static func create(
    in folder: String, for path: String
  ) throws(FileError) -> (descriptor: Int32, name: String, slot: Int?) {
    var attempt = 0
    while true {
      let name = temporaryName(in: folder, attempt)
      // before the file is there, or a signal in between would leave it
      let slot = TemporaryNames.add(name)
      let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        // a file system without locks never has its abandoned files removed
        flock(descriptor, LOCK_EX | LOCK_NB)
        var status = stat()
        // somebody may have taken it for abandoned before it was locked
        if fstat(descriptor, &status) == 0, status.st_nlink > 0 {
          return (descriptor, name, slot)
        }
        TemporaryNames.remove(slot)
        close(descriptor)
      } else {
        let isTaken = errno == EEXIST
        let error = FileError(path: path, .create)
        TemporaryNames.remove(slot)
        if !isTaken || attempt == 1000 { throw error }
      }
      attempt += 1
    }
  }

  package var sink: FileSink { FileSink(descriptor: descriptor, path: path) }

  /// Returns when the file is in its place and on the disk.
  ///
  /// - Throws: `FileError`; then the file that was there before is untouched and this one is gone.
  package func commit() throws(FileError) {
    guard fsync(descriptor) == 0 else {
      let error = FileError(path: path, .write)
      discard()
      throw error
    }
    // still locked, so that nobody takes it for abandoned
    guard rename(name, place) == 0 else {
      let error = FileError(path: path, .replace)
      discard()
      throw error
    }
    finish()
    flushFolder(of: place)
  }

  /// Removes the file, unless it has taken its place, and the folders that were made for it.
  package func discard() {
    guard isOpen else { return }
    unlink(name)
    finish()
    removeEmptyFolders(madeFolders)
  }

  private func finish() {
    isOpen = false
    TemporaryNames.remove(slot)
    close(descriptor)
  }

  deinit { discard() }
}

/// The open end of a file being written.
package struct FileSink {
  let descriptor: Int32
  let path: String

  /// - Throws: `FileError`.
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

  /// As UTF-8.
  ///
  /// - Throws: `FileError`.
  package func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }
}

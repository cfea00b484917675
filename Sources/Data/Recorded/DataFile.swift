import Foundation
import IDQLTensors

/// A file of data that is opened once and read in pieces, by position.
///
/// Reading, and not mapping: a file that shrinks meanwhile gives an error and no signal, and what
/// was read does not stay in memory. Used by one thread at a time, which is why it may be sent.
package final class DataFile: @unchecked Sendable {
  package let path: String
  /// Length at the moment of opening.
  package let byteCount: Int
  private let descriptor: Int32
  private let modification: timespec
  /// All of it, if it is in no file.
  private let content: [UInt8]?
  /// Pieces of the file that small reads went to, by their number.
  private var pieces: [Int: [UInt8]] = [:]

  private static let pieceSize = 65_536
  private static let pieceLimit = 256

  /// - Throws: `FileError` if it cannot be opened or is no regular file.
  package init(_ path: String) throws(FileError) {
    self.path = path
    content = nil
    // without O_NONBLOCK, opening a pipe would wait for its writer
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw FileError(path: path, .open, reason: String(cString: strerror(errno)))
    }
    var status = stat()
    let isKnown = fstat(descriptor, &status) == 0
    byteCount = Int(status.st_size)
    modification = status.modification
    guard isKnown, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError(path: path, .open, reason: "Not a regular file")
    }
  }

  /// Bytes in memory that stand for a file of that name.
  package init(bytes: [UInt8], named name: String) {
    path = name
    byteCount = bytes.count
    content = bytes
    descriptor = -1
    modification = timespec()
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// `count` bytes from `offset` on.
  ///
  /// - Throws: `FileError` if the file ends before, or the system refuses.
  /// - Precondition: neither is negative.
  package func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    guard offset <= byteCount, count <= byteCount - offset else {
      throw FileError(path: path, .read, reason: "It ends before byte \(offset)")
    }
    if let content { return Array(content[offset..<offset + count]) }
    let number = offset / Self.pieceSize
    guard count <= 4096, (offset + count) <= (number + 1) * Self.pieceSize else {
      return try readUncached(at: offset, count: count)
    }
    let start = offset - number * Self.pieceSize
    if let piece = pieces[number] { return Array(piece[start..<start + count]) }
    if pieces.count >= Self.pieceLimit { pieces.removeAll() }
    let first = number * Self.pieceSize
    let piece = try readUncached(at: first, count: min(Self.pieceSize, byteCount - first))
    pieces[number] = piece
    return Array(piece[start..<start + count])
  }

  private func readUncached(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    if count == 0 { return [] }
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
      done = 0
      while done < count {
        let got = pread(
          descriptor, buffer.baseAddress! + done, count - done, off_t(offset + done))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else {
          let reason = got < 0 ? String(cString: strerror(errno)) : "It was cut short meanwhile"
          failure = FileError(path: path, .read, reason: reason)
          return
        }
        done += got
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// SHA-256 of all of it, in lower-case hexadecimal digits.
  ///
  /// - Throws: `FileError`.
  func sha256() throws(FileError) -> String {
    var digest = SHA256()
    for offset in stride(from: 0, to: byteCount, by: 1 << 20) {
      let piece = try read(at: offset, count: min(1 << 20, byteCount - offset))
      piece.withUnsafeBytes { digest.absorb($0) }
    }
    try requireUnchanged()
    return digest.hexDigest
  }

  /// - Throws: `FileError` if the file has not the length or time that it had when it was opened, or
  ///   another one has its name: what was read may be of two files.
  package func requireUnchanged() throws(FileError) {
    if content != nil { return }
    var (now, named) = (stat(), stat())
    guard fstat(descriptor, &now) == 0, stat(path, &named) == 0, now.st_ino == named.st_ino,
      now.st_dev == named.st_dev, Int(now.st_size) == byteCount,
      now.modification.tv_sec == modification.tv_sec,
      now.modification.tv_nsec == modification.tv_nsec
    else { throw FileError(path: path, .read, reason: "It was changed while it was read") }
  }
}

extension DataFile: ZipSource {}

extension stat {
  fileprivate var modification: timespec {
    #if canImport(Darwin)
      st_mtimespec
    #else
      st_mtim
    #endif
  }
}

import Foundation
import IDQLTensors

/// A file that only grows, and can be cut back to a length that it once had.
final class GrowingFile {
  private let path: String
  private let handle: FileHandle
  /// Bytes written so far.
  private(set) var length: UInt64

  /// Opens the file, or makes it, and cuts off what was written after it had `length` bytes.
  ///
  /// - Throws: `FileError`, also if the file is shorter than that.
  init(path: String, length: UInt64) throws {
    self.path = path
    self.length = length
    if !FileManager.default.fileExists(atPath: path) {
      guard FileManager.default.createFile(atPath: path, contents: nil) else {
        throw FileError(path: path, .create, reason: "the system refused")
      }
    }
    do {
      handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      let found = try handle.seekToEnd()
      guard found >= length else {
        throw FileError(
          path: path, .read,
          reason: "it has \(found) bytes, but had \(length) at the last checkpoint")
      }
      try handle.truncate(atOffset: length)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path: path, .open, reason: error.localizedDescription)
    }
  }

  func append(_ bytes: some DataProtocol) throws(FileError) {
    do { try handle.write(contentsOf: bytes) } catch {
      throw FileError(path: path, .write, reason: error.localizedDescription)
    }
    length += UInt64(bytes.count)
  }

  /// Returns when the disk has it.
  func flush() throws(FileError) {
    do { try handle.synchronize() } catch {
      throw FileError(path: path, .write, reason: error.localizedDescription)
    }
  }
}

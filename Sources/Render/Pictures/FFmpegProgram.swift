import Foundation
import IDQLTensors

/// The `ffmpeg` that films are made with: the first on the PATH.
struct FFmpegProgram {
  private let path: String

  /// - Returns: nil without one.
  init?() {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    let found = folders.map { URL(fileURLWithPath: String($0)).appending(path: "ffmpeg").path }
      .first(where: FileManager.default.isExecutableFile)
    guard let found else { return nil }
    path = found
  }

  /// Starts it; what it complains about goes to a descriptor, and nothing else does.
  ///
  /// - Returns: nil if it cannot be started.
  func start(_ arguments: [String], output: Int32, complaints: Int32) -> ChildProgram? {
    ChildProgram(
      path: path, arguments: ["-hide_banner", "-loglevel", "error"] + arguments, output: output,
      complaints: complaints)
  }

  /// Runs it to its end without input.
  ///
  /// - Returns: what it wrote, nil if it ended with another status than 0 or complained; and its complaints.
  /// - Throws: `FileError` without room for temporary files.
  func run(_ arguments: [String]) throws -> (output: String?, complaints: String) {
    let (output, complaints) = (try UnnamedFile(), try UnnamedFile())
    guard
      let child = start(
        arguments, output: output.descriptor, complaints: complaints.descriptor)
    else { return (nil, "it cannot be started") }
    child.closeInput()
    let isGood = child.wait() == .exit(0) && complaints.isEmpty
    return (isGood ? output.text : nil, complaints.text)
  }

  /// Whether it was built with that encoder.
  ///
  /// - Throws: `FileError` without room for temporary files.
  func hasEncoder(_ name: String) throws -> Bool {
    // a line is ` V....D libvpx-vp9   libvpx VP9 (codec vp9)`
    let list = try run(["-encoders"]).output ?? ""
    return list.split(whereSeparator: \.isNewline).contains {
      $0.split(separator: " ").dropFirst().first == name[...]
    }
  }
}

/// A temporary file that is known by its descriptor only, and gone with it.
final class UnnamedFile {
  let descriptor: Int32

  /// - Throws: `FileError`.
  init() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "idql-\(UUID().uuidString)")
      .path
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw FileError(path: path, .create, reason: "no temporary files here")
    }
    unlink(path)
  }

  deinit { close(descriptor) }

  private var length: off_t { lseek(descriptor, 0, SEEK_END) }
  var isEmpty: Bool { length == 0 }

  /// All of it, or the last 64 MiB.
  var text: String {
    let end = length
    var bytes = [UInt8](repeating: 0, count: Int(min(max(end, 0), 1 << 26)))
    let count = pread(descriptor, &bytes, bytes.count, max(0, end - off_t(bytes.count)))
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}

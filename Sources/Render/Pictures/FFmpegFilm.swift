import Foundation
import IDQLTensors

/// A film that an `ffmpeg` process encodes from the pictures added.
///
/// The file is written beside its place and put there at the end.
package final class FFmpegFilm: FilmOutput {
  package enum Format: Sendable {
    /// MPEG-4 with H.264, which browsers and slides play.
    case mp4
    case gif
  }

  private let path: String
  private let file: PartialFile
  private let program: ChildProgram
  /// A file without a name, with what ffmpeg says.
  private let complaints: Int32

  /// - Throws: `RenderError.noFFmpeg`, `RenderError.oddSize`, `FileError`.
  package init(
    path: String, format: Format, width: Int, height: Int, framesPerSecond: Double
  ) throws {
    guard let program = Self.programOnPath else { throw RenderError(.noFFmpeg(forFile: path)) }
    if format == .mp4, width % 2 != 0 || height % 2 != 0 {
      throw RenderError(.oddSize(width: width, height: height))
    }
    self.path = path
    file = try PartialFile(for: path)
    let complaintsPath = FileManager.default.temporaryDirectory
      .appending(path: "idql-ffmpeg-\(UUID().uuidString)").path
    complaints = open(complaintsPath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard complaints >= 0 else {
      throw FileError(path: complaintsPath, .create, reason: "no temporary files here")
    }
    // the file is used by its descriptor only
    unlink(complaintsPath)

    // writing to an ffmpeg that has exited must fail and not terminate this program
    signal(SIGPIPE, SIG_IGN)
    let arguments =
      [
        "-loglevel", "error", "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size",
        "\(width)x\(height)", "-framerate", "\(framesPerSecond)", "-i", "-",
      ] + Self.encoding(format) + ["-y", "/dev/stdout"]
    // not by its name, under which an ffmpeg that outlives this process would make it anew; opened
    // once more, so that the lock ends with this process
    let output = open(file.name, O_WRONLY | O_CLOEXEC)
    guard output >= 0 else {
      let reason = String(cString: strerror(errno))
      close(complaints)
      throw FileError(path: path, .create, reason: reason)
    }
    let started = ChildProgram(
      path: program.path, arguments: arguments, output: output, complaints: complaints)
    close(output)
    guard let started else {
      close(complaints)
      throw RenderError(.ffmpegFailed(forFile: path, reason: "it cannot be started"))
    }
    self.program = started
  }

  private static func encoding(_ format: Format) -> [String] {
    switch format {
    case .mp4:
      [
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p", "-movflags",
        "+faststart",
      ]
        + ["-f", "mp4"]
    case .gif:
      // one palette for the whole film, so that the background does not flicker
      ["-filter_complex", "split[a][b];[a]palettegen=stats_mode=full[p];[b][p]paletteuse"]
        + ["-f", "gif"]
    }
  }

  /// The first on the PATH.
  private static var programOnPath: URL? {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { URL(fileURLWithPath: String($0)).appending(path: "ffmpeg") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  package func add(_ picture: Picture) throws {
    if !program.write(picture.bytes) { try fail() }
  }

  package func finish() throws {
    program.closeInput()
    // on a full disk it complains, but ends with 0
    guard program.wait() == .exit(0), lseek(complaints, 0, SEEK_END) == 0 else { try fail() }
    try file.commit()
  }

  package func discard() {
    // killed, because on other signals ffmpeg waits for more input
    program.kill()
    program.closeInput()
    program.wait()
    file.discard()
  }

  private func fail() throws -> Never {
    discard()
    // the last lines are what is told
    var bytes = [UInt8](repeating: 0, count: 65536)
    let length = lseek(complaints, 0, SEEK_END)
    let count = pread(complaints, &bytes, bytes.count, max(0, length - off_t(bytes.count)))
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    let last = text.split(whereSeparator: \.isNewline).last.map(String.init)
    throw RenderError(
      .ffmpegFailed(
        forFile: path, reason: last ?? "it ended with \(ending)"))
  }

  private var ending: String {
    switch program.wait() {
    case .exit(let status): "status \(status)"
    case .signal(let signal): "signal \(signal)"
    }
  }

  deinit { close(complaints) }
}

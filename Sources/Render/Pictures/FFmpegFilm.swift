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
  private let process = Process()
  private let input = Pipe()
  private let complaints: FileHandle

  /// - Throws: `RenderError.noFFmpeg`, `RenderError.oddSize`, `FileError`.
  package init(
    path: String, format: Format, width: Int, height: Int, framesPerSecond: Double
  ) throws {
    guard let program = Self.program else { throw RenderError(.noFFmpeg(forFile: path)) }
    if format == .mp4, width % 2 != 0 || height % 2 != 0 {
      throw RenderError(.oddSize(width: width, height: height))
    }
    self.path = path
    file = try PartialFile(for: path)
    let complaintsPath = FileManager.default.temporaryDirectory
      .appending(path: "idql-ffmpeg-\(UUID().uuidString)").path
    guard FileManager.default.createFile(atPath: complaintsPath, contents: nil),
      let complaints = FileHandle(forUpdatingAtPath: complaintsPath)
    else { throw FileError(path: complaintsPath, .create, reason: "no temporary files here") }
    self.complaints = complaints
    // the file is used by its descriptor only
    unlink(complaintsPath)

    // writing to an ffmpeg that has exited must fail and not terminate this program
    signal(SIGPIPE, SIG_IGN)
    process.executableURL = program
    process.arguments =
      [
        "-loglevel", "error", "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size",
        "\(width)x\(height)", "-framerate", "\(framesPerSecond)", "-i", "-",
      ] + Self.encoding(format) + ["-y", "/dev/stdout"]
    process.standardInput = input
    // not by its name, under which an ffmpeg that outlives this process would make it anew; opened
    // once more, so that the lock ends with this process
    guard let output = FileHandle(forWritingAtPath: file.name) else {
      throw FileError(path: path, .create, reason: String(cString: strerror(errno)))
    }
    process.standardOutput = output
    process.standardError = complaints
    do {
      try process.run()
    } catch {
      throw RenderError(.ffmpegFailed(forFile: path, reason: "it cannot be started"))
    }
    try? input.fileHandleForReading.close()
    try? output.close()
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
  private static var program: URL? {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { URL(fileURLWithPath: String($0)).appending(path: "ffmpeg") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  package func add(_ picture: Picture) throws {
    do {
      try input.fileHandleForWriting.write(contentsOf: picture.bytes)
    } catch {
      try fail()
    }
  }

  package func finish() throws {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    // on a full disk it complains, but ends with 0
    guard process.terminationReason == .exit, process.terminationStatus == 0,
      (try? complaints.seekToEnd()) == 0
    else { try fail() }
    try file.commit()
  }

  package func discard() {
    // killed, because on other signals ffmpeg waits for more input
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    file.discard()
  }

  private func fail() throws -> Never {
    discard()
    try? complaints.seek(toOffset: 0)
    let text = (try? complaints.readToEnd()).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let last = text.split(whereSeparator: \.isNewline).last.map(String.init)
    throw RenderError(
      .ffmpegFailed(
        forFile: path, reason: last ?? "it ended with status \(process.terminationStatus)"))
  }
}

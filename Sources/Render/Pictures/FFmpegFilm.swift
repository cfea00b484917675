import Foundation
import IDQLTensors

/// A film that an `ffmpeg` process makes of the pictures it is sent.
///
/// The file is written beside its place and renamed at the end.
public final class FFmpegFilm: FilmOutput {
  public enum Format: Sendable {
    /// MPEG-4 with H.264, as browsers and slides play it.
    case mp4
    case gif
  }

  private let path: String
  private let temporary: String
  private let process = Process()
  private let input = Pipe()
  private let complaints: FileHandle

  /// - Throws: `RenderError.noFFmpeg`, `RenderError.oddSize`, `FileError`.
  public init(
    path: String, format: Format, width: Int, height: Int, framesPerSecond: Double
  ) throws {
    guard let program = Self.program else { throw RenderError.noFFmpeg(forFile: path) }
    if format == .mp4, width % 2 != 0 || height % 2 != 0 {
      throw RenderError.oddSize(width: width, height: height)
    }
    try requireWritable(path)
    let url = URL(fileURLWithPath: path)
    self.path = path
    temporary =
      url.deletingLastPathComponent().appending(path: ".partial-\(UUID().uuidString)").path
    let complaintsPath = FileManager.default.temporaryDirectory
      .appending(path: "idql-ffmpeg-\(UUID().uuidString)").path
    guard FileManager.default.createFile(atPath: complaintsPath, contents: nil),
      let complaints = FileHandle(forUpdatingAtPath: complaintsPath)
    else { throw FileError(path: complaintsPath, .create, reason: "no temporary files here") }
    self.complaints = complaints
    // open or not, nobody else needs its name
    unlink(complaintsPath)

    // an ffmpeg that ended early must make a write fail, not end this program
    signal(SIGPIPE, SIG_IGN)
    process.executableURL = program
    process.arguments =
      [
        "-loglevel", "error", "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size",
        "\(width)x\(height)", "-framerate", "\(framesPerSecond)", "-i", "-",
      ] + Self.encoding(format) + ["-y", temporary]
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = complaints
    do {
      try process.run()
    } catch {
      throw RenderError.ffmpegFailed(forFile: path, reason: "it cannot be started")
    }
    try? input.fileHandleForReading.close()
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
      // one palette for the whole film, so that its background does not flicker
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

  public func add(_ picture: Picture) throws {
    do {
      try input.fileHandleForWriting.write(contentsOf: picture.bytes)
    } catch {
      try fail()
    }
  }

  public func finish() throws {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else { try fail() }
    guard rename(temporary, path) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      throw FileError(path: path, .replace, reason: reason)
    }
  }

  public func discard() {
    // what it made is not wanted, and asked to end it would first wait for more pictures
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    unlink(temporary)
  }

  private func fail() throws -> Never {
    discard()
    try? complaints.seek(toOffset: 0)
    let text = (try? complaints.readToEnd()).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let last = text.split(whereSeparator: \.isNewline).last.map(String.init)
    throw RenderError.ffmpegFailed(
      forFile: path, reason: last ?? "it ended with status \(process.terminationStatus)")
  }
}

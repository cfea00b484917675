import Foundation
import IDQLTensors

/// A film that an `ffmpeg` process encodes from the pictures added.
///
/// The file is written beside its place, looked at, and put there at the end: ffmpeg's status alone says nothing,
/// it is 0 on a full disk.
package final class FFmpegFilm: FilmOutput {
  /// A kind of film, which the ending of its file names.
  package enum Format: String, CaseIterable, Sendable {
    /// MPEG-4 with H.264, which browsers and slides play.
    case mp4
    /// WebM with VP9, which browsers play.
    case webm
    case gif

    /// - Returns: nil if the path has none of these endings.
    package init?(ofFile path: String) {
      guard let found = Self.allCases.first(where: { path.lowercased().hasSuffix($0.ending) })
      else { return nil }
      self = found
    }

    package var ending: String { ".\(rawValue)" }

    /// Programs play pictures of a GIF that last less than 2/100 s for 10/100 s each.
    package var fastest: Double { self == .gif ? 50 : .infinity }

    /// ffmpeg's encoder.
    fileprivate var encoder: String {
      switch self {
      case .mp4: "libx264"
      case .webm: "libvpx-vp9"
      case .gif: "gif"
      }
    }

    fileprivate var encoding: [String] {
      // pictures are sRGB, with the primaries of BT.709: said in the file, or players guess by its size
      let video =
        ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-pix_fmt", "yuv420p"]
        + ["-colorspace", "-color_primaries", "-color_trc"].flatMap { [$0, "bt709"] }
        + ["-color_range", "tv", "-c:v", encoder]
      return switch self {
      case .mp4:
        video + ["-preset", "veryfast", "-crf", "18", "-movflags", "+faststart", "-f", "mp4"]
      case .webm:
        video + ["-crf", "24", "-b:v", "0", "-row-mt", "1", "-cpu-used", "5", "-f", "webm"]
      case .gif:
        // one palette for the whole film, so that the background does not flicker
        [
          "-filter_complex", "split[a][b];[a]palettegen=stats_mode=full[p];[b][p]paletteuse",
          "-f", "gif",
        ]
      }
    }

    /// ffmpeg's name of what reads it.
    fileprivate var reader: String { self == .webm ? "matroska" : rawValue }
  }

  private let path: String
  private let format: Format
  private let file: PartialFile
  private let ffmpeg: FFmpegProgram
  private let program: ChildProgram
  private let complaints: UnnamedFile
  private var count = 0

  /// - Throws: `RenderError` without ffmpeg or its encoder, for a size or a rate that the format does not have;
  ///   `FileError`.
  package init(
    path: String, format: Format, width: Int, height: Int, framesPerSecond: Double
  ) throws {
    guard let ffmpeg = FFmpegProgram() else { throw RenderError(.noFFmpeg(forFile: path)) }
    if format != .gif, width % 2 != 0 || height % 2 != 0 {
      throw RenderError(.oddSize(width: width, height: height))
    }
    guard framesPerSecond <= format.fastest else {
      throw RenderError(.filmRate(framesPerSecond, limit: format.fastest))
    }
    self.path = path
    self.format = format
    self.ffmpeg = ffmpeg
    file = try PartialFile(for: path)
    if format == .webm, try !ffmpeg.hasEncoder(format.encoder) {
      throw RenderError(
        .ffmpegFailed(forFile: path, reason: "it has no encoder \(format.encoder)"))
    }
    complaints = try UnnamedFile()

    // writing to an ffmpeg that has exited must fail and not terminate this program
    signal(SIGPIPE, SIG_IGN)
    let arguments =
      [
        "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", "\(width)x\(height)",
        "-framerate", "\(framesPerSecond)", "-i", "-",
      ] + format.encoding + ["-y", "/dev/stdout"]
    // not by its name, under which an ffmpeg that outlives this process would make it anew; opened
    // once more, so that the lock ends with this process
    let output = open(file.name, O_WRONLY | O_CLOEXEC)
    guard output >= 0 else {
      throw FileError(path: path, .create, reason: String(cString: strerror(errno)))
    }
    let started = ffmpeg.start(arguments, output: output, complaints: complaints.descriptor)
    close(output)
    guard let started else {
      throw RenderError(.ffmpegFailed(forFile: path, reason: "it cannot be started"))
    }
    program = started
  }

  package func add(_ picture: Picture) throws {
    count += 1
    if !program.write(picture.bytes) { try fail(complaints.text) }
  }

  package func finish() throws {
    program.closeInput()
    guard program.wait() == .exit(0), complaints.isEmpty else { try fail(complaints.text) }
    // a line for each picture that can be read from the file, without decoding it
    let probe = try ffmpeg.run([
      "-f", format.reader, "-i", file.name, "-map", "0:v:0", "-c", "copy", "-f", "framecrc", "-",
    ])
    guard let lines = probe.output else { try fail(probe.complaints) }
    let found = lines.split(whereSeparator: \.isNewline).count { !$0.hasPrefix("#") }
    guard found == count else {
      try fail("\(found) of \(count) pictures are in the file that it wrote")
    }
    try file.commit()
  }

  package func discard() {
    // killed, because on other signals ffmpeg waits for more input
    program.kill()
    program.closeInput()
    program.wait()
    file.discard()
  }

  /// - Parameter words: of which the last line is told.
  private func fail(_ words: String) throws -> Never {
    discard()
    let last = words.split(whereSeparator: \.isNewline).last.map(String.init)
    throw RenderError(
      .ffmpegFailed(forFile: path, reason: last ?? "it ended with \(ending)"))
  }

  private var ending: String {
    switch program.wait() {
    case .exit(let status): "status \(status)"
    case .signal(let signal): "signal \(signal)"
    }
  }
}

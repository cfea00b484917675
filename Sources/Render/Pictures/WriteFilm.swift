extension EpisodePainter {
  /// Films an episode from its beginning to its last recorded frame, in real time.
  ///
  /// - Parameters:
  ///   - recording: the episode.
  ///   - path: of an MPEG-4 file (`.mp4`), a WebM file (`.webm`) or a GIF (`.gif`), which the program
  ///     `ffmpeg` encodes, or of a PNG file for each picture, as `out/%04d.png`.
  ///   - framesPerSecond: pictures per second of simulated time.
  /// - Precondition: `framesPerSecond` is positive.
  /// - Throws: `RenderError`, `FileError`; no incomplete file is left behind.
  public func writeFilm(
    of recording: EpisodeRecording, to path: String, framesPerSecond: Double = 30
  ) throws {
    precondition(framesPerSecond > 0, "\(framesPerSecond) pictures per second were asked for")
    var timing = FilmTiming()
    timing.framesPerSecond = framesPerSecond
    var film = try output(path, framesPerSecond: framesPerSecond)
    do {
      for time in timing.moments(duration: recording.duration) {
        try film.add(picture(of: recording, at: time))
      }
      try film.finish()
    } catch {
      film.discard()
      throw error
    }
  }

  private func output(_ path: String, framesPerSecond: Double) throws -> any FilmOutput {
    if path.contains(where: { $0 == "%" }) { return try FrameFiles(pattern: path) }
    guard let format = FFmpegFilm.Format(ofFile: path) else { throw RenderError(.filmFormat(path)) }
    return try FFmpegFilm(
      path: path, format: format, width: settings.width, height: settings.height,
      framesPerSecond: framesPerSecond)
  }
}

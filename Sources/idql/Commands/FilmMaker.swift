import ArgumentParser
import IDQLEnvs
import IDQLEvaluation
import IDQLRender
import IDQLSpelling
import IDQLTensors

/// Makes what `FilmOptions` asks for of one episode after the other.
///
/// What cannot be made is refused when it is made itself, before any episode is played.
final class FilmMaker {
  private let options: FilmOptions
  private let size: PictureSize
  private let title: String
  private let rowCount: Int
  private let cancellation: Cancellation
  private let bar: ProgressBar?

  /// Of moving pictures.
  private var films: [any FilmOutput] = []
  private let painter: EpisodePainter?
  private let stripPainter: EpisodePainter?
  private var rows: [[Picture]] = []
  private var pages: [PageEpisode] = []

  private let clock = ContinuousClock()
  private var (count, time) = (0, Duration.zero)

  /// Pixels between the pictures of a strip.
  private static let gap = 4

  /// - Parameters:
  ///   - session: whose episodes will be added.
  ///   - episodes: how many.
  ///   - inputs: files that must not be replaced.
  /// - Throws: `Failure`, `RenderError`, `FileError`; nothing is left behind.
  init(
    _ options: FilmOptions, size: PictureSize, session: Session, episodes: Int, inputs: [String],
    cancellation: Cancellation
  ) throws {
    (self.options, self.size, self.cancellation) = (options, size, cancellation)
    title = session.title
    rowCount = episodes
    bar = ProgressBar.ifWatched(quiet: options.quiet)
    // of frames the first is tried when they are opened
    try requireOutputs(
      [
        "--video": options.video, "--gif": options.gif, "--strip": options.strip,
        "--html": options.html,
      ], besides: inputs)
    try Self.requireTimes(options, session)
    let settings = options.scenery.settings(size)
    painter = options.makesMovingPictures ? try EpisodePainter(settings) : nil
    stripPainter = try options.strip.map { _ in
      let panels = options.panels ?? 8
      var settings = settings
      settings.width = (size.width - Self.gap * (panels - 1)) / panels
      settings.height = (size.height - Self.gap * (episodes - 1)) / episodes
      return try EpisodePainter(settings)
    }
    do { try openFilms() } catch {
      discard()
      throw error
    }
  }

  /// A time that no episode can reach.
  private static func requireTimes(_ options: FilmOptions, _ session: Session) throws {
    guard let from = options.from, from > 0 else { return }
    let spec = try session.makeEnvironment().spec
    let longest = Double(spec.stepLimit) * spec.stepDuration
    if from > longest {
      throw Failure(
        .usage,
        "--from \(from.shortText): an episode of \(session.title) lasts at most \(longest.shortText) s."
      )
    }
  }

  private func openFilms() throws {
    if let frames = options.frames { films.append(try FrameFiles(pattern: frames)) }
    for path in [options.video, options.gif] {
      guard let path, let format = FFmpegFilm.Format(ofFile: path) else { continue }
      films.append(
        try FFmpegFilm(
          path: path, format: format, width: size.width, height: size.height,
          framesPerSecond: options.timing.framesPerSecond))
    }
  }

  /// - Parameter facts: for its page.
  /// - Throws: `CancellationError`, `Failure`, `RenderError`, `FileError`.
  func add(_ recording: EpisodeRecording, facts: [PageEpisode.Fact] = []) throws {
    try addPictures(of: recording)
    try addRow(of: recording)
    guard options.html != nil else { return }
    let outcome = recording.episode
    if let until = options.until {
      // what is shown of it, and no more
      let last = (until / recording.frameDuration).rounded(.up)
      try recording.truncate(after: last.wholeNumber(in: recording.range))
    }
    pages.append(
      try PageEpisode(recording, options.scenery.settings(size), outcome: outcome, facts: facts))
  }

  private func addPictures(of recording: EpisodeRecording) throws {
    guard let painter else { return }
    let start = clock.now
    let moments = options.timing.moments(duration: recording.duration)
    for (number, moment) in moments.enumerated() {
      if cancellation.isCancelled { throw CancellationError() }
      bar?.update(number, of: moments.count, "pictures of episode \(recording.index)")
      let picture = try painter.picture(of: recording, at: moment)
      for index in films.indices { try films[index].add(picture) }
      count += 1
    }
    time += start.duration(to: clock.now)
  }

  private func addRow(of recording: EpisodeRecording) throws {
    guard let stripPainter else { return }
    bar?.update(rows.count, of: rowCount, "episodes")
    let timing = options.timing
    guard timing.from <= recording.duration else {
      throw Failure(
        .usage,
        "episode \(recording.index) ends after \(recording.duration.text(digits: 6)) s, before --from "
          + "\(timing.from.shortText).")
    }
    rows.append(
      try timing.panels(options.panels ?? 8, duration: recording.duration).map {
        if cancellation.isCancelled { throw CancellationError() }
        return try stripPainter.picture(of: recording, at: $0)
      })
  }

  /// - Returns: what to print of it.
  /// - Throws: as `add`.
  func finish() throws -> [String] {
    if painter != nil, count == 0 {
      throw Failure(
        .usage,
        "every episode ends before --from \(options.timing.from.shortText) s: there is nothing to film."
      )
    }
    let start = clock.now
    for index in films.indices { try films[index].finish() }
    time += start.duration(to: clock.now)
    if let strip = options.strip {
      try Picture(rows: rows, gap: Self.gap).writePNG(to: strip)
    }
    if let html = options.html {
      try writeFileAtomically(IDQLRender.html(of: pages, title: title), to: html)
    }
    guard let painter else { return [] }
    let rate = (Double(count) / (time / .seconds(1))).text(decimals: 1)
    return ["\(count) pictures, \(rate) a second, drawn by \(painter.title)"]
  }

  /// Plays, adds and finishes; if that fails or is interrupted, nothing unfinished is left behind.
  ///
  /// - Throws: `Failure` if it is interrupted; what the body throws.
  func whole<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch {
      discard()
      // Ctrl-C reaches ffmpeg as well, which may be the first to stop
      guard cancellation.isCancelled else { throw error }
      throw Failure(Interruption.status, "interrupted; nothing unfinished was left behind.")
    }
  }

  /// Removes what is unfinished.
  private func discard() {
    for index in films.indices { films[index].discard() }
    films = []
  }
}

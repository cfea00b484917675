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
  private let sessions: [Session]
  private let rowCount: Int
  private let cancellation: Cancellation
  private let bar: ProgressBar?

  /// Of moving pictures.
  private var films: [any FilmOutput] = []
  /// One for each picture side by side.
  private let painters: [EpisodePainter]
  /// One for each session, whose pictures are in rows of their own.
  private let stripPainters: [EpisodePainter]
  private var rows: [[Picture]] = []
  private var pages: [PageEpisode] = []
  /// What branches do otherwise; nil without.
  private let change: WhatIfChange?

  private let clock = ContinuousClock()
  private var (count, time) = (0, Duration.zero)

  /// Of the moving pictures.
  private let columns: SideBySide

  /// - Parameters:
  ///   - sessions: whose episodes will be added, side by side.
  ///   - episodes: how many.
  ///   - arePlayed: whether the episodes end at the environment's limit of steps.
  ///   - inputs: files that must not be replaced.
  /// - Throws: `Failure`, `RenderError`, `FileError`; nothing is left behind.
  init(
    _ options: FilmOptions, size: PictureSize, sessions: [Session], episodes: Int,
    arePlayed: Bool = true, inputs: [String], cancellation: Cancellation
  ) throws {
    (self.options, self.size, self.cancellation) = (options, size, cancellation)
    self.sessions = sessions
    rowCount = episodes * sessions.count
    columns = SideBySide(sessions.count, in: size.width)
    bar = ProgressBar.ifWatched(quiet: options.quiet)
    // of frames the first is tried when they are opened
    try requireOutputs(
      [
        "--video": options.video, "--gif": options.gif, "--strip": options.strip,
        "--html": options.html,
      ], besides: inputs)
    if arePlayed { try Self.requireTimes(options, sessions[0]) }
    change = try options.branch.change(of: sessions[0])
    var settings = options.scenery.settings(size)
    settings.isCutOut = options.transparent
    var beside = settings
    beside.width = columns.width
    painters =
      options.makesMovingPictures
      ? try sessions.map { try Self.painter(beside, options.overlays, $0) } : []
    var moment = settings
    let (panels, rowCount) = (options.panels ?? 8, rowCount)
    moment.width = (size.width - SideBySide.leastGap * (panels - 1)) / panels
    moment.height = (size.height - SideBySide.leastGap * (rowCount - 1)) / rowCount
    stripPainters =
      options.strip == nil
      ? []
      : try sessions.map { session in
        do { return try Self.painter(moment, options.overlays, session) } catch let error
          as RenderError
        {
          guard case .noRoom = error.problem else { throw error }
          throw Failure(.usage, "of a strip of \(panels), \(error)")
        }
      }
    do { try openFilms() } catch {
      discard()
      throw error
    }
  }

  private static func painter(
    _ settings: FilmSettings, _ overlays: Set<PolicyOverlay>, _ session: Session
  ) throws -> EpisodePainter {
    try EpisodePainter(
      settings,
      panels: overlays.isEmpty
        ? nil
        : FilmPanels(overlays, of: session, width: settings.width, height: settings.height))
  }

  /// A time that no episode can reach.
  private static func requireTimes(_ options: FilmOptions, _ session: Session) throws {
    let times = [("--from", options.from), ("--branch", options.branch.branch)]
    let spec = try session.makeEnvironment().spec
    let longest = Double(spec.stepLimit) * spec.stepDuration
    for (option, time) in times {
      guard let time, time > longest else { continue }
      throw Failure(
        .usage,
        "\(option) \(time.shortText): an episode of \(session.title) lasts at most \(longest.shortText) s."
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

  /// - Parameters:
  ///   - recordings: of an episode of each session.
  ///   - facts: for its page.
  /// - Returns: what to print of a branch.
  /// - Throws: `CancellationError`, `Failure`, `RenderError`, `FileError`.
  func add(
    _ recordings: [EpisodeRecording], facts: [PageEpisode.Fact] = []
  ) throws -> [String] {
    let branch = try branch(of: recordings[0])
    try addPictures(of: recordings, branch)
    for (index, (recording, session)) in zip(recordings, sessions).enumerated() {
      if options.strip != nil {
        try addRow(of: recording, branch, in: session, by: stripPainters[index])
      }
      guard options.html != nil else { continue }
      let outcome = recording.episode
      if let until = options.until {
        // what is shown of it, and no more
        let last = (until / recording.frameDuration).rounded(.up)
        try recording.truncate(after: last.wholeNumber(in: recording.range))
      }
      pages.append(
        try PageEpisode(recording, options.scenery.settings(size), outcome: outcome, facts: facts))
    }
    return branch.map { [$0.outcome] } ?? []
  }

  /// Played to its end, or as long as a model without one.
  private func branch(of recording: EpisodeRecording) throws -> WhatIf? {
    guard let change, let start = options.branch.branch else { return nil }
    let number = (start / recording.frameDuration).rounded().wholeNumber(in: 0...Int.max)
    guard number < recording.lastFrame else {
      throw Failure(
        .usage,
        "episode \(recording.index) ends after \(recording.duration.text(digits: 6)) s, before --branch "
          + "\(start.shortText) changes anything.")
    }
    let branch = try WhatIf(
      recording, at: number, change: change, in: sessions[0].makeEnvironment())
    try branch.play(
      until: recording.environment is ModelEnvironment ? recording.duration : .infinity,
      cancellation: cancellation)
    return branch
  }

  private func addPictures(of recordings: [EpisodeRecording], _ branch: WhatIf?) throws {
    guard !painters.isEmpty else { return }
    let start = clock.now
    let longest = Self.duration(of: recordings, branch)
    let moments = options.timing.moments(duration: longest)
    let title = sessions.count == 1 ? "" : recordings.returnDifference ?? ""
    for (number, moment) in moments.enumerated() {
      if cancellation.isCancelled { throw CancellationError() }
      bar?.update(number, of: moments.count, "pictures of episode \(recordings[0].index)")
      var row: [Picture] = []
      for (painter, (recording, session)) in zip(painters, zip(recordings, sessions)) {
        var picture = try painter.wholePicture(of: recording, at: moment, branch: branch)
        if options.caption {
          let number = (moment / recording.frameDuration + 1e-9).wholeNumber(in: recording.range)
          let area = painter.sceneArea
          let frame = (moment / recording.frameDuration + 1e-9).wholeNumber(in: 0...Int.max)
          let otherwise = branch.map { [$0.caption(ofFrame: frame)] } ?? []
          picture.write(
            Caption(recording.caption(ofFrame: number, in: session) + otherwise), in: area)
          if row.count == 1, moment >= longest {
            picture.write(Caption([title], at: .bottomRight), in: area)
          }
        }
        row.append(picture)
      }
      let whole = row.count == 1 ? row[0] : Picture(rows: [row], gap: columns.gap)
      for index in films.indices { try films[index].add(whole) }
      count += 1
    }
    time += start.duration(to: clock.now)
  }

  /// The branch may end later.
  private static func duration(of recordings: [EpisodeRecording], _ branch: WhatIf?) -> Double {
    (recordings + (branch.map { [$0.recording] } ?? [])).map(\.duration).max() ?? 0
  }

  private func addRow(
    of recording: EpisodeRecording, _ branch: WhatIf?, in session: Session,
    by painter: EpisodePainter
  ) throws {
    bar?.update(rows.count, of: rowCount, "episodes")
    let timing = options.timing
    guard timing.from <= recording.duration else {
      throw Failure(
        .usage,
        "episode \(recording.index) ends after \(recording.duration.text(digits: 6)) s, before --from "
          + "\(timing.from.shortText).")
    }
    let moments = timing.panels(
      options.panels ?? 8, duration: Self.duration(of: [recording], branch))
    rows.append(
      try moments.enumerated().map { panel, moment in
        if cancellation.isCancelled { throw CancellationError() }
        var picture = try painter.wholePicture(of: recording, at: moment, branch: branch)
        guard options.caption else { return picture }
        let area = painter.sceneArea
        picture.write(Caption(["\(moment.text(decimals: 2)) s"], at: .bottomLeft), in: area)
        if panel == 0, sessions.count > 1 { picture.write(Caption([session.actor]), in: area) }
        return picture
      })
  }

  /// - Returns: what to print of it.
  /// - Throws: as `add`.
  func finish() throws -> [String] {
    if !painters.isEmpty, count == 0 {
      throw Failure(
        .usage,
        "every episode ends before --from \(options.timing.from.shortText) s: there is nothing to film."
      )
    }
    let start = clock.now
    for index in films.indices { try films[index].finish() }
    time += start.duration(to: clock.now)
    if let strip = options.strip {
      try Picture(rows: rows, gap: SideBySide.leastGap).writePNG(to: strip)
    }
    if let html = options.html {
      try writeFileAtomically(IDQLRender.html(of: pages, title: sessions[0].title), to: html)
    }
    guard let painter = painters.first else { return [] }
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

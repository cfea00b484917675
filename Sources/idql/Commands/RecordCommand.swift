import ArgumentParser
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRender
import IDQLRuns
import IDQLSpelling
import IDQLTensors

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Film episodes, without a display.",
    discussion: """
      Episode i of seed S is the very episode that 'idql eval' scores under them: it prints the same \
      return and the same hash. Without --policy nobody acts in --env; without --env a bundled policy \
      is filmed in its own environment. Time in the film is simulated time. Pictures need OpenGL 3.3; \
      Mesa's does it in software.

      Example: idql record --env hopper-medium-v2 --policy policy.safetensors --elevation -30 --video film.mp4
      """)

  @Option(help: "Environment; 'idql envs' lists them.", completion: .environments) var env: String?
  @Option(
    help: "Policy: safetensors, flax msgpack, or the folder of a training run.", completion: .file()
  )
  var policy: String?
  @Option(
    name: [.long, .customShort("n")], help: "Episodes to film, one after the other.",
    within: 1...1000)
  var episodes = 1
  @Option(help: "Seed S of the evaluation.", within: .seeds) var seed: UInt64 = 0
  @OptionGroup var selection: SelectionOptions
  @Option(help: "Physics profile; the environment's own if left out.") var physics: PhysicsProfile?
  @OptionGroup var timing: SuccessTimingOption
  @Flag(help: "Lead the ant of a maze along waypoints, as 'idql eval --waypoints' does.")
  var waypoints = false

  @Option(help: "Film to make (MPEG-4); needs ffmpeg.", completion: .file()) var video: String?
  @Option(help: "Film to make (GIF); needs ffmpeg.", completion: .file()) var gif: String?
  @Option(help: "Pictures to make (PNG), as out/%04d.png, numbered from 0.", completion: .file())
  var frames: String?
  @Option(
    help: "Film strip to make (PNG): moments of an episode side by side, a row for each episode.",
    completion: .file())
  var strip: String?
  @Option(
    help: """
      Page to make, which replays the episodes in any browser (HTML); needs neither OpenGL nor ffmpeg. Of --show \
      and --hide it takes what does not come and go.
      """,
    completion: .file())
  var html: String?
  @Option(
    help: "Moments in a row of the strip; together they are as wide as --size.",
    within: 1...1000)
  var panels = 8

  @Option(help: "Pictures per second of the film.", within: Self.rates) var fps = 30.0
  @Option(
    help: "How much faster than in the simulated world time passes.", within: Self.rates)
  var speed = 1.0
  @Option(
    help: "Begin so many seconds after an episode's beginning.", within: .seconds)
  var from = 0.0
  @Option(
    help: "End so many seconds after an episode's beginning; else with the episode.",
    within: .seconds)
  var until: Double?
  @Flag(help: "Draw no progress bar.") var quiet = false
  @OptionGroup(title: "Scenery") var scenery: SceneryOptions

  func validate() throws {
    if policy != nil, env == nil {
      throw ValidationError("--policy needs --env: the environment to film it in.")
    }
    guard [video, gif, frames, strip, html].compactMap({ $0 }).count == 1 else {
      throw ValidationError(
        "say what to make, one of --video, --gif, --frames, --strip and --html.")
    }
    if html != nil, let flag = scenery.settings.options.notInPages.first {
      throw ValidationError("--html does not show \(flag.rawValue); --video does.")
    }
    guard from <= until ?? from else {
      throw ValidationError("--from and --until must be times in that order.")
    }
    try validateSeeds(from: seed, episodes: episodes)
  }

  /// A film of a second is at most a million pictures.
  private static let rates = Bounds(0.001, 1000)

  func run() throws {
    let cancellation = Interruption.awaited()
    let session = try makeSession()
    do {
      let lines =
        try html.map { try makePage($0, session, cancellation) }
        ?? strip.map { try makeStrip($0, session, cancellation) }
        ?? makeFilm(session, cancellation)
      try printOut(lines.joined(separator: "\n"))
    } catch is CancellationError {
      throw Failure(Interruption.status, "interrupted; nothing unfinished was left behind.")
    }
  }

  // MARK: What is filmed

  private func makeSession() throws -> Session {
    let bundled = waypoints ? BundledPolicy.antWalker : .hopper
    let id = try EnvironmentID(env ?? bundled.environment)
    // as 'idql eval' makes it
    let options = EnvironmentOptions(successTiming: timing.successTiming, goalSeed: seed)
    let (physics, isLed) = (physics, waypoints)
    var path = try policy.map(policyPath)
    if path == nil, env == nil || waypoints { path = try bundledPath(bundled) }
    try requireOutputs(
      ["--video": video, "--gif": gif, "--strip": strip, "--html": html],
      besides: path.map(policyFiles) ?? [])
    let policy = try path.map { try selection.load($0, in: id) }
    return Session(title: id.description, pilot: policy.map(Pilot.policy) ?? .none, seed: seed) {
      let environment = try makeEnvironment(id, physics: physics, options: options)
      return isLed ? try WaypointEnvironment(environment) : environment
    }
  }

  private func bundledPath(_ policy: BundledPolicy) throws -> String {
    guard let path = policy.path else {
      throw Failure(
        .noInput, "the bundled policy is not beside the program; name one with --policy.")
    }
    return path
  }

  private var filmTiming: FilmTiming {
    var timing = FilmTiming()
    (timing.framesPerSecond, timing.speed) = (fps, speed)
    (timing.from, timing.until) = (from, until ?? .infinity)
    return timing
  }

  // MARK: What is made

  /// - Returns: what to print.
  private func makeFilm(
    _ session: Session, _ cancellation: Cancellation
  ) throws -> [String] {
    let painter = try EpisodePainter(scenery.settings)
    var output = try makeOutput()
    let clock = ContinuousClock()
    var lines: [String] = []
    var (count, time) = (0, Duration.zero)
    let bar = ProgressBar.ifWatched(quiet: quiet)
    do {
      for index in 0..<episodes {
        let recording = try session.play(index, cancellation: cancellation)
        lines += report(of: recording)
        let start = clock.now
        let moments = filmTiming.moments(duration: recording.duration)
        let (before, of) = (count, episodes == 1 ? "" : " of episode \(index + 1) of \(episodes)")
        for moment in moments {
          if cancellation.isCancelled { throw CancellationError() }
          bar?.update(count - before, of: moments.count, "pictures\(of)")
          try output.add(painter.picture(of: recording, at: moment))
          count += 1
        }
        time += start.duration(to: clock.now)
      }
      if count == 0 {
        throw Failure(
          .usage, "every episode ends before --from \(from) s: there is nothing to film.")
      }
      let start = clock.now
      try output.finish()
      time += start.duration(to: clock.now)
    } catch {
      output.discard()
      // Ctrl-C reaches ffmpeg as well, which may be the first to stop
      throw cancellation.isCancelled ? CancellationError() : error
    }
    let rate = (Double(count) / (time / .seconds(1))).text(decimals: 1)
    return lines + ["\(count) pictures, \(rate) a second, drawn by \(painter.title)"]
  }

  private func makeOutput() throws -> any FilmOutput {
    if let frames { return try FrameFiles(pattern: frames) }
    return try FFmpegFilm(
      path: video ?? gif ?? "", format: video != nil ? .mp4 : .gif, width: scenery.size.width,
      height: scenery.size.height, framesPerSecond: fps)
  }

  /// - Returns: what to print.
  private func makeStrip(
    _ path: String, _ session: Session, _ cancellation: Cancellation
  ) throws -> [String] {
    var settings = scenery.settings
    let gap = 4
    settings.width = (settings.width - gap * (panels - 1)) / panels
    settings.height = (settings.height - gap * (episodes - 1)) / episodes
    let painter = try EpisodePainter(settings)
    var lines: [String] = []
    let bar = ProgressBar.ifWatched(quiet: quiet)
    let rows = try (0..<episodes).map { index in
      bar?.update(index, of: episodes, "episodes")
      let recording = try session.play(index, cancellation: cancellation)
      lines += report(of: recording)
      return try filmTiming.panels(panels, duration: recording.duration).map {
        try painter.picture(of: recording, at: $0)
      }
    }
    try Picture(rows: rows, gap: gap).writePNG(to: path)
    return lines
  }

  /// - Returns: what to print.
  private func makePage(
    _ path: String, _ session: Session, _ cancellation: Cancellation
  ) throws -> [String] {
    var lines: [String] = []
    let pages = try (0..<episodes).map { index in
      let recording = try session.play(index, cancellation: cancellation)
      lines += report(of: recording)
      return try PageEpisode(recording, scenery.settings)
    }
    try writeFileAtomically(IDQLRender.html(of: pages, title: session.title), to: path)
    return lines
  }

  /// To be compared with what 'idql eval --json' says.
  private func report(of recording: EpisodeRecording) -> [String] {
    guard let episode = recording.episode else { return [] }
    let total = episode.totalReward.map { "\($0)" } ?? "none: it broke"
    return [
      "episode \(episode.index), seed \(episode.seed): return \(total), \(episode.length) steps, "
        + "hash \(recording.hash)"
    ]
  }
}

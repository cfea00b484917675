import ArgumentParser
import IDQLRender
import IDQLSpelling

/// What to make of episodes: several at once, if several are named.
package struct FilmOptions: ParsableArguments {
  @Option(help: "Film to make (.mp4 or .webm); needs ffmpeg.", completion: .file())
  package var video: String?
  @Option(help: "Film to make (.gif); needs ffmpeg.", completion: .file())
  package var gif: String?
  @Option(help: "Pictures to make (.png), as out/%04d.png, numbered from 0.", completion: .file())
  package var frames: String?
  @Option(
    help: "Film strip to make (.png): moments of an episode side by side, a row for each episode.",
    completion: .file())
  package var strip: String?
  @Option(
    help: """
      Page to make, which replays the episodes in any browser (.html); needs neither OpenGL nor ffmpeg. Of --show \
      and --hide it takes what does not come and go.
      """,
    completion: .file())
  package var html: String?
  @Option(
    help: "Moments in a row of the strip, 8 if left out; together they are as wide as --size.",
    within: 1...1000)
  package var panels: Int?
  @Option(help: "Pictures per second of the film, 30 if left out.", within: Self.rates)
  package var fps: Double?
  @Option(
    help: "How much faster than in the simulated world time passes; 1 if left out.",
    within: Self.rates)
  package var speed: Double?
  @Option(
    help: "How long the film holds the last picture of an episode, in seconds; not, if left out.",
    within: .seconds)
  package var hold: Double?
  @Option(
    help: "Begin so many seconds after an episode's beginning; there, if left out.",
    within: .seconds)
  package var from: Double?
  @Option(
    help: "End so many seconds after an episode's beginning; else with the episode.",
    within: .seconds)
  package var until: Double?
  @Flag(
    help: """
      Write on pictures what they show: environment and policy, episode, time, return, and at the end score and \
      outcome.
      """)
  package var caption = false
  @Option(
    help: """
      Panels of the policy beside the scene, separated by commas: candidates, denoising, futures, values, as F8, F10, \
      F9 and F11 in the window; futures are in the scene as well. None, if left out.
      """,
    completion: .list(PolicyOverlay.allCases.map(\.rawValue)), transform: PolicyOverlays.init)
  package var overlay: PolicyOverlays?
  @Flag(help: "Leave what is behind all shapes transparent; for --frames and --strip.")
  package var transparent = false
  @Flag(help: "Draw no progress bar.") package var quiet = false
  @OptionGroup(title: "What if") package var branch: BranchOptions
  @OptionGroup(title: "Scenery") package var scenery: SceneryOptions

  package init() {}

  /// A film of a second is at most a million pictures.
  private static let rates = Bounds(0.001, 1000)

  /// The files to make by the options that name them.
  var outputs: KeyValuePairs<String, String?> {
    ["--video": video, "--gif": gif, "--frames": frames, "--strip": strip, "--html": html]
  }

  var overlays: Set<PolicyOverlay> { overlay?.overlays ?? [] }

  var makesSomething: Bool { outputs.contains { $0.value != nil } }
  var makesMovingPictures: Bool { video ?? gif ?? frames != nil }

  package mutating func validate() throws {
    try requireEndings()
    try requireUse()
    if gif != nil, let fps, fps > FFmpegFilm.Format.gif.fastest {
      throw ValidationError(
        "--gif with --fps \(fps.shortText): players show pictures of a GIF faster than 50 a second for a tenth of a "
          + "second each.")
    }
    if html != nil, let flag = scenery.settings(.usual).options.notInPages.first {
      throw ValidationError("--html does not show \(flag.rawValue); --video does.")
    }
    if html != nil, branch.branch != nil {
      throw ValidationError("--html does not show a branch; --video does.")
    }
    if let flag = scenery.contradiction {
      throw ValidationError("--show and --hide both name \(flag.rawValue).")
    }
    guard from ?? 0 <= until ?? .infinity else {
      throw ValidationError("--from and --until must be times in that order.")
    }
  }

  /// Programs tell by the ending what is in a file.
  private func requireEndings() throws {
    let known: KeyValuePairs = [
      "--video": [".mp4", ".webm"], "--gif": [".gif"], "--frames": [".png"], "--strip": [".png"],
      "--html": [".html", ".htm"],
    ]
    for ((option, path), (_, endings)) in zip(outputs, known) {
      guard let path, !endings.contains(where: path.lowercased().hasSuffix) else { continue }
      throw ValidationError(
        "\(option) makes files that end in \(endings.joined(separator: " or ")), not '\(path)'.")
    }
  }

  /// An option that changes nothing of what is made was meant for something else.
  private func requireUse() throws {
    let isMoving = makesMovingPictures
    let options: [(name: String, isGiven: Bool, isOfUse: Bool, use: String)] = [
      ("--panels", panels != nil, strip != nil, "--strip"),
      ("--fps", fps != nil, isMoving, "--video, --gif and --frames"),
      ("--speed", speed != nil, isMoving, "--video, --gif and --frames"),
      ("--hold", hold != nil, isMoving, "--video, --gif and --frames"),
      ("--from", from != nil, isMoving || strip != nil, "--video, --gif, --frames and --strip"),
      ("--until", until != nil, makesSomething, "pictures and pages"),
      ("--caption", caption, isMoving || strip != nil, "pictures; a page says it beside them"),
      ("--overlay", overlay != nil, isMoving || strip != nil, "pictures; a page has its own"),
      ("--branch", branch.branch != nil, isMoving || strip != nil, "pictures"),
      (
        "--transparent", transparent, frames ?? strip != nil && video ?? gif ?? html == nil,
        "--frames and --strip alone"
      ),
      ("--camera", scenery.camera != nil, makesSomething, "pictures and pages"),
      ("--azimuth", scenery.azimuth != nil, makesSomething, "pictures and pages"),
      ("--elevation", scenery.elevation != nil, makesSomething, "pictures and pages"),
      ("--distance", scenery.distance != nil, makesSomething, "pictures and pages"),
      ("--look-at", scenery.lookAt != nil, makesSomething, "pictures and pages"),
      ("--show", !scenery.show.isEmpty, makesSomething, "pictures and pages"),
      ("--hide", !scenery.hide.isEmpty, makesSomething, "pictures and pages"),
    ]
    if let option = options.first(where: { $0.isGiven && !$0.isOfUse }) {
      throw ValidationError("\(option.name) is for \(option.use).")
    }
  }

  var timing: FilmTiming {
    var timing = FilmTiming()
    (timing.framesPerSecond, timing.speed) = (fps ?? 30, speed ?? 1)
    (timing.from, timing.until, timing.hold) = (from ?? 0, until ?? .infinity, hold ?? 0)
    return timing
  }
}

/// As `--overlay candidates,values`.
package struct PolicyOverlays: Sendable {
  let overlays: Set<PolicyOverlay>

  @Sendable init(_ text: String) throws {
    let known = PolicyOverlay.allCases.map(\.rawValue)
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    overlays = Set(
      try names.enumerated().map { index, name in
        guard let overlay = PolicyOverlay(rawValue: name) else {
          throw ValidationError(
            "'\(name)' is none of \(known.joined(separator: ", ")).")
        }
        guard !names[..<index].contains(name) else {
          throw ValidationError("\(name) is named twice.")
        }
        return overlay
      })
  }
}

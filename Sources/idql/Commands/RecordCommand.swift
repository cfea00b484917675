import ArgumentParser
import IDQLEvaluation
import IDQLRender
import IDQLRuns
import IDQLSpelling
import IDQLTensors

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Film episodes, without a display.",
    discussion: """
      Episode i of seed S is the very episode that 'idql eval' scores under them: it prints the same \
      return and the same hash. Without --policy the bundled agent of --env acts, if there is one; nobody acts in \
      other environments and in models. With --states or --actions what somebody recorded is shown instead. \
      Time in the film is simulated time. Several outputs may be named at once. Pictures need OpenGL 3.3; Mesa's does it in software.

      Example: idql record --env hopper-medium-v2 --policy policy.safetensors --elevation -30 --video film.mp4
      """)

  @OptionGroup var source: SessionOptions
  @OptionGroup(title: "What somebody recorded") var recorded: RecordedOptions
  @Option(
    name: [.long, .customShort("n")], help: "Episodes to film, one after the other.",
    within: 1...1000)
  var episodes = 1
  @Option(help: "Width and height in pixels, 1280x720 if left out.") var size: PictureSize?
  @OptionGroup(title: "What is made") var film: FilmOptions

  func validate() throws {
    guard film.makesSomething else {
      throw ValidationError(
        "say what to make: --video, --gif, --frames, --strip or --html; several at once are fine.")
    }
    if film.outputs.allSatisfy({ $0.key == "--html" || $0.value == nil }), size != nil {
      throw ValidationError("--size is for pictures; a page is as large as its window.")
    }
    try recorded.validate(with: source, film)
    if source.model != nil, recorded.file == nil, film.until == nil {
      throw ValidationError("a model alone has no end: --until says when to stop.")
    }
    if source.against != nil, film.branch.branch != nil {
      throw ValidationError("--branch is of one policy; leave --against out.")
    }
    try validateSeeds(from: source.seed, episodes: source.episode + episodes)
  }

  func run() throws {
    let cancellation = Interruption.awaited()
    let sessions =
      try recorded.file == nil
      ? [source.session(), source.rival()].compactMap(\.self) : [recorded.session(source)]
    let player = try recorded.file.map { _ in try recorded.player(in: sessions[0]) }
    let maker = try FilmMaker(
      film, size: size ?? .usual, sessions: sessions, episodes: episodes,
      arePlayed: recorded.file == nil,
      inputs: try recorded.file.map { [$0] + (source.model.map { [$0] } ?? []) } ?? source.inputs,
      cancellation: cancellation)
    try maker.whole {
      var lines: [String] = []
      for index in source.episode..<source.episode + episodes {
        let recordings = try sessions.map { session in
          if let player { return try player(index, cancellation) }
          return try session.play(
            index, until: source.model == nil ? .infinity : film.until ?? 0,
            cancellation: cancellation)
        }
        lines += recordings.flatMap(report)
        if let difference = recordings.returnDifference { lines.append(difference) }
        lines += try maker.add(recordings)
      }
      try printOut((lines + maker.finish()).joined(separator: "\n"))
    }
  }

  /// To be compared with what 'idql eval --json' says.
  private func report(of recording: EpisodeRecording) -> [String] {
    if let trajectory = recording.trajectory {
      return [trajectory.text(duration: recording.duration)]
    }
    guard let episode = recording.episode else {
      if !(recording.environment is ModelEnvironment) {
        return [
          "episode \(recording.index), seed \(recording.seed + UInt64(recording.index)): return "
            + "\(recording.totalReward), \(recording.frame(recording.lastFrame).stepCount) steps, hash "
            + "\(recording.hash), not ended"
        ]
      }
      return ["\(recording.duration.text(digits: 6)) s of \(recording.environment.spec.id)"]
    }
    let total = episode.totalReward.map { "\($0)" } ?? "none: it broke"
    return [
      "episode \(episode.index), seed \(episode.seed): return \(total), \(episode.length) steps, "
        + "hash \(recording.hash)"
    ]
  }
}

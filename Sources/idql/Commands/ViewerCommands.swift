import ArgumentParser
import Foundation
import IDQLRender
import IDQLTensors

struct ViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view", abstract: "Watch an environment, a policy in it, or any MJCF model.",
    discussion: ViewArguments.discussion)

  @OptionGroup var arguments: ViewArguments

  func run() throws { try becomeViewer() }
}

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Watch, or film, exactly an episode that was scored.",
    discussion: ReplayArguments.discussion)

  @OptionGroup var arguments: ReplayArguments

  func run() throws {
    let film = arguments.film
    guard arguments.check || film.makesSomething else { return try becomeViewer() }
    let cancellation = Interruption.awaited()
    let replay = try arguments.replay()
    let maker = try FilmMaker(
      film, size: PictureSize(arguments.window.size.width, arguments.window.size.height),
      sessions: [replay.session], episodes: 1,
      inputs: [arguments.result] + (arguments.policy.map { [$0] } ?? []), cancellation: cancellation
    )
    try maker.whole {
      let recording = try replay.session.play(arguments.episode, cancellation: cancellation)
      let isSame = replay.isReproduced(by: recording) == true
      let verdict = replay.verdict(on: recording)
      let lines = try maker.add(
        [recording],
        facts: [PageEpisode.Fact("file", isSame ? "return and hash as in the result" : verdict)])
      try printOut(([verdict] + lines + maker.finish()).joined(separator: "\n"))
      if !isSame { throw ExitCode(1) }
    }
  }
}

/// Becomes the program with the window, which is built apart because it needs OpenGL's headers.
private func becomeViewer() throws {
  let path = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "idql-view").path
  guard let path, FileManager.default.isExecutableFile(atPath: path) else {
    throw Failure(
      .unavailable,
      "the viewer is not built; './idql view' in the checkout does that, or install libglfw3-dev and "
        + "libimgui-dev and run 'IDQL_VIEWER=1 swift build -c release --product idql-view'.")
  }
  let arguments = [path] + CommandLine.arguments.dropFirst()
  var pointers = arguments.map { strdup($0) } + [nil]
  execv(path, &pointers)
  throw Failure(.unavailable, "\(path): cannot be run: \(String(cString: strerror(errno))).")
}

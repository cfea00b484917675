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
    commandName: "replay", abstract: "Watch exactly an episode that was scored.",
    discussion: ReplayArguments.discussion)

  @OptionGroup var arguments: ReplayArguments

  func run() throws {
    let html = arguments.html
    guard arguments.check || html != nil else { return try becomeViewer() }
    try requireOutputs(
      ["--html": html], besides: [arguments.result] + (arguments.policy.map { [$0] } ?? []))
    let replay = try arguments.replay()
    let recording = try replay.session.recording(of: arguments.episode)
    while recording.canAdvance { recording.advance() }
    if let html {
      let isSame = replay.isReproduced(by: recording) == true
      let fact = PageEpisode.Fact(
        "file", isSame ? "return and hash as in the result" : replay.verdict(on: recording))
      let page = try PageEpisode(recording, facts: [fact])
      try writeFileAtomically(
        IDQLRender.html(of: [page], title: "\(replay.session.title), episode \(arguments.episode)"),
        to: html)
    }
    try printOut(replay.verdict(on: recording))
    if replay.isReproduced(by: recording) != true { throw ExitCode(1) }
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

import ArgumentParser
import Foundation
import IDQLAgent
import IDQLCommandLine
import IDQLEnvs
import IDQLPhysics
import IDQLRender
import IDQLRuns
import IDQLTensors

struct ViewProgram: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idql-view", abstract: "The window of 'idql view' and 'idql replay'.",
    subcommands: [View.self, ReplayEpisode.self])
}

struct View: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view", abstract: "Watch an environment, a policy in it, or any MJCF model.",
    discussion: ViewArguments.discussion)

  @OptionGroup var arguments: ViewArguments

  func run() throws {
    let arguments = arguments
    let session = try Session(from: { try arguments.source.session() })
    try MainActor.assumeIsolated {
      let viewer = try ViewerState(
        session, against: arguments.source.rival(), episode: arguments.source.episode,
        isPaused: arguments.window.paused)
      try Viewer(viewer, arguments.window).run()
    }
  }
}

struct ReplayEpisode: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Watch exactly an episode that was scored.",
    discussion: ReplayArguments.discussion)

  @OptionGroup var arguments: ReplayArguments

  func run() throws {
    let replay = try arguments.replay()
    try MainActor.assumeIsolated {
      let viewer = try ViewerState(
        replay.session, episode: arguments.episode, isPaused: arguments.window.paused)
      try Viewer(viewer, arguments.window, replay: replay).run()
      guard let isSame = replay.isReproduced(by: viewer.recording) else { return }
      try printOut(replay.verdict(on: viewer.recording))
      if !isSame { throw ExitCode(1) }
    }
  }
}

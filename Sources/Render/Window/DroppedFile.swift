import ArgumentParser
import IDQLCommandLine
import IDQLRender

/// What a file that was dropped on the window holds: a model, a result, or else a policy for the
/// environment that is shown.
struct DroppedFile {
  let session: Session
  /// What stays beside it; nil if nothing does.
  let against: Session?
  let episode: Int
  let replay: Replay?

  /// - Throws: what reading it throws.
  ///
  /// - Parameter shown: what the window shows.
  init(_ path: String, beside shown: ViewerState) throws {
    let ending = path.split(separator: ".").last.map { $0.lowercased() }
    switch ending {
    case "xml":
      let arguments = try ViewArguments.parse([path])
      session = try Session(from: { try arguments.source.session() })
      (against, episode, replay) = (nil, 0, nil)
    case "json":
      let replay = try Replay(ofFirstEpisodeIn: path, scoredFile: scoredFile)
      session = replay.session
      (against, episode, self.replay) = (nil, replay.episode.index, replay)
    default:
      guard !(shown.recording.environment is ModelEnvironment) else {
        throw ValidationError(
          "\(path): a policy needs an environment, and this session shows a model alone.")
      }
      let arguments = try ViewArguments.parse(
        ["--env", shown.session.title, "--seed", "\(shown.session.seed)", "--policy", path])
      session = try Session(from: { try arguments.source.session() })
      (against, episode, replay) = (shown.rival?.session, 0, nil)
    }
  }
}

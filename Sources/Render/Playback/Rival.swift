/// Another policy in the same episodes, shown beside the first, which takes a step whenever that does.
package final class Rival {
  package let session: Session
  package private(set) var recording: EpisodeRecording
  /// The model in the state of the frame shown.
  package let stage: Stage

  /// - Throws: what making the episode throws.
  package init(_ session: Session, episode index: Int) throws {
    self.session = session
    recording = try session.recording(of: index)
    stage = Stage(of: recording.environment)
    place(frame: 0, fraction: 0)
  }

  /// - Throws: what making the episode throws.
  func begin(_ index: Int) throws { recording = try session.recording(of: index) }

  /// Shows a moment, or the end of the episode if it ended before.
  func place(frame: Int, fraction: Double) {
    let number = min(frame, recording.lastFrame)
    stage.place(
      recording.shownState(at: number, fraction: number == frame ? fraction : 0),
      control: recording.frame(number).control)
  }
}

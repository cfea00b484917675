import IDQLEnvs
import IDQLPhysics
import IDQLSpelling

/// What the user is told.
extension ViewerState {
  /// Whether the last frame is shown, and no other will follow.
  package var isAtEnd: Bool { player.frame == episodes.lastFrame && !episodes.canAdvance }

  /// Whether positions or velocities were no longer finite numbers.
  package var isDiverged: Bool {
    recording.episode?.isBroken == true || !recording.environment.simulation.isFinite
  }

  /// How the recording ended: by the task, by the limit, or by numbers that are none.
  package var endText: String {
    let frame = recording.frame(recording.lastFrame)
    if isDiverged {
      return "The simulation diverged at \(frame.state.time.text(decimals: 3)) s: positions or "
        + "velocities are no longer finite numbers."
    }
    guard let episode = recording.episode else { return "" }
    var parts = [
      episode.isSuccess == true
        ? "reached its goal" : episode.isTerminated ? "ended" : "cut by the limit"
    ]
    parts[0] += " after \(episode.length) steps"
    if let total = episode.totalReward { parts.append("return \(total.text(decimals: 2))") }
    if let score = episode.score { parts.append("score \(score.text(decimals: 1))") }
    if recording.isTouched, session.pilot.isPolicy { parts.append("changed by hand") }
    if let difference = episodes.recordings.returnDifference { parts.append(difference) }
    return "Episode \(episode.index): \(parts.joined(separator: ", "))."
  }

  var speedText: String {
    "Speed: \(player.speed.text(decimals: player.speed < 10 ? 2 : 0)) % of real time."
  }

  var cameraText: String {
    switch camera.mode {
    case .free: return "Camera: free."
    case .tracking(let body): return "Camera: follows \(name(ofBody: body))."
    case .fixed(let index):
      let name = stage.model.visuals.cameras[index].name
      return "Camera: \(name.isEmpty ? "number \(index)" : name)."
    }
  }

  package func name(ofBody body: Int) -> String {
    let name = stage.model.bodies.names[body]
    return name.isEmpty ? "body \(body)" : name
  }

  func groupText(_ kind: String, _ group: Int, isShown: Bool, count: Int) -> String {
    "\(kind) of group \(group): \(isShown ? "shown" : "hidden")\(count == 0 ? "; there are none" : "")."
  }
}

extension String {
  /// With an upper-case first letter.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

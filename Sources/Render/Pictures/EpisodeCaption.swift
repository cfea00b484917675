import IDQLEvaluation
import IDQLSpelling

extension Session {
  /// Who acts.
  package var actor: String {
    if case .policy(let policy) = pilot { PolicyRecord(policy).file } else { "nobody acts" }
  }
}

extension EpisodeRecording {
  /// What is seen in a frame, in two lines.
  package func caption(ofFrame number: Int, in session: Session) -> [String] {
    let hasTask =
      trajectory.map { $0.rewards != nil } ?? !(environment is ModelEnvironment)
    var state = ["\((Double(number) * frameDuration).text(decimals: 2)) s"]
    if hasTask { state.append("return \(frame(number).totalReward.text(decimals: 1))") }
    if number == lastFrame, let episode {
      if let score = episode.score { state.append("score \(score.text(decimals: 1))") }
      if let isSuccess = episode.isSuccess {
        state.append(isSuccess ? "goal reached" : "goal not reached")
      }
      if episode.isBroken { state.append("broken") }
      if episode.isTerminated { state.append("terminated") }
    }
    let actor = trajectory?.name ?? (hasTask ? session.actor : nil)
    let who = [session.title, actor].compactMap(\.self).joined(separator: " · ")
    let which = hasTask || trajectory != nil ? "episode \(index) · " : ""
    return [who, which + state.joined(separator: " · ")]
  }
}

extension [EpisodeRecording] {
  /// By how much the return of the second of two episodes is larger: `Δ return +3.50`; nil of one, or while it is
  /// not known.
  package var returnDifference: String? {
    guard count == 2, let first = self[0].episode?.totalReward,
      let second = self[1].episode?.totalReward
    else { return nil }
    return Self.difference(second - first)
  }

  /// The same of what has been gained up to a frame, or up to the end of an episode that ends before; nil of one.
  package func returnDifference(atFrame number: Int) -> String? {
    guard count == 2 else { return nil }
    let totals = map { $0.frame(Swift.min(number, $0.lastFrame)).totalReward }
    return Self.difference(totals[1] - totals[0])
  }

  private static func difference(_ value: Double) -> String {
    "Δ return \(value < 0 ? "−" : "+")\(abs(value).text(decimals: 2))"
  }
}

extension WhatIf {
  /// What is otherwise, and by how much more has been gained in a frame, or at the ends of those that ended before.
  package func caption(ofFrame number: Int) -> String {
    let seconds = (Double(start) * recording.frameDuration).text(decimals: 2)
    let what = "branch at \(seconds) s: \(change.text)"
    guard number >= start, !(recording.environment is ModelEnvironment),
      let difference = [original, recording].returnDifference(atFrame: number)
    else { return what }
    return what + " · \(difference)"
  }

  /// How it ended, in one line.
  package var outcome: String {
    let end = recording.episode.map { episode in
      ": return \(episode.totalReward.map { "\($0)" } ?? "none: it broke"), \(episode.length) steps, "
        + "hash \(recording.hash)"
    }
    return "branch at step \(start), \(change.text)" + (end ?? "")
      + "; first difference \(firstDifferentFrame.map { "step \($0)" } ?? "none")"
      + ([original, recording].returnDifference.map { ", \($0)" } ?? "")
  }
}

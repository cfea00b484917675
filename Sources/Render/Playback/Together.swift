/// What a player plays: frames that are recorded when they are needed.
package protocol Playable {
  var firstFrame: Int { get }
  /// The last one that can be shown now.
  var lastFrame: Int { get }
  /// Whether another can be recorded.
  var canAdvance: Bool { get }
  /// Simulated time between two frames, s.
  var frameDuration: Double { get }
}

extension EpisodeRecording: Playable {}

/// Episodes of one environment that step together; one that has ended waits for the others.
package struct Together: Playable {
  package let recordings: [EpisodeRecording]

  package init(_ recordings: [EpisodeRecording]) { self.recordings = recordings }

  package var firstFrame: Int { recordings[0].firstFrame }
  package var frameDuration: Double { recordings[0].frameDuration }
  package var canAdvance: Bool { recordings.contains(where: \.canAdvance) }

  /// That of the one that is behind, while it can advance.
  package var lastFrame: Int {
    let open = recordings.filter(\.canAdvance).map(\.lastFrame)
    return open.min() ?? recordings.map(\.lastFrame).max() ?? 0
  }
}

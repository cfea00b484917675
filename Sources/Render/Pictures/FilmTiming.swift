import IDQLEvaluation

/// Which moments of an episode become pictures.
public struct FilmTiming: Equatable, Sendable {
  public var framesPerSecond = 30.0
  /// Of the film over that of the simulated world.
  public var speed = 1.0
  /// Seconds of the episode; the end of the episode if that is earlier.
  public var from = 0.0
  public var until = Double.infinity

  public init() {}

  /// The moments of an episode of that duration, for a film.
  public func moments(duration: Double) -> [Double] {
    let (end, step) = (min(duration, until), speed / framesPerSecond)
    guard from <= end else { return [] }
    // the last moment counts in spite of rounding
    let count = Int((end - from) / step + 1e-9) + 1
    return (0..<count).map { from + Double($0) * step }
  }

  /// The first moment, the last, and others between them at even distances.
  public func panels(_ count: Int, duration: Double) -> [Double] {
    let end = max(min(duration, until), from)
    return (0..<count).map { from + (end - from) * Double($0) / Double(max(count - 1, 1)) }
  }
}

extension Session {
  /// Plays an episode to its end: the one that `evaluate` plays under that index and seed, whatever is
  /// drawn of it.
  ///
  /// - Throws: `CancellationError`; `EvaluationError` if the policy does not fit.
  public func play(
    _ index: Int, cancellation: Cancellation = Cancellation()
  ) throws -> EpisodeRecording {
    let recording = try EpisodeRecording(
      episode: index, seed: seed, in: makeEnvironment(), pilot: pilot)
    while recording.canAdvance {
      if cancellation.isCancelled { throw CancellationError() }
      recording.advance()
    }
    return recording
  }
}

extension EpisodeRecording {
  /// Seconds from its beginning to its last frame.
  public var duration: Double { Double(lastFrame) * frameDuration }
}

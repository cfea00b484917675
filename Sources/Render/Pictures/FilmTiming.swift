import IDQLEvaluation
import IDQLSpelling

/// The times of an episode at which pictures are drawn.
package struct FilmTiming: Equatable, Sendable {
  package var framesPerSecond = 30.0
  /// Speed of the film relative to simulated time.
  package var speed = 1.0
  /// Interval of the episode, s; it ends earlier if the episode does.
  package var from = 0.0
  package var until = Double.infinity
  /// How long the film stays at its last picture, s.
  package var hold = 0.0

  /// Pictures of a film: hours at the highest rate.
  private static let longest = 10_000_000

  package init() {}

  /// The times, s, of the pictures of a film of an episode of that duration, s.
  package func moments(duration: Double) -> [Double] {
    let (end, step) = (min(duration, until), speed / framesPerSecond)
    guard from <= end else { return [] }
    // includes the last picture in spite of rounding
    let count = ((end - from) / step + 1e-9).wholeNumber(in: 0...Self.longest) + 1
    let times = (0..<count).map { from + Double($0) * step }
    let held = (hold * framesPerSecond).rounded().wholeNumber(in: 0...Self.longest)
    return times + Array(repeating: times[count - 1], count: held)
  }

  /// The first time, the last, and others equally spaced between them.
  package func panels(_ count: Int, duration: Double) -> [Double] {
    let end = max(min(duration, until), from)
    return (0..<count).map { from + (end - from) * Double($0) / Double(max(count - 1, 1)) }
  }
}

extension Session {
  /// Records a whole episode: the one that `evaluate` plays with that index and seed.
  ///
  /// - Parameter until: seconds after which to stop; of a task's episode the outcome is unknown then.
  /// - Throws: `CancellationError`; `EvaluationError` if the policy does not fit.
  package func play(
    _ index: Int, until: Double = .infinity, cancellation: Cancellation = Cancellation()
  ) throws -> EpisodeRecording {
    let recording = try EpisodeRecording(
      episode: index, seed: seed, in: makeEnvironment(), pilot: pilot)
    while recording.canAdvance, recording.duration < until {
      if cancellation.isCancelled { throw CancellationError() }
      recording.advance()
    }
    return recording
  }
}

extension EpisodeRecording {
  /// Simulated time from the beginning of the episode to its last frame, s.
  public var duration: Double { Double(lastFrame) * frameDuration }
}

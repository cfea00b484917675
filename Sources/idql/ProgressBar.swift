import Evaluation
import Foundation
import Synchronization

/// One line on standard error that is drawn over again, for a person who watches; nothing at all if
/// standard error is not a terminal.
final class ProgressBar: Sendable {
  private let start = ContinuousClock.now
  private let lastDrawn = Mutex<ContinuousClock.Instant?>(nil)
  private let interval = Duration.milliseconds(100)

  static func ifWatched(quiet: Bool) -> ProgressBar? {
    !quiet && isatty(STDERR_FILENO) == 1 ? ProgressBar() : nil
  }

  func update(_ progress: EvaluationProgress) {
    lastDrawn.withLock { last in
      let now = ContinuousClock.now
      if let last, last.duration(to: now) < interval { return }
      last = now
      let line = Self.line(progress, elapsed: start.duration(to: now) / .seconds(1))
      // back to the first column, the line, then clear what a longer one left
      FileHandle.standardError.write(Data("\r\(line)\u{1B}[K".utf8))
    }
  }

  func clear() {
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
  }

  /// `[######........................]  20 %  4/20 episodes, 2317 steps, 0:09 left`
  static func line(_ progress: EvaluationProgress, elapsed: Double) -> String {
    let fraction = progress.fraction
    let width = 30
    let filled = Int(fraction * Double(width))
    let bar =
      String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    let percent = String(format: "%3d %%", Int(fraction * 100))
    let remaining = fraction > 0 ? time(elapsed * (1 - fraction) / fraction) : "?"
    return "[\(bar)] \(percent)  \(progress.finishedEpisodes)/\(progress.episodes) episodes, "
      + "\(progress.environmentSteps) steps, \(remaining) left"
  }

  private static func time(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e6).rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0
      ? String(format: "%d:%02d:%02d", hours, minutes, rest)
      : String(format: "%d:%02d", minutes, rest)
  }
}

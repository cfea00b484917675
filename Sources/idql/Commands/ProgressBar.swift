import Foundation
import IDQLCollection
import IDQLEvaluation
import IDQLRuns
import IDQLSpelling
import IDQLTensors

/// What a command of hours shows of itself: a bar, if somebody watches, and lines.
///
/// A line that cannot be printed ends the work early, as a signal does, so that nothing of it is
/// lost.
final class Display {
  let bar: ProgressBar?
  let cancellation = Interruption.awaited()
  private var failure: (any Error)?

  init(quiet: Bool) { bar = ProgressBar.ifWatched(quiet: quiet) }

  func print(_ line: String) {
    bar?.clear()
    guard failure == nil else { return }
    do { try printOut(line) } catch {
      failure = error
      cancellation.cancel()
    }
  }

  /// Does the work.
  ///
  /// - Throws: what printing threw, or else what the work does.
  func follow(_ work: () throws -> Void) throws {
    let outcome = Result(catching: work)
    bar?.clear()
    if let failure { throw failure }
    try outcome.get()
  }
}

/// One line on standard error that is drawn over again, for a person who watches; nothing at all if
/// standard error is not a terminal.
final class ProgressBar: Sendable {
  private let start = ContinuousClock.now
  private let lastDrawn = Locked<ContinuousClock.Instant?>(nil)
  private let interval = Duration.milliseconds(100)

  static func ifWatched(quiet: Bool) -> ProgressBar? {
    !quiet && isatty(STDERR_FILENO) == 1 ? ProgressBar() : nil
  }

  func update(_ progress: EvaluationProgress) { draw { Self.line(progress, elapsed: $0) } }
  func update(_ progress: TrainingRun.Progress) { draw { _ in Self.line(progress) } }
  func update(_ progress: CollectionProgress) { draw { Self.line(progress, elapsed: $0) } }

  /// - Parameter line: of the seconds since the beginning.
  private func draw(_ line: (Double) -> String) {
    lastDrawn.withLock { last in
      let now = ContinuousClock.now
      if let last, last.duration(to: now) < interval { return }
      last = now
      let line = line(start.duration(to: now) / .seconds(1))
      // back to the first column, the line, then clear what a longer one left
      printError("\r\(line)\u{1B}[K")
    }
  }

  func clear() {
    printError("\r\u{1B}[K")
  }

  /// `[######........................]  20 %  4/20 episodes, 2317 steps, 0:09 left`
  static func line(_ progress: EvaluationProgress, elapsed: Double) -> String {
    let fraction = progress.fraction
    let left = fraction > 0 ? elapsed * (1 - fraction) / fraction : nil
    return "\(bar(fraction))  \(progress.finishedEpisodes)/\(progress.episodes) episodes, "
      + "\(progress.environmentSteps) steps, \(time(left)) left"
  }

  /// `[######........................]  20 %  5000/25000 steps, 61.2/s, 5:26 left, actor 0.812, …`
  static func line(_ progress: TrainingRun.Progress) -> String {
    let rate = progress.stepsPerSecond
    let left = rate > 0 ? Double(progress.stepCount - progress.step) / rate : nil
    var losses: [(String, Float)] = []
    if let report = progress.report {
      losses = [("value", report.valueLoss), ("critic", report.criticLoss)]
      if let actor = report.actorLoss { losses.insert(("actor", actor), at: 0) }
    }
    return "\(bar(Double(progress.step) / Double(max(1, progress.stepCount))))  "
      + "\(progress.step)/\(progress.stepCount) steps, \(rate.text(decimals: 1))/s, "
      + "\(time(left)) left, losses: "
      + losses.map { "\($0.0) \($0.1.text(digits: 3))" }.joined(separator: ", ")
  }

  /// `[######........................]  20 %  200000/1000000 steps, 98000 updates, 212.5/s, …`
  static func line(_ progress: CollectionProgress, elapsed: Double) -> String {
    switch progress {
    case .training(let training):
      let fraction = Double(training.step) / Double(max(1, training.stepCount))
      let left = fraction > 0 ? elapsed * (1 - fraction) / fraction : nil
      let numbers = training.report.map {
        ", critic loss \($0.criticLoss.text(digits: 3)), "
          + "temperature \($0.temperature.text(digits: 3))"
      }
      return "\(bar(fraction))  \(training.step)/\(training.stepCount) steps, "
        + "\(training.updates) updates, \(training.updatesPerSecond.text(decimals: 1))/s, "
        + "\(time(left)) left\(numbers ?? "")"
    case .searching(let iteration, let iterationCount):
      return "\(bar(Double(iteration) / Double(max(1, iterationCount))))  "
        + "\(iteration)/\(iterationCount) iterations"
    case .recording(let name, let row, let rowCount):
      return "\(bar(Double(row) / Double(max(1, rowCount))))  \(name): \(row)/\(rowCount) rows"
    }
  }

  private static func bar(_ fraction: Double) -> String {
    let width = 30
    // environments that step together may take a few steps more than were asked for
    let filled = (fraction * Double(width)).wholeNumber(in: 0...width)
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: ".", count: width - filled) + "] "
      + String(format: "%3d %%", (fraction * 100).wholeNumber(in: 0...100))
  }

  private static func time(_ seconds: Double?) -> String {
    guard let seconds else { return "?" }
    let whole = seconds.rounded().wholeNumber(in: 0...1_000_000)
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0
      ? String(format: "%d:%02d:%02d", hours, minutes, rest)
      : String(format: "%d:%02d", minutes, rest)
  }
}

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
    if let failure { throw failure }
    try outcome.get()
  }
}

/// A bar in the terminal's status line, for a person who watches; nothing at all if standard error is not a
/// terminal.
final class ProgressBar: Sendable {
  private let start = ContinuousClock.now
  private let lastDrawn = Locked<ContinuousClock.Instant?>(nil)
  private let interval = Duration.milliseconds(100)

  static func ifWatched(quiet: Bool) -> ProgressBar? {
    !quiet && isatty(STDERR_FILENO) == 1 ? ProgressBar() : nil
  }

  func update(_ progress: EvaluationProgress) { draw { Self.content(progress, elapsed: $0) } }
  func update(_ progress: TrainingRun.Progress) { draw { _ in Self.content(progress) } }
  func update(_ progress: CollectionProgress) { draw { Self.content(progress, elapsed: $0) } }
  /// Of so many things, called by this name.
  func update(_ done: Int, of count: Int, _ name: String) {
    draw { Self.content(done, of: count, name, elapsed: $0) }
  }

  /// - Parameter content: of the seconds since the beginning.
  private func draw(_ content: (Double) -> Content) {
    lastDrawn.withLock { last in
      let now = ContinuousClock.now
      if let last, last.duration(to: now) < interval { return }
      last = now
      let content = content(start.duration(to: now) / .seconds(1))
      StatusLine.show(content.line(width: StatusLine.width - 1))
    }
  }

  /// What a bar tells.
  struct Content {
    /// How much is done, from 0 to 1.
    var fraction: Double
    /// The most important first: what does not fit is cut off.
    var text: String

    /// `[######........................]  20 %  4/20 episodes, 2317 steps, 0:09 left`
    ///
    /// In a narrow terminal the bar is shorter, or left out, before the text is cut.
    func line(width: Int) -> String {
      let percent = String(format: "%3d %%", (fraction * 100).wholeNumber(in: 0...100))
      let room = min(30, width - text.count - 11)
      let bar = room < 8 ? "" : Self.bar(fraction, width: room) + " "
      return String("\(bar)\(percent)  \(text)".prefix(max(0, width)))
    }

    private static func bar(_ fraction: Double, width: Int) -> String {
      // environments that step together may take a few steps more than were asked for
      let filled = (fraction * Double(width)).wholeNumber(in: 0...width)
      return "[" + String(repeating: "#", count: filled)
        + String(repeating: ".", count: width - filled) + "]"
    }
  }

  /// `4/20 episodes, 2317 steps, 0:09 left`
  static func content(_ progress: EvaluationProgress, elapsed: Double) -> Content {
    Content(
      fraction: progress.fraction,
      text: "\(progress.finishedEpisodes)/\(progress.episodes) episodes, "
        + "\(progress.environmentSteps) steps, \(left(progress.fraction, elapsed)) left")
  }

  /// `12/64 parts, 0:09 left`
  static func content(
    _ done: Int, of count: Int, _ name: String, elapsed: Double
  ) -> Content {
    let fraction = Double(done) / Double(max(1, count))
    return Content(
      fraction: fraction, text: "\(done)/\(count) \(name), \(left(fraction, elapsed)) left")
  }

  /// `5000/25000 steps, 61.2/s, 5:26 left, losses: actor 0.812, …`
  static func content(_ progress: TrainingRun.Progress) -> Content {
    let rate = progress.stepsPerSecond
    let left = rate > 0 ? Double(progress.stepCount - progress.step) / rate : nil
    var losses: [(String, Float)] = []
    if let report = progress.report {
      losses = [("value", report.valueLoss), ("critic", report.criticLoss)]
      if let actor = report.actorLoss { losses.insert(("actor", actor), at: 0) }
    }
    return Content(
      fraction: Double(progress.step) / Double(max(1, progress.stepCount)),
      text: "\(progress.step)/\(progress.stepCount) steps, \(rate.text(decimals: 1))/s, "
        + "\(time(left)) left, losses: "
        + losses.map { "\($0.0) \($0.1.text(digits: 3))" }.joined(separator: ", "))
  }

  /// `200000/1000000 steps, 98000 updates, 212.5/s, …`
  static func content(_ progress: CollectionProgress, elapsed: Double) -> Content {
    switch progress {
    case .training(let training):
      let fraction = Double(training.step) / Double(max(1, training.stepCount))
      let numbers = training.report.map {
        ", critic loss \($0.criticLoss.text(digits: 3)), "
          + "temperature \($0.temperature.text(digits: 3))"
      }
      return Content(
        fraction: fraction,
        text: "\(training.step)/\(training.stepCount) steps, "
          + "\(training.updates) updates, \(training.updatesPerSecond.text(decimals: 1))/s, "
          + "\(left(fraction, elapsed)) left\(numbers ?? "")")
    case .searching(let iteration, let iterationCount):
      return content(iteration, of: iterationCount, "iterations", elapsed: elapsed)
    case .recording(let name, let row, let rowCount):
      return content(row, of: rowCount, "rows of \(name)", elapsed: elapsed)
    }
  }

  private static func left(_ fraction: Double, _ elapsed: Double) -> String {
    time(fraction > 0 ? elapsed * (1 - fraction) / fraction : nil)
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

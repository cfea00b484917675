import Foundation
import IDQLSpelling
import IDQLTensors

/// The result of `idql eval`: the episodes, their statistics, and everything they depend on.
public struct Report: Codable, Equatable, Sendable {
  /// The finished episodes, by index.
  public var episodes: [Episode]
  /// Statistics over the episodes.
  public var summary: Summary
  /// Policy, environment, seeds, program and machine.
  public var provenance: Provenance
  /// Where a rule ended the evaluation; nil without one.
  package var stopping: StoppingRule.Outcome?

  package init(episodes: [Episode], summary: Summary, provenance: Provenance) {
    self.episodes = episodes
    self.summary = summary
    self.provenance = provenance
  }

  /// The report of an evaluation that was run by a plan with the recorded policy.
  public init(_ evaluation: Evaluation, plan: EvaluationPlan, policy: PolicyRecord) {
    self.init(
      episodes: evaluation.episodes, summary: Summary(evaluation, plan: plan),
      provenance: Provenance(policy: policy, plan: plan, evaluation: evaluation))
  }

  /// Keys in alphabetical order; every number reads back to the same bits.
  public func json() throws -> Data {
    Data(try jsonFile.utf8)
  }

  package var jsonFile: String {
    get throws { try jsonDocument(.report) }
  }

  /// Writes `json()`, whole or not at all.
  ///
  /// - Throws: `FileError` with the path and the system's reason.
  public func writeJSON(to path: String) throws {
    try writeFileAtomically(jsonFile, to: path)
  }

  /// One line per quantity, for a terminal, without colours or control characters.
  public var table: String {
    var lines = [
      tableRow("policy", provenance.policy.line),
      tableRow(
        "environment",
        "\(provenance.environment), physics \(provenance.physics), "
          + (provenance.successTiming.map { "success timing \($0), " } ?? "")
          + "reset seeds \(provenance.seed) to \(provenance.seed + UInt64(provenance.episodes - 1))"
      ),
    ]
    lines.insert(
      contentsOf: provenance.policy.notes.map { tableRow($0.name, $0.text) }, at: 1)
    if summary.isPartial {
      lines.append(
        tableRow(
          "PARTIAL",
          "\(summary.finishedEpisodes) of \(summary.requestedEpisodes) episodes finished before the "
            + "interruption; the short ones finish first, so these figures are biased"))
    }
    if let stopping { lines.append(tableRow("until", stopping.text)) }
    if let returns = summary.returns { lines += statisticsRows("return", returns) }
    if let scores = summary.scores {
      lines += statisticsRows("score", scores)
      lines.append(
        tableRow("", "normalised, x100 scale: 0 is D4RL's random policy, 100 its expert"))
    }
    if let success = summary.success { lines.append(tableRow("success", text(success))) }
    for task in summary.tasks {
      lines.append(
        tableRow(
          "  task \(task.task)",
          text(task.success) + ", mean length \(task.meanLength.text(decimals: 1))"))
    }
    if let mean = summary.meanTaskSuccess {
      lines.append(tableRow("  mean", "\(percent(mean)) % over the tasks, as OGBench reports it"))
    }
    if let lengths = summary.lengths {
      lines.append(
        tableRow(
          "length",
          "mean \(lengths.mean.text(decimals: 1)) steps, median \(lengths.median.text(decimals: 1)), "
            + "min \(lengths.minimum), max \(lengths.maximum)"))
    }
    lines.append(tableRow("endings", endingsText))
    let unconverged = episodes.filter { $0.unconvergedSolves ?? 0 > 0 }
    if !unconverged.isEmpty {
      lines.append(
        tableRow(
          "UNRESOLVED",
          "the constraint solver did not find its minimum in \(unconverged.count) episodes, "
            + "\(unconverged.reduce(0) { $0 + ($1.unconvergedSolves ?? 0) }) times"))
    }
    if let kernels = provenance.kernels { lines.append(tableRow("networks", kernels.text)) }
    if let timing = provenance.timing { lines.append(tableRow("time", timingText(timing))) }
    return lines.joined(separator: "\n")
  }

  /// One line, for a plot.
  package var caption: String {
    let success = summary.success.map { "success " + text($0) } ?? ""
    return "\(provenance.policy.file): \(success)"
  }

  private var endingsText: String {
    let endings = summary.endings
    var text = "\(endings.terminated) terminated, \(endings.truncated) truncated by the time limit"
    if endings.broken > 0 {
      text +=
        ", \(endings.broken) BROKEN by a non-finite number (each counts above as the worst return, or as the "
        + "random policy's where that is worse)"
    }
    return text
  }

  private func timingText(_ timing: Provenance.Timing) -> String {
    let workers = provenance.workers.map { " (\($0) \($0 == 1 ? "worker" : "workers"))" } ?? ""
    return "\(timing.wallSeconds.text(decimals: 2)) s wall, "
      + "\(timing.environmentStepsPerSecond.text(decimals: 0)) env steps/s; policy alone "
      + "\(timing.actionsPerSecondPerThread.text(decimals: 0)) actions/s per thread\(workers)"
  }
}

private func statisticsRows(_ name: String, _ statistics: Summary.Statistics) -> [String] {
  // of successes and failures alone the error is 0 as soon as they agree, and says nothing
  let error =
    statistics.meanRateInterval == nil
    ? statistics.standardError.map { " ± \($0.text(decimals: 2)) standard error" } ?? "" : ""
  let interval =
    statistics.meanInterval.map { ", 95 % \($0.method) \(text($0.interval))" }
    ?? ", no interval from one episode"
  let middle = statistics.interquartileMeanBootstrapInterval.map { " \(text($0))" } ?? ""
  return [
    tableRow(name, "\(statistics.mean.text(decimals: 2))\(error)\(interval)"),
    tableRow(
      "",
      "interquartile mean \(statistics.interquartileMean.text(decimals: 2))\(middle), "
        + "median \(statistics.median.text(decimals: 2)), "
        + "min \(statistics.minimum.text(decimals: 2)), max \(statistics.maximum.text(decimals: 2))"
    ),
  ]
}

func tableRow(_ name: String, _ text: String) -> String {
  name + String(repeating: " ", count: max(1, 13 - name.count)) + text
}

private func text(_ interval: Interval) -> String {
  "[\(interval.lower.text(decimals: 2)), \(interval.upper.text(decimals: 2))]"
}

private func text(_ success: SuccessRate) -> String {
  let interval = success.interval
  return
    "\(percent(success.rate)) % (\(success.successes) of \(success.count)), 95 % "
    + "\(success.method.rawValue) interval "
    + "[\(percent(interval.lower)), \(percent(interval.upper))]"
}

private func percent(_ share: Double) -> String { (100 * share).text(decimals: 1) }

extension Report: CustomStringConvertible {
  /// ``table``.
  public var description: String { table }
}

import Foundation
import IDQLEnvs
import IDQLRandom
import IDQLSpelling

/// Scores of methods by task, with what sums them up.
package struct ScoreTable: Codable, Equatable, Sendable {
  /// Names of the columns.
  package var methods: [String]
  package var rows: [Row]
  /// Over the tasks that every method has, where they are scores or successes.
  package var aggregates: [Aggregate]
  /// Of every two methods, the earlier column first; over the same tasks.
  package var improvements: [Improvement]
  /// Of every method the share of runs above each threshold; over the same tasks.
  package var profile: Profile?
  /// In which runs, protocols and published numbers differ, one line each.
  package var notes: [String]

  /// One task.
  package struct Row: Codable, Equatable, Sendable {
    package var task: String
    package var quantity: Comparison.Quantity
    /// By method; nil for one without a result.
    package var cells: [Cell?]
    /// Published of this task.
    package var published: [PublishedScore]
  }

  /// A method in a task.
  package struct Cell: Codable, Equatable, Sendable {
    /// Of each run, which is one policy, the mean over its episodes.
    package var runs: [Double]
    /// Of each run the policy, as it was named.
    package var policies: [String]
    /// Of each run the step of the policy in the training run that it is of; nil if it is of none.
    package var steps: [Int?]
    /// Episodes of all runs.
    package var episodes: Int
    /// Mean over the runs.
    package var mean: Double
    /// Standard deviation of the runs; nil for a single one.
    package var deviation: Double?
    /// 95 %, over the runs, or over the episodes of a single run.
    package var interval: Interval?
    /// How the interval is made, and over what.
    package var method: String

    enum CodingKeys: String, CodingKey {
      case runs, policies, steps, episodes, mean, deviation, method
      case interval = "interval_95"
    }
  }

  /// One kind of aggregate.
  package struct Aggregate: Codable, Equatable, Sendable {
    package var aggregate: RunScores.Aggregate
    /// By method.
    package var values: [Double]
    /// 95 %, runs resampled within tasks; nil where a task has a single run.
    package var intervals: [Interval?]

    enum CodingKeys: String, CodingKey {
      case aggregate, values
      case intervals = "intervals_95"
    }
  }

  /// How probably a run of one method scores higher than one of another.
  package struct Improvement: Codable, Equatable, Sendable {
    package var first: String
    package var second: String
    package var probability: Double
    package var interval: Interval?

    enum CodingKeys: String, CodingKey {
      case first, second, probability
      case interval = "interval_95"
    }
  }

  /// Performance profiles.
  package struct Profile: Codable, Equatable, Sendable {
    package var thresholds: [Double]
    /// By method, by threshold.
    package var shares: [[Double]]
  }

  /// A report and the method it is of.
  package typealias Entry = (method: String, report: Report)

  /// - Parameters:
  ///   - entries: in the order of the columns.
  ///   - publishedBeside: whether published numbers are looked up for every task.
  ///   - seed: of the resampling.
  package init(_ entries: [Entry], publishedBeside: Bool = false, seed: UInt64 = 0) {
    methods = Self.unique(entries.map(\.method))
    let methods = methods
    rows = Self.unique(entries.map(\.report.provenance.environment)).map { task in
      let here = entries.filter { $0.report.provenance.environment == task }
      let quantity = Comparison.Quantity(here.flatMap(\.report.episodes))
      return Row(
        task: task, quantity: quantity,
        cells: methods.map { method in
          Cell(here.filter { $0.method == method }.map(\.report), quantity, seed: seed)
        },
        published: publishedBeside ? PublishedScore.all.filter { $0.task == task } : [])
    }
    aggregates = []
    improvements = []
    notes = Self.notes(entries, rows)

    let common = rows.filter { row in
      row.quantity != .totalReward && row.cells.allSatisfy { $0 != nil }
    }
    let scores = methods.indices.compactMap { method in
      RunScores(common.compactMap { $0.cells[method]?.runs })
    }
    guard !common.isEmpty, scores.count == methods.count else { return }
    if common.count < rows.count {
      notes.append(
        "aggregates are over the \(common.count) tasks with scores or successes of every method")
    }
    aggregates = RunScores.Aggregate.allCases.map { aggregate in
      Aggregate(
        aggregate: aggregate, values: scores.map { $0.value(aggregate) },
        intervals: scores.map { scores in
          var generator = NumPyGenerator(seed: seed)
          return scores.intervals([aggregate], generator: &generator)?[0]
        })
    }
    for (first, mine) in scores.enumerated() {
      for (second, other) in scores.enumerated().dropFirst(first + 1) {
        var generator = NumPyGenerator(seed: seed)
        improvements.append(
          Improvement(
            first: methods[first], second: methods[second],
            probability: mine.probabilityOfImprovement(over: other),
            interval: mine.improvementInterval(over: other, generator: &generator)))
      }
    }
    let thresholds = stride(from: 0.0, through: 120, by: 5).map { $0 }
    profile = Profile(
      thresholds: thresholds, shares: scores.map { $0.profile(above: thresholds) })
  }

  private static func unique(_ names: [String]) -> [String] {
    names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// What a reader has to know before comparing columns.
  private static func notes(_ entries: [Entry], _ rows: [Row]) -> [String] {
    var notes: [String] = []
    func add(_ note: String) { if !notes.contains(note) { notes.append(note) } }
    for row in rows {
      let here = entries.filter { $0.report.provenance.environment == row.task }.map(\.report)
      func values(_ value: (Provenance) -> String?) -> [String] {
        unique(here.compactMap { value($0.provenance) })
      }
      for (name, found) in [
        ("physics", values(\.physics)), ("success timing", values(\.successTiming)),
        ("arithmetic", values(\.arithmetic)),
      ] where found.count > 1 {
        add("\(row.task): the results differ in \(name): \(found.joined(separator: ", "))")
      }
      let partial = here.count { $0.summary.isPartial }
      if partial > 0 { add("\(row.task): \(partial) results are partial, and so biased") }
      let broken = here.reduce(0) { $0 + $1.summary.endings.broken }
      if broken > 0 { add("\(row.task): \(broken) BROKEN episodes count as the worst") }
      for published in row.published {
        var differences: [String] = []
        let chosen = here.compactMap(\.provenance.policy.selection)
        func compare(_ name: String, _ theirs: Int?, _ ours: [Int]) {
          guard let theirs, !ours.isEmpty, ours != [theirs] else { return }
          let list = Set(ours).sorted().map(String.init).joined(separator: ", ")
          if list != "\(theirs)" { differences.append("\(name) \(theirs), here \(list)") }
        }
        compare("N", published.candidates, chosen.map(\.candidates))
        compare("T", published.diffusionSteps, chosen.map(\.diffusionSteps))
        if let id = try? EnvironmentID(row.task) {
          let own = values(\.physics).filter { $0 != id.defaultPhysics.name }
          if !own.isEmpty {
            differences.append(
              "physics \(id.defaultPhysics.name), here \(own.joined(separator: ", "))")
          }
        }
        if published.settings.firstRange(of: "ogbench 1.1.0") != nil,
          values(\.successTiming).contains("pre")
        {
          differences.append("success tested after the action, here before it")
        }
        let means = published.plusMinusIs.map { "; ± is the \($0)" } ?? ""
        add(
          "\(published.variant), \(published.settings): \(published.source)\(means)"
            + (differences.isEmpty ? "" : "; \(differences.joined(separator: "; "))"))
      }
    }
    return notes
  }
}

extension Provenance {
  /// What two results have in common if and only if they are of one policy that chooses alike: its content, wherever its
  /// file is, or its name, if it has no file.
  fileprivate var run: String {
    var record = policy
    record.unused = nil
    if record.sha256 != nil { record.file = "" }
    return ((try? record.jsonText()) ?? "") + (record.sha256 == nil ? policyName ?? "" : "")
  }
}

/// Where an episode begins, and which noise it draws.
private struct Start: Hashable {
  let seed: UInt64
  let index: Int

  init(_ episode: Episode) { (seed, index) = (episode.seed, episode.index) }
}

extension ScoreTable.Cell {
  /// Nil without a report.
  fileprivate init?(_ reports: [Report], _ quantity: Comparison.Quantity, seed: UInt64) {
    var order: [String] = []
    var episodes: [String: [Episode]] = [:]
    var origins: [String: Provenance] = [:]
    for report in reports where !report.episodes.isEmpty {
      // evaluations of one policy with several seeds are more episodes of the same run
      let key = report.provenance.run
      if episodes[key] == nil { order.append(key) }
      if origins[key] == nil { origins[key] = report.provenance }
      // a result that is given twice is no more of them
      let known = Dictionary(
        (episodes[key] ?? []).map { (Start($0), $0) }, uniquingKeysWith: { first, _ in first })
      episodes[key, default: []] += report.episodes.filter { known[Start($0)] != $0 }
    }
    let runs = order.map { quantity.values(episodes[$0] ?? []) }
    guard !runs.isEmpty else { return nil }
    let means = runs.map { $0.reduce(0, +) / Double($0.count) }
    self.runs = means
    self.episodes = runs.reduce(0) { $0 + $1.count }
    mean = means.reduce(0, +) / Double(means.count)
    deviation = Sample(means)?.standardDeviation
    policies = order.map { origins[$0].map { $0.policyName ?? $0.policy.file } ?? "" }
    steps = order.map { origins[$0]?.policyStep }
    if means.count > 1 {
      let found = Summary.Statistics(means, seed: seed, rateInterval: nil)?.meanInterval
      interval = found?.interval
      method = "\(found?.method ?? "none") over runs"
    } else if quantity == .success,
      let rate = SuccessRate(successes: runs[0].count { $0 > 0 }, count: runs[0].count)
    {
      interval = Interval(lower: 100 * rate.interval.lower, upper: 100 * rate.interval.upper)
      method = "\(rate.method.rawValue) interval over episodes of one run"
    } else {
      let found = Summary.Statistics(runs[0], seed: seed, rateInterval: nil)?.meanInterval
      interval = found?.interval
      method = "\(found?.method ?? "none") over episodes of one run"
    }
  }
}

extension ScoreTable {
  /// How a table is written.
  package enum Format: String, CaseIterable, Sendable { case markdown, latex, csv, json }

  /// - Throws: what encoding throws.
  package func text(_ format: Format) throws -> String {
    switch format {
    case .markdown: markdown
    case .latex: latex
    case .csv: csv
    case .json: String(try jsonDocument(.table).dropLast())
    }
  }

  private var variants: [String] { Self.unique(rows.flatMap { $0.published.map(\.variant) }) }

  /// Names of all columns, and the rows below them.
  package var grid: [[String]] {
    let variants = variants
    var lines = [["task"] + methods + variants.map { "\($0) (published)" }]
    for row in rows {
      lines.append(
        [
          row.task
            + (row.quantity == .score ? "" : ", \(row.quantity.rawValue)\(row.quantity.unit)")
        ]
          + row.cells.map { cell in
            cell.map { Self.text($0.mean, $0.interval) } ?? "-"
          }
          + variants.map { variant in
            let found = row.published.filter { $0.variant == variant }
            return found.isEmpty ? "-" : found.map(Self.text).joined(separator: ", ")
          })
    }
    for aggregate in aggregates {
      lines.append(
        [aggregate.aggregate.title]
          + zip(aggregate.values, aggregate.intervals).map { Self.text($0, $1) }
          + variants.map { _ in "-" })
    }
    return lines
  }

  private static func text(_ value: Double, _ interval: Interval?) -> String {
    let value = value.text(decimals: 1)
    guard let interval else { return value }
    return "\(value) [\(interval.lower.text(decimals: 1)), \(interval.upper.text(decimals: 1))]"
  }

  private static func text(_ published: PublishedScore) -> String {
    published.score.shortText + (published.plusMinus.map { " ± \($0.shortText)" } ?? "")
  }

  /// What stands below a table.
  package var footnotes: [String] {
    let kinds = Self.unique(rows.flatMap { $0.cells.compactMap { $0?.method } })
    let counts = zip(methods, methods.indices).map { method, index in
      let runs = rows.compactMap { $0.cells[index]?.runs.count }
      let span =
        runs.min() == runs.max() ? "\(runs.max() ?? 0)" : "\(runs.min() ?? 0) to \(runs.max() ?? 0)"
      return "\(method) \(span)"
    }
    return [
      "Intervals of 95 %: \(kinds.joined(separator: "; ")); of aggregates, resampled runs within tasks.",
      "Runs of each task: \(counts.joined(separator: ", ")).",
    ]
      + improvements.map {
        "P(\($0.first) > \($0.second)) = \($0.probability.text(decimals: 2))"
          + ($0.interval.map {
            " [\($0.lower.text(decimals: 2)), \($0.upper.text(decimals: 2))]"
          } ?? "") + ", of a run on the same task; ties count half."
      } + notes.map { $0 + "." }
  }

  private var markdown: String {
    // a bar ends a cell, and a line break the row
    let grid = grid.map { $0.map { $0.replacing("|", with: "\\|").replacing("\n", with: " ") } }
    let lines = grid.map { "| \($0.joined(separator: " | ")) |" }
    let rule = "|" + String(repeating: "---|", count: grid[0].count)
    return ([lines[0], rule] + lines.dropFirst()).joined(separator: "\n") + "\n\n"
      + footnotes.map { "- \($0)" }.joined(separator: "\n")
  }

  private var latex: String {
    func escaped(_ text: String) -> String {
      text.map { character in
        switch character {
        case "&", "%", "_", "#", "$", "{", "}": "\\\(character)"
        case "±": "$\\pm$"
        case "τ": "$\\tau$"
        case "<", ">": "$\(character)$"
        default: String(character)
        }
      }.joined()
    }
    let grid = grid
    let rows = grid.map { $0.map(escaped).joined(separator: " & ") + " \\\\" }
    let taskCount = self.rows.count
    return
      ([
        "\\begin{tabular}{l\(String(repeating: "r", count: grid[0].count - 1))}", "\\toprule",
        rows[0], "\\midrule",
      ]
      + rows[1...taskCount]
      + (aggregates.isEmpty ? [] : ["\\midrule"] + rows[(taskCount + 1)...])
      + ["\\bottomrule", "\\end{tabular}"] + footnotes.map { "% \($0)" }).joined(separator: "\n")
  }

  /// One line for each task and method, and each published number.
  private var csv: String {
    let columns = [
      "task", "method", "quantity", "mean", "deviation", "lower_95", "upper_95", "interval", "runs",
      "episodes", "policies", "steps",
    ]
    func quoted(_ text: String) -> String {
      text.contains { ",\"\n".contains($0) }
        ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
    func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
    // columns that are left out, at the end, are empty
    func line(_ fields: [String]) -> String {
      (fields + Array(repeating: "", count: columns.count - fields.count)).map(quoted)
        .joined(separator: ",")
    }
    var lines = [line(columns)]
    for row in rows {
      for (method, cell) in zip(methods, row.cells) {
        guard let cell else { continue }
        let numbers = [cell.mean, cell.deviation, cell.interval?.lower, cell.interval?.upper]
        let steps = cell.steps.map { $0.map(String.init) ?? "" }.joined(separator: ";")
        lines.append(
          line(
            [row.task, method, row.quantity.rawValue] + numbers.map(text)
              + [cell.method, "\(cell.runs.count)", "\(cell.episodes)"]
              + [cell.policies.joined(separator: ";"), steps]))
      }
      for published in row.published {
        let kind = published.plusMinus.map {
          "± \($0.shortText)" + (published.plusMinusIs.map { ", \($0)" } ?? "")
        }
        lines.append(
          line(
            [row.task, "\(published.variant) (published)", row.quantity.rawValue]
              + [published.score.shortText, "", "", "", kind ?? ""]))
      }
    }
    for aggregate in aggregates {
      for (index, method) in methods.enumerated() {
        let interval = aggregate.intervals[index]
        let numbers = [aggregate.values[index], nil, interval?.lower, interval?.upper]
        lines.append(
          line(
            [aggregate.aggregate.title, method, "aggregate"] + numbers.map(text)
              + [interval == nil ? "" : "resampled runs within tasks"]))
      }
    }
    return lines.joined(separator: "\n")
  }
}

import Foundation
import IDQLEnvs
import IDQLSpelling

extension DatasetInspection {
  /// The report of `idql data`.
  package var text: String { summary.text }

  /// What heads a training too, see `DatasetSummary.lines`.
  package func lines(withColumns: Bool = false) -> [String] {
    summary.lines(withColumns: withColumns)
  }
}

/// What `idql data` says of a data set.
package struct DatasetSummary: Sendable {
  /// An optional column.
  package struct Column: Equatable, Sendable {
    package var name: String
    package var isPresent: Bool
  }

  package var files: [DatasetInspection.File]
  /// Layout and kind of file.
  package var form: String
  package var id: EnvironmentID?
  package var family: String?
  package var score: ReferenceScore?
  package var rowCount: Int
  package var observationCount: Int
  package var actionCount: Int
  package var transitionCount: Int
  package var hasRewards: Bool
  package var columns: [Column]
  package var unused: [String]
  package var episodes: [DatasetInspection.Episode]
  package var rules: [DataRule]
  package var problems: [String]
}

extension DatasetSummary {
  /// The report of `idql data`.
  package var text: String {
    (lines(withColumns: true) + histogram).joined(separator: "\n")
  }

  /// What heads a training too: the files, what is learnt from them, by which rules, and what is
  /// wrong with them.
  ///
  /// - Parameter withColumns: whether to list the columns that are there, which only a reader of all
  ///   of them knows.
  package func lines(withColumns: Bool = false) -> [String] {
    var lines: [String] = []
    for file in files {
      lines.append("file         \(file.path)")
      lines.append("sha256       \(file.sha256)")
    }
    lines.append("layout       \(form)")
    lines.append(
      "environment  "
        + (id?.description
          ?? "unknown\(family.map { ", of \($0) by the file's name" } ?? ""); name it with --env"))
    lines.append(
      "sizes        \(rowCount) rows, observations \(observationCount), "
        + "actions \(actionCount); \(transitionCount) transitions")
    if withColumns { lines.append("columns      \(columnNames)") }
    if !unused.isEmpty { lines.append("not used     " + unused.joined(separator: ", ")) }
    lines += episodeLines
    lines += ["", "Rules applied"]
    let width = rules.map(\.name.count).max() ?? 0
    lines += rules.map {
      "  \($0.name.padding(toLength: width, withPad: " ", startingAt: 0))  \($0)"
    }
    lines += ["", "Problems"]
    lines += problems.isEmpty ? ["  none found"] : problems.map { "  \($0)" }
    // a name of the file is never a line of its own
    return lines.map(\.printable)
  }

  private var columnNames: String {
    func names(_ wanted: Bool) -> String {
      let names = columns.filter { $0.isPresent == wanted }.map(\.name)
      return names.isEmpty ? "none" : names.joined(separator: ", ")
    }
    return "besides the basic ones \(names(true)); absent \(names(false))"
  }

  private var episodeLines: [String] {
    func count(_ ending: DatasetInspection.Ending) -> Int {
      episodes.filter { $0.ending == ending }.count
    }
    let lengths = episodes.map(\.length)
    var lines = [
      "episodes     \(episodes.count): \(count(.terminated)) terminated, \(count(.cut)) cut, "
        + "\(count(.open)) open at the end of the file",
      "length       mean \(mean(lengths.map(Double.init)).text(decimals: 2)), "
        + "min \(lengths.min() ?? 0), max \(lengths.max() ?? 0) steps",
    ]
    guard hasRewards else { return lines + ["return       no rewards recorded"] }
    let returns = episodes.map(\.total)
    lines.append("return       \(spread(returns))")
    if let score {
      lines.append(
        "score        \(spread(returns.map(score.normalized))); x100 scale, \(score.source)")
    }
    return lines
  }

  private var histogram: [String] {
    guard hasRewards else { return [] }
    let returns = episodes.map(\.total)
    return ["", "Episodes by \(score == nil ? "return" : "score")"]
      + DatasetInspection.histogram(score.map { returns.map($0.normalized) } ?? returns)
  }

  private func spread(_ values: [Double]) -> String {
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    return "mean \(mean(values).text(decimals: 2)), min \(low.text(decimals: 2)), "
      + "max \(high.text(decimals: 2))"
  }

  private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }

}

extension DatasetInspection {
  /// Ten bins of equal width from the smallest value to the largest, a bar of at most 40 signs each.
  static func histogram(_ values: [Double]) -> [String] {
    guard let low = values.min(), let high = values.max() else { return ["  no episode"] }
    let binCount = high > low ? 10 : 1
    let width = (high - low) / Double(binCount)
    var counts = Array(repeating: 0, count: binCount)
    for value in values {
      counts[width > 0 ? min(binCount - 1, Int((value - low) / width)) : 0] += 1
    }
    let largest = counts.max() ?? 1
    return counts.enumerated().map { index, count in
      let from = low + Double(index) * width
      // rounded up, so that a single episode is visible
      let length = (count * 40 + largest - 1) / largest
      let bar = String(repeating: "#", count: length)
      return String(format: "  %10.2f to %10.2f  %6d  ", from, from + width, count) + bar
    }.map { $0.hasSuffix("#") ? $0 : String($0.dropLast(2)) }
  }
}

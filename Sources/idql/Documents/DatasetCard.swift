import IDQLCollection
import IDQLDatasets
import IDQLEnvs
import IDQLEvaluation
import IDQLSpelling

/// What somebody who is given a data set should know of it, in Markdown: its content, how it was
/// made, and the learning curve of the policy that made it.
struct DatasetCard {
  private let summary: DatasetSummary
  private let origin: (record: CollectionRecord, level: DataLevel)?

  /// - Parameter record: of the collection that made it.
  /// - Throws: `CollectionError.notOfCollection`.
  init(_ summary: DatasetSummary, _ record: CollectionRecord?) throws {
    self.summary = summary
    origin = try record.map { record in
      let file = summary.files[0]
      return (record, try record.level(of: file.path, sha256: file.sha256))
    }
  }

  var text: String {
    let name = summary.files[0].path.split(separator: "/").last.map(String.init) ?? ""
    var lines = ["# \(name)", ""] + table(["", ""], content)
    if let (record, level) = origin {
      lines += ["", "## Origin", ""] + table(["", ""], originRows(record, level))
      lines += ["", "```sh", record.command, "```"]
      lines += ["", "## Learning curve", ""] + curve(record.curve)
    }
    return lines.map(\.printable).joined(separator: "\n") + "\n"
  }

  private func table(_ head: [String], _ rows: [[String]]) -> [String] {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    return [line(head), "|" + String(repeating: "---|", count: head.count)] + rows.map(line)
  }

  private var content: [[String]] {
    let episodes = summary.episodes
    func count(_ ending: DatasetInspection.Ending) -> Int {
      episodes.count { $0.ending == ending }
    }
    var rows = [
      ["environment", summary.id?.description ?? "unknown"],
      ["SHA-256", "`\(summary.files[0].sha256)`"],
      ["layout", summary.form],
      ["rows", "\(summary.rowCount)"],
      [
        "episodes",
        "\(episodes.count): \(count(.terminated)) terminated, \(count(.cut)) cut, "
          + "\(count(.open)) open at the end",
      ],
    ]
    guard summary.hasRewards else { return rows }
    let returns = episodes.map(\.total)
    rows.append(["return", spread(returns)])
    if let score = summary.score {
      rows.append(["score", spread(returns.map(score.normalized)) + "; \(score.source)"])
    }
    rows.append(["problems", summary.problems.isEmpty ? "none found" : ""])
    return rows + summary.problems.map { ["", $0] }
  }

  private func spread(_ values: [Double]) -> String {
    guard let sample = Sample(values) else { return "no episode" }
    return "mean \(sample.mean.text(decimals: 1)), "
      + "median \(sample.median.text(decimals: 1)), "
      + "best decile from \(sample.quantile(0.9).text(decimals: 1)), "
      + "best \(sample.maximum.text(decimals: 1))"
  }

  private func originRows(_ record: CollectionRecord, _ level: DataLevel) -> [[String]] {
    func policy(_ name: String, _ point: LearningCurve.Point?) -> [[String]] {
      point.map {
        [["\(name) policy", "step \($0.step), return \($0.meanReturn.text(decimals: 1))"]]
      } ?? []
    }
    return [
      ["level", level.rawValue], ["trained in", record.environment], ["recipe", record.recipe],
      ["seed", "\(record.seed)"], ["program", record.generator],
    ] + policy("medium", try? record.curve.medium()) + policy("expert", try? record.curve.expert())
  }

  private func curve(_ curve: LearningCurve) -> [String] {
    let hasMeans = curve.points.contains { $0.meanActionReturn != nil }
    return table(
      ["step", "return", "length"] + (hasMeans ? ["return without noise"] : []),
      curve.points.map { point in
        [
          "\(point.step)", point.meanReturn.text(decimals: 1), point.meanLength.text(decimals: 1),
        ] + (hasMeans ? [point.meanActionReturn?.text(decimals: 1) ?? ""] : [])
      })
  }
}

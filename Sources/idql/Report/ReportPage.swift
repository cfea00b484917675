import IDQLEnvs
import IDQLEvaluation
import IDQLRender
import IDQLSpelling

/// A page about a result or a study, in one file: scores, distributions, where episodes ended, learning curves, what all
/// of it depends on, and episodes to watch.
package struct ReportPage {
  var title: String
  var cells: [Cell]
  var scores: ScoreTable
  /// Curves of the runs that the policies are of; nil without one.
  var curves: SVG?
  /// What a reader should know first: what is partial, and what could not be replayed.
  var notes: [String] = []

  /// One evaluation, and those of its episodes that can be watched.
  struct Cell {
    /// Of the file or study that it is of.
    var method: String
    var report: Report
    var replays: [(episode: Int, page: PageEpisode)] = []

    var policy: String { report.provenance.policyName ?? report.provenance.policy.file }
  }

  /// More rows than that are no table for a reader.
  private static let cellLimit = 200
  /// Mazes that are drawn, and ends in all of them, so that a page stays small.
  private static let mazeLimit = 8
  private static let endLimit = 800

  /// - Returns: a whole HTML document, the same for the same contents.
  /// - Throws: what encoding throws, and what making a maze throws.
  package func html() throws -> String {
    var page = try HTMLDocument(
      replayPage: title, style: String(decoding: PackageResources.report_css, as: UTF8.self),
      script: [String(decoding: PackageResources.report_js, as: UTF8.self)])
    page.add(html: "<main class=\"report\"><h1>\(title.escapedForHTML)</h1>")
    if !notes.isEmpty { page.add(html: Self.list(notes, class: "notes")) }
    page.add(html: "<h2>Scores</h2>" + Self.table(scores.grid))
    page.add(html: Self.list(scores.footnotes, class: "footnotes"))
    if cells.count > 1 { page.add(html: cellSection) }
    page.add(html: returnsSection)
    if cells.contains(where: { !$0.replays.isEmpty }) { page.add(html: replaySection) }
    page.add(html: try mazeSection())
    if let curves {
      page.add(
        html:
          "<h2>Learning curves</h2><p>Of the runs that the policies are of: mean over seeds, with a band from the "
          + "smallest to the largest.</p>" + curves.element)
    }
    page.add(html: provenanceSection)
    page.add(html: "</main>")
    page.add(cells.flatMap { $0.replays.map(\.page) })
    return page.text
  }

  // MARK: Sections

  private var cellSection: String {
    guard cells.count <= Self.cellLimit else {
      return "<h2>Cells</h2><p>\(cells.count) cells; 'idql merge' prints them one by one.</p>"
    }
    let head = [
      "cell", "policy", "environment", "seed", "episodes", "return", "interquartile mean",
      "success", "endings",
    ]
    let rows = cells.enumerated().map { index, cell -> [String] in
      let (summary, provenance) = (cell.report.summary, cell.report.provenance)
      return [
        "\(index)", cell.policy, provenance.environment, "\(provenance.seed)",
        "\(summary.finishedEpisodes)"
          + (summary.isPartial ? " of \(summary.requestedEpisodes), PARTIAL" : ""),
        summary.returns.map { Self.text($0.mean, $0.meanInterval?.interval) } ?? "–",
        summary.returns.map {
          Self.text($0.interquartileMean, $0.interquartileMeanBootstrapInterval)
        } ?? "–",
        summary.success.map { rate in
          Self.text(
            100 * rate.rate,
            Interval(lower: 100 * rate.interval.lower, upper: 100 * rate.interval.upper))
            + " %"
        } ?? "–",
        Self.text(summary.endings),
      ]
    }
    return "<h2>Cells</h2>" + Self.table([head] + rows)
      + "<p class=\"footnotes\">Intervals of 95 %, over episodes.</p>"
  }

  private var returnsSection: String {
    var number = 0
    var plots: [ReturnsPlot] = []
    for cell in cells.prefix(Self.cellLimit) {
      let environment = cell.report.provenance.environment
      var row = ReturnsPlot.Row(
        name: "\(cell.policy), seed \(cell.report.provenance.seed)", report: cell.report)
      for replay in cell.replays {
        row.watched[replay.episode] = number
        number += 1
      }
      let place = plots.firstIndex { $0.environment == environment } ?? plots.count
      if place == plots.count { plots.append(ReturnsPlot(environment: environment)) }
      plots[place].rows.append(row)
    }
    return
      "<h2>Returns</h2><p>A dot is an episode, the box the middle half, its line the median; green the mean with "
      + "its interval of 95 %. Red dots can be watched.</p>"
      + plots.compactMap { $0.picture?.element }.joined(separator: "\n")
  }

  private var replaySection: String {
    var rows: [String] = []
    var number = 0
    for (index, cell) in cells.enumerated() {
      for replay in cell.replays {
        guard let episode = cell.report.episodes.first(where: { $0.index == replay.episode }) else {
          continue
        }
        let texts = [
          "\(index)", cell.policy, cell.report.provenance.environment, "\(episode.index)",
          "\(episode.seed)", episode.totalReward?.text(decimals: 2) ?? "broken",
          "\(episode.length)",
          episode.isSuccess.map { $0 ? "reached the goal" : "did not" }
            ?? (episode.isTerminated ? "terminated" : "time limit"),
        ]
        rows.append(
          "<tr><td><button type=\"button\" data-watch=\"\(number)\">Watch</button></td>"
            + texts.map { "<td>\($0.escapedForHTML)</td>" }.joined() + "</tr>")
        number += 1
      }
    }
    let head = [
      "", "cell", "policy", "environment", "episode", "reset seed", "return", "steps", "end",
    ]
    return
      "<h2>Episodes to watch</h2><p>Played anew by the same policy on the same seed, and compared with the result; "
      + "of each cell the lowest return, the highest, and evenly ranked ones between.</p>"
      + "<div class=\"wide\"><table><thead><tr>"
      + head.map { "<th>\($0)</th>" }.joined()
      + "</tr></thead><tbody>\(rows.joined(separator: "\n"))</tbody></table></div>"
  }

  private func mazeSection() throws -> String {
    var groups: [(name: String, environment: String, episodes: [Episode], provenance: Provenance)] =
      []
    for cell in cells {
      let id = cell.report.provenance.environment
      if let place = groups.firstIndex(where: { $0.name == cell.policy && $0.environment == id }) {
        groups[place].episodes += cell.report.episodes
      } else {
        groups.append((cell.policy, id, cell.report.episodes, cell.report.provenance))
      }
    }
    groups.removeAll { group in !group.episodes.contains { $0.journey != nil } }
    guard !groups.isEmpty else { return "" }
    let limit = Self.endLimit / min(groups.count, Self.mazeLimit)
    let plans = try groups.prefix(Self.mazeLimit).compactMap { group -> String? in
      let make = try EnvironmentRecord.maker(
        id: group.environment, physics: group.provenance.physics,
        successTiming: group.provenance.successTiming, seed: group.provenance.seed)
      guard let maze = try make().maze else { return nil }
      let plan = MazePlan(maze, episodes: Array(group.episodes.prefix(limit)))
      let part =
        group.episodes.count > limit
        ? ", the first \(limit) of \(group.episodes.count) episodes" : ""
      return plan.plot(caption: group.name + part).element
    }
    let left = groups.count - plans.count
    return
      "<h2>Where episodes ended</h2><div class=\"plans\">\(plans.joined(separator: "\n"))</div>"
      + (left > 0 ? "<p>Of \(left) more policies and mazes there is no picture here.</p>" : "")
  }

  private var provenanceSection: String {
    func unique(_ rows: [[String]]) -> [[String]] {
      rows.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
    let provenances = cells.map(\.report.provenance)
    let programs = provenances.map { provenance in
      [
        provenance.version, provenance.gitRevision, provenance.programSHA256 ?? "unknown",
        provenance.kernels?.text ?? provenance.arithmetic.map { "\($0) multiply-add" } ?? "unknown",
        provenance.machine.map { "\($0.processor), \($0.cores) cores, \($0.system)" } ?? "any",
        provenance.date ?? "–",
      ]
    }
    let environments = provenances.map {
      [$0.environment, $0.physics, $0.successTiming ?? "–"]
    }
    let policies = cells.map { cell -> [String] in
      let policy = cell.report.provenance.policy
      let notes = policy.notes.map { "\($0.name): \($0.text)" }.joined(separator: "; ")
      return [cell.policy, policy.line, policy.sha256 ?? "–", notes.isEmpty ? "–" : notes]
    }
    return "<h2>What it depends on</h2>"
      + Self.table([["policy", "how it acts", "SHA-256", "beside its file"]] + unique(policies))
      + Self.table([["environment", "physics", "success timing"]] + unique(environments))
      + Self.table(
        [["version", "revision", "program's SHA-256", "networks", "machine", "date"]]
          + unique(programs))
  }

  // MARK: Text

  private static func text(_ value: Double, _ interval: Interval?) -> String {
    value.text(decimals: 1)
      + (interval.map { " [\($0.lower.text(decimals: 1)), \($0.upper.text(decimals: 1))]" } ?? "")
  }

  private static func text(_ endings: Summary.Endings) -> String {
    [
      (endings.terminated, "terminated"), (endings.truncated, "by the time limit"),
      (endings.broken, "BROKEN"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }

  /// The first row is the head.
  private static func table(_ rows: [[String]]) -> String {
    func row(_ cells: [String], _ tag: String) -> String {
      "<tr>" + cells.map { "<\(tag)>\($0.escapedForHTML)</\(tag)>" }.joined() + "</tr>"
    }
    return "<div class=\"wide\"><table><thead>\(row(rows[0], "th"))</thead><tbody>"
      + rows.dropFirst().map { row($0, "td") }.joined(separator: "\n") + "</tbody></table></div>"
  }

  private static func list(_ lines: [String], class name: String) -> String {
    "<ul class=\"\(name)\">" + lines.map { "<li>\($0.escapedForHTML)</li>" }.joined(separator: "\n")
      + "</ul>"
  }
}

import ArgumentParser
import Foundation
import IDQLAgent
import IDQLEvaluation
import IDQLRender
import IDQLRuns
import IDQLSpelling
import IDQLTensors

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make one page of studies and results, with episodes to watch.",
    discussion: """
      The page is one file for any browser, which asks the network for nothing: scores, returns of every episode, where \
      episodes ended in mazes, learning curves of the runs that the policies are of (as they were named: runs/a:best), what all of \
      it depends on, and replays. A result's policies are looked for as 'idql replay' does; a study has its own. Status 1 \
      if an episode is played to another outcome than the result has.

      Example: idql report studies/e7 --html e7.html
      """)

  @Argument(
    help: "Folders of studies, and results of 'idql eval --json' or 'idql merge --json'.",
    completion: .file())
  var inputs: [String]
  @Option(help: "Page to make.", completion: .file()) var html: String
  @OptionGroup var methods: MethodOptions
  @Option(
    help: """
      Episodes of each cell to replay: the lowest return, the highest, and evenly ranked ones between; 3 if left out, or \
      less where that would be more than 30 of all cells.
      """, within: 0...1000)
  var replays: Int?
  @Option(help: "Title of the page.") var title: String?
  @Option(help: "Seed of the resampling.", within: .seeds) var seed: UInt64 = 0

  /// Of all cells together, if no number is asked for.
  private static let replayLimit = 30

  func run() throws {
    let cancellation = Interruption.awaited()
    let studies = inputs.filter(StudyFolder.isStudy)
    try requireOutputs(
      ["--html": html], besides: inputs.filter { !studies.contains($0) }, studies: studies)
    let sources = try zip(inputs, MethodOptions.names(of: inputs)).map(ReportSource.init)
    var page = ReportPage(
      title: title
        ?? "Report of \(inputs.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: ", "))",
      cells: [], scores: ScoreTable([]))
    let cellCount = sources.reduce(0) { $0 + $1.reports.count }
    let wanted = replays ?? min(3, Self.replayLimit / max(cellCount, 1))
    var areSame = true
    for source in sources {
      page.notes += source.notes
      for (index, report) in source.reports.enumerated() {
        var cell = ReportPage.Cell(
          method: try methods.method(of: report, in: source.path, named: source.name),
          report: report)
        do {
          let replayed = try replay(index, of: source, wanted, cancellation)
          cell.replays = replayed.map { ($0.replay.episode.index, $0.page) }
          for replay in replayed where !replay.isSame {
            areSame = false
            page.notes.append(replay.verdict)
          }
        } catch is CancellationError {
          throw Failure(Interruption.status, "interrupted; no page was made.")
        } catch {
          page.notes.append("\(source.path), cell \(index): no replay: \(error)")
        }
        page.cells.append(cell)
      }
    }
    page.scores = ScoreTable(page.cells.map { ($0.method, $0.report) }, seed: seed)
    do { page.curves = try curves(of: page.cells) } catch {
      page.notes.append("no learning curves: \(error)")
    }
    try writeFileAtomically(page.html(), to: html)
    let replayCount = page.cells.reduce(0) { $0 + $1.replays.count }
    try printOut(
      ([
        "\(html): \(page.cells.count) \(page.cells.count == 1 ? "cell" : "cells"), "
          + "\(page.cells.reduce(0) { $0 + $1.report.episodes.count }) episodes, \(replayCount) to watch"
      ] + page.notes).joined(separator: "\n"))
    if !areSame { throw ExitCode(1) }
  }

  private typealias Replayed = (replay: Replay, page: PageEpisode, isSame: Bool, verdict: String)

  private func replay(
    _ cell: Int, of source: ReportSource, _ count: Int, _ cancellation: Cancellation
  ) throws -> [Replayed] {
    let report = source.reports[cell]
    let chosen = Self.chosen(count, of: report.episodes)
    guard !chosen.isEmpty else { return [] }
    let policy = try source.policy(cell)
    return try chosen.map { episode in
      let replay = try Replay(episode, of: report, policy: policy)
      let recording = try replay.session.play(episode.index, cancellation: cancellation)
      let isSame = replay.isReproduced(by: recording) == true
      let verdict = "cell \(cell), " + replay.verdict(on: recording)
      let fact = PageEpisode.Fact("result", isSame ? "return and hash as in the result" : verdict)
      return (replay, try PageEpisode(recording, facts: [fact]), isSame, verdict)
    }
  }

  /// The lowest return, the highest, and evenly ranked ones between; a broken episode is the lowest.
  static func chosen(_ count: Int, of episodes: [Episode]) -> [Episode] {
    let ranked = episodes.sorted {
      ($0.totalReward ?? -.infinity, $0.index) < ($1.totalReward ?? -.infinity, $1.index)
    }
    guard ranked.count > count else { return ranked }
    guard count > 1 else { return Array(ranked.prefix(count)) }
    return (0..<count).map { ranked[$0 * (ranked.count - 1) / (count - 1)] }
  }

  /// Of the runs that are still where the policies were named; nil if none is.
  private func curves(of cells: [ReportPage.Cell]) throws -> SVG? {
    let folders = cells.compactMap { $0.report.provenance.policyName.flatMap(RunFolder.ofPolicy) }
      .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    guard !folders.isEmpty else { return nil }
    return try CurvePlot(folders: folders).picture(pointLimit: 240)
  }
}

/// A study or a result, and where its policies are.
private struct ReportSource {
  let path: String
  /// Of its method, if it is one.
  let name: String
  let reports: [Report]
  let notes: [String]
  /// By cell.
  let policy: (Int) throws -> LoadedPolicy

  init(_ path: String, named name: String) throws {
    (self.path, self.name) = (path, name)
    guard StudyFolder.isStudy(path) else {
      let reports = try readReports(path)
      self.reports = reports
      let partial = reports.count { $0.summary.isPartial }
      notes =
        partial == 0
        ? [] : ["\(path): \(partial) of \(reports.count) results are PARTIAL, and so biased"]
      policy = {
        try Replay.policy(of: reports[$0], resultFile: path, scoredFile: scoredFile)
      }
      return
    }
    let folder = try StudyFolder(path)
    var cells: [Report] = []
    let (_, results) = try StudyReport.merging(folder, writingTo: nil) { cells.append($0) }
    reports = cells
    notes =
      results.missingCount == 0
      ? []
      : [
        "\(path): PARTIAL, \(results.missingCount) of \(folder.plan.episodeCount) episodes are missing"
      ]
    policy = { try folder.policy(folder.plan.cells[$0].policy) }
  }
}

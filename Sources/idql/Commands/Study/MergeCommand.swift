import ArgumentParser
import IDQLEvaluation
import IDQLSpelling
import IDQLTensors

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Make one report of a study's parts.",
    discussion: """
      The report equals, to the bit, that of one machine which played everything. An episode that several parts hold has \
      to be the same in all of them; a part of another plan, program, physics or arithmetic is refused by \
      name. Status 65 if episodes are missing, or broke.

      Example: idql merge studies/e7 --json report.json
      """)

  @Argument(help: "Folder of the study.", completion: .directory) var study: String
  @Option(help: "Also write the report to this file; \(jsonHelp)", completion: .file()) var json:
    String?

  @Flag(help: "Draw no progress bar.") var quiet = false

  func run() throws { try printMerged(try StudyFolder(study), json: json, quiet: quiet) }
}

/// Prints the report of what a study's parts hold, and writes it.
///
/// - Throws: `Failure` if an episode is missing or broke, after the report.
func printMerged(_ folder: StudyFolder, json: String?, quiet: Bool) throws {
  try requireOutputs(["--json": json], besides: [], studies: [folder.path])
  let bar = ProgressBar.ifWatched(quiet: quiet)
  // a file is written cell by cell, for standard output the cells are kept
  let toOutput = json == "-"
  var whole: [Report] = []
  var count = 0
  let (merged, results) = try StudyReport.merging(folder, writingTo: toOutput ? nil : json) {
    if toOutput { whole.append($0) }
    count += 1
    bar?.update(count, of: folder.plan.cells.count, "cells")
  }
  let report = toOutput ? StudyReport(plan: folder.id, cells: whole) : merged
  let nodes = results.nodes.sorted { $0.key < $1.key }.map { node, work in
    "\(node): \(work.episodes) episodes in \(work.seconds.text(decimals: 1)) s"
  }
  let duplicates =
    results.duplicateCount == 0
    ? "" : ", \(results.duplicateCount) episodes played more than once, with equal outcomes"
  try deliver(json: toOutput ? json : nil, toOutput ? report.jsonFile : "") {
    """
    study        \(folder.id.prefix(12))…, \(folder.plan.cells.count) cells, \(folder.plan.episodeCount) episodes
    parts        \(results.partCount)\(nodes.isEmpty ? "" : " from ")\(nodes.joined(separator: ", "))\(duplicates)

    \(report.table)
    """
  }
  let missing = results.missing()
  if let first = missing.first {
    throw Failure(
      .badData,
      "\(results.missingCount) of \(folder.plan.episodeCount) episodes are missing, the first of them episode "
        + "\(first.episodes[0]) of cell \(first.cell); 'idql eval --resume \(folder.path)' plays them."
    )
  }
  try requireWhole(report.cells)
}

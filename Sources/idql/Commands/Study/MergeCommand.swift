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

  @Argument(help: "Folder of the study.") var study: String
  @Option(help: "Also write the report to this file.") var json: String?

  func run() throws { try printMerged(try StudyFolder(study), json: json) }
}

/// Prints the report of what a study's parts hold, and writes it.
///
/// - Throws: `Failure` if an episode is missing or broke, after the report.
func printMerged(_ folder: StudyFolder, json: String?) throws {
  let plan = StudyFolder.planPath(folder.path)
  try requireOutputs(["--json": json], besides: [plan])
  let results = try StudyResults(folder)
  let report = StudyReport(results)
  if let json { try report.writeJSON(to: json) }
  let nodes = results.nodes.sorted { $0.key < $1.key }.map { node, work in
    "\(node): \(work.episodes) episodes in \(work.seconds.text(decimals: 1)) s"
  }
  let duplicates =
    results.duplicateCount == 0
    ? "" : ", \(results.duplicateCount) episodes played more than once, with equal outcomes"
  try printOut(
    """
    study        \(folder.id.prefix(12))…, \(folder.plan.cells.count) cells, \(folder.plan.episodeCount) episodes
    parts        \(results.partCount)\(nodes.isEmpty ? "" : " from ")\(nodes.joined(separator: ", "))\(duplicates)

    \(report.table)
    """)
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

import ArgumentParser
import IDQLEvaluation
import IDQLTensors

struct WorkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work", abstract: "Play a share of a study, on any machine.",
    discussion: """
      A study is a folder that 'idql eval --plan' made. Episodes that a part holds already are not played again; what \
      has finished is written every minute, and when a signal asks for the end.

      Example: idql work studies/e7 --shard 3/64
      """)

  @Argument(help: "Folder of the study.", completion: .directory) var study: String
  @Option(help: "Share i/n, 0 ≤ i < n, of all episodes, cell after cell.") var shard: Shard?
  @Option(help: "Of every cell, the episodes a..<b.") var episodes: EpisodeRange?
  @OptionGroup(title: "Execution") var execution: BatchedOptions

  func validate() throws {
    if shard != nil, episodes != nil {
      throw ValidationError("--shard and --episodes both say which share; leave one out.")
    }
  }

  func run() throws {
    let folder = try StudyFolder(study)
    let share: StudyShare =
      shard.map { .shard(index: $0.index, count: $0.count) }
      ?? episodes.map { .episodes($0.range) } ?? .all
    let played = try play(folder, share, execution)
    let results = try StudyResults(folder)
    let total = folder.plan.episodeCount
    try printOut(
      "\(played) episodes played, \(total - results.missingCount) of \(total) of the study finished"
    )
  }
}

/// Plays what is missing of a share.
///
/// - Returns: the number of episodes played.
/// - Throws: `Failure` if a signal ended it.
func play(
  _ folder: StudyFolder, _ share: StudyShare, _ execution: BatchedOptions
) throws -> Int {
  let cancellation = Interruption.awaited()
  let missing = try StudyResults(folder).missing(of: share)
  var player = StudyPlayer(folder)
  (player.workers, player.batch) = (execution.workers, execution.batch)
  let bar = ProgressBar.ifWatched(quiet: execution.quiet)
  let played = try player.play(
    missing, cancellation: cancellation, onProgress: { bar?.update($0) })
  let asked = missing.reduce(0) { $0 + $1.episodes.count }
  if played < asked {
    throw Failure(
      Interruption.status,
      "interrupted: \(played) of \(asked) episodes finished; they are in \(folder.partsPath).")
  }
  return played
}

/// As `3/64`.
struct Shard: ExpressibleByArgument {
  let index, count: Int

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]),
      (1...1_000_000).contains(count), (0..<count).contains(index)
    else { return nil }
    (self.index, self.count) = (index, count)
  }
}

/// As `40..<60`.
struct EpisodeRange: ExpressibleByArgument {
  let range: Range<Int>

  init?(argument: String) {
    guard let dots = argument.firstRange(of: "..<"),
      let lower = Int(argument[..<dots.lowerBound]), let upper = Int(argument[dots.upperBound...]),
      lower >= 0, lower < upper
    else { return nil }
    range = lower..<upper
  }
}

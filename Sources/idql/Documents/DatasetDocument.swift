import IDQLDatasets
import IDQLEnvs
import IDQLEvaluation

/// The result of `idql data --json`.
struct DatasetDocument: Encodable {
  struct File: Encodable {
    var path, sha256: String
  }

  struct Rule: Encodable {
    var name, text: String
  }

  struct Endings: Encodable {
    var terminated, cut, open: Int
  }

  /// Of one quantity over episodes.
  struct Spread: Encodable {
    var mean: Double
    var deviation: Double?
    var minimum, maximum: Double

    init?(_ values: [Double]) {
      guard let sample = Sample(values) else { return nil }
      mean = sample.mean
      deviation = sample.standardDeviation
      (minimum, maximum) = (sample.minimum, sample.maximum)
    }

    enum CodingKeys: String, CodingKey {
      case mean, deviation
      case minimum = "min"
      case maximum = "max"
    }
  }

  var files: [File]
  var layout: String
  var environment: String?
  var rows, observationCount, actionCount, transitions: Int
  /// Optional columns that are there, and those that are not.
  var columns, absentColumns, unusedColumns: [String]
  var episodes: Int
  var endings: Endings
  var length, totalReward, score: Spread?
  var rules: [Rule]
  var problems: [String]

  init(_ summary: DatasetSummary) {
    files = summary.files.map { File(path: $0.path, sha256: $0.sha256) }
    layout = summary.form
    environment = summary.id?.description
    (rows, transitions) = (summary.rowCount, summary.transitionCount)
    (observationCount, actionCount) = (summary.observationCount, summary.actionCount)
    columns = summary.columns.filter(\.isPresent).map(\.name)
    absentColumns = summary.columns.filter { !$0.isPresent }.map(\.name)
    unusedColumns = summary.unused
    let all = summary.episodes
    episodes = all.count
    endings = Endings(
      terminated: all.count { $0.ending == .terminated }, cut: all.count { $0.ending == .cut },
      open: all.count { $0.ending == .open })
    length = Spread(all.map { Double($0.length) })
    if summary.hasRewards {
      let returns = all.map(\.total)
      totalReward = Spread(returns)
      score = summary.score.flatMap { Spread(returns.map($0.normalized)) }
    }
    rules = summary.rules.map { Rule(name: $0.name, text: $0.description) }
    problems = summary.problems
  }

  enum CodingKeys: String, CodingKey {
    case files, layout, environment, rows, transitions, columns, episodes, endings, length, score
    case rules, problems
    case totalReward = "return"
    case observationCount = "observation_count"
    case actionCount = "action_count"
    case absentColumns = "absent_columns"
    case unusedColumns = "unused_columns"
  }
}

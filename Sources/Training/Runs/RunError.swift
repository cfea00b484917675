import IDQLTensors

/// Why a run was refused. The description is one line: what was found, where, what would be
/// accepted.
public enum RunError: Error, Equatable, CustomStringConvertible {
  /// A configuration cannot be parsed, with the parser's reason.
  case notTOML(source: String, reason: String)
  /// No setting has that name; `closest` is one of a similar name.
  case unknownSetting(String, source: String, closest: String?)
  /// A setting's value has the wrong type.
  case settingType(String, source: String, found: String, expected: String)
  /// A setting's value is out of range.
  case settingRange(String, found: String, expected: String)
  /// A new run was given the path of something that exists.
  case folderExists(String)
  /// Another process, or another `TrainingRun`, has the run open.
  case inUse(String)
  /// The path is not the folder of a run.
  case noRun(String)
  /// The run has no policy of that name; `found` are the names that it has.
  case noCheckpoint(run: String, name: String, found: [String])
  /// The SHA-256 of a data file is no longer that of the run's beginning.
  case dataChanged(file: String, found: String, expected: String)
  /// A run was to begin without data.
  case noData
  /// So many files were given for a run that began with another number.
  case dataCount(found: Int, expected: Int)
  /// The networks of this processor, or the kernels that were chosen, round otherwise than those that began the run.
  case otherArithmetic(file: String, begun: String, here: String)
  /// A file of the run's folder cannot be read back.
  case damagedRun(file: String, reason: String)
  /// The validation share leaves no transitions for training or for validation.
  case split(count: Int, share: Double)
  /// The environment of that id gives its policies a goal, which IDQL does not learn from.
  case goalConditioned(String)
  /// No run has logged anything yet.
  case nothingToPlot

  /// One line: what was found, where, what would be accepted.
  public var description: String {
    switch self {
    case .notTOML(let source, let reason):
      "\(source): \(reason)."
    case .unknownSetting(let name, let source, let closest):
      "\(source): no setting is named '\(name)'"
        + (closest.map { "; did you mean '\($0)'?" } ?? ".")
    case .settingType(let name, let source, let found, let expected):
      "\(source): \(name) is \(found); it must be \(expected)."
    case .settingRange(let name, let found, let expected):
      "\(name) is \(found); it must be \(expected)."
    case .folderExists(let path):
      "\(path): there is something already; a new run needs a new folder, and --resume continues a "
        + "run."
    case .inUse(let path):
      "\(path): another process trains this run; two would write over each other."
    case .noRun(let path):
      "\(path): not the folder of a run; it would hold run.json, config.toml and state.safetensors."
    case .noCheckpoint(let run, let name, let found):
      "\(run): no policy is named '\(name)'; there "
        + (found.isEmpty ? "is none yet." : "are \(found.joined(separator: ", ")).")
    case .dataChanged(let file, let found, let expected):
      "\(file): its SHA-256 is \(found), but the run began with \(expected)."
    case .noData:
      "no file of data was given; a run needs at least one."
    case .dataCount(let found, let expected):
      "\(found) files of data were given; the run began with \(expected)."
    case .otherArithmetic(let file, let begun, let here):
      "\(file): its networks round as '\(begun)', those of this process as '\(here)', so that the run would not end with "
        + "the bits it has to; it goes on where it was begun."
    case .damagedRun(let file, let reason):
      "\(file): \(reason)."
    case .split(let count, let share):
      "of \(count) transitions a share of \(share) for validation leaves too few on one side."
    case .goalConditioned(let id):
      "\(id) gives its policies a goal, which IDQL does not learn from; its singletask ids do not."
    case .nothingToPlot:
      "the runs have logged nothing yet."
    }
  }
}

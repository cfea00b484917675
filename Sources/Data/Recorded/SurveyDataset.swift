import IDQLEnvs

extension DatasetSummary {
  /// What `DatasetInspection` says of a file or a Minari folder, without having all of it in memory: a
  /// file whose rows are marked where trajectories are cut is read in parts that end there, and what
  /// the same code finds in each is added up.
  ///
  /// - Parameters:
  ///   - id: the task of the data; nil to derive it from the file or its name.
  ///   - partLength: how many rows a part has at least, but for the last one; more if the file is
  ///     packed in longer chunks.
  /// - Throws: `FileError`, `DatasetError`; what making the environment throws.
  package init(
    surveying path: String, id: EnvironmentID?, partLength: Int = 1 << 16
  ) throws {
    let source = try DatasetSource(path)
    guard let parts = try RecordingParts(source, length: partLength), parts.ranges.count > 1 else {
      self = try DatasetInspection(
        [source], id: id, columns: [.nextObservations, .states, .goals]
      ).summary
      return
    }
    let id = id ?? KnownDefects.id(ofFile: path)
    let spec = try id.map { try makeEnvironment($0).spec }
    let rule = try TransitionDataset.RewardRule.standard(for: id)
    let continues = rule.continuesAfterTerminals ?? parts.continueAfterTerminals
    var survey = Survey(rule: rule)
    for range in parts.ranges {
      let part = try parts.recording(range)
      if let id, let spec {
        try part.requireSizes(of: id.description, spec.observationCount, spec.actionCount)
      }
      let structure = try EpisodeStructure(
        part, stepLimit: spec?.stepLimit, continuesAfterTerminals: continues,
        part: .init(followsJumps: survey.order.unmarked > 0))
      try survey.add(part, structure, isLast: range == parts.ranges.last)
    }
    try source.file.requireUnchanged()
    try survey.order.check(source.file.path)
    var first = try parts.recording(parts.ranges[0])
    first.leaveOut(survey.unread)
    guard survey.transitionCount > 0 else {
      throw DatasetError(file: source.file.path, .noTransitions)
    }
    let task = id == nil ? try KnownDefects.task(ofFile: path, first) : nil
    self.init(
      files: [.init(path: path, sha256: try source.sha256.get())], form: first.form, id: id,
      family: task?.name, score: spec?.referenceScore ?? task?.score, rowCount: parts.total,
      observationCount: first.observations.columnCount, actionCount: first.actions.columnCount,
      transitionCount: survey.transitionCount, hasRewards: first.rewards != nil,
      columns: first.presentColumns, unused: first.unused, episodes: survey.episodes,
      rules: survey.rules,
      problems: DatasetInspection.problems(
        id, nil, first, rowCount: parts.total, survey.findings, survey.episodes,
        stepLimit: spec?.stepLimit))
  }
}

/// Sums over the parts of a recording.
private struct Survey {
  let rule: TransitionDataset.RewardRule
  private(set) var transitionCount = 0
  private(set) var episodes: [DatasetInspection.Episode] = []
  private(set) var findings = RowFindings()
  private(set) var order = EpisodeStructure.Order()
  private(set) var rules: [DataRule] = []
  /// Of optional columns, what is wrong with them in the first part in which something is.
  private(set) var unread: [RecordedDataset.Columns: DatasetError] = [:]
  private var returns: (low: Double, high: Double)?

  init(rule: TransitionDataset.RewardRule) { self.rule = rule }

  mutating func add(
    _ part: RecordedDataset, _ structure: EpisodeStructure, isLast: Bool
  ) throws {
    findings.add(part)
    unread.merge(part.unread) { first, _ in first }
    order += structure.order
    episodes += part.episodes(structure)
    // the last row of a part is one of a cut, and left out for that
    let cut = !isLast && structure.rules.contains(DataRule(.dropsLastRow)) ? 1 : 0
    var found = structure.rules
    if !structure.rows.isEmpty {
      // a scale is that of all parts
      let transitions = try TransitionDataset(
        part, structure, rewards: rule == .scaleByReturns ? .keep : rule)
      transitionCount += transitions.count
      found = transitions.rules
      for total in transitions.returns {
        returns = (min(returns?.low ?? total, total), max(returns?.high ?? total, total))
      }
    }
    if rule == .scaleByReturns {
      let spread = (returns?.high ?? 0) - (returns?.low ?? 0)
      found.removeLast()
      found.append(DataRule(.scalesRewards(spread > 0 ? 1000 / spread : 1)))
    }
    rules = found.map { $0.adding(rules, moreTimeouts: cut) }
  }
}

/// The parts of a file of D4RL's or OGBench's columns, each ending where a trajectory was cut.
private struct RecordingParts {
  let total: Int
  private(set) var ranges: [Range<Int>] = []
  private(set) var continueAfterTerminals = false
  private let file: any RowFile
  private let container: String

  /// Rows whose marks are read at a time.
  private static let markCount = 1 << 18

  /// nil for other files.
  init?(_ source: DatasetSource, length: Int) throws {
    guard source.metadata == nil else { return nil }
    let data = source.file
    if try HDF5Storage.start(in: data) != nil {
      let storage = try HDF5Storage(data)
      guard try storage.episodes().isEmpty else { return nil }
      (file, container) = (try HDF5File(storage), "HDF5")
    } else if try data.read(at: 0, count: min(2, data.byteCount)) == Array("PK".utf8) {
      (file, container) = (try NumPyArchive(data), "npz")
    } else {
      return nil
    }
    var roles = ColumnRoles(file)
    guard roles.find("masks") == nil, roles.find("valids") == nil,
      let shape = try? file.shape("observations"), let rows = shape.first
    else { return nil }
    let hasRewards = roles.find("rewards") != nil
    if !hasRewards, roles.find("next_observations") != nil { return nil }
    total = rows
    let length = max(length, file.leastRows)
    let hasGoals = roles.find("infos/goal") != nil
    var runs = EpisodeStructure.TerminalRuns()
    var start = 0
    // with the row after, to which a run may go on
    for first in stride(from: 0, to: rows, by: Self.markCount) {
      let end = min(first + Self.markCount, rows)
      let window = RowWindow(file: file, rows: first..<min(end + 1, rows), total: rows)
      var roles = ColumnRoles(window)
      let ends = try roles.ends(rows: window.rows.count)
      // rows of final states are OGBench's marks
      let isOGBench = !hasRewards && ends.cut == nil && ends.name == "terminals"
      guard let terminals = ends.terminated, let cuts = isOGBench ? terminals : ends.cut,
        hasRewards || isOGBench
      else { return nil }
      if !isOGBench { runs.add(terminals) { cuts[$0] } }
      for row in first..<end where cuts[row - first] && row + 1 - start >= length {
        ranges.append(start..<row + 1)
        start = row + 1
      }
    }
    if start < rows { ranges.append(start..<rows) }
    continueAfterTerminals = runs.goOn(hasGoals: hasGoals)
  }

  func recording(_ rows: Range<Int>) throws -> RecordedDataset {
    try RecordedDataset.rows(
      RowWindow(file: file, rows: rows, total: total), in: container,
      [.nextObservations, .states, .goals])
  }
}

extension DataRule {
  /// The rule with the counts of parts before.
  ///
  /// - Parameter moreTimeouts: rows left out for their marks that the part did not count.
  fileprivate func adding(_ before: [DataRule], moreTimeouts: Int) -> DataRule {
    func sum(_ count: Int, _ read: (Kind) -> Int?) -> Int {
      before.reduce(count) { $0 + (read($1.kind) ?? 0) }
    }
    return switch kind {
    case .explicitNext(let count):
      DataRule(
        .explicitNext(count: sum(count) { if case .explicitNext(let n) = $0 { n } else { nil } }))
    case .dropsTimeouts(let count):
      DataRule(
        .dropsTimeouts(
          count: sum(count + moreTimeouts) { if case .dropsTimeouts(let n) = $0 { n } else { nil } }
        ))
    case .dropsFinalStates(let count):
      DataRule(
        .dropsFinalStates(
          count: sum(count) { if case .dropsFinalStates(let n) = $0 { n } else { nil } }))
    case .clipsActions(let changed):
      DataRule(
        .clipsActions(
          changed: sum(changed) { if case .clipsActions(let n) = $0 { n } else { nil } }))
    case .relabels(let task, let successes):
      DataRule(
        .relabels(
          task: task,
          successes: sum(successes) { if case .relabels(_, let n) = $0 { n } else { nil } }))
    default: self
    }
  }
}

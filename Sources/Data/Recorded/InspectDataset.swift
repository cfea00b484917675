import Foundation
import IDQLEnvs

/// What `idql data` reports on a data set.
package struct DatasetInspection: Sendable {
  package var recording: RecordedDataset
  package var transitions: TransitionDataset
  package var id: EnvironmentID?
  package var score: ReferenceScore?
  /// Task by the file's name, all of whose data sets share the score; nil if the id is known.
  package var family: String?
  /// The episodes as recorded: with all steps and raw rewards.
  package var episodes: [Episode] = []
  /// Known and found defects, one line each.
  package var problems: [String] = []

  package struct Episode: Equatable, Sendable {
    package var length: Int
    package var total: Double
    package var ending: Ending
  }

  package enum Ending: Equatable, Sendable { case terminated, cut, open }

  /// Files that were read, in their order.
  package var files: [File] = []

  package struct File: Sendable {
    /// As it was given.
    package var path: String
    package var sha256: String
  }

  /// - Parameters:
  ///   - path: a file or a Minari folder.
  ///   - id: the task of the data; nil to derive it from the file or its name.
  /// - Throws: `FileError`, `DatasetError`.
  package init(contentsOf path: String, id: EnvironmentID?) throws {
    try self.init(
      [DatasetSource(path)], id: id, columns: [.nextObservations, .states, .goals])
  }

  /// What is learnt from sources one after the other, and everything that is noticed on the way.
  ///
  /// - Throws: `FileError`, `DatasetError`; what making the environment throws.
  package init(
    _ sources: [DatasetSource], id: EnvironmentID?, columns: RecordedDataset.Columns
  ) throws {
    recording = try RecordedDataset(
      concatenating: sources.map { try RecordedDataset($0, columns: columns) })
    let named = recording.environment.flatMap { try? EnvironmentID($0) }
    let id = id ?? named ?? KnownDefects.id(ofFile: sources[0].path)
    self.id = id
    let spec = try id.map { try makeEnvironment($0).spec }
    if let id, let spec {
      try recording.requireSizes(of: id.description, spec.observationCount, spec.actionCount)
    }
    let task = id == nil ? try KnownDefects.task(ofFile: sources[0].path, recording) : nil
    family = task?.name
    score = spec?.referenceScore ?? task?.score
    let rule = try TransitionDataset.RewardRule.standard(for: id)
    let structure = try EpisodeStructure(
      recording, stepLimit: spec?.stepLimit,
      continuesAfterTerminals: rule.continuesAfterTerminals)
    transitions = try TransitionDataset(recording, structure, rewards: rule)
    episodes = recording.episodes(structure)
    files = try sources.map { File(path: $0.path, sha256: try $0.sha256.get()) }
    var findings = RowFindings()
    findings.add(recording)
    problems = Self.problems(
      id, named, recording, rowCount: recording.rowCount, findings, episodes,
      stepLimit: spec?.stepLimit)
  }

  /// Known and found defects of rows of that form.
  static func problems(
    _ id: EnvironmentID?, _ named: EnvironmentID?, _ recording: RecordedDataset, rowCount: Int,
    _ findings: RowFindings, _ episodes: [Episode], stepLimit: Int?
  ) -> [String] {
    var problems = id.map { KnownDefects.of($0) } ?? []
    problems = problems.map { "known of \(id?.description ?? ""): \($0)" }
    if id == nil, rowCount == 1_200_919, recording.observations.columnCount == 11,
      recording.actions.columnCount == 3
    {
      problems.append("as many rows as hopper-medium-expert-v0: " + KnownDefects.mixedHopper)
    }
    problems += recording.findings + recording.omissions
    problems += findings.lines(
      longestEpisode: episodes.map(\.length).max(), stepLimit: stepLimit)
    if let named, let id, named != id {
      problems.append("it was recorded in \(named), as its metadata says, and not in \(id)")
    }
    return problems
  }

  /// What is said of it.
  package var summary: DatasetSummary {
    DatasetSummary(
      files: files, form: recording.form, id: id, family: family, score: score,
      rowCount: recording.rowCount, observationCount: transitions.observationCount,
      actionCount: transitions.actionCount, transitionCount: transitions.count,
      hasRewards: recording.rewards != nil, columns: recording.presentColumns,
      unused: recording.unused, episodes: episodes, rules: transitions.rules, problems: problems)
  }
}

extension RecordedDataset {
  /// - Throws: `DatasetError.sizes`.
  package func requireSizes(of environment: String, _ observations: Int, _ actions: Int) throws {
    let found = [self.observations.columnCount, self.actions.columnCount]
    guard found == [observations, actions] else {
      throw DatasetError(
        file: name,
        .sizes(environment: environment, found: found, expected: [observations, actions]))
    }
  }

  /// Names of the optional columns, and whether they are there.
  var presentColumns: [DatasetSummary.Column] {
    [
      .init(name: "rewards", isPresent: rewards != nil),
      .init(name: "timeouts", isPresent: timeouts != nil),
      .init(name: "next observations", isPresent: nextObservations != nil),
      .init(name: "positions and velocities", isPresent: positions != nil),
      .init(name: "goals", isPresent: goals != nil),
    ]
  }

  /// As a structure delimits them. What a trajectory does after the task is done does not count, as
  /// an environment would have ended there.
  func episodes(_ structure: EpisodeStructure) -> [DatasetInspection.Episode] {
    var episodes: [DatasetInspection.Episode] = []
    var (length, total, isDone) = (0, 0.0, false)
    func add(_ ending: DatasetInspection.Ending) {
      episodes.append(.init(length: length, total: total, ending: isDone ? .terminated : ending))
      (length, total, isDone) = (0, 0, false)
    }
    for row in 0..<rowCount where !(isFinalState?[row] ?? false) {
      length += 1
      if !isDone { total += Double(rewards?[row] ?? 0) }
      isDone = isDone || terminals[row]
      if structure.endsEpisode[row] { add(.cut) }
    }
    if length > 0 { add(.open) }
    return episodes
  }

  /// Delimited by the marks of the recording.
  ///
  /// - Throws: `DatasetError` if rows are not in the order of episodes.
  package func episodes() throws -> [DatasetInspection.Episode] {
    try episodes(EpisodeStructure(self, stepLimit: nil, continuesAfterTerminals: nil))
  }
}

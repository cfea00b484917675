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
    problems = findProblems(id, stepLimit: spec?.stepLimit)
    if let named, let id, named != id {
      problems.append("it was recorded in \(named), as its metadata says, and not in \(id)")
    }
  }

  private func findProblems(_ id: EnvironmentID?, stepLimit: Int?) -> [String] {
    var problems = id.map { KnownDefects.of($0) } ?? []
    problems = problems.map { "known of \(id?.description ?? ""): \($0)" }
    if id == nil, recording.looksLikeTheBrokenHopper {
      problems.append("as many rows as hopper-medium-expert-v0: " + KnownDefects.mixedHopper)
    }
    problems += recording.findings
    problems += recording.findProblems(
      longestEpisode: episodes.map(\.length).max(), stepLimit: stepLimit)
    return problems
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

  fileprivate var looksLikeTheBrokenHopper: Bool {
    rowCount == 1_200_919 && observations.columnCount == 11 && actions.columnCount == 3
  }

  func findProblems(longestEpisode: Int?, stepLimit: Int?) -> [String] {
    var problems: [String] = []
    func report(_ count: Int, _ first: Int?, _ what: String) {
      if let first { problems.append("\(count) rows \(what), the first is row \(first)") }
    }
    if timeouts == nil {
      problems.append(
        "there are no timeouts; episodes that were cut are recognised by their length")
    }
    let beyond = (0..<rowCount).filter { row in
      !(isFinalState?[row] ?? false) && actions[row].contains { abs($0) > 1 }
    }
    report(beyond.count, beyond.first, "have actions beyond -1 ... 1")

    // the next row must begin with the recorded next observation unless the episode ends here
    if let nextObservations {
      let jumps = (0..<max(0, rowCount - 1)).filter { row in
        !terminals[row] && !(timeouts?[row] ?? false)
          && zip(nextObservations[row], observations[row + 1]).contains { abs($0 - $1) > 1e-6 }
      }
      report(
        jumps.count, jumps.first, "are not marked as an end though the next row is elsewhere")
    }
    if let stepLimit, let longest = longestEpisode, longest > stepLimit {
      problems.append(
        "the longest episode has \(longest) steps, more than the limit of \(stepLimit)")
    }
    if let rewards, !rewards.isEmpty, rewards.allSatisfy({ $0 == 0 }) {
      problems.append("every reward is 0")
    }
    let repeated = (0..<max(0, rowCount - 1)).filter { row in
      observations[row].elementsEqual(observations[row + 1])
        && actions[row].elementsEqual(actions[row + 1])
    }
    report(repeated.count, repeated.first, "are repeated by the row after")
    return problems
  }
}

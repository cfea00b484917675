import Foundation
import IDQLEnvs

/// What `idql data` reports on a data set.
package struct DatasetInspection: Sendable {
  package var recording: RecordedDataset
  package var transitions: TransitionDataset
  package var id: EnvironmentID?
  package var score: ReferenceScore?
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

  /// - Parameters:
  ///   - path: a file or a Minari folder.
  ///   - id: the task of the data; nil to derive it from the name of the file.
  /// - Throws: `FileError`, `DatasetError`.
  package init(contentsOf path: String, id: EnvironmentID?) throws {
    recording = try RecordedDataset(
      contentsOf: path, columns: [.nextObservations, .states, .goals])
    let id = id ?? KnownDefects.id(ofFile: path)
    self.id = id
    let spec = try id.map { try makeEnvironment($0).spec }
    if let id, let spec {
      try recording.requireSizes(of: id.description, spec.observationCount, spec.actionCount)
    }
    score = spec?.referenceScore
    transitions = try TransitionDataset(
      recording, rewards: .standard(for: id), stepLimit: spec?.stepLimit)
    episodes = recording.episodes
    problems = findProblems(id, stepLimit: spec?.stepLimit)
  }

  private func findProblems(_ id: EnvironmentID?, stepLimit: Int?) -> [String] {
    var problems = id.map { KnownDefects.of($0) } ?? []
    problems = problems.map { "known of \(id?.description ?? ""): \($0)" }
    if id == nil, recording.looksLikeTheBrokenHopper {
      problems.append("as many rows as hopper-medium-expert-v0: " + KnownDefects.mixedHopper)
    }
    problems += recording.findProblems(stepLimit: stepLimit)
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

  /// Delimited by terminals and timeouts as recorded.
  package var episodes: [DatasetInspection.Episode] {
    var episodes: [DatasetInspection.Episode] = []
    var (length, total) = (0, 0.0)
    for row in 0..<rowCount where !(isFinalState?[row] ?? false) {
      length += 1
      total += Double(rewards?[row] ?? 0)
      let isCut = timeouts?[row] ?? false
      if terminals[row] || isCut {
        episodes.append(
          .init(length: length, total: total, ending: terminals[row] ? .terminated : .cut))
        (length, total) = (0, 0)
      }
    }
    if length > 0 { episodes.append(.init(length: length, total: total, ending: .open)) }
    return episodes
  }

  fileprivate var looksLikeTheBrokenHopper: Bool {
    rowCount == 1_200_919 && observations.columnCount == 11 && actions.columnCount == 3
  }

  func findProblems(stepLimit: Int?) -> [String] {
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
    if let stepLimit, let longest = episodes.map(\.length).max(), longest > stepLimit {
      problems.append(
        "the longest episode has \(longest) steps, more than the limit of \(stepLimit)")
    }
    let repeated = (0..<max(0, rowCount - 1)).filter { row in
      observations[row].elementsEqual(observations[row + 1])
        && actions[row].elementsEqual(actions[row + 1])
    }
    report(repeated.count, repeated.first, "are repeated by the row after")
    return problems
  }
}

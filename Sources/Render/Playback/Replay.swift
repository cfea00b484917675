import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLTensors

/// One episode of a result file that can be played again.
package struct Replay: Sendable {
  /// As stored in the file.
  package let episode: Episode
  package let session: Session

  /// - Parameters:
  ///   - index: of the episode.
  ///   - policyPath: nil to look for the policy under its name: beside the file, in the current
  ///     folder, then among the bundled ones.
  /// - Throws: `ReplayError`; what reading a file or a policy throws.
  package init(resultFile path: String, episode index: Int, policyPath: String? = nil) throws {
    let data: Data = try {
      let storage = try ByteStorage(contentsOf: path)
      return withExtendedLifetime(storage) { Data(storage.bytes) }
    }()
    guard let report = try? JSONDecoder().decode(Report.self, from: data) else {
      throw ReplayError.notAResult(file: path)
    }
    guard let episode = report.episodes.first(where: { $0.index == index }) else {
      throw ReplayError.noEpisode(
        index, file: path, found: report.episodes.map(\.index))
    }
    self.episode = episode

    let record = report.provenance.policy
    let found = try policyPath ?? Self.find(record.file, beside: path)
    let contents = try PolicyContents(contentsOf: found, stated: Self.stated(record, beside: found))
    let digest = contents.source.sha256
    guard digest == record.sha256 else {
      throw ReplayError.otherPolicy(
        file: found, found: digest, expected: record.sha256 ?? "of a policy that was in no file")
    }
    let policy = try Self.apply(record.selection, to: loadPolicy(contents))
    session = Session(
      title: report.provenance.environment, pilot: .policy(policy), seed: report.provenance.seed,
      makeEnvironment: try Self.environmentMaker(report.provenance))
  }

  private static func find(_ name: String, beside path: String) throws -> String {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    var places = [folder.appending(path: name).path, name]
    let stem = name.split(separator: ".").first.map(String.init) ?? name
    if let bundled = BundledPolicy(rawValue: stem)?.path { places.append(bundled) }
    guard let found = places.first(where: FileManager.default.fileExists) else {
      throw ReplayError.noPolicy(name)
    }
    return found
  }

  /// What was said of the policy then.
  private static func stated(
    _ record: PolicyRecord, beside path: String
  ) throws -> StatedSettings {
    var stated = StatedSettings(restoring: record.settings ?? [])
    if let normalization = record.normalization {
      let found = try find(normalization.file, beside: path)
      let file = try NormalizationFile(contentsOf: found)
      guard file.source.sha256 == normalization.sha256 else {
        throw ReplayError.otherPolicy(
          file: found, found: file.source.sha256, expected: normalization.sha256)
      }
      stated.normalization = file
    }
    return stated
  }

  /// The policy choosing as it did then.
  private static func apply(
    _ selection: PolicyRecord.Selection?, to policy: LoadedPolicy
  ) throws -> LoadedPolicy {
    guard let selection, var options = policy.deciding?.options else { return policy }
    options.rule = selection.rule
    options.candidateCount = selection.candidates
    options.temperature = selection.temperature
    options.clipsEveryStep = selection.clipsEveryStep
    options.extraFinalSteps = selection.extraFinalSteps
    options.precision = selection.precision ?? .float32
    if let objective = selection.criticObjective { options.criticObjective = objective }
    if let parameter = selection.criticParameter { options.criticParameter = parameter }
    if let scale = selection.softmaxScale { options.softmaxScale = scale }
    return try policy.with(options)
  }

  private static func environmentMaker(
    _ provenance: Provenance
  ) throws -> @Sendable () throws -> any Environment {
    let maze = WaypointEnvironment.mazeID(of: provenance.environment)
    let id = try EnvironmentID(maze ?? provenance.environment)
    guard let physics = PhysicsProfile(named: provenance.physics) else {
      throw ReplayError.unknownPhysics(provenance.physics)
    }
    let options = EnvironmentOptions(
      successTiming: provenance.successTiming.flatMap(SuccessTiming.init), goalSeed: provenance.seed
    )
    return {
      let environment = try makeEnvironment(id, physics: physics, options: options)
      return maze != nil ? try WaypointEnvironment(environment) : environment
    }
  }

  /// Whether a finished recording equals the episode of the file, to the bit; nil while it is not
  /// finished.
  package func isReproduced(by recording: EpisodeRecording) -> Bool? {
    guard let played = recording.episode, !recording.isTouched else { return nil }
    return played.totalReward == episode.totalReward && played.length == episode.length
      && (episode.hash == nil || played.hash == episode.hash)
  }

  /// `episode 7: return 3210.5, 1000 steps, hash 01ab…: as in the file`, or what differs.
  package func verdict(on recording: EpisodeRecording) -> String {
    guard let played = recording.episode else { return "episode \(episode.index): not finished" }
    func text(_ episode: Episode) -> String {
      "return \(episode.totalReward.map { "\($0)" } ?? "broken"), \(episode.length) steps"
        + (episode.hash.map { ", hash \($0)" } ?? "")
    }
    return "episode \(episode.index): \(text(played)): "
      + (isReproduced(by: recording) == true
        ? "as in the file" : "DIFFERS from the file: \(text(episode))")
  }
}

/// Why an episode cannot be played again.
package enum ReplayError: Error, Equatable, CustomStringConvertible {
  case notAResult(file: String)
  case noEpisode(Int, file: String, found: [Int])
  case noPolicy(String)
  case otherPolicy(file: String, found: String, expected: String)
  case unknownPhysics(String)

  package var description: String {
    switch self {
    case .notAResult(let file):
      "\(file): not a result of 'idql eval --json'."
    case .noEpisode(let index, let file, let found):
      "\(file): no episode \(index); "
        + (found.isEmpty
          ? "the file holds none." : "the file has \(found.min() ?? 0) to \(found.max() ?? 0).")
    case .noPolicy(let name):
      "the result was made with '\(name)', which is neither beside it nor here; --policy names it."
    case .otherPolicy(let file, let found, let expected):
      "\(file): not the policy of the result: SHA-256 \(found.prefix(12))…, the result's is "
        + "\(expected.prefix(12))…."
    case .unknownPhysics(let name):
      "the result was made with physics '\(name)', which is unknown; "
        + "\(PhysicsProfile.all.map(\.name).joined(separator: ", ")) are known."
    }
  }
}

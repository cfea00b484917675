import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLTensors

/// One episode of a result file that can be played again.
package struct Replay: Sendable {
  /// As stored in the file.
  package let episode: Episode
  package let session: Session

  /// - Parameters:
  ///   - index: of the episode.
  ///   - cell: in the report of a study, counted from 0.
  ///   - policyPath: nil to look for the policy: under its name beside the file, in the current folder and among the
  ///     bundled ones, then where it was scored. The first file with its digest is taken.
  ///   - scoredFile: the file of a policy by how it was named, as `runs/a:best`; nil if there is none.
  /// - Throws: `ReplayError`; what reading a file or a policy throws.
  package init(
    resultFile path: String, episode index: Int, cell: Int = 0, policyPath: String? = nil,
    scoredFile: (String) -> String?
  ) throws {
    let reports = try readReports(path)
    guard reports.indices.contains(cell) else {
      throw ReplayError.noCell(cell, file: path, count: reports.count)
    }
    try self.init(
      reports[cell], of: path, episode: index, policyPath: policyPath, scoredFile: scoredFile)
  }

  /// - Parameters:
  ///   - report: that was read.
  ///   - path: of the file that it was read from.
  ///   - index: of the episode.
  ///   - policyPath: nil to look for the policy, as above.
  ///   - scoredFile: as above.
  /// - Throws: `ReplayError`; what reading a policy throws.
  package init(
    _ report: Report, of path: String, episode index: Int, policyPath: String? = nil,
    scoredFile: (String) -> String?
  ) throws {
    guard let episode = report.episodes.first(where: { $0.index == index }) else {
      throw ReplayError.noEpisode(
        index, file: path, found: report.episodes.map(\.index))
    }
    try self.init(
      episode, of: report,
      policy: Self.policy(
        of: report, resultFile: path, policyPath: policyPath, scoredFile: scoredFile))
  }

  /// - Parameters:
  ///   - episode: of the report.
  ///   - policy: the one that was scored.
  package init(_ episode: Episode, of report: Report, policy: LoadedPolicy) throws {
    self.episode = episode
    session = Session(
      title: report.provenance.environment, pilot: .policy(policy), seed: report.provenance.seed,
      makeEnvironment: try EnvironmentRecord.maker(
        id: report.provenance.environment, physics: report.provenance.physics,
        successTiming: report.provenance.successTiming, seed: report.provenance.seed))
  }

  /// The first episode of a result file.
  ///
  /// - Parameter scoredFile: as of ``init(resultFile:episode:cell:policyPath:scoredFile:)``.
  /// - Throws: `ReplayError`; what reading a file or a policy throws.
  package init(ofFirstEpisodeIn path: String, scoredFile: (String) -> String?) throws {
    let reports = try readReports(path)
    guard let report = reports.first else {
      throw ReplayError.noCell(0, file: path, count: 0)
    }
    guard let episode = report.episodes.first else {
      throw ReplayError.noEpisode(0, file: path, found: [])
    }
    try self.init(report, of: path, episode: episode.index, scoredFile: scoredFile)
  }

  /// The policy that was scored.
  ///
  /// - Parameters: as of ``init(resultFile:episode:cell:policyPath:scoredFile:)``.
  package static func policy(
    of report: Report, resultFile path: String, policyPath: String? = nil,
    scoredFile: (String) -> String?
  ) throws -> LoadedPolicy {
    let record = report.provenance.policy
    let scored = report.provenance.policyName.flatMap(scoredFile)
    return try record.load(
      policyPath ?? find(record.file, record.sha256, beside: path, or: scored),
      normalization: record.normalization.map { try find($0.file, $0.sha256, beside: path) })
  }

  /// - Parameters:
  ///   - name: of a file in one of the usual folders; a path would lead anywhere.
  ///   - digest: SHA-256 of its content; nil to take the first file.
  ///   - last: another place.
  /// - Returns: the file with the digest, or if none has it the first one, of which reading says so.
  private static func find(
    _ name: String, _ digest: String?, beside path: String, or last: String? = nil
  ) throws -> String {
    if name.contains(where: { $0 == "/" || $0 == "\0" }) || ["", ".", ".."].contains(name) {
      throw ReplayError.noName(name, file: path)
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    var places = [
      folder.appending(path: name).path,
      StudyFolder.copyPath(of: name, digest, in: folder.path), name,
    ]
    let stem = name.split(separator: ".").first.map(String.init) ?? name
    places += [BundledPolicy(rawValue: stem)?.path, last].compactMap(\.self)
    let files = places.filter(isFile)
    guard let first = files.first else { throw ReplayError.noPolicy(name) }
    guard let digest, files.count > 1 else { return first }
    return files.first { (try? SHA256.hexDigest(ofFile: $0)) == digest } ?? first
  }

  private static func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && !isFolder.boolValue
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
  case noCell(Int, file: String, count: Int)
  case noEpisode(Int, file: String, found: [Int])
  case noPolicy(String)
  case noName(String, file: String)

  package var description: String {
    switch self {
    case .noCell(let cell, let file, let count):
      "\(file): no cell \(cell); the file has \(count), counted from 0."
    case .noEpisode(let index, let file, let found):
      "\(file): no episode \(index); "
        + (found.isEmpty
          ? "the file holds none." : "the file has \(found.min() ?? 0) to \(found.max() ?? 0).")
    case .noPolicy(let name):
      "the result was made with '\(name)', which is neither beside it nor here nor where it was scored; --policy names it."
    case .noName(let name, let file):
      "\(file): its policy's file is called \(quoted(name)), which is no name; --policy names it."
    }
  }
}

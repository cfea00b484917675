import Foundation
import IDQLTensors

/// The folder of a training run.
public struct RunFolder: Equatable, Sendable {
  /// Without a slash at its end.
  public let path: String

  /// The folder at a path; nothing is read or made.
  public init(_ path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// File of the `RunDescription`.
  package var description: String { "\(path)/run.json" }
  /// File of the `RunConfiguration`.
  package var configuration: String { "\(path)/config.toml" }
  /// File of the `RunState`, from which the run can be resumed.
  var state: String { "\(path)/state.safetensors" }
  package var log: String { "\(path)/log.csv" }
  /// File of the online phase's own transitions.
  var replay: String { "\(path)/replay.bin" }

  /// Whether there is a folder of a run at that path.
  package static func isRun(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: RunFolder(path).description)
  }

  /// Makes the folder, with the run's configuration in it.
  ///
  /// - Throws: `FileError`.
  func create(_ configuration: RunConfiguration) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: "\(path)/policies", withIntermediateDirectories: true)
    } catch {
      throw FileError(path: path, .create, reason: error.localizedDescription)
    }
    try writeFileAtomically(configuration.toml, to: self.configuration)
  }

  /// An exported policy.
  func policy(step: Int) -> String { "\(path)/policies/step-\(step).safetensors" }

  /// Steps of which a policy is there, ascending.
  var policySteps: [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/policies")) ?? []
    return names.compactMap { name in
      guard name.hasPrefix("step-"), name.hasSuffix(".safetensors") else { return nil }
      return Int(name.dropFirst(5).dropLast(12))
    }.sorted()
  }
}

/// Path of the policy file that a name stands for: a file's own path, or a policy of a run by the
/// run's folder (its last), `FOLDER:best` (the one with the best evaluation) or `FOLDER:STEP`.
///
/// - Throws: ``RunError/noCheckpoint(run:name:found:)`` with the steps that there are, or
///   ``RunError/damagedRun(file:reason:)``.
public func policyPath(_ name: String) throws -> String {
  if FileManager.default.fileExists(atPath: name) || !name.contains(":") {
    return RunFolder.isRun(name) ? try policyPath("\(name):last") : name
  }
  guard let colon = name.lastIndex(of: ":"), RunFolder.isRun(String(name[..<colon])) else {
    return name
  }
  let folder = RunFolder(String(name[..<colon]))
  let wanted = String(name[name.index(after: colon)...])
  let steps = folder.policySteps
  let step: Int? =
    switch wanted {
    case "last": steps.last
    case "best": try RunDescription(contentsOf: folder.description).bestStep ?? steps.last
    default: Int(wanted).flatMap { steps.contains($0) ? $0 : nil }
    }
  guard let step else {
    throw RunError.noCheckpoint(
      run: folder.path, name: wanted,
      found: steps.isEmpty ? [] : ["last", "best"] + steps.map(String.init))
  }
  return folder.policy(step: step)
}

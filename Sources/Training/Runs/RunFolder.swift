import Foundation
import IDQLEnvs
import IDQLSpelling
import IDQLTensors
import IDQLTraining

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

  /// All that lie in the folder itself.
  package var files: [String] {
    [description, configuration, state, replay] + RunLog.files(in: path)
  }

  /// Whether there is a folder of a run at that path.
  package static func isRun(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: RunFolder(path).description)
  }

  /// Writes what a run begins with.
  ///
  /// - Throws: `FileError`.
  func begin(
    _ configuration: RunConfiguration, _ description: RunDescription, _ learner: LearnerState
  ) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: policies, withIntermediateDirectories: false)
    } catch {
      throw FileError(path: policies, .create, reason: error.localizedDescription)
    }
    try writeFileAtomically(configuration.toml, to: self.configuration)
    try RunState(RunState.Position(), learner).write(to: state)
    try description.write(to: self.description)
  }

  /// All settings of the run.
  ///
  /// - Throws: `RunError.damagedRun` for a file that lacks some: it was cut short, and defaults in
  ///   their place would make another run of it. `RunError`, `FileError`.
  func readConfiguration(_ environment: EnvironmentID) throws -> RunConfiguration {
    let document = try TOMLDocument(settingsFile: configuration)
    let named = Set(document.entries.map { $0.path.joined(separator: ".") })
    if let first = RunConfiguration.settings.first(where: {
      !named.contains($0.name) && !RunConfiguration.laterSettings.contains($0.name)
    }) {
      throw RunError.damagedRun(file: configuration, reason: "it lacks \(first.name)")
    }
    guard document.endsWithLine else {
      throw RunError.damagedRun(file: configuration, reason: "its last line is cut short")
    }
    var found = RunConfiguration(environment: environment)
    try found.merge(document, source: configuration)
    return found
  }

  /// Becomes the owner of the run, and removes what one that was killed left behind.
  ///
  /// - Returns: what has to live as long as the ownership.
  /// - Throws: `RunError.inUse`, `RunError.damagedRun` for a symbolic link, `FileError`.
  func lock() throws -> FileLock {
    try requireNoLinks()
    // a file that stays the same as long as the run lives
    guard let lock = try FileLock(configuration) else { throw RunError.inUse(path) }
    removeAbandonedFiles(in: path)
    removeAbandonedFiles(in: policies)
    return lock
  }

  /// A link would have the run read or write files that are not its own.
  ///
  /// - Throws: `RunError.damagedRun`.
  package func requireNoLinks() throws {
    for file in files + [policies] { try requireNoLink(file) }
  }

  fileprivate func requireNoLink(_ file: String) throws {
    let isLink = try? URL(fileURLWithPath: file).resourceValues(forKeys: [.isSymbolicLinkKey])
    if isLink?.isSymbolicLink == true {
      throw RunError.damagedRun(file: file, reason: "a symbolic link, which is no part of a run")
    }
  }

  var policies: String { "\(path)/policies" }

  /// An exported policy.
  func policy(step: Int) -> String { "\(policies)/step-\(step).safetensors" }

  /// Steps of which a policy is there, ascending.
  var policySteps: [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: policies)) ?? []
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
  try folder.requireNoLinks()
  try folder.requireNoLink(folder.policy(step: step))
  return folder.policy(step: step)
}

extension RunFolder {
  /// The run that a policy is of, by how it was named: `runs/a:best`, `runs/a`, or a file of the run; nil if no run is
  /// there.
  package static func ofPolicy(_ name: String) -> String? {
    let stem = name.lastIndex(of: ":").map { String(name[..<$0]) }
    let candidates = [name, stem, parentFolder(of: parentFolder(of: name))].compactMap { $0 }
    return candidates.first(where: isRun)
  }
}

/// All files that a policy stands for: its own, and those of the run it belongs to.
package func policyFiles(of path: String) -> [String] {
  let folder = parentFolder(of: parentFolder(of: path))
  return [path] + (RunFolder.isRun(folder) ? RunFolder(folder).files : [])
}

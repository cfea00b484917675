import Foundation
import IDQLTensors

/// The files of a training run.
public struct RunFolder: Equatable, Sendable {
  public let path: String

  public init(_ path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// What was run: `RunDescription`.
  package var description: String { "\(path)/run.json" }
  /// How: `RunConfiguration`.
  package var configuration: String { "\(path)/config.toml" }
  /// From where it can go on.
  var state: String { "\(path)/state.safetensors" }
  package var log: String { "\(path)/log.csv" }
  /// What the agent did itself.
  var replay: String { "\(path)/replay.bin" }

  public static func isRun(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: RunFolder(path).description)
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

/// The policy file that a user means: a file by its path, or one of a run's policies by the run's
/// folder (its last), `folder:best` (that of the highest evaluation), or `folder:STEP`.
///
/// - Throws: `RunError.noCheckpoint` with the steps that there are, or `RunError.damagedRun`.
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

/// What a run trains and on what.
public struct RunDescription: Codable, Equatable, Sendable {
  public var version: String
  public var gitRevision: String
  public var environment: String
  public var seed: UInt64
  public var data: [DataFile]
  /// Transitions to learn from, and those kept back.
  public var trainingTransitions: Int
  public var validationTransitions: Int
  /// Step whose policy did best when it was evaluated.
  public var bestStep: Int?
  /// The run whose learner this one began with.
  public var base: String?

  public struct DataFile: Codable, Equatable, Sendable {
    public var path: String
    public var sha256: String
  }

  enum CodingKeys: String, CodingKey {
    case version, environment, seed, data, base
    case gitRevision = "git_revision"
    case trainingTransitions = "training_transitions"
    case validationTransitions = "validation_transitions"
    case bestStep = "best_step"
  }
}

extension RunDescription {
  /// - Throws: `FileError`, `RunError.damagedRun`.
  package init(contentsOf path: String) throws {
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw FileError(path: path, .read, reason: error.localizedDescription)
    }
    do { self = try JSONDecoder().decode(Self.self, from: data) } catch {
      throw RunError.damagedRun(file: path, reason: "not the description of a run")
    }
  }

  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = try encoder.encode(self) + Data("\n".utf8)
    try writeFileAtomically(to: path) { sink in
      try text.withUnsafeBytes { try sink.write($0) }
    }
  }
}

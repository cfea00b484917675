import Foundation
import IDQLTensors

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
    try writeFileAtomically(jsonText(indented: true) + "\n", to: path)
  }
}

extension RunDescription.DataFile {
  /// - Throws: `FileError`.
  init(contentsOf path: String) throws {
    self.path = path
    let storage = try ByteStorage(mapping: path)
    sha256 = withExtendedLifetime(storage) { SHA256.hexDigest(of: storage.bytes) }
  }

  /// - Throws: `RunError.dataChanged` unless the file is still the same; `FileError`.
  func requireUnchanged() throws {
    let found = try Self(contentsOf: path)
    guard found == self else {
      throw RunError.dataChanged(file: path, found: found.sha256, expected: sha256)
    }
  }
}

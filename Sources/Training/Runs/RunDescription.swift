import Foundation
import IDQLAgent
import IDQLDatasets
import IDQLSpelling
import IDQLTensors

/// What a run was started with, and its best policy so far: the file `run.json` of its folder.
public struct RunDescription: Codable, Equatable, Sendable {
  /// Version of this package that began the run.
  public var version: String
  /// Commit of the program's sources, as in `ProgramIdentity.sourceRevision`.
  public var gitRevision: String
  /// Id of the environment.
  public var environment: String
  /// Seed of initialisation, batches, noise and the split into training and validation.
  public var seed: UInt64
  /// The files with the recorded transitions, in the order in which they are concatenated.
  public var data: [DataFile]
  /// What was done to the recorded steps, and what was noticed in them; nil in runs of earlier
  /// versions.
  public var dataReport: DataReport?
  /// Number of transitions that are learnt from.
  public var trainingTransitions: Int
  /// Number of transitions that are held out for validation.
  public var validationTransitions: Int
  /// Step of the policy with the best evaluation; nil before the first one.
  public var bestStep: Int?
  /// What computed the networks when the run began; nil in runs of earlier versions.
  public var kernels: NetworkKernels?
  /// How the networks rounded, `fused`, `separate` or in bfloat16 also by what, as in `fused, bf16 by amx`: another kind
  /// gives other bits, and does not resume the run. Nil in single precision in runs of earlier versions.
  public var arithmetic: String?
  /// Folder of the run whose learner this one began with; nil if it began with a new one.
  public var base: String?

  /// A file of recorded transitions, and its content's digest.
  public struct DataFile: Codable, Equatable, Sendable {
    /// Relative to the run's folder if it was given as a relative path, so that both can move
    /// together.
    public var path: String
    /// SHA-256 of the content, in lower-case hexadecimal digits; the run refuses changed data.
    public var sha256: String
  }

  /// What `idql data` says of the files, one line each.
  public struct DataReport: Codable, Equatable, Sendable {
    /// The rules that were applied.
    public var rules: [String]
    /// What is known or was found to be wrong.
    public var problems: [String]
  }

  enum CodingKeys: String, CodingKey {
    case version, environment, seed, data, base, kernels, arithmetic
    case gitRevision = "git_revision"
    case dataReport = "data_report"
    case trainingTransitions = "training_transitions"
    case validationTransitions = "validation_transitions"
    case bestStep = "best_step"
  }
}

extension RunDescription {
  /// - Throws: `FileError`, `RunError.damagedRun`.
  package init(contentsOf path: String) throws {
    let storage = try ByteStorage(contentsOf: path)
    let data = withExtendedLifetime(storage) { Data(storage.bytes) }
    do { self = try JSONDecoder().decode(Self.self, from: data) } catch {
      throw RunError.damagedRun(file: path, reason: "not the description of a run")
    }
    if self.data.isEmpty {
      throw RunError.damagedRun(file: path, reason: "it names no data")
    }
    for (name, count) in [
      ("training_transitions", trainingTransitions),
      ("validation_transitions", validationTransitions), ("best_step", bestStep ?? 0),
    ] where count < 0 {
      throw RunError.damagedRun(
        file: path, reason: "its \(name) is \(count); it must be at least 0")
    }
  }

  func write(to path: String) throws {
    try writeFileAtomically(jsonDocument(.run), to: path)
  }
}

extension RunDescription.DataFile {
  /// The file, opened.
  ///
  /// - Parameter path: where it is now.
  /// - Throws: `RunError.dataChanged` unless its content is still the same; `FileError`,
  ///   `DatasetError`.
  func source(at path: String) throws -> DatasetSource {
    let source = try DatasetSource(path)
    let found = try source.sha256.get()
    guard found == sha256 else {
      throw RunError.dataChanged(file: path, found: found, expected: sha256)
    }
    return source
  }

  /// Where the file is, unless it has moved.
  func location(in run: RunFolder) -> String {
    path.hasPrefix("/") ? path : "\(run.path)/\(path)"
  }

  /// As a run names a file that the user gave.
  ///
  /// - Precondition: the folder in which the run is exists.
  func relative(to run: RunFolder) -> Self {
    var copy = self
    copy.path = relativePath(of: path, from: run.path)
    return copy
  }
}

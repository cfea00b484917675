import IDQLTensors

/// Why a policy file was refused. The description is one line: which file, which tensor or setting,
/// what was found, what would be accepted.
public struct CheckpointError: Error, Equatable, CustomStringConvertible {
  /// The path, or the name given with the bytes.
  public var file: String
  public var problem: Problem

  public enum Problem: Equatable, Sendable {
    case notACheckpoint(formats: [String])
    case noPolicy(tensors: [String])
    case messagePack(offset: Int, found: String, expected: String)
    case missingTensor(String, closest: String?)
    case shape(tensor: String, found: [Int], expected: String)
    case notFinite(tensor: String, index: Int, found: Float)
    case setting(String, found: String, expected: String)
    case mismatch(tensor: String, found: String, expected: String)
    case choosesNothing(PolicyDescription.Kind)
  }

  public init(file: String, _ problem: Problem) {
    self.file = file
    self.problem = problem
  }

  public var description: String { "\(file): \(problem.text)" }
}

extension CheckpointError.Problem {
  fileprivate var text: String {
    switch self {
    case .notACheckpoint(let formats):
      "holds no policy of a known format; known are: \(formats.joined(separator: ", "))."
    case .choosesNothing(let kind):
      "holds a \(kind.title), which does not choose among candidates; an IDQL agent does."
    case .noPolicy(let tensors):
      "holds no policy: an IDQL agent has tensors named 'target_score_model.…', an actor has the "
        + "metadata key 'policy'; found "
        + (tensors.isEmpty
          ? "no tensors."
          : "tensors such as \(tensors.prefix(3).map(quoted).joined(separator: ", ")).")
    case .messagePack(let offset, let found, let expected):
      "byte \(offset): found \(found), expected \(expected)."
    case .missingTensor(let name, let closest):
      "tensor \(quoted(name)) is missing." + (closest.map { " There is \(quoted($0))." } ?? "")
    case .shape(let tensor, let found, let expected):
      "tensor \(quoted(tensor)) has shape \(found); expected \(expected)."
    case .notFinite(let tensor, let index, let found):
      "tensor \(quoted(tensor)) holds \(found) at index \(index); every weight must be finite."
    case .setting(let name, let found, let expected):
      "setting \(quoted(name)) is \(found); expected \(expected)."
    case .mismatch(let tensor, let found, let expected):
      "tensor \(quoted(tensor)) holds \(found); expected \(expected)."
    }
  }
}

import IDQLTensors

/// Why a policy file was refused. The description is one line: which file, which tensor or setting,
/// what was found, what would be accepted.
public struct CheckpointError: Error, Equatable, CustomStringConvertible {
  /// The path, or the name given with the bytes.
  public var file: String
  /// What is wrong with it.
  public var problem: Problem

  /// What can be wrong with a policy file.
  public enum Problem: Equatable, Sendable {
    /// None of the registered formats recognised it.
    case notACheckpoint(formats: [String])
    /// Safetensors or msgpack, but neither an agent nor an actor.
    case noPolicy(tensors: [String])
    /// Not msgpack, or not as flax writes it, at that byte.
    case messagePack(offset: Int, found: String, expected: String)
    /// Not a pickle, or one that makes more than data, at that byte.
    case pickle(offset: Int, found: String, expected: String)
    /// A part of a zip archive that cannot be read.
    case archive(part: String, reason: String)
    /// A tensor of a network that acts which nothing here would use.
    case unusedTensor(String, shape: [Int])
    /// A tensor that is neither read nor known to be of training; `found` is its shape or its type.
    case strayTensor(String, found: String)
    /// A setting that is not read, although it could change actions by its name.
    case unreadSetting(String)
    /// Settings that change every action, and that neither the file nor the user states.
    case unstated([String], options: String)
    /// A known kind of file that holds no policy as it is, and what to do about it.
    case otherFile(kind: String, advice: String)
    /// A tensor is not there; `closest` is one of a similar name.
    case missingTensor(String, closest: String?)
    /// A tensor has another shape.
    case shape(tensor: String, found: [Int], expected: String)
    /// A tensor holds an infinity or NaN.
    case notFinite(tensor: String, index: Int, found: Float)
    /// A setting of the metadata has a value that means nothing here.
    case setting(String, found: String, expected: String)
    /// A tensor contradicts the settings.
    case mismatch(tensor: String, found: String, expected: String)
    /// The policy does not choose among candidates.
    case choosesNothing(PolicyDescription.Kind)
  }

  /// What is wrong with a file.
  public init(file: String, _ problem: Problem) {
    self.file = file
    self.problem = problem
  }

  /// One line: the file, what was found, what would be accepted.
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
    case .pickle(let offset, let found, let expected):
      "byte \(offset) of the pickle: found \(found), expected \(expected)."
    case .archive(let part, let reason):
      "\(part) cannot be read: \(reason)."
    case .unusedTensor(let name, let shape):
      "tensor \(quoted(name)) of shape \(shape) belongs to a network that acts, and nothing here uses "
        + "it: it would be left out in silence. Expected are the layers that Docs/Formats.md lists."
    case .strayTensor(let name, let found):
      "tensor \(quoted(name)) of \(found) is not read here: it would be left out in silence. Expected "
        + "beside a policy's networks are tensors of training, under a name such as "
        + UnreadNames.networks.sorted().joined(separator: ", ") + " (Docs/Formats.md)."
    case .unreadSetting(let name):
      "setting \(quoted(name)) is not read here, and by its name it could change actions; expected is one that "
        + "Docs/Formats.md lists, or none."
    case .unstated(let names, let options):
      "the file does not say its \(names.joined(separator: ", ")), which would have to be assumed and "
        + "change every action; state them with \(options)."
    case .otherFile(let kind, let advice):
      "is \(kind). \(advice)"
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

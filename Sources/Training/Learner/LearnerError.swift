import IDQLTensors

/// Why a learner could not be made. The description is one line: what, what was found, what would be
/// accepted.
public enum LearnerError: Error, Equatable, CustomStringConvertible {
  /// A value of the configuration is out of range.
  case configuration(name: String, found: String, expected: String)
  /// The state lacks a tensor; `closest` is one of a similar name.
  case missingTensor(String, closest: String?)
  /// A tensor of the state has another shape.
  case shape(tensor: String, found: [Int], expected: [Int])
  /// Something else of the state is not what it must be.
  case state(name: String, found: String, expected: String)

  /// One line.
  public var description: String {
    switch self {
    case .configuration(let name, let found, let expected):
      "\(name) is \(found); it must be \(expected)."
    case .missingTensor(let name, let closest):
      "the learner's state has no tensor \(quoted(name))."
        + (closest.map { " There is \(quoted($0))." } ?? "")
    case .shape(let tensor, let found, let expected):
      "tensor \(quoted(tensor)) of the learner's state has shape \(found); expected \(expected)."
    case .state(let name, let found, let expected):
      "\(quoted(name)) of the learner's state is \(found); expected \(expected)."
    }
  }
}

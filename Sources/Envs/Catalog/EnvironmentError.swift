/// Why an environment could not be made or restored.
public enum EnvironmentError: Error, Equatable, CustomStringConvertible {
  case unknownID(String, nearest: [String])
  case foreignSnapshot(found: String, expected: String)
  /// Numbers of positions, velocities and warm start values.
  case unfitSnapshot(id: String, found: [Int], expected: [Int])

  public var description: String {
    switch self {
    case .unknownID(let name, let nearest):
      "No environment is named '\(name)'. The nearest names are \(nearest.joined(separator: ", "))."
    case .foreignSnapshot(let found, let expected):
      "The snapshot was taken in \(found); it cannot be restored in \(expected)."
    case .unfitSnapshot(let id, let found, let expected):
      "The snapshot holds \(found) positions, velocities and warm start values; \(id) has"
        + " \(expected)."
    }
  }
}

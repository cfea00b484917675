import IDQLSpelling

/// Why an environment could not be registered, made or restored.
public enum EnvironmentError: Error, Equatable, CustomStringConvertible {
  /// No environment has that name; up to three that are near to it.
  case unknownID(String, nearest: [String])
  /// The name is empty, too long, or has characters that a name cannot have.
  case invalidName(String)
  /// An environment of that name is registered already.
  case duplicateName(String)
  /// The environment made for a name has another one in its spec.
  case misnamed(String, found: String)
  /// The environment made for a name has other physics than were requested.
  case otherPhysics(id: String, asked: String, found: String)
  /// A success timing was requested where there is no choice.
  case noSuccessTiming(id: String)
  /// Waypoints were requested of an environment that is not an ant in a maze.
  case noWaypoints(id: String)
  /// The environment has no task of that number, but `count` others.
  case noTask(Int, id: String, count: Int)
  /// Environments that are to step together have different specs.
  case differentSpecs(id: String, index: Int)
  /// The snapshot is of another id or physics.
  case foreignSnapshot(found: String, expected: String)
  /// The arrays of a snapshot have other lengths: positions, velocities, warm start, and each list
  /// of its memory.
  case unfitSnapshot(id: String, found: [Int], expected: [Int])
  /// So many steps are none that an episode can have taken.
  case impossibleStep(Int, id: String)
  /// The memory of a snapshot is not of the type that the environment keeps.
  case unreadableMemory(id: String, type: String)

  /// Steps that an episode can have taken, also one that went on after its end.
  static let stepBounds = Bounds(0, 1 << 53)

  /// One line: what was found, and what would be accepted.
  public var description: String {
    switch self {
    case .unknownID(let name, let nearest):
      "No environment is named '\(name)'. The nearest names are \(nearest.joined(separator: ", "))."
    case .invalidName(let name):
      "'\(name)' cannot name an environment: letters, digits and -_.:/ can, at most 128 of them, with a"
        + " letter or digit first."
    case .duplicateName(let name):
      "An environment named '\(name)' is registered already; another one needs a name of its own."
    case .misnamed(let name, let found):
      "The environment made for '\(name)' has the id '\(found)' in its spec; it must be the name that"
        + " it was registered under."
    case .otherPhysics(let id, let asked, let found):
      "\(id) was asked for with \(asked) physics, but it is made with \(found)."
    case .noSuccessTiming(let id):
      "\(id) has no choice of success timing; only OGBench's mazes have."
    case .noWaypoints(let id):
      "Waypoints lead an ant through a maze; \(id) has none."
    case .noTask(let task, let id, let count):
      count == 0
        ? "\(id) has no numbered tasks; it was asked for task \(task)."
        : "\(id) has the tasks 1 to \(count), not \(task)."
    case .differentSpecs(let id, let index):
      "Environment \(index) differs in its spec from the first one, \(id); those that step together must"
        + " agree."
    case .foreignSnapshot(let found, let expected):
      "The snapshot was taken in \(found); it cannot be restored in \(expected)."
    case .unfitSnapshot(let id, let found, let expected):
      "The snapshot holds \(found) positions, velocities, warm start values and further numbers;"
        + " \(id) has \(expected)."
    case .impossibleStep(let count, let id):
      "The snapshot of \(id) counts \(count) steps of its episode, which must be \(Self.stepBounds)."
    case .unreadableMemory(let id, let type):
      "What the snapshot keeps besides the state is no \(type), as \(id) keeps."
    }
  }
}

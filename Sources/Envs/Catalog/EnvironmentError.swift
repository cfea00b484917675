/// Why an environment could not be made or restored.
public enum EnvironmentError: Error, Equatable, CustomStringConvertible {
  case unknownID(String, nearest: [String])
  case noSuccessTiming(id: String)
  case noWaypoints(id: String)
  case noTask(Int, id: String, count: Int)
  case foreignSnapshot(found: String, expected: String)
  /// Numbers of positions, velocities, warm start values and, per list, of what else is kept.
  case unfitSnapshot(id: String, found: [Int], expected: [Int])

  public var description: String {
    switch self {
    case .unknownID(let name, let nearest):
      "No environment is named '\(name)'. The nearest names are \(nearest.joined(separator: ", "))."
    case .noSuccessTiming(let id):
      "\(id) has no choice of success timing; only OGBench's mazes have."
    case .noWaypoints(let id):
      "Waypoints lead an ant through a maze; \(id) has none."
    case .noTask(let task, let id, let count):
      count == 0
        ? "\(id) has no numbered tasks; it was asked for task \(task)."
        : "\(id) has the tasks 1 to \(count), not \(task)."
    case .foreignSnapshot(let found, let expected):
      "The snapshot was taken in \(found); it cannot be restored in \(expected)."
    case .unfitSnapshot(let id, let found, let expected):
      "The snapshot holds \(found) positions, velocities, warm start values and further numbers;"
        + " \(id) has \(expected)."
    }
  }
}

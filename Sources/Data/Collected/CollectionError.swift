/// Why data could not be collected. The description is one line: what, what was found, what would be
/// accepted.
public enum CollectionError: Error, Equatable, CustomStringConvertible {
  case setting(String, found: String, expected: String)
  case unknownLevel(String, accepted: [String])
  case folderExists(String)
  case notAnActor(file: String, reason: String)
  /// A third of the best return is no level to reach if that is negative.
  case noMedium(best: Double)
  case noPolicy
  /// With what is left of it.
  case interrupted(String)
  case wrongRecipe(String, environment: String, expected: String)

  public var description: String {
    switch self {
    case .setting(let name, let found, let expected):
      "\(name) is \(found); it must be \(expected)."
    case .unknownLevel(let name, let accepted):
      "no level is named '\(name)'; there are \(accepted.joined(separator: ", "))."
    case .folderExists(let path):
      "\(path): there is something already; the snapshots of a new training need a new folder."
    case .notAnActor(let file, let reason):
      "\(file): \(reason); a snapshot of SAC's actor was expected."
    case .noMedium(let best):
      "the best policy's return is \(best); a medium one has a third of it, so it must be positive."
    case .noPolicy:
      "every episode of every evaluation broke; there is no policy to record."
    case .interrupted(let remains):
      "interrupted \(remains)."
    case .wrongRecipe(let recipe, let environment, let expected):
      "recipe \(recipe) does not fit \(environment); it is for \(expected)."
    }
  }
}

/// Why data could not be collected. The description is one line: what, what was found, what would
/// be accepted.
public enum CollectionError: Error, Equatable, CustomStringConvertible {
  /// A setting is out of range.
  case setting(String, found: String, expected: String)
  /// No data level has that name.
  case unknownLevel(String, accepted: [String])
  /// There is already something at the path of a new training's folder.
  case folderExists(String)
  /// A file does not hold a snapshot of SAC's actor.
  case notAnActor(file: String, reason: String)
  /// The best return is not positive, so that a third of it defines no medium policy.
  case noMedium(best: Double)
  /// Every episode of every evaluation was broken by numbers that are not finite.
  case noPolicy
  /// The collection was cancelled; the text says how far it had come and what remains on the disk.
  case interrupted(String)
  /// The recipe is for other environments.
  case wrongRecipe(String, environment: String, expected: String)

  /// One line: what was found, and what would be accepted.
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

/// Why data could not be collected. The description is one line: what, what was found, what would
/// be accepted.
public enum CollectionError: Error, Equatable, CustomStringConvertible {
  /// A setting is out of range.
  case setting(String, found: String, expected: String)
  /// No data level has that name.
  case unknownLevel(String, accepted: [String])
  /// There is already something at the path of a new training's folder.
  case folderExists(String)
  /// The path is not the folder of a collection.
  case noCollection(String)
  /// A data set is none of those that a collection made.
  case notOfCollection(file: String, collection: String, levels: [String])
  /// Another process has the collection open.
  case inUse(String)
  /// The networks of this processor, or the kernels that were chosen, round otherwise than those that began it.
  case otherArithmetic(file: String, begun: String, here: String)
  /// A file of the collection's folder cannot be read back.
  case damaged(file: String, reason: String)
  /// A file does not hold a snapshot of SAC's actor.
  case notAnActor(file: String, reason: String)
  /// The best return is not positive, so that a third of it defines no medium policy.
  case noMedium(best: Double)
  /// Every episode of every evaluation was broken by numbers that are not finite.
  case noPolicy
  /// An action of the policy, which is not a number or infinite: no row could be made of it.
  case brokenPolicy(action: String)
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
      "\(path): there is something already; a new training needs a new folder, and 'idql collect "
        + "resume' continues one."
    case .noCollection(let path):
      "\(path): not the folder of a collection; it would be PREFIX-training, and hold "
        + "collection.json."
    case .notOfCollection(let file, let collection, let levels):
      "\(file): none of the files that \(collection) made, by its SHA-256; they are "
        + "\(levels.isEmpty ? "not written yet" : levels.joined(separator: ", "))."
    case .inUse(let path):
      "\(path): another process goes on with this collection; two would write over each other."
    case .otherArithmetic(let file, let begun, let here):
      "\(file): its networks round as '\(begun)', those of this process as '\(here)', so that other data would follow; "
        + "the collection goes on where it was begun."
    case .damaged(let file, let reason):
      "\(file): \(reason)."
    case .notAnActor(let file, let reason):
      "\(file): \(reason); a snapshot of SAC's actor was expected."
    case .noMedium(let best):
      "the best policy's return is \(best); a medium one has a third of it, so it must be positive."
    case .noPolicy:
      "every episode of every evaluation broke; there is no policy to record."
    case .brokenPolicy(let action):
      "an action of the policy is \(action), which no step can be taken with."
    case .interrupted(let remains):
      "interrupted \(remains)."
    case .wrongRecipe(let recipe, let environment, let expected):
      "recipe \(recipe) does not fit \(environment); it is for \(expected)."
    }
  }
}

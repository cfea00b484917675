import IDQLSpelling

/// Why a model could not be edited: what was found, where, and what would be accepted.
public enum ModelEditError: Error, Equatable, CustomStringConvertible {
  /// No element of the kind has that name; `known` are the names of that kind.
  case unknownName(String, kind: String, known: [String])
  /// A quantity does not accept the value.
  case notAccepted(quantity: String, element: String, found: String, accepted: String)
  /// The values are acceptable by themselves, but not together.
  case impossible(problem: String, remedy: String)

  /// The error in one line.
  public var description: String {
    switch self {
    case .unknownName(let name, let kind, let known):
      "no \(kind) is named '\(shortened(name))'."
        + (closestName(to: name, in: known).map { " Did you mean '\(shortened($0))'?" } ?? "")
        + " " + list(known, kind)
    case .notAccepted(let quantity, let element, let found, let accepted):
      "\(quantity) of \(element) is \(shortened(found)). Accepted: \(accepted)."
    case .impossible(let problem, let remedy):
      "\(problem). \(remedy)"
    }
  }

  static let worldChanged = impossible(
    problem: "the world was changed",
    remedy: "It has no mass and stays at the origin: change its geoms, or other bodies.")
}

private func list(_ names: [String], _ kind: String) -> String {
  if names.isEmpty { return "None has a name: use an index." }
  let shown = names.prefix(10).map { "'\(shortened($0))'" }.joined(separator: ", ")
  return "There are \(shown)" + (names.count > 10 ? " and \(names.count - 10) more." : ".")
}

extension ModelEditError {
  init(_ fault: DerivationFault, of model: Model) {
    switch fault {
    case .bodyWithoutInertia(let body):
      self = .impossible(
        problem: "\(describe("body", body, model.bodies.names)) moves without mass or inertia",
        remedy: "Give it a mass and moments above 1e-15, or leave them as they were.")
    case .jointsWithoutInertia:
      self = .impossible(
        problem: "some joints have no inertia of their own to move",
        remedy: "Look for joints of one body with the same axis, or for negative armature.")
    case .nothingToInherit(let actuator):
      self = .impossible(
        problem: "\(describe("actuator", actuator, model.actuators.names)) has an inheritedRange, "
          + "but nothing to inherit",
        remedy: "It serves position actuators (bias.y is -gain.x) on a joint with limits.")
    case .uncollidable(let first, let second, _):
      self = .impossible(
        problem: "\(model.shapeAndName(ofGeom: first)) and \(model.shapeAndName(ofGeom: second)) "
          + "would touch, which is not supported",
        remedy: "Part them by contactType and contactAffinity.")
    case .pairOfAnotherRelease(let first, let second, let since):
      self = .impossible(
        problem: "\(model.shapeAndName(ofGeom: first)) and \(model.shapeAndName(ofGeom: second)) "
          + "would touch, where \(model.profile.name) finds other points than MuJoCo \(since) and "
          + "later",
        remedy: "Part them by contactType and contactAffinity.")
    case .pairForAnotherLibrary(let first, let second):
      self = .impossible(
        problem: "\(model.shapeAndName(ofGeom: first)) and \(model.shapeAndName(ofGeom: second)) "
          + "would touch, by the library that the flag nativeccd=\"disable\" asks for",
        remedy: "Part them by contactType and contactAffinity.")
    case .tooManyCandidatePairs:
      self = .impossible(
        problem: "more than \(candidatePairLimit) pairs of geoms could touch",
        remedy: "Part them by contactType and contactAffinity.")
    case .tooMuchContactMemory:
      self = .impossible(
        problem: "the contacts of \(model.pairs.count) pairs of geoms could take more than "
          + "\(contactMemoryLimit) bytes",
        remedy: "Part them by contactType and contactAffinity.")
    case .overflow:
      self = .impossible(
        problem: "numbers are so large that they overflow", remedy: "Use metres and kilograms.")
    }
  }
}

/// An element in an error: `body 'foot'`, `geom 3`.
func describe(_ kind: String, _ index: Int, _ names: [String]) -> String {
  index < names.count && !names[index].isEmpty
    ? "\(kind) '\(shortened(names[index]))'" : "\(kind) \(index)"
}

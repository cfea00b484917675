import IDQLPhysics

/// An environment by its public name.
public struct EnvironmentID: Hashable, Sendable, CustomStringConvertible {
  /// Its entry in the catalog.
  public let entry: EnvironmentEntry

  init(_ entry: EnvironmentEntry) { self.entry = entry }

  /// The id of that name in `environments`.
  ///
  /// - Throws: `EnvironmentError.unknownID` with the nearest names.
  public init(_ name: String) throws(EnvironmentError) {
    guard let id = environments[name] else {
      throw .unknownID(name, nearest: environments.nearest(to: name))
    }
    self = id
  }

  /// Every id of `environments`, in the order in which they were registered.
  public static var all: [EnvironmentID] { environments.ids }

  /// The name.
  public var description: String { entry.name }

  /// The physics that the published results of this id were made with.
  public var defaultPhysics: PhysicsProfile { entry.defaultPhysics }

  /// `Hopper` of `Hopper-v5` (Gymnasium `parse_env_id`).
  package var name: String {
    description.wholeMatch(of: /(.+)-v\d+/).map { String($0.1) } ?? description
  }

  /// 5 of `Hopper-v5`; nil where the name ends in none.
  package var version: Int? {
    description.wholeMatch(of: /.+-v(\d+)/).flatMap { Int($0.1) }
  }

  /// Whether the names are equal: a name is registered once.
  public static func == (a: Self, b: Self) -> Bool { a.description == b.description }

  /// By the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

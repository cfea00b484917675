import IDQLPhysics
import IDQLSpelling

/// An environment by its public name.
public struct EnvironmentID: Hashable, Sendable, CustomStringConvertible {
  public let description: String
  let kind: Kind

  /// Whose rules it follows.
  enum Kind: Hashable, Sendable {
    case locomotion(LocomotionID)
    case maze(MazeTask)
  }

  /// The physics that the published results of this id were made with.
  public var defaultPhysics: PhysicsProfile {
    switch kind {
    case .locomotion(let id): id.defaultPhysics
    case .maze(let task): task.defaultPhysics
    }
  }

  /// The id of that name.
  ///
  /// - Throws: `EnvironmentError.unknownID` with the nearest names.
  public init(_ name: String) throws(EnvironmentError) {
    guard let id = Self.byName[name] else {
      throw .unknownID(name, nearest: Self.nearest(to: name))
    }
    self = id
  }

  private init(_ description: String, _ kind: Kind) {
    self.description = description
    self.kind = kind
  }

  /// Every id: Gym's robots, the same under D4RL's names, then the mazes by suite.
  public static let all: [EnvironmentID] =
    LocomotionID.all.map { Self($0.description, .locomotion($0)) }
    + MazeTask.all.map { Self($0.name, .maze($0)) }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.description, $0) })

  /// At most three names, the nearest first; of equally near ones, in the order of the catalog.
  private static func nearest(to name: String) -> [String] {
    let lowered = name.lowercased()
    let measured = all.enumerated().map { index, id in
      (distance: editDistance(lowered, id.description.lowercased()), index: index)
    }
    return measured.sorted { ($0.distance, $0.index) < ($1.distance, $1.index) }
      .prefix(3).map { all[$0.index].description }
  }
}

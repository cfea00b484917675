import IDQLPhysics
import IDQLSpelling
import Synchronization

/// Every environment that has a name: those of this package, and those that a program registers.
///
/// ```swift
/// try environments.register("MySwimmer-v0") { try RobotEnvironment(swimmer, $0) }
/// let environment = try makeEnvironment(id: "MySwimmer-v0")
/// ```
///
/// The suites of this package are registered in the same way, before anything else.
public let environments: EnvironmentCatalog = {
  let catalog = EnvironmentCatalog()
  do {
    for entry in GymRobots.entries + MazeTask.all.map(\.entry) + [WaypointCourse.entry] {
      try catalog.register(entry)
    }
  } catch {
    preconditionFailure("\(error)")
  }
  return catalog
}()

/// Environments by name (Gymnasium's registry). It may be used from any thread; what is registered
/// stays.
public final class EnvironmentCatalog: Sendable {
  private struct Contents {
    /// In the order in which they were registered.
    var ids: [EnvironmentID] = []
    var byName: [String: EnvironmentID] = [:]
  }

  private let contents = Mutex(Contents())

  package init() {}

  /// Adds an environment.
  ///
  /// - Throws: `EnvironmentError.invalidName`, `EnvironmentError.duplicateName`.
  @discardableResult
  public func register(_ entry: EnvironmentEntry) throws(EnvironmentError) -> EnvironmentID {
    guard entry.hasValidName else { throw .invalidName(entry.name) }
    let id = EnvironmentID(entry)
    let isNew = contents.withLock { contents in
      guard contents.byName[entry.name] == nil else { return false }
      contents.ids.append(id)
      contents.byName[entry.name] = id
      return true
    }
    if !isNew { throw .duplicateName(entry.name) }
    return id
  }

  /// Adds an environment of which nothing is published.
  ///
  /// - Parameters:
  ///   - name: letters, digits and `-_.:/`, at most 128 of them, such as `MySwimmer-v0`.
  ///   - defaultPhysics: what it runs on unless another profile is asked for.
  ///   - make: called for every environment that is made, from any thread. What it returns names
  ///     `request.name` and `request.physics` in its spec.
  /// - Throws: `EnvironmentError.invalidName`, `EnvironmentError.duplicateName`.
  @discardableResult
  public func register(
    _ name: String, defaultPhysics: PhysicsProfile = .mujoco4,
    make: @escaping @Sendable (_ request: EnvironmentRequest) throws -> any Environment
  ) throws(EnvironmentError) -> EnvironmentID {
    try register(EnvironmentEntry(name, defaultPhysics: defaultPhysics, make: make))
  }

  /// Every id, in the order in which they were registered: Gym's robots, the same under D4RL's
  /// names, the mazes by suite, then what the program added.
  public var ids: [EnvironmentID] { contents.withLock(\.ids) }

  /// The id of that name, nil if there is none.
  public subscript(name: String) -> EnvironmentID? { contents.withLock { $0.byName[name] } }

  /// At most three names, the nearest first; of equally near ones, in the order of the catalog.
  func nearest(to name: String) -> [String] {
    let lowered = name.lowercased()
    let measured = ids.enumerated().map { index, id in
      (distance: editDistance(lowered, id.description.lowercased()), index: index, id: id)
    }
    return measured.sorted { ($0.distance, $0.index) < ($1.distance, $1.index) }
      .prefix(3).map(\.id.description)
  }
}

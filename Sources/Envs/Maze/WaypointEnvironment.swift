import IDQLPhysics

/// A maze in which the policy only has to walk: it sees the ant in a frame that looks towards the
/// next waypoint (`HeadingFrame`), and walking along +x of that frame leads it to the goal.
///
/// Waypoints are the centres of the cells on a shortest way, then the goal itself, as in the
/// scripts that recorded the data of D4RL and OGBench. Unlike the policy, the waypoints know the
/// maze and the goal: what this scores is how well a policy walks, not how well it finds its way.
public final class WaypointEnvironment: MazeEnvironment {
  public let spec: EnvironmentSpec
  private let inner: any MazeEnvironment
  /// The cell that the ant is on its way to.
  private var waypoint = MazeLayout.Cell(0, 0)
  /// Steps from every cell to that of the goal.
  private var distances: [Int?] = []

  /// How near to a waypoint the next one comes into sight, m: a quarter of a cell.
  private var reach: Double { inner.layout.cellSize / 4 }

  /// What its id adds to that of the maze. No registered name has spaces.
  private static let suffix = " by waypoints"

  /// The maze's part of the id of a `WaypointEnvironment`; nil for any other id.
  package static func mazeID(of id: String) -> String? {
    id.hasSuffix(suffix) ? String(id.dropLast(suffix.count)) : nil
  }

  /// - Throws: `EnvironmentError.noWaypoints` unless an ant walks in a maze there.
  public init(_ environment: any Environment) throws {
    guard let maze = environment.maze, maze.simulation.model.isAnt else {
      throw EnvironmentError.noWaypoints(id: environment.spec.id)
    }
    inner = maze
    var spec = maze.spec
    spec.id += Self.suffix
    spec.observation = ModelQuantities.stateWithoutPlace(of: maze.simulation.model)
    self.spec = spec
    planWay()
  }

  public var simulation: Simulation { inner.simulation }
  public var stepCount: Int { inner.stepCount }
  public var layout: MazeLayout { inner.layout }
  public var place: MazePoint { inner.place }
  public var ball: MazePoint? { nil }
  public var target: MazePoint {
    get { inner.target }
    set {
      inner.target = newValue
      planWay()
    }
  }
  public var successRadius: Double { inner.successRadius }
  public var courses: [MazeCourse] { inner.courses }
  public var taskCount: Int { inner.taskCount }
  public var task: Int? { inner.task }

  public func reset(seed: UInt64) {
    inner.reset(seed: seed)
    planWay()
  }

  public func reset(seed: UInt64, task: Int) throws {
    try inner.reset(seed: seed, task: task)
    planWay()
  }

  public func reset() {
    inner.reset()
    planWay()
  }

  /// Moves the ant at the beginning of an episode, unless `start` is nil, and leads it to `target`,
  /// as the scripts that recorded D4RL's data do.
  package func setOut(from start: MazePoint?, to target: MazePoint) {
    if let start {
      var state = simulation.state
      (state.position[0], state.position[1]) = (start.x, start.y)
      simulation.state = state
    }
    self.target = target
  }

  public var observation: [Double] {
    let state = simulation.state
    return frame(of: state).observation(position: state.position, velocity: state.velocity)
  }

  /// - Parameter action: (8) of the ant as it is observed.
  public func step(_ action: [Double]) -> Transition {
    let transition = inner.step(ownAction(for: action))
    advanceWaypoint()
    return transition
  }

  /// What the maze below is given for an action of the ant as it is observed: for recording it.
  public func ownAction(for action: [Double]) -> [Double] {
    frame(of: simulation.state).action(action)
  }

  /// The next waypoint, or the goal at the end of the way.
  public var aim: MazePoint {
    distances[layout.index(of: waypoint)] == 0 ? target : layout.center(of: waypoint)
  }

  private func frame(of state: State) -> HeadingFrame {
    let p = state.position
    return HeadingFrame(
      heading: MazePoint(aim.x - p[0], aim.y - p[1]),
      orientation: Quaternion(p[3], p[4], p[5], p[6]))
  }

  private func planWay() {
    distances =
      layout.cell(at: target).map(layout.distances)
      ?? Array(repeating: nil, count: layout.rowCount * layout.columnCount)
    waypoint = layout.cell(at: place) ?? layout.cells(.free)[0]
    advanceWaypoint()
  }

  private func advanceWaypoint() {
    // pushed aside or teleported: the way begins anew where the ant is
    if let here = layout.cell(at: place), layout.mark(at: here) != .wall,
      here != waypoint, !layout.neighbors(of: here).contains(waypoint)
    {
      waypoint = here
    }
    guard place.distance(to: layout.center(of: waypoint)) < reach,
      let distance = distances[layout.index(of: waypoint)], distance > 0
    else { return }
    waypoint =
      layout.neighbors(of: waypoint).first {
        distances[layout.index(of: $0)] == distance - 1
      } ?? waypoint
  }

  public var snapshot: EnvironmentSnapshot {
    inner.snapshot.wrapped(id: spec.id, memory: waypoint)
  }

  public func restore(_ snapshot: EnvironmentSnapshot) throws {
    try requireFit(snapshot)
    let (maze, waypoint) = try snapshot.unwrapped(
      id: inner.spec.id, memoryAs: MazeLayout.Cell.self)
    try inner.restore(maze)
    planWay()
    self.waypoint = waypoint
  }

  public var rules: String {
    """
    \(inner.rules)

    By waypoints
      The policy observes the ant alone, in a frame at the torso that looks towards the next waypoint,
      with the legs renumbered so that the body looks that way too, within 45 degrees:
    \(RulesText.table(spec.observation).joined(separator: "\n"))
      Waypoints are the centres of the cells on a shortest way, then the goal; the next one follows
      within \(brief(reach)) m.
    """
  }
}

extension Model {
  /// A free torso and four legs of two hinges each.
  fileprivate var isAnt: Bool { positionCount == 15 && velocityCount == 14 && controlCount == 8 }
}

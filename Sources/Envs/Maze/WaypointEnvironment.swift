import IDQLPhysics
import IDQLSpelling

/// A maze for a policy that can only walk: it observes the ant in a frame whose x axis points to
/// the next waypoint (`HeadingFrame`), so that walking along +x leads to the goal.
///
/// Waypoints are the centres of the cells on a shortest path, then the goal itself, as in the
/// scripts that recorded the data of D4RL and OGBench. They are computed from the maze and the
/// goal, which the policy does not observe: a score measures walking, not navigation.
package final class WaypointEnvironment: MazeEnvironment {
  package let spec: EnvironmentSpec
  private let inner: any MazeEnvironment
  /// The cell of the next waypoint.
  private var waypoint = MazeLayout.Cell(0, 0)
  /// Steps from every cell to that of the goal.
  private var distances: [Int?] = []

  /// Distance to a waypoint at which the next one replaces it, m: a quarter of a cell.
  private var reach: Double { inner.layout.cellSize / 4 }

  /// Id of the environment in which policies for it are trained.
  package static let course = "AntWaypoints-v0"

  /// Suffix of its id after that of the maze. No registered name has spaces.
  private static let suffix = " by waypoints"

  /// The id of the maze in that of a `WaypointEnvironment`; nil for any other id.
  package static func mazeID(of id: String) -> String? {
    id.hasSuffix(suffix) ? String(id.dropLast(suffix.count)) : nil
  }

  /// - Throws: `EnvironmentError.noWaypoints` unless the environment is an ant in a maze.
  package init(_ environment: any Environment) throws {
    guard let maze = environment.maze, maze.simulation.model.isAnt else {
      throw EnvironmentError.noWaypoints(id: environment.spec.id)
    }
    inner = maze
    var spec = maze.spec
    spec.id += Self.suffix
    spec.observation = ModelQuantities.stateWithoutPlace(of: maze.simulation.model)
    self.spec = spec
    planPath()
  }

  package var simulation: Simulation { inner.simulation }
  package var stepCount: Int { inner.stepCount }
  package var layout: MazeLayout { inner.layout }
  package var place: MazePoint { inner.place }
  package var ball: MazePoint? { nil }
  package var target: MazePoint {
    get { inner.target }
    set {
      inner.target = newValue
      planPath()
    }
  }
  package var successRadius: Double { inner.successRadius }
  package var courses: [MazeCourse] { inner.courses }
  package var taskCount: Int { inner.taskCount }
  package var task: Int? { inner.task }

  package func reset(seed: UInt64) {
    inner.reset(seed: seed)
    planPath()
  }

  package func reset(seed: UInt64, task: Int) throws {
    try inner.reset(seed: seed, task: task)
    planPath()
  }

  package func reset() {
    inner.reset()
    planPath()
  }

  /// Sets start and target at the beginning of an episode, as the scripts that recorded D4RL's
  /// data.
  ///
  /// - Parameter start: nil to leave the ant where it is.
  package func start(from start: MazePoint?, to target: MazePoint) {
    if let start {
      var state = simulation.state
      (state.position[0], state.position[1]) = (start.x, start.y)
      simulation.state = state
    }
    self.target = target
  }

  package var observation: [Double] {
    let state = simulation.state
    return frame(of: state).observation(position: state.position, velocity: state.velocity)
  }

  /// - Parameter action: (8) of the ant as it is observed.
  package func step(_ action: [Double]) -> Transition {
    let transition = inner.step(innerAction(for: action))
    advanceWaypoint()
    return transition
  }

  /// The action of the inner maze for one of the ant as it is observed: for recording.
  package func innerAction(for action: [Double]) -> [Double] {
    frame(of: simulation.state).action(action)
  }

  /// The next waypoint; the goal at the end of the path.
  package var nextWaypoint: MazePoint {
    distances[layout.index(of: waypoint)] == 0 ? target : layout.center(of: waypoint)
  }

  private func frame(of state: State) -> HeadingFrame {
    let p = state.position
    return HeadingFrame(
      heading: MazePoint(nextWaypoint.x - p[0], nextWaypoint.y - p[1]),
      orientation: Quaternion(p[3], p[4], p[5], p[6]))
  }

  private func planPath() {
    distances =
      layout.cell(at: target).map(layout.distances)
      ?? Array(repeating: nil, count: layout.rowCount * layout.columnCount)
    waypoint = layout.cell(at: place) ?? layout.cells(.free)[0]
    advanceWaypoint()
  }

  private func advanceWaypoint() {
    // after a teleport, or beside the path: a new path from where the ant is
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

  package var snapshot: EnvironmentSnapshot {
    inner.snapshot.wrapped(id: spec.id, memory: waypoint)
  }

  package func restore(_ snapshot: EnvironmentSnapshot) throws {
    try requireFit(snapshot)
    let (maze, waypoint) = try snapshot.unwrapped(
      id: inner.spec.id, memoryAs: MazeLayout.Cell.self)
    guard layout.contains(waypoint) else {
      throw EnvironmentError.unreadableMemory(id: spec.id, type: "cell of its maze")
    }
    try inner.restore(maze)
    planPath()
    self.waypoint = waypoint
  }

  package var rules: String {
    """
    \(inner.rules)

    By waypoints
      The policy observes the ant alone:
    \(RulesText.table(spec.observation).joined(separator: "\n"))
    \((Self.frameText + waypointText).map { "  " + $0 }.joined(separator: "\n"))
    """
  }

  /// What is observed, and led where.
  static let frameText = [
    "In a frame at the torso that looks towards the next waypoint, with the legs renumbered so that",
    "the body looks that way too, within 45 degrees.",
  ]

  var waypointText: [String] {
    [
      "Waypoints are the centres of the cells on a shortest way, then the goal; the next one follows",
      "within \(reach.shortText) m.",
    ]
  }
}

extension Model {
  /// A free torso and four legs of two hinges each.
  fileprivate var isAnt: Bool { positionCount == 15 && velocityCount == 14 && controlCount == 8 }
}

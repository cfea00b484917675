/// An axis-aligned rectangle in the plane of a maze, m.
public struct MazeArea: Hashable, Sendable {
  /// Corner of least x and y.
  public var lower: MazePoint
  /// Corner of greatest x and y.
  public var upper: MazePoint

  /// - Parameters: as the properties.
  public init(lower: MazePoint, upper: MazePoint) {
    self.lower = lower
    self.upper = upper
  }

  init(around center: MazePoint, reach: Double) {
    lower = MazePoint(center.x - reach, center.y - reach)
    upper = MazePoint(center.x + reach, center.y + reach)
  }

  package var center: MazePoint {
    MazePoint((lower.x + upper.x) / 2, (lower.y + upper.y) / 2)
  }

  /// From the nearest point of the area; 0 inside it.
  package func distance(to point: MazePoint) -> Double {
    let nearest = MazePoint(
      min(max(point.x, lower.x), upper.x), min(max(point.y, lower.y), upper.y))
    return nearest.distance(to: point)
  }
}

/// Where the starts and goals of one task's episodes are drawn: those of the ball where there is
/// one.
public struct MazeCourse: Hashable, Sendable {
  /// Number of the task; nil where tasks have none.
  public var task: Int?
  /// The start is in one of these.
  public var starts: [MazeArea]
  /// The goal is in one of these.
  public var goals: [MazeArea]

  /// - Parameters: as the properties.
  public init(task: Int?, starts: [MazeArea], goals: [MazeArea]) {
    self.task = task
    self.starts = starts
    self.goals = goals
  }
}

extension MazeRunner {
  var courses: [MazeCourse] {
    func areas(_ cells: [MazeLayout.Cell], _ reach: Double) -> [MazeArea] {
      cells.map { MazeArea(around: layout.center(of: $0), reach: reach) }
    }
    switch mazeTask.rules {
    case .d4rlAnt(let drawsGoalAtReset):
      let drawn = layout.cells(.goal).map { cell in
        let center = layout.center(of: cell)
        return MazeArea(
          lower: MazePoint(max(0, center.x), max(0, center.y)),
          upper: MazePoint(max(0, center.x + 1.5), max(0, center.y + 1.5)))
      }
      let goals = drawsGoalAtReset ? drawn : [MazeArea(around: target, reach: 0)]
      return [MazeCourse(task: nil, starts: areas(layout.cells(.start), 0.1), goals: goals)]
    case .maze2d:
      let starts = layout.cells(.free, .goal).map {
        MazeArea(around: MazePoint(Double($0.row), Double($0.column)), reach: 0.1)
      }
      return [
        MazeCourse(task: nil, starts: starts, goals: [MazeArea(around: target, reach: 0)])
      ]
    case .ogbench(let routes, let task):
      return routes.enumerated().filter { task == nil || $0.offset + 1 == task }.map {
        MazeCourse(
          task: $0.offset + 1, starts: areas([$0.element.ball ?? $0.element.start], 1),
          goals: areas([$0.element.goal], task == nil ? 1 : 0))
      }
    case .robotics:
      let reach = 0.25 * layout.cellSize
      return [
        MazeCourse(
          task: nil, starts: areas(layout.starts, reach), goals: areas(layout.goals, reach))
      ]
    }
  }
}

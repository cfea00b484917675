import IDQLRandom
import TestSupport
import Testing

@testable import IDQLEnvs

@Suite struct MazeLayoutTests {
  /// Two routes to the cell of a point: `cell(at:)`, and a search for the cell whose square holds
  /// the point. In these mazes rows go along +y, -y and +x; the points lie inside the maze and
  /// beyond each of its four sides.
  @Test(arguments: [
    "antmaze-umaze-v2", "antmaze-giant-navigate-v0", "AntMaze_UMaze-v5", "maze2d-large-v1",
    "PointMaze_Medium-v3",
  ])
  func aPointLiesInTheCellAroundIt(_ id: String) throws {
    let layout = try makeMaze(id).layout
    let cells = (0..<layout.rowCount).flatMap { row in
      (0..<layout.columnCount).map { MazeLayout.Cell(row, $0) }
    }
    let centers = cells.map { layout.center(of: $0) }
    let (xs, ys) = (centers.map(\.x).sorted(), centers.map(\.y).sorted())
    let (left, right, bottom, top) = (xs[0], xs[xs.count - 1], ys[0], ys[ys.count - 1])
    let half = layout.cellSize / 2
    var generator = NumPyGenerator(seed: 1)
    var found: [MazeLayout.Cell: Int] = [:]
    var outside = (left: 0, right: 0, below: 0, above: 0)
    for _ in 0..<50 * cells.count {
      let point = MazePoint(
        generator.uniform(left - 4 * half, right + 4 * half),
        generator.uniform(bottom - 4 * half, top + 4 * half))
      let index = centers.firstIndex {
        max(abs($0.x - point.x), abs($0.y - point.y)) < half
      }
      #expect(layout.cell(at: point) == index.map { cells[$0] }, "\(point)")
      if let index { found[cells[index], default: 0] += 1 }
      outside.left += point.x < left - half ? 1 : 0
      outside.right += point.x > right + half ? 1 : 0
      outside.below += point.y < bottom - half ? 1 : 0
      outside.above += point.y > top + half ? 1 : 0
    }
    #expect(found.count == cells.count)
    #expect([outside.left, outside.right, outside.below, outside.above].allSatisfy { $0 > 50 })
  }

  /// Rows go along +y from the origin, columns along +x.
  @Test func aLayoutOfAProgramIsInThePlaneAsGiven() {
    let layout = MazeLayout(
      rows: ["####", "#SG#", "#..#"], cellSize: 2, origin: MazePoint(-3, 5))
    #expect(layout.rowCount == 3 && layout.columnCount == 4)
    #expect(layout.center(of: .init(0, 0)) == MazePoint(-3, 5))
    #expect(layout.center(of: .init(2, 1)) == MazePoint(-1, 9))
    #expect(layout.cell(at: MazePoint(0.9, 7.9)) == .init(1, 2))
    #expect(layout.cell(at: MazePoint(-4.1, 5)) == nil)
    #expect(layout.cells(.start, .goal) == [.init(1, 1), .init(1, 2)])
  }

  /// Starts and goals are drawn inside the areas that `courses` reports, and fill them.
  @Test(arguments: [
    "antmaze-large-diverse-v2", "antmaze-umaze-v0", "maze2d-umaze-v1", "PointMaze_UMaze-v3",
    "AntMaze_Medium_Diverse_GR-v4", "antmaze-large-navigate-v0", "antsoccer-arena-navigate-v0",
    "pointmaze-medium-navigate-singletask-task2-v0",
  ])
  func coursesAreWhereStartsAndGoalsAreDrawn(_ id: String) throws {
    let maze = try makeMaze(id)
    // per area and axis, the range of the drawn points as a share of the area's width
    var reached: [MazeArea: [ClosedRange<Double>]] = [:]
    func note(_ place: MazePoint, in areas: [MazeArea]) throws {
      let area = try #require(areas.first { $0.distance(to: place) < 1e-9 }, "\(place)")
      if area.lower == area.upper { return }
      let shares = [
        (place.x - area.lower.x) / (area.upper.x - area.lower.x),
        (place.y - area.lower.y) / (area.upper.y - area.lower.y),
      ]
      let before = reached[area] ?? shares.map { $0...$0 }
      reached[area] = zip(before, shares).map { min($0.lowerBound, $1)...max($0.upperBound, $1) }
    }
    for seed in 0..<1500 as Range<UInt64> {
      maze.reset(seed: seed)
      let course = try #require(maze.courses.first { $0.task == maze.task })
      try note(maze.mover, in: course.starts)
      try note(maze.target, in: course.goals)
    }
    for area in maze.courses.flatMap({ $0.starts + $0.goals }) where area.lower != area.upper {
      let shares = try #require(reached[area], "\(area)")
      // over a hundred draws each; D4RL's goals are sums of two draws, rarely near an end
      let margin = id.hasPrefix("antmaze-large-diverse") ? 0.1 : 0.05
      for share in shares { #expect(share.lowerBound < margin && share.upperBound > 1 - margin) }
    }
  }
}

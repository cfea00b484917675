import IDQLRandom

extension NumPyGenerator {
  /// D4RL's goal: the centre of the goal cell + uniform(0, 1) + uniform(0, 0.5), first x, then y,
  /// each at least 0. It is in one quadrant of the cell.
  mutating func d4rlGoal(in layout: MazeLayout) -> MazePoint {
    guard let cell = layout.cells(.goal).first else { return MazePoint(0, 0) }
    let center = layout.center(of: cell)
    let x = center.x + uniform(0, 1) + uniform(0, 0.5)
    let y = center.y + uniform(0, 1) + uniform(0, 0.5)
    return MazePoint(max(0, x), max(0, y))
  }

  /// The point moved by at most `reach` along each axis, first x, then y.
  mutating func noisyPlace(_ place: MazePoint, within reach: Double) -> MazePoint {
    let x = place.x + uniform(-1, 1) * reach
    return MazePoint(x, place.y + uniform(-1, 1) * reach)
  }

  /// A point within 1 m of the centre of one of those cells, along each axis, as D4RL and OGBench draw starts and goals
  /// of their data.
  package mutating func place(in cells: [MazeLayout.Cell], of layout: MazeLayout) -> MazePoint {
    noisyPlace(layout.center(of: choice(cells)), within: 1)
  }

  mutating func choice<Element>(_ elements: [Element]) -> Element {
    elements[integer(below: elements.count)]
  }
}

extension MazeLayout {
  /// All cells that are not walls.
  package var freeCells: [Cell] { cells(.free, .start, .goal, .both) }

  /// Cells where Gymnasium-Robotics may put a goal: those marked as goal, then those marked as
  /// both; all free ones if none is marked.
  var goals: [Cell] { free(orMarked: .goal) }

  /// Cells where it may put a start, likewise.
  var starts: [Cell] { free(orMarked: .start) }

  private func free(orMarked mark: Mark) -> [Cell] {
    let own = cells(mark) + cells(.both)
    return own.isEmpty ? cells(.free) : own
  }
}

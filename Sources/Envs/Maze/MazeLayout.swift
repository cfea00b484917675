/// A point of the plane on which a maze stands, m.
public struct MazePoint: Hashable, Codable, Sendable {
  public var x: Double
  public var y: Double

  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  public func distance(to other: MazePoint) -> Double {
    let (dx, dy) = (x - other.x, y - other.y)
    return (dx * dx + dy * dy).squareRoot()
  }
}

/// A maze of square cells, and where in the plane they lie.
public struct MazeLayout: Hashable, Sendable {
  public struct Cell: Hashable, Codable, Sendable {
    public var row: Int
    public var column: Int

    public init(_ row: Int, _ column: Int) {
      self.row = row
      self.column = column
    }
  }

  /// What a cell is marked as. Only a wall is an obstacle.
  public enum Mark: Character, Sendable {
    case wall = "#"
    case free = "."
    case start = "S"
    case goal = "G"
    /// Start or goal.
    case both = "C"
  }

  /// One string a row, one `Mark` a cell, all of one length.
  public let rows: [String]
  /// Edge of a cell, m.
  public let cellSize: Double
  /// Centre of cell (0, 0).
  let origin: MazePoint
  /// From the centre of a cell to that of the same column of the next row, m; likewise by columns.
  let rowStep: MazePoint
  let columnStep: MazePoint
  /// Height of the centre of the walls, and half of their height, m.
  let wallCenter: Double
  let wallHalfHeight: Double

  public var rowCount: Int { rows.count }
  public var columnCount: Int { rows[0].count }

  public func center(of cell: Cell) -> MazePoint {
    let (row, column) = (Double(cell.row), Double(cell.column))
    return MazePoint(
      origin.x + row * rowStep.x + column * columnStep.x,
      origin.y + row * rowStep.y + column * columnStep.y)
  }

  /// The cell in which a point lies, nil outside the maze.
  public func cell(at point: MazePoint) -> Cell? {
    let (dx, dy) = (point.x - origin.x, point.y - origin.y)
    let area = cellSize * cellSize
    let row = (dx * rowStep.x + dy * rowStep.y) / area + 0.5
    let column = (dx * columnStep.x + dy * columnStep.y) / area + 0.5
    guard row >= 0, column >= 0, row < Double(rowCount), column < Double(columnCount) else {
      return nil
    }
    return Cell(Int(row), Int(column))
  }

  public func mark(at cell: Cell) -> Mark {
    let row = rows[cell.row]
    return Mark(rawValue: row[row.index(row.startIndex, offsetBy: cell.column)]) ?? .wall
  }

  /// Row by row.
  public func cells(_ marks: Mark...) -> [Cell] {
    (0..<rowCount).flatMap { row in
      (0..<columnCount).map { Cell(row, $0) }.filter { marks.contains(mark(at: $0)) }
    }
  }

  /// A robot's document with a box for every wall.
  func addingWalls(to document: String) -> String {
    let half = cellSize / 2
    let walls = cells(.wall).map { cell in
      let center = center(of: cell)
      return """
            <geom name="block_\(cell.row)_\(cell.column)" type="box" material="wall" contype="1" \
        conaffinity="1" pos="\(center.x) \(center.y) \(wallCenter)" \
        size="\(half) \(half) \(wallHalfHeight)"/>
        """
    }
    let material = #"    <material name="wall" rgba="0.62 0.66 0.71 1" specular="0.2"/>"#
    return
      document
      .replacing("  </asset>", with: material + "\n  </asset>")
      .replacing("  </worldbody>", with: walls.joined(separator: "\n") + "\n  </worldbody>")
  }
}

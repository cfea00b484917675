/// A point in the plane of a maze, world frame, m.
public struct MazePoint: Hashable, Codable, Sendable {
  /// m.
  public var x: Double
  /// m.
  public var y: Double

  /// - Parameters: as the properties.
  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  /// Euclidean distance, m.
  public func distance(to other: MazePoint) -> Double {
    let (dx, dy) = (x - other.x, y - other.y)
    return (dx * dx + dy * dy).squareRoot()
  }
}

/// A maze of square cells, and where they are in the plane.
public struct MazeLayout: Hashable, Sendable {
  /// Indices of a cell.
  public struct Cell: Hashable, Codable, Sendable {
    /// From 0.
    public var row: Int
    /// From 0.
    public var column: Int

    /// - Parameters: as the properties.
    public init(_ row: Int, _ column: Int) {
      self.row = row
      self.column = column
    }
  }

  /// What a cell is marked as. Only a wall is an obstacle.
  public enum Mark: Character, Sendable {
    /// An obstacle.
    case wall = "#"
    /// Neither start nor goal.
    case free = "."
    /// A possible start.
    case start = "S"
    /// A possible goal.
    case goal = "G"
    /// Start or goal.
    case both = "C"
  }

  /// One string for each row, one `Mark` for each cell, all of equal length.
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

  /// How many rows.
  public var rowCount: Int { rows.count }
  /// How many columns.
  public var columnCount: Int { rows[0].count }

  /// Centre of a cell, also of one outside the maze.
  public func center(of cell: Cell) -> MazePoint {
    let (row, column) = (Double(cell.row), Double(cell.column))
    return MazePoint(
      origin.x + row * rowStep.x + column * columnStep.x,
      origin.y + row * rowStep.y + column * columnStep.y)
  }

  /// The cell that contains a point; nil outside the maze.
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

  /// - Precondition: the cell is one of the maze's.
  public func mark(at cell: Cell) -> Mark {
    let row = rows[cell.row]
    return Mark(rawValue: row[row.index(row.startIndex, offsetBy: cell.column)]) ?? .wall
  }

  /// The cells that have one of `marks`, row by row.
  public func cells(_ marks: Mark...) -> [Cell] {
    (0..<rowCount).flatMap { row in
      (0..<columnCount).map { Cell(row, $0) }.filter { marks.contains(mark(at: $0)) }
    }
  }

  /// The MJCF document of a robot with a box added for every wall.
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

extension MazeLayout {
  /// Rows along +y and columns along +x, as in D4RL and OGBench.
  ///
  /// - Parameters:
  ///   - rows: one string for each row, one `Mark` for each cell.
  ///   - cellSize: edge of a cell, m.
  ///   - origin: centre of cell (0, 0).
  /// - Precondition: there is a cell, rows have equal length, and `cellSize` is above 0.
  public init(rows: [String], cellSize: Double, origin: MazePoint) {
    precondition(cellSize > 0, "cells of \(cellSize) m")
    precondition(
      rows.first?.isEmpty == false && rows.allSatisfy { $0.count == rows[0].count },
      "the rows of a maze have equal length, and at least one cell")
    precondition(
      rows.allSatisfy { $0.allSatisfy { Mark(rawValue: $0) != nil } },
      "the cells of a maze are marked with # . S G or C")
    self.init(
      rows: rows, cellSize: cellSize, origin: origin, rowStep: MazePoint(0, cellSize),
      columnStep: MazePoint(cellSize, 0), wallCenter: cellSize / 4, wallHalfHeight: cellSize / 4)
  }
}

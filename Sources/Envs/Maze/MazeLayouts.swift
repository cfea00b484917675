/// The layouts of the four suites.
extension MazeLayout {
  /// D4RL and OGBench: cells of 4 m, rows along +y, columns along +x, `start` at the origin.
  static func wide(_ rows: [String], start: Cell) -> MazeLayout {
    MazeLayout(
      rows: rows, cellSize: 4,
      origin: MazePoint(-4 * Double(start.column), -4 * Double(start.row)),
      rowStep: MazePoint(0, 4), columnStep: MazePoint(4, 0), wallCenter: 1, wallHalfHeight: 1)
  }

  /// The same with the cell marked as start at the origin.
  static func wide(_ rows: [String]) -> MazeLayout {
    let start = wide(rows, start: Cell(0, 0)).cells(.start)[0]
    return wide(rows, start: start)
  }

  /// Gymnasium-Robotics: centred on the origin, rows along -y.
  static func centered(_ rows: [String], cellSize s: Double) -> MazeLayout {
    let (height, width) = (Double(rows.count), Double(rows[0].count))
    let half = s == 1 ? 0.2 : 0.25 * s
    return MazeLayout(
      rows: rows, cellSize: s, origin: MazePoint(0.5 * s - width * s / 2, height * s / 2 - 0.5 * s),
      rowStep: MazePoint(0, -s), columnStep: MazePoint(s, 0), wallCenter: half, wallHalfHeight: half
    )
  }

  /// D4RL's maze2d: rows along +x, columns along +y. D4RL puts the origin of the ball's coordinates
  /// 1.2 m from the corner of the walls; here the walls are shifted instead, which changes results
  /// by rounding only.
  static func transposed(_ rows: [String]) -> MazeLayout {
    MazeLayout(
      rows: rows, cellSize: 1, origin: MazePoint(-0.2, -0.2), rowStep: MazePoint(1, 0),
      columnStep: MazePoint(0, 1), wallCenter: 0, wallHalfHeight: 0.2)
  }
}

/// The maps, each written once, by row.
enum MazeMap {
  static let umaze = [
    "#####",
    "#...#",
    "###.#",
    "#...#",
    "#####",
  ]

  static let medium = [
    "########",
    "#..##..#",
    "#..#...#",
    "##...###",
    "#..#...#",
    "#.#..#.#",
    "#...#..#",
    "########",
  ]

  static let large = [
    "############",
    "#....#.....#",
    "#.##.#.#.#.#",
    "#......#...#",
    "#.####.###.#",
    "#..#.#.....#",
    "##.#.#.#.###",
    "#..#...#...#",
    "############",
  ]

  static let ultra = [
    "################",
    "#.......#......#",
    "#.###.#.#.##.#.#",
    "#.###.#....#.#.#",
    "#...#.##.###.#.#",
    "#.#...#........#",
    "#...#...#.###.##",
    "#.#.###.#...#.##",
    "#.......#.#....#",
    "##.##.#...####.#",
    "##.#..#.#......#",
    "################",
  ]

  static let giant = [
    "################",
    "#.#......##....#",
    "#.#.##.#.#..##.#",
    "#...#..#...#...#",
    "#.###.######.#.#",
    "#...#...#....#.#",
    "###.#.#..#.#.###",
    "#...#..#...#...#",
    "#.#.#.######.#.#",
    "#.###...#...##.#",
    "#.....#...#....#",
    "################",
  ]

  static let teleport = [
    "############",
    "#.....#.#..#",
    "##.#...#..##",
    "##.###.....#",
    "#....#.#.#.#",
    "#.##.#.#.#.#",
    "#.##.#.#.#.#",
    "#....#...#.#",
    "############",
  ]

  static let arena = [
    "########",
    "#......#",
    "#......#",
    "#......#",
    "#......#",
    "#......#",
    "#......#",
    "########",
  ]

  static let open = [
    "#######",
    "#.....#",
    "#.....#",
    "#.....#",
    "#######",
  ]

  // D4RL's mirrored layouts of antmaze-eval
  static let evalUmaze = [
    "#####",
    "#...#",
    "#.###",
    "#...#",
    "#####",
  ]

  static let evalMedium = [
    "########",
    "#......#",
    "#.#.##.#",
    "#....#.#",
    "###..###",
    "#......#",
    "#..##..#",
    "########",
  ]

  static let evalLarge = [
    "############",
    "#..#...#...#",
    "##.###.#.#.#",
    "#..#.#.....#",
    "#.##.#..##.#",
    "#......#...#",
    "#.##.#.#.###",
    "#....#.....#",
    "############",
  ]

  /// The map with marks at some of its free cells.
  static func marked(_ rows: [String], _ marks: [MazeLayout.Mark: [MazeLayout.Cell]]) -> [String] {
    var characters = rows.map(Array.init)
    for (mark, cells) in marks {
      for cell in cells { characters[cell.row][cell.column] = mark.rawValue }
    }
    return characters.map { String($0) }
  }
}

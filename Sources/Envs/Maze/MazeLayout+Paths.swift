extension MazeLayout {
  /// Length of the shortest path from every cell to `goal` over free cells that share an edge; nil
  /// where there is none.
  ///
  /// - Returns: (rowCount, columnCount), row-major.
  func distances(to goal: Cell) -> [Int?] {
    var distances = [Int?](repeating: nil, count: rowCount * columnCount)
    var frontier = [goal]
    var steps = 0
    while !frontier.isEmpty {
      for cell in frontier { distances[index(of: cell)] = steps }
      var next: [Cell] = []
      for cell in frontier.flatMap(neighbors) where distances[index(of: cell)] == nil {
        if !next.contains(cell) { next.append(cell) }
      }
      frontier = next
      steps += 1
    }
    return distances
  }

  /// The free cells that share an edge with `cell`.
  func neighbors(of cell: Cell) -> [Cell] {
    [(0, 1), (1, 0), (0, -1), (-1, 0)].map { Cell(cell.row + $0.0, cell.column + $0.1) }
      .filter(contains)
      .filter { mark(at: $0) != .wall }
  }

  /// Free cells, but for those inside of a straight corridor.
  package var cornersAndJunctions: [Cell] {
    freeCells.filter { cell in
      let next = neighbors(of: cell)
      return next.count != 2 || next[0].row != next[1].row && next[0].column != next[1].column
    }
  }

  func contains(_ cell: Cell) -> Bool {
    (0..<rowCount).contains(cell.row) && (0..<columnCount).contains(cell.column)
  }

  func index(of cell: Cell) -> Int { cell.row * columnCount + cell.column }
}

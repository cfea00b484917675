import IDQLEnvs
import IDQLEvaluation
import IDQLSpelling

extension MazePlan {
  /// The maze in characters, to scale: a character is twice as high as wide. x points to the right
  /// and y up, independent of the order of the layout's rows.
  ///
  /// - Parameter width: characters that a line may have.
  package func terminalMap(width: Int = 80) -> String {
    let raster = Raster(self, width: width)
    return (raster.lines + legend(raster)).joined(separator: "\n")
  }

  private func legend(_ raster: Raster) -> [String] {
    let (lower, upper) = (bounds.lower, bounds.upper)
    var marks = ["█ wall"]
    if labels.contains(where: { $0.text.hasPrefix("S") }) { marks.append("S start") }
    if labels.contains(where: { $0.text.hasPrefix("G") }) { marks.append("G goal") }
    if goalAreas.contains(where: { $0.lower != $0.upper }) {
      marks.append("+ where it is drawn")
    }
    func text(_ length: Double) -> String { length.text(digits: 3) }
    marks.append("· within \(text(successRadius)) m of it")
    if !ends.isEmpty { marks.append("● ended at the goal, × elsewhere") }
    return [
      marks.joined(separator: "   "),
      "x to the right from \(text(lower.x)) to \(text(upper.x)) m, y up from \(text(lower.y)) to "
        + "\(text(upper.y)) m; a character is \(text(raster.pitch)) m x \(text(2 * raster.pitch)) m",
    ]
  }
}

/// Characters over the bounds of a maze.
private struct Raster {
  /// Width of a character, m; its height is twice that.
  let pitch: Double
  private let bounds: MazeArea
  private var rows: [[Character]]

  var lines: [String] { rows.map { String($0) } }

  init(_ plan: MazePlan, width: Int) {
    bounds = plan.bounds
    let columns = (bounds.upper.x - bounds.lower.x) / plan.layout.cellSize
    // whole characters for a cell, and an even number, for they are twice as high as wide
    let perCell = min(12, max(4, width / Int(columns.rounded()) / 2 * 2))
    pitch = plan.layout.cellSize / Double(perCell)
    let across = Int(((bounds.upper.x - bounds.lower.x) / pitch).rounded())
    let down = Int(((bounds.upper.y - bounds.lower.y) / (2 * pitch)).rounded())
    rows = Array(repeating: Array(repeating: " ", count: across), count: down)

    let areas = plan.goalAreas
    for row in 0..<down {
      for column in 0..<across {
        rows[row][column] = background(at: center(row, column), plan, areas)
      }
    }
    for end in plan.ends { put(end) }
    // last, so that nothing hides them
    var texts: [(place: MazePoint, text: String)] = []
    for label in plan.labels {
      if let index = texts.firstIndex(where: { $0.place == label.place }) {
        texts[index].text += label.text
      } else {
        texts.append((label.place, label.text))
      }
    }
    for (place, text) in texts { write(text, around: place) }
  }

  private func center(_ row: Int, _ column: Int) -> MazePoint {
    MazePoint(
      bounds.lower.x + (Double(column) + 0.5) * pitch,
      bounds.upper.y - (Double(row) + 0.5) * 2 * pitch)
  }

  private func background(
    at place: MazePoint, _ plan: MazePlan, _ areas: [MazeArea]
  ) -> Character {
    if let cell = plan.layout.cell(at: place), plan.layout.mark(at: cell) == .wall { return "█" }
    let distance = areas.map { $0.distance(to: place) }.min() ?? .infinity
    if distance == 0 { return "+" }
    return distance <= plan.successRadius ? "·" : " "
  }

  private mutating func put(_ end: MazePlan.End) {
    guard let (row, column) = index(of: end.place) else { return }
    // of several ends at one point a failure is the more interesting one
    if rows[row][column] != "×" { rows[row][column] = end.isSuccess ? "●" : "×" }
  }

  private mutating func write(_ text: String, around place: MazePoint) {
    guard let (row, middle) = index(of: place) else { return }
    let column = max(0, middle - text.count / 2)
    for (offset, character) in text.enumerated() where column + offset < rows[row].count {
      rows[row][column + offset] = character
    }
  }

  private func index(of place: MazePoint) -> (row: Int, column: Int)? {
    let column = ((place.x - bounds.lower.x) / pitch).wholeNumber(in: -1...Int.max)
    let row = ((bounds.upper.y - place.y) / (2 * pitch)).wholeNumber(in: -1...Int.max)
    guard rows.indices.contains(row), rows[row].indices.contains(column) else { return nil }
    return (row, column)
  }
}

import Foundation
import IDQLEnvs
import IDQLEvaluation
import TestSupport
import Testing

@testable import IDQLCommandLine

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct MazePlanTests {
  private func plan(_ id: String, ends: [MazePlan.End] = []) throws -> MazePlan {
    var plan = MazePlan(try #require(try makeEnvironment(id: id).maze))
    plan.ends = ends
    return plan
  }

  @Test func aMazeIsDrawnToScale() throws {
    let map = try plan(
      "antmaze-umaze-v2",
      ends: [
        .init(place: MazePoint(8, 0), isSuccess: false),
        .init(place: MazePoint(0.9, 7.6), isSuccess: true),
      ]
    ).terminalMap(width: 40)
    #expect(
      map == """
        ████████████████████████████████████████
        ████████████████████████████████████████
        ████████████████████████████████████████
        ████████████████████████████████████████
        ████████   ·+++·                ████████
        ████████   ·+G+·                ████████
        ████████    ·●·                 ████████
        ████████                        ████████
        ████████████████████████        ████████
        ████████████████████████        ████████
        ████████████████████████        ████████
        ████████████████████████        ████████
        ████████                        ████████
        ████████                        ████████
        ████████    S               ×   ████████
        ████████                        ████████
        ████████████████████████████████████████
        ████████████████████████████████████████
        ████████████████████████████████████████
        ████████████████████████████████████████
        █ wall   S start   G goal   + where it is drawn   · within 0.5 m of it   ● ended at the goal, × elsewhere
        x to the right from -6 to 14 m, y up from -6 to 14 m; a character is 0.5 m x 1 m
        """)
  }

  /// Two routes to one picture: the characters, and the cells that the layout calls walls.
  @Test(arguments: [
    "antmaze-large-play-v2", "antmaze-giant-navigate-v0", "maze2d-large-v1",
    "PointMaze_Medium-v3", "AntMaze_Open_Diverse_GR-v4",
  ])
  func wallsStandWhereTheLayoutHasThem(_ id: String) throws {
    let plan = try plan(id)
    let lines = plan.terminalMap().split(separator: "\n").dropLast(2).map(Array.init)
    let bounds = plan.bounds
    let size = plan.layout.cellSize
    let columns = Int(((bounds.upper.x - bounds.lower.x) / size).rounded())
    let rows = Int(((bounds.upper.y - bounds.lower.y) / size).rounded())
    let (wide, high) = (lines[0].count / columns, lines.count / rows)
    #expect(wide == 2 * high && lines[0].count <= 80)
    for row in 0..<rows {
      for column in 0..<columns {
        let center = MazePoint(
          bounds.lower.x + (Double(column) + 0.5) * size,
          bounds.upper.y - (Double(row) + 0.5) * size)
        let cell = try #require(plan.layout.cell(at: center))
        let isWall = plan.layout.mark(at: cell) == .wall
        for y in 0..<high {
          for x in 0..<wide {
            #expect((lines[row * high + y][column * wide + x] == "█") == isWall)
          }
        }
      }
    }
  }

  @Test func everyTaskIsNamedAtItsPlaces() throws {
    let map = try plan("antmaze-large-navigate-v0").terminalMap()
    for task in 1...5 { #expect(map.contains("S\(task)") && map.contains("G\(task)")) }
  }

  /// The shapes of a plot, as an XML parser reads them.
  private final class Shapes: NSObject, XMLParserDelegate {
    private(set) var attributes: [String: [[String: String]]] = [:]

    init(_ plan: MazePlan) {
      super.init()
      let parser = XMLParser(data: Data(plan.plot(caption: "a < b & c").document.utf8))
      parser.delegate = self
      #expect(parser.parse())
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) { self.attributes[name, default: []].append(attributes) }

    func count(_ name: String) -> Int { attributes[name]?.count ?? 0 }

    func numbers(_ name: String, _ keys: String...) -> [[Double]] {
      (attributes[name] ?? []).map { shape in keys.map { Double(shape[$0] ?? "") ?? .nan } }
    }
  }

  @Test func aPlotShowsEveryEnd() throws {
    var plan = try plan("antmaze-umaze-v2")
    let empty = Shapes(plan)
    // the page, every wall, the goal area and what is near it
    #expect(empty.count("rect") == 1 + plan.layout.cells(.wall).count + 2)
    plan.ends = [true, true, false].map { .init(place: MazePoint(4, 0), isSuccess: $0) }
    let drawn = Shapes(plan)
    #expect(drawn.count("circle") - empty.count("circle") == 2)
    #expect(drawn.count("polyline") - empty.count("polyline") == 2)
  }

  /// An end at the centre of a wall's cell is drawn at the centre of that wall's square.
  @Test(arguments: ["antmaze-large-play-v2", "AntMaze_Large-v4", "maze2d-large-v1"])
  func aPlotHasEverythingInItsPlace(_ id: String) throws {
    var plan = try plan(id)
    let walls = plan.layout.cells(.wall)
    plan.ends = walls.map { .init(place: plan.layout.center(of: $0), isSuccess: true) }
    let plot = Shapes(plan)
    // the first rectangle is the page
    let squares = plot.numbers("rect", "x", "y", "width").dropFirst().prefix(walls.count)
    let centers = plot.numbers("circle", "cx", "cy")
    for (square, center) in zip(squares, centers) {
      // hundredths of a pixel are written
      expectClose(center, square.prefix(2).map { $0 + square[2] / 2 }, within: 0.02)
    }
    // x points to the right and y up, whatever the order of the rows
    func drawn(_ x: Double, _ y: Double) -> [Double] {
      plan.ends = [.init(place: MazePoint(x, y), isSuccess: true)]
      return Shapes(plan).numbers("circle", "cx", "cy")[0]
    }
    let (lower, upper) = (plan.bounds.lower, plan.bounds.upper)
    let (low, high) = (drawn(lower.x, lower.y), drawn(upper.x, upper.y))
    let scale = 640 / max(upper.x - lower.x, upper.y - lower.y)
    expectClose(
      [high[0] - low[0], low[1] - high[1]],
      [scale * (upper.x - lower.x), scale * (upper.y - lower.y)], within: 0.02)
  }
}

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

  /// Read by an XML parser, not by its author.
  @Test func aPlotShowsEveryEnd() throws {
    final class Counter: NSObject, XMLParserDelegate {
      var shapes: [String: Int] = [:]
      func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
      ) { shapes[name, default: 0] += 1 }
    }
    let maze = try plan("antmaze-umaze-v2")
    func shapes(_ ends: [MazePlan.End]) throws -> [String: Int] {
      var plan = maze
      plan.ends = ends
      let parser = XMLParser(data: Data(plan.plot(caption: "a < b & c").document.utf8))
      let counter = Counter()
      parser.delegate = counter
      #expect(parser.parse())
      return counter.shapes
    }
    let empty = try shapes([])
    // the page, every wall, the goal area and what is near it
    #expect(empty["rect"] == 1 + maze.layout.cells(.wall).count + 2)
    let place = MazePoint(4, 0)
    let three = [true, true, false].map { MazePlan.End(place: place, isSuccess: $0) }
    let drawn = try shapes(three)
    #expect(try #require(drawn["circle"]) - (empty["circle"] ?? 0) == 2)
    #expect(try #require(drawn["polyline"]) - (empty["polyline"] ?? 0) == 2)
  }
}

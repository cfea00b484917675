import IDQLEnvs
import IDQLEvaluation

/// The content of a maze's drawing: the maze, its tasks, and the end points of episodes.
package struct MazePlan: Equatable, Sendable {
  package var id: String
  package var layout: MazeLayout
  package var courses: [MazeCourse]
  package var successRadius: Double
  package var ends: [End] = []

  /// Where an episode ended, and whether it had reached its goal.
  package struct End: Equatable, Sendable {
    package var place: MazePoint
    package var isSuccess: Bool
  }

  package init(_ maze: any MazeEnvironment, episodes: [Episode] = []) {
    id = maze.spec.id
    layout = maze.layout
    courses = maze.courses
    successRadius = maze.successRadius
    ends = episodes.compactMap { episode in
      // a robot whose state broke is nowhere
      guard let end = episode.journey?.end, end.x.isFinite, end.y.isFinite else { return nil }
      return End(place: end, isSuccess: episode.isSuccess == true)
    }
  }

  /// The outer edges of the outer walls.
  var bounds: MazeArea {
    let first = layout.center(of: .init(0, 0))
    let last = layout.center(of: .init(layout.rowCount - 1, layout.columnCount - 1))
    let half = layout.cellSize / 2
    return MazeArea(
      lower: MazePoint(min(first.x, last.x) - half, min(first.y, last.y) - half),
      upper: MazePoint(max(first.x, last.x) + half, max(first.y, last.y) + half))
  }

  /// Short names of starts (S) and goals (G), with the task's number if there are several, and
  /// where they stand. Starts that may be anywhere are not named.
  var labels: [(text: String, place: MazePoint)] {
    let free = layout.rowCount * layout.columnCount - layout.cells(.wall).count
    return courses.flatMap { course in
      let number = courses.count > 1 ? "\(course.task ?? 0)" : ""
      let named = [("S", course.starts), ("G", course.goals)].filter { $0.1.count < free - 1 }
      return named.flatMap { name, areas in
        areas.map { (text: name + number, place: $0.center) }
      }
    }
  }

  var goalAreas: [MazeArea] { courses.flatMap(\.goals) }
}

/// - Throws: `Failure` unless the environment is a maze.
func mazePlan(
  of environment: any Environment, for option: String, episodes: [Episode] = []
) throws -> MazePlan {
  guard let maze = environment.maze else {
    throw Failure(.usage, "\(option) draws mazes; \(environment.spec.id) is none.")
  }
  return MazePlan(maze, episodes: episodes)
}

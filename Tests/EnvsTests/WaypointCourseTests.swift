import Foundation
import IDQLPhysics
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLEnvs

@Suite struct WaypointCourseTests {
  private static func course() throws -> WaypointCourse {
    try #require(try makeEnvironment(id: "AntWaypoints-v0") as? WaypointCourse)
  }

  /// A reward is a second's gain of way, 1 for standing, less a twentieth of the action's square.
  @Test func stepsArePaidByTheWayTowardsTheWaypoint() throws {
    let course = try Self.course()
    var noise = ActionNoise(seed: 2)
    var (gains, losses) = (0, 0)
    for seed in 0..<4 as Range<UInt64> {
      course.reset(seed: seed)
      for _ in 0..<40 {
        let (waypoint, action) = (course.nextWaypoint, noise.next(8))
        let before = course.simulation.state.position
        let step = course.step(action)
        let after = course.simulation.state.position
        func distance(_ p: [Double]) -> Double { hypot(p[0] - waypoint.x, p[1] - waypoint.y) }
        let gain = distance(before) - distance(after)
        let cost = action.reduce(0) { $0 + $1 * $1 } / 20
        // of a few metres, divided by 0.1 s
        expectClose([step.reward], [10 * gain + 1 - cost], within: 1e-12)
        gains += gain > 0.01 ? 1 : 0
        losses += gain < -0.01 ? 1 : 0
      }
    }
    #expect(gains > 20 && losses > 20, "\(gains) \(losses)")
  }

  @Test func aFallEndsTheEpisodeAndAGoalDoesNot() throws {
    let course = try Self.course()
    course.reset(seed: 1)
    let goal = course.goalOfCourse
    var state = course.simulation.state
    (state.position[0], state.position[1]) = (goal.x, goal.y)
    course.simulation.state = state
    #expect(!course.step(Array(repeating: 0, count: 8)).terminated)
    #expect(course.goalOfCourse != goal)

    // on its back
    state.position.replaceSubrange(3..<7, with: [0, 1, 0, 0])
    course.simulation.state = state
    #expect(course.step(Array(repeating: 0, count: 8)).terminated)
  }

  /// Starts and goals lie in free cells, many of them.
  @Test func episodesBeginAnywhere() throws {
    let course = try Self.course()
    let maze = try #require(makeEnvironment(id: "antmaze-large-diverse-v2").maze).layout
    var (starts, goals) = (Set<[Int]>(), Set<[Int]>())
    for seed in 0..<60 as Range<UInt64> {
      course.reset(seed: seed)
      let p = course.simulation.state.position
      for (place, isStart) in [(MazePoint(p[0], p[1]), true), (course.goalOfCourse, false)] {
        let cell = try #require(maze.cell(at: place))
        #expect(maze.mark(at: cell) != .wall)
        if isStart {
          starts.insert([cell.row, cell.column])
        } else {
          goals.insert([cell.row, cell.column])
        }
      }
    }
    // of 46 free cells
    #expect(starts.count > 20 && goals.count > 20)
  }

  @Test func aRestoredEpisodeContinuesToTheBit() throws {
    let (course, other) = (try Self.course(), try Self.course())
    course.reset(seed: 6)
    var noise = ActionNoise(seed: 6)
    for _ in 0..<7 { _ = course.step(noise.next(8)) }
    let saved = try JSONEncoder().encode(course.snapshot)
    try other.restore(JSONDecoder().decode(EnvironmentSnapshot.self, from: saved))
    for index in 0..<10 {
      // the next course is drawn from the same stream
      if index == 5 { for one in [course, other] { one.reset() } }
      let action = noise.next(8)
      #expect(course.step(action) == other.step(action))
      #expect(course.observation == other.observation)
    }
  }
}

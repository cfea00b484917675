import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLEnvs

/// Tasks, success timings, teleports and balls of OGBench's mazes.
@Suite struct OGBenchRulesTests {
  @Test(arguments: [
    ("antmaze-medium-navigate-v0", 3, 8.0, 16.0, 4.0, 12.0),
    ("antmaze-large-explore-v0", 4, 28, 8, 12, 16),
    ("antmaze-giant-stitch-v0", 2, 52, 0, 0, 36),
    ("pointmaze-teleport-navigate-v0", 1, 36, 0, 0, 24),
    ("antsoccer-arena-stitch-v0", 5, 20, 12, 20, 0),
    ("antsoccer-medium-navigate-v0", 2, 0, 20, 0, 0),
    ("humanoidmaze-large-navigate-v0", 2, 12, 16, 0, 24),
  ])
  func ogbenchTasksAreRoutes(
    _ id: String, _ task: Int, _ x: Double, _ y: Double, _ goalX: Double, _ goalY: Double
  ) throws {
    let maze = try makeMaze(id)
    #expect(maze.taskCount == 5)
    var starts: [MazePoint] = []
    var goals: [MazePoint] = []
    for seed in 0..<1000 as Range<UInt64> {
      try maze.reset(seed: seed, task: task)
      #expect(maze.task == task)
      starts.append(maze.place)
      goals.append(maze.target)
    }
    expectDistribution(starts.map { $0.x - x }) { ($0 + 1) / 2 }
    expectDistribution(starts.map { $0.y - y }) { ($0 + 1) / 2 }
    expectDistribution(goals.map { $0.x - goalX }) { ($0 + 1) / 2 }
    expectDistribution(goals.map { $0.y - goalY }) { ($0 + 1) / 2 }
  }

  @Test func aTaskIsDrawnUnlessGiven() throws {
    let maze = try makeMaze("pointmaze-medium-stitch-v0")
    var counts = [0, 0, 0, 0, 0]
    for seed in 0..<1000 as Range<UInt64> {
      maze.reset(seed: seed)
      counts[try #require(maze.task) - 1] += 1
    }
    expectUniform(counts)
    expectMessage("pointmaze-medium-stitch-v0 has the tasks 1 to 5, not 6.") {
      try maze.reset(seed: 0, task: 6)
    }
    let single = try makeMaze("antmaze-medium-stitch-singletask-v0")
    expectMessage(
      "antmaze-medium-stitch-singletask-v0 has no numbered tasks; it was asked for task 1."
    ) {
      try single.reset(seed: 0, task: 1)
    }
  }

  @Test func aGoalIsAnObservationThere() throws {
    let maze = try makeMaze("antmaze-large-navigate-v0")
    maze.reset(seed: 3)
    let goal = try #require(maze.goal)
    #expect(goal.count == 29)
    #expect(MazePoint(goal[0], goal[1]) == maze.target)
    #expect(goal[2] > 0.2 && goal[2] < 1.2)
    #expect(maze.place != maze.target)
    #expect(maze.stepCount == 0)
    #expect(try makeMaze("antmaze-large-navigate-singletask-v0").goal == nil)
    #expect(try makeMaze("antmaze-large-play-v2").goal == nil)
  }

  /// Offsets of ball and start, m: their noises are independent.
  @Test func theBallStartsInItsCell() throws {
    let maze = try makeMaze("antsoccer-arena-navigate-singletask-task3-v0")
    var offsets: [MazePoint] = []
    var noises: [MazePoint] = []
    for seed in 0..<1000 as Range<UInt64> {
      maze.reset(seed: seed)
      let ball = try #require(maze.ball)
      offsets.append(MazePoint(ball.x - 8, ball.y - 4))
      noises.append(MazePoint(maze.place.x, maze.place.y - 20))
      // 0.5 m above the ground, with the noise of the body
      #expect(abs(maze.simulation.position(17) - 0.5) <= 0.1)
    }
    expectDistribution(offsets.map(\.x)) { ($0 + 1) / 2 }
    expectDistribution(offsets.map(\.y)) { ($0 + 1) / 2 }
    #expect(abs(correlation(offsets.map(\.x), noises.map(\.x))) < 0.1)
    #expect(abs(correlation(offsets.map(\.y), noises.map(\.y))) < 0.1)
    #expect(try makeMaze("antmaze-large-navigate-v0").ball == nil)
  }

  /// Success needs the ball at the goal, not the ant.
  @Test func theBallHasToReachTheGoal() throws {
    let maze = try makeMaze("antsoccer-arena-navigate-singletask-v0")
    #expect(maze.task == 4)
    #expect(maze.target == MazePoint(0, 20))
    let still = Array(repeating: 0.0, count: 8)
    var state = maze.simulation.state
    for (ant, ball, isSuccess) in [
      (MazePoint(0, 20), MazePoint(4, 20), false), (MazePoint(4, 20), MazePoint(0.49, 20), true),
      (MazePoint(4, 20), MazePoint(0.51, 20), false),
    ] {
      (state.position[0], state.position[1]) = (ant.x, ant.y)
      (state.position[15], state.position[16]) = (ball.x, ball.y)
      maze.simulation.state = state
      #expect(maze.ball == ball)
      let transition = maze.step(still)
      #expect(transition.isSuccess == isSuccess)
      #expect(transition.reward == (isSuccess ? 0 : -1))
    }
  }

  /// The policy's goal is an observation with ball and ant at the goal.
  @Test func theGoalObservationHasTheBallAtTheGoal() throws {
    let maze = try makeMaze("antsoccer-medium-navigate-v0")
    let goal = try #require(maze.goal)
    #expect(goal.count == 42)
    #expect(MazePoint(goal[0], goal[1]) == maze.target)
    #expect(MazePoint(goal[15], goal[16]) == maze.target)
  }

  @Test func humanoidsStartInAnyPoseWithoutContact() throws {
    let maze = try makeMaze("humanoidmaze-medium-navigate-singletask-v0")
    let joints = maze.simulation.model.joints.dropFirst()
    var shares: [[Double]] = []
    for seed in 0..<1000 as Range<UInt64> {
      maze.reset(seed: seed)
      let position = maze.simulation.state.position
      let square = position[3..<7].reduce(0) { $0 + $1 * $1 }
      expectClose([square], [1], within: 1e-15)
      #expect(position[3..<7].allSatisfy { $0 >= 0 })
      #expect(position[2] == 1.5)
      // it touches nothing, unless it was moved into a wall
      let isByItself = maze.simulation.contacts.allSatisfy {
        let pair = maze.simulation.model.pairs[$0.pair]
        return maze.simulation.model.geoms[pair.second].shape == .box
      }
      #expect(isByItself)
      shares.append(
        zip(joints, position.dropFirst(7)).map { ($1 - $0.lower) / ($0.upper - $0.lower) })
    }
    // uniform in their ranges, except elbows and shoulders, which bring hands into contact
    #expect(shares.allSatisfy { $0.allSatisfy { $0 >= 0 && $0 <= 1 } })
    for (index, name) in maze.simulation.model.joints.names.dropFirst().enumerated()
    where name.contains("ankle") {
      expectDistribution(shares.map { $0[index] }) { $0 }
    }
  }

  @Test(arguments: [
    ("antmaze-large-navigate-singletask-v0", 1, 36.0, 24.0),
    ("antmaze-large-navigate-singletask-task3-v0", 3, 36, 0),
    ("antmaze-giant-stitch-singletask-task5-v0", 5, 28, 8),
  ])
  func singleTasksHaveExactGoals(_ id: String, _ task: Int, _ x: Double, _ y: Double) throws {
    let maze = try makeMaze(id)
    for seed in 0..<20 as Range<UInt64> {
      maze.reset(seed: seed)
      #expect(maze.target == MazePoint(x, y))
      #expect(maze.task == task)
    }
  }

  /// A ball that moves to the goal: `post` reports success in that step, `pre` in the next.
  @Test func theTwoTimingsDifferByOneStep() throws {
    let id = "pointmaze-large-navigate-singletask-v0"
    #expect(try makeMaze(id).spec.successTiming == .pre)
    #expect(try makeMaze("pointmaze-large-navigate-v0").spec.successTiming == .post)
    for (timing, expected) in [
      (SuccessTiming.pre, [(-1.0, false), (0, true)]), (.post, [(0, true), (0, true)]),
    ] {
      let maze = try makeMaze(id, EnvironmentOptions(successTiming: timing))
      try put(maze, at: MazePoint(36 - 1.1, 24))
      for (reward, isSuccess) in expected {
        let transition = maze.step([1, 0])
        #expect(transition.reward == reward)
        #expect(transition.isSuccess == isSuccess)
        #expect(transition.terminated == isSuccess)
      }
    }
    expectMessage(
      "antmaze-umaze-v2 has no choice of success timing; only OGBench's mazes have."
    ) {
      _ = try makeMaze("antmaze-umaze-v2", EnvironmentOptions(successTiming: .post))
    }
    #expect(throws: EnvironmentError.noSuccessTiming(id: "Ant-v4")) {
      _ = try makeEnvironment(id: "Ant-v4", options: EnvironmentOptions(successTiming: .pre))
    }
  }

  @Test func inboundCellsTeleport() throws {
    let maze = try makeMaze("pointmaze-teleport-stitch-v0")
    let pads = try #require(maze.mazeTask.teleport)
    let out = pads.outbound.map(maze.layout.center)
    var counts = [0, 0, 0]
    for seed in 0..<600 as Range<UInt64> {
      try maze.reset(seed: seed, task: 1)
      let pad = maze.layout.center(of: pads.inbound[Int(seed) % 2])
      // before the teleport it is 1.4 m from the inbound cell, which is what the step observes
      try put(maze, at: MazePoint(pad.x, pad.y - 1.4))
      let transition = maze.step([0, 0])
      #expect(transition.isSuccess == false)
      expectClose(maze.observation, [pad.x, pad.y - 1.4], within: 0.1)
      let arrived = try #require(out.firstIndex(of: maze.place))
      counts[arrived] += 1
      let shown = maze.observation
      try maze.restore(maze.snapshot)
      #expect(maze.observation == shown)
      _ = maze.step([0, 0])
      expectClose(maze.observation, [out[arrived].x, out[arrived].y], within: 0.1)
    }
    expectUniform(counts)
    // and not from 1.6 m
    let pad = maze.layout.center(of: pads.inbound[0])
    try put(maze, at: MazePoint(pad.x, pad.y - 1.6))
    _ = maze.step([0, 0])
    #expect(maze.place.distance(to: MazePoint(pad.x, pad.y - 1.6)) < 0.05)
  }
}

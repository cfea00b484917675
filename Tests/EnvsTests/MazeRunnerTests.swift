import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLEnvs

/// Starts, goals, success and ends of the maze tasks, without OGBench's own rules.
@Suite struct MazeRunnerTests {
  // MARK: D4RL

  @Test(arguments: [
    ("antmaze-umaze-v2", 0, 8), ("antmaze-medium-diverse-v2", 20, 20),
    ("antmaze-large-play-v2", 32, 24),
  ])
  func d4rlDrawsItsGoalsInOneQuadrant(_ id: String, _ x: Double, _ y: Double) throws {
    let maze = try makeMaze(id)
    let goals = (0..<1000 as Range<UInt64>).map { seed in
      maze.reset(seed: seed)
      return maze.target
    }
    for (values, corner) in [(goals.map(\.x), x), (goals.map(\.y), y)] {
      #expect(values.allSatisfy { $0 >= corner && $0 < corner + 1.5 })
      // uniform(0, 1) + uniform(0, 0.5): mean 0.75, deviation 0.3227, distribution known
      expectDistribution(values.map { $0 - corner }) { t in
        switch t {
        case ..<0.5: t * t
        case ..<1: 0.25 + (t - 0.5)
        default: 1 - (1.5 - t) * (1.5 - t)
        }
      }
    }
    #expect(abs(correlation(goals.map(\.x), goals.map(\.y))) < 0.1)
  }

  @Test func ultraAndMirroredGoalsLieInTheirCells() throws {
    for (id, x, y) in [
      ("antmaze-ultra-diverse-v0", 52.0, 36.0), ("antmaze-eval-umaze-v0", 0, 8),
      ("antmaze-eval-medium-play-v0", 20, 0), ("antmaze-eval-large-diverse-v0", 32, 0),
    ] {
      for seed in 0..<50 as Range<UInt64> {
        let target = try makeMaze(id, EnvironmentOptions(goalSeed: seed)).target
        #expect(target.x >= x && target.x < x + 1.5 && target.y >= y && target.y < y + 1.5, "\(id)")
      }
    }
  }

  /// v0 and v1 keep the goal of the environment object; otherwise the episodes are those of v2.
  @Test(arguments: ["antmaze-large-play-v0", "antmaze-large-play-v1"])
  func anOldGoalBelongsToTheEnvironment(_ id: String) throws {
    let (old, new) = (try makeMaze(id), try makeMaze("antmaze-large-play-v2"))
    let goal = old.target
    for seed in 0..<20 as Range<UInt64> {
      old.reset(seed: seed)
      new.reset(seed: seed)
      #expect(old.target == goal)
      #expect(new.target != goal)
      #expect(old.observation == new.observation)
    }
    #expect(try makeMaze(id).target == goal)
    #expect(try makeMaze(id, EnvironmentOptions(goalSeed: 1)).target != goal)
  }

  @Test func d4rlStartsAroundTheOriginWithAllNoise() throws {
    let maze = try makeMaze("antmaze-medium-play-v2", physics: .mujoco3)
    let initial = maze.simulation.model.initialPosition
    var noises: [[Double]] = []
    var speeds: [Double] = []
    for seed in 0..<1000 as Range<UInt64> {
      maze.reset(seed: seed)
      noises.append(zip(maze.observation, initial).map { $0 - $1 })
      speeds += maze.observation.suffix(14)
    }
    for coordinate in 0..<15 {
      expectDistribution(noises.map { $0[coordinate] }) { ($0 + 0.1) / 0.2 }
    }
    // 14,000 standard normals: 4 standard errors
    let variance = speeds.reduce(0) { $0 + $1 * $1 } / Double(speeds.count)
    #expect(abs(variance / 0.01 - 1) < 4 * (2.0 / 14_000).squareRoot())
  }

  @Test(arguments: [
    ("antmaze-umaze-diverse-v1", 700), ("antmaze-medium-play-v0", 1000),
    ("antmaze-ultra-play-v0", 2000), ("maze2d-open-v0", 150), ("maze2d-medium-dense-v1", 600),
    ("antmaze-giant-stitch-v0", 1000), ("AntMaze_Open_Diverse_GDense-v5", 700),
    ("PointMaze_Large-v3", 800), ("antsoccer-medium-stitch-v0", 1000),
    ("humanoidmaze-large-stitch-v0", 2000), ("humanoidmaze-giant-navigate-singletask-v0", 4000),
  ])
  func timeIsLimited(_ id: String, _ limit: Int) throws {
    let maze = try makeMaze(id)
    #expect(maze.spec.stepLimit == limit)
    var snapshot = maze.snapshot
    snapshot.stepCount = limit - 2
    try maze.restore(snapshot)
    let still = Array(repeating: 0.0, count: maze.spec.actionCount)
    #expect(!maze.step(still).truncated)
    #expect(maze.step(still).truncated)
  }

  /// On either side of the radius.
  @Test(arguments: [
    ("antmaze-umaze-v2", 0.5, true), ("antmaze-large-navigate-v0", 0.5, true),
    ("AntMaze_UMaze-v4", 0.45, false), ("humanoidmaze-large-stitch-v0", 0.5, true),
  ])
  func successIsBeingNear(_ id: String, _ radius: Double, _ ends: Bool) throws {
    let maze = try makeMaze(id)
    #expect(maze.successRadius == radius)
    // on the side that is away from the nearer wall, which would push
    let cell = try #require(maze.layout.cell(at: maze.target))
    let side: Double = maze.target.x > maze.layout.center(of: cell).x ? -1 : 1
    for (distance, isSuccess) in [(radius - 0.02, true), (radius + 0.02, false)] {
      try put(maze, at: MazePoint(maze.target.x + side * distance, maze.target.y))
      let transition = maze.step(Array(repeating: 0, count: maze.spec.actionCount))
      #expect(transition.isSuccess == isSuccess)
      #expect(transition.reward == (isSuccess ? 1 : 0))
      #expect(transition.terminated == (isSuccess && ends))
    }
  }

  // MARK: maze2d

  @Test func maze2dStartsAnywhere() throws {
    let maze = try makeMaze("maze2d-large-v1")
    #expect(maze.target == MazePoint(7, 9))
    let cells = maze.layout.cells(.free, .goal)
    var counts: [MazeLayout.Cell: Int] = [:]
    for seed in 0..<1000 as Range<UInt64> {
      maze.reset(seed: seed)
      let cell = MazeLayout.Cell(Int((maze.place.x + 0.5)), Int((maze.place.y + 0.5)))
      #expect(abs(maze.place.x - Double(cell.row)) <= 0.1)
      #expect(maze.layout.mark(at: cell) != .wall)
      counts[cell, default: 0] += 1
    }
    expectUniform(cells.map { counts[$0] ?? 0 })
  }

  @Test func maze2dRewardsTheGoalAndContinues() throws {
    let (sparse, dense) = (try makeMaze("maze2d-umaze-v1"), try makeMaze("maze2d-umaze-dense-v1"))
    for maze in [sparse, dense] {
      try put(maze, at: MazePoint(1, 1.3))
      let transition = maze.step([0, 0])
      #expect(!transition.terminated)
      #expect(transition.isSuccess == true)
    }
    #expect(sparse.step([0, 0]).reward == 1)
    let reward = dense.step([0, 0]).reward
    #expect(abs(reward - 0.7408182206817179) < 0.01)
  }

  // MARK: Gymnasium-Robotics

  @Test(arguments: [
    ("AntMaze_Large_Diverse_G-v5", 7, 1), ("AntMaze_Medium_Diverse_GR-v4", 4, 4),
    ("PointMaze_Open_Diverse_G-v3", 14, 1), ("PointMaze_UMaze-v3", 7, 7),
  ])
  func roboticsDrawsCells(_ id: String, _ goalCount: Int, _ startCount: Int) throws {
    let maze = try makeMaze(id)
    #expect(maze.layout.goals.count == goalCount)
    #expect(maze.layout.starts.count == startCount)
    let quarter = 0.25 * maze.layout.cellSize
    var counts: [MazeLayout.Cell: Int] = [:]
    for seed in 0..<1000 as Range<UInt64> {
      maze.reset(seed: seed)
      let (from, to) = (maze.layout.cell(at: maze.place), maze.layout.cell(at: maze.target))
      let (start, goal) = (try #require(from), try #require(to))
      #expect(maze.layout.starts.contains(start) && maze.layout.goals.contains(goal))
      #expect(start != goal)
      let center = maze.layout.center(of: goal)
      #expect(abs(center.x - maze.target.x) <= quarter && abs(center.y - maze.target.y) <= quarter)
      counts[goal, default: 0] += 1
      #expect(maze.goal == [maze.target.x, maze.target.y])
    }
    expectUniform(maze.layout.goals.map { counts[$0] ?? 0 })
  }

  // MARK: Layouts

  @Test(arguments: MazeTask.all.map(\.name))
  func everyMazeIsWalledInAndReachable(_ id: String) throws {
    let task = try makeMaze(id).mazeTask
    let layout = task.layout
    #expect(layout.rows.allSatisfy { $0.count == layout.columnCount })
    let free = layout.cells(.free, .start, .goal, .both)
    for cell in free {
      #expect(cell.row > 0 && cell.row < layout.rowCount - 1)
      #expect(cell.column > 0 && cell.column < layout.columnCount - 1)
      #expect(layout.cell(at: layout.center(of: cell)) == cell)
    }
    var reached: Set<MazeLayout.Cell> = []
    var next = [layout.cells(.start).first ?? free[0]]
    while let cell = next.popLast() {
      guard reached.insert(cell).inserted else { continue }
      next += [(1, 0), (-1, 0), (0, 1), (0, -1)].map {
        MazeLayout.Cell(cell.row + $0.0, cell.column + $0.1)
      }.filter { layout.mark(at: $0) != .wall }
    }
    // one teleport target of OGBench's teleport maze is in a closed room
    let closed = free.filter { !reached.contains($0) }
    #expect(closed == (task.teleport == nil ? [] : [MazeLayout.Cell(1, 7)]))
  }
}

extension MazeTask {
  /// Every maze: D4RL's, OGBench's, those of Gymnasium-Robotics; ants before others.
  static let all: [MazeTask] =
    d4rlAnt + maze2d + ogbench(.ant) + ogbench(.shiftedPoint) + ogbench(.humanoid) + antsoccer
    + roboticsAnt + roboticsPoint

  // MARK: D4RL

  /// Source: D4RL, `d4rl/locomotion/__init__.py`, `maze_env.py`; ultra from the fork
  /// ZhengyaoJiang/d4rl.
  private static let d4rlAnt: [MazeTask] = {
    typealias Cell = MazeLayout.Cell
    let score = ReferenceScore.d4rl(0, 1)
    func entry(
      _ name: String, _ waypoints: WaypointRecipe, version: Int, _ rows: [String], start: Cell,
      goal: Cell, limit: Int
    ) -> MazeTask {
      var dataset = PublishedDataset(task: "antmaze", name: name, version: version)
      dataset.waypoints = waypoints
      return MazeTask(
        name: "antmaze-\(name)-v\(version)", body: .ant,
        layout: .wide(MazeMap.marked(rows, [.start: [start], .goal: [goal]])),
        rules: .d4rlAnt(drawsGoalAtReset: version == 2), stepLimit: limit, referenceScore: score,
        dataset: dataset)
    }
    typealias Variant = (suffix: String, waypoints: WaypointRecipe)
    let umaze: [Variant] = [("", .fixed), ("-diverse", .diverse)]
    let larger: [Variant] = [("-play", .play), ("-diverse", .diverse)]
    let corner = Cell(1, 1)
    let standard = (0...2).flatMap { version in
      umaze.map {
        entry(
          "umaze\($0.suffix)", $0.waypoints, version: version, MazeMap.umaze, start: corner,
          goal: Cell(3, 1), limit: 700)
      }
        + larger.map {
          entry(
            "medium\($0.suffix)", $0.waypoints, version: version, MazeMap.medium, start: corner,
            goal: Cell(6, 6), limit: 1000)
        }
        + larger.map {
          entry(
            "large\($0.suffix)", $0.waypoints, version: version, MazeMap.large, start: corner,
            goal: Cell(7, 9), limit: 1000)
        }
    }
    let mirrored =
      umaze.map {
        entry(
          "eval-umaze\($0.suffix)", $0.waypoints, version: 0, MazeMap.evalUmaze, start: Cell(1, 3),
          goal: Cell(3, 3), limit: 700)
      }
      + larger.map {
        entry(
          "eval-medium\($0.suffix)", $0.waypoints, version: 0, MazeMap.evalMedium, start: corner,
          goal: Cell(1, 6), limit: 1000)
      }
      + larger.map {
        entry(
          "eval-large\($0.suffix)", $0.waypoints, version: 0, MazeMap.evalLarge, start: corner,
          goal: Cell(1, 9), limit: 1000)
      }
    let ultra = larger.map {
      entry(
        "ultra\($0.suffix)", $0.waypoints, version: 0, MazeMap.ultra, start: corner,
        goal: Cell(10, 14), limit: 2000)
    }
    return standard + mirrored + ultra
  }()

  /// Source: D4RL, `d4rl/pointmaze/__init__.py`, which also holds the constants of the score.
  private static let maze2d: [MazeTask] = {
    let (u, m, l) = (MazeMap.umaze, MazeMap.medium, MazeMap.large)
    let goals = (u: MazeLayout.Cell(1, 1), m: MazeLayout.Cell(6, 6), l: MazeLayout.Cell(7, 9))
    func entry(
      _ name: String, _ version: Int, isDense: Bool = false, _ rows: [String],
      _ goal: MazeLayout.Cell, limit: Int, _ minimum: Double, _ maximum: Double
    ) -> MazeTask {
      let dataset = PublishedDataset(
        task: "maze2d", name: isDense ? "\(name)-dense" : name, version: version)
      return MazeTask(
        name: "maze2d-\(dataset.name)-v\(version)", body: .pushedPoint,
        layout: .transposed(MazeMap.marked(rows, [.goal: [goal]])),
        rules: .maze2d(isDense: isDense), stepLimit: limit,
        referenceScore: ReferenceScore(
          minimum: minimum, maximum: maximum, source: "D4RL, d4rl/pointmaze/__init__.py"),
        dataset: dataset)
    }
    return [
      entry("open", 0, MazeMap.open, .init(2, 3), limit: 150, 0.01, 20.66),
      entry("umaze", 0, u, goals.u, limit: 150, 0.94, 62.6),
      entry("medium", 0, m, goals.m, limit: 250, 5.77, 85.14),
      entry("large", 0, l, goals.l, limit: 600, 4.83, 191.99),
      entry("umaze", 1, u, goals.u, limit: 300, 23.85, 161.86),
      entry("medium", 1, m, goals.m, limit: 600, 13.13, 277.39),
      entry("large", 1, l, goals.l, limit: 800, 6.7, 273.99),
      entry(
        "open", 0, isDense: true, MazeMap.open, .init(2, 3), limit: 150, 11.17817,
        27.166538620695782),
      entry("umaze", 0, isDense: true, u, goals.u, limit: 150, 23.249793, 81.78995240126592),
      entry("medium", 0, isDense: true, m, goals.m, limit: 250, 19.477620, 96.03474232952358),
      entry("large", 0, isDense: true, l, goals.l, limit: 600, 27.388310, 215.09965671563742),
      entry("umaze", 1, isDense: true, u, goals.u, limit: 300, 68.537689, 193.66285642381482),
      entry("medium", 1, isDense: true, m, goals.m, limit: 600, 44.264742, 297.4552547777125),
      entry("large", 1, isDense: true, l, goals.l, limit: 800, 30.569041, 303.4857382709002),
    ]
  }()

  // MARK: OGBench

  /// Source: OGBench 1.2.2, `ogbench/locomaze/__init__.py`, `maze.py`, and the names of its
  /// datasets.
  private static func ogbench(_ body: Body) -> [MazeTask] {
    let mazes: [(name: String, rows: [String], routes: [Route])] = [
      (
        "medium", MazeMap.medium,
        routes([[1, 1, 6, 6], [6, 1, 1, 6], [5, 3, 4, 2], [6, 5, 6, 1], [2, 6, 1, 1]])
      ),
      (
        "large", MazeMap.large,
        routes([[1, 1, 7, 10], [5, 4, 7, 1], [7, 4, 1, 10], [3, 8, 5, 4], [1, 1, 5, 4]])
      ),
      (
        "giant", MazeMap.giant,
        routes([[1, 1, 10, 14], [1, 14, 10, 1], [8, 14, 1, 1], [8, 3, 5, 12], [5, 9, 3, 8]])
      ),
      (
        "teleport", MazeMap.teleport,
        routes([[1, 10, 7, 1], [1, 1, 7, 10], [5, 6, 7, 10], [7, 1, 7, 10], [5, 6, 7, 1]])
      ),
    ]
    let prefix = body == .humanoid ? "humanoid" : body == .ant ? "ant" : "point"
    // no dataset has been published of humanoids in the teleport maze
    return mazes.filter { body != .humanoid || $0.name != "teleport" }.flatMap { maze in
      let explores = body == .ant && maze.name != "giant"
      let limit = body != .humanoid ? 1000 : maze.name == "giant" ? 4000 : 2000
      return (["navigate", "stitch"] + (explores ? ["explore"] : [])).flatMap { dataset in
        ogbench(
          "\(prefix)maze", "\(maze.name)-\(dataset)", body, maze.rows, maze.routes, defaultTask: 1,
          limit: limit, teleport: maze.name == "teleport" ? teleport : nil)
      }
    }
  }

  private static let antsoccer: [MazeTask] = {
    let mazes: [(name: String, rows: [String], routes: [Route])] = [
      (
        "arena", MazeMap.arena,
        routes([
          [1, 6, 2, 3, 5, 2], [2, 2, 5, 5, 2, 2], [6, 1, 2, 3, 6, 6], [6, 6, 1, 1, 6, 1],
          [4, 6, 6, 2, 1, 6],
        ])
      ),
      (
        "medium", MazeMap.medium,
        routes([
          [1, 1, 3, 4, 6, 6], [6, 1, 6, 5, 1, 1], [5, 3, 4, 2, 6, 5], [6, 5, 1, 1, 5, 3],
          [1, 6, 6, 1, 1, 6],
        ])
      ),
    ]
    return mazes.flatMap { maze in
      ["navigate", "stitch"].flatMap { dataset in
        ogbench(
          "antsoccer", "\(maze.name)-\(dataset)", .antWithBall, maze.rows, maze.routes,
          defaultTask: 4, limit: 1000)
      }
    }
  }()

  /// The goal-conditioned id of a dataset, then its single-task ids.
  private static func ogbench(
    _ task: String, _ dataset: String, _ body: Body, _ rows: [String], _ routes: [Route],
    defaultTask: Int,
    limit: Int, teleport: Teleport? = nil
  ) -> [MazeTask] {
    var published = PublishedDataset(task: task, name: dataset, version: 0)
    if body == .ant, dataset.hasSuffix("-navigate") { published.waypoints = .navigate }
    func entry(_ suffix: String, task number: Int?) -> MazeTask {
      MazeTask(
        name: "\(task)-\(dataset)\(suffix)-v0", body: body, layout: .wide(rows, start: .init(1, 1)),
        rules: .ogbench(routes: routes, task: number), stepLimit: limit, teleport: teleport,
        dataset: published)
    }
    return [entry("", task: nil), entry("-singletask", task: defaultTask)]
      + routes.indices.map { entry("-singletask-task\($0 + 1)", task: $0 + 1) }
  }

  private static let teleport = Teleport(
    inbound: [.init(4, 6), .init(5, 1)], outbound: [.init(1, 7), .init(6, 1), .init(6, 10)],
    reach: 1.5)

  /// Row and column of the start, of the ball's start where there are six numbers, of the goal.
  private static func routes(_ numbers: [[Int]]) -> [Route] {
    numbers.map { n in
      let cells = stride(from: 0, to: n.count, by: 2).map { MazeLayout.Cell(n[$0], n[$0 + 1]) }
      return Route(
        start: cells[0], ball: n.count == 6 ? cells[1] : nil, goal: cells[n.count / 2 - 1])
    }
  }

  // MARK: Gymnasium-Robotics

  /// Source: Gymnasium-Robotics 1.4.2, `envs/maze/maps.py`, `maze_v4.py`, `ant_maze_v5.py`,
  /// `point_maze.py`.
  private static let roboticsAnt = [4, 5].flatMap { version in
    robotics(
      "AntMaze", "-v\(version)", .gymAnt(version: version), cellSize: 4,
      limits: (open: 700, medium: 1000, large: 1000))
  }

  private static let roboticsPoint = robotics(
    "PointMaze", "-v3", .pushedPoint, cellSize: 1, limits: (open: 300, medium: 600, large: 800))

  private static func robotics(
    _ prefix: String, _ version: String, _ body: Body, cellSize: Double,
    limits: (open: Int, medium: Int, large: Int)
  ) -> [MazeTask] {
    typealias Cell = MazeLayout.Cell
    let inside = (1...3).flatMap { row in (1...5).map { Cell(row, $0) } }
    let mediumGoals = [Cell(2, 6), Cell(5, 1), Cell(6, 5)]
    let largeGoals = [
      Cell(1, 6), Cell(3, 5), Cell(3, 10), Cell(5, 2), Cell(7, 4), Cell(7, 6), Cell(7, 9),
    ]
    let corner = Cell(1, 1)
    typealias Variant = (name: String, rows: [String], limit: Int)
    func diverse(_ name: String, _ rows: [String], _ goals: [Cell], _ limit: Int) -> [Variant] {
      [
        (name, rows, limit),
        (name + "_Diverse_G", MazeMap.marked(rows, [.start: [corner], .goal: goals]), limit),
        (name + "_Diverse_GR", MazeMap.marked(rows, [.both: [corner] + goals]), limit),
      ]
    }
    var variants: [Variant] = [("UMaze", MazeMap.umaze, limits.open)]
    variants += diverse("Open", MazeMap.open, Array(inside.dropFirst()), limits.open)
    variants += diverse("Medium", MazeMap.medium, mediumGoals, limits.medium)
    variants += diverse("Large", MazeMap.large, largeGoals, limits.large)
    return variants.flatMap { variant in
      [false, true].map { isDense in
        MazeTask(
          name: "\(prefix)_\(variant.name)\(isDense ? "Dense" : "")\(version)", body: body,
          layout: .centered(variant.rows, cellSize: cellSize), rules: .robotics(isDense: isDense),
          stepLimit: variant.limit)
      }
    }
  }
}

import IDQLPhysics
import IDQLSpelling

extension MazeRunner {
  var rules: String {
    let sections = [
      title, mapSection, observationSection, actionSection, rewardSection, endSection,
      startSection, goalSection,
      RulesText.physics(spec, standard: defaultPhysics),
      RulesText.score(spec.referenceScore),
    ]
    return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var title: [String] {
    [
      "\(spec.id): \(mazeTask.body.title) in a maze",
      "At most \(spec.stepLimit) steps of \(spec.stepDuration.shortText) s, each \(spec.substeps)"
        + " physics steps of \(spec.timestep.shortText) s.",
    ]
  }

  private var mapSection: [String] {
    let first = layout.center(of: .init(0, 0))
    func direction(_ step: MazePoint) -> String {
      let axis = step.x != 0 ? "x" : "y"
      return (step.x + step.y > 0 ? "+" : "-") + axis
    }
    return ["Maze: cells of \(layout.cellSize.shortText) m; # wall, S start, G goal, C either"]
      + layout.rows.map { "  " + $0 } + [
        "  Rows go along \(direction(layout.rowStep)), columns along \(direction(layout.columnStep));"
          + " the first cell's centre is (\(first.x.shortText), \(first.y.shortText))."
      ]
  }

  private var observationSection: [String] {
    let forces = mazeTask.body.observedForces(of: simulation.model)
    let shown = spec.observation.dropLast(forces.count)
    var lines = ["Observation: \(spec.observationCount) numbers"] + RulesText.table(Array(shown))
    if !forces.isEmpty {
      lines.append(
        "  \(shown.count) ... \(spec.observationCount - 1)  contact forces, as in Ant-v5")
    }
    switch mazeTask.rules {
    case .d4rlAnt, .maze2d, .ogbench(_, .some): lines.append("  The goal is not observed.")
    case .ogbench(_, nil):
      lines.append("  Apart from it the policy is given an observation at the goal.")
    case .robotics: lines.append("  Apart from it the policy is given x and y of the goal.")
    }
    return lines
  }

  private var actionSection: [String] {
    var lines = ["Action: \(spec.actionCount) numbers; 1 stands for"]
    lines += RulesText.table(spec.action)
    lines.append(
      mazeTask.body == .shiftedPoint
        ? "  The ball is put there at once, stopped, and then pushed out of walls."
        : "  Each motor clamps its number to -1 ... 1.")
    if let limit = mazeTask.body.velocityLimit {
      lines.append(
        "  Before each step velocities are clamped to \((-limit).shortText) ... \(limit.shortText)"
          + " m/s, in the state.")
    }
    return lines
  }

  private var rewardSection: [String] {
    let radius = successRadius.shortText
    let near = "the \(ball == nil ? "robot" : "ball") is within \(radius) m of the goal"
    let formula =
      switch mazeTask.rules {
      case .maze2d(isDense: true), .robotics(isDense: true): "exp(-distance to the goal)"
      case .ogbench(_, .some): "0 if \(near), else -1"
      default: "1 if \(near), else 0"
      }
    var lines = ["Reward", "  " + formula]
    if let timing = spec.successTiming {
      lines.append(
        timing == .pre
          ? "  This is tested before the action acts (success timing pre, OGBench since 1.2.0)."
          : "  This is tested after the action has acted (success timing post).")
    }
    return lines
  }

  private var endSection: [String] {
    [
      "End of an episode",
      endsAtGoal ? "  terminated at the goal, and by nothing else" : "  terminated never",
      "  truncated after step \(spec.stepLimit)",
    ] + RulesText.broken
  }

  private var startSection: [String] {
    let noise =
      mazeTask.body == .humanoid
      ? "quaternion of four uniform(0, 1), made of unit length; joints uniform in their ranges;\n"
        + "  velocities 0.1 * normal(0, 1); all drawn again while anything touches"
      : "initial configuration + uniform(-0.1, 0.1), velocities 0.1 * normal(0, 1)"
    var lines: [String]
    switch mazeTask.rules {
    case .d4rlAnt: lines = ["  at S; \(noise)"]
    case .maze2d: lines = ["  at any free cell (row, column) or G; \(noise)"]
    case .ogbench:
      lines = [
        "  \(noise); then x and y are replaced by",
        "  the centre of the task's start cell + uniform(-1, 1) each"
          + (ball == nil ? "" : ", the ball's likewise"),
      ]
    case .robotics:
      let reach = (0.25 * layout.cellSize).shortText
      lines = [
        "  at a cell marked S or C, or any free one if none is, not that of the goal,",
        "  + uniform(-\(reach), \(reach)) each; at rest, without other noise",
      ]
    }
    switch mazeTask.rules {
    case .robotics:
      lines.append("  Seed s draws what reset(seed=s) draws: goal cell, its noise, then the start.")
    default:
      lines.append(
        "  Drawn from the seed in an order of its own: body, then the rest (the original")
      lines.append("  draws from several generators, not all of which can be seeded).")
    }
    if let teleport = mazeTask.teleport {
      func list(_ cells: [MazeLayout.Cell]) -> String {
        cells.map(text).joined(separator: ", ")
      }
      lines.append(
        "  Teleport: within \(teleport.reach.shortText) m of cells \(list(teleport.inbound)) it moves to"
      )
      lines.append("  one of \(list(teleport.outbound)); the step still shows what was before.")
    }
    return ["Start"] + lines
  }

  private var goalSection: [String] {
    switch mazeTask.rules {
    case .d4rlAnt(let drawsGoalAtReset):
      return [
        "Goal",
        "  centre of G + uniform(0, 1) + uniform(0, 0.5) along x and y, not below 0",
        drawsGoalAtReset
          ? "  Drawn anew at every reset."
          : "  Drawn once, when the environment is made, from its goal seed; v2 draws each time.",
      ]
    case .maze2d:
      return [
        "Goal", "  always (\(target.x.shortText), \(target.y.shortText)): row and column of G",
      ]
    case .ogbench(let routes, let task):
      let lines = routes.enumerated().filter { task == nil || $0.offset + 1 == task }.map {
        let route = $0.element
        let ball = route.ball.map { "; ball from \(text($0))" } ?? ""
        return
          "  task \($0.offset + 1): from cell \(text(route.start))\(ball) to \(text(route.goal))"
      }
      return ["Goal"] + lines + [
        task == nil
          ? "  The goal is that cell's centre + uniform(-1, 1) each. A task not asked for is drawn."
          : "  The goal is that cell's centre exactly."
      ]
    case .robotics:
      let reach = (0.25 * layout.cellSize).shortText
      return [
        "Goal",
        "  a cell marked G or C, or any free one if none is, + uniform(-\(reach), \(reach)) each;",
        "  it stays for the whole episode",
      ]
    }
  }

  private func text(_ cell: MazeLayout.Cell) -> String { "(\(cell.row), \(cell.column))" }
}

import IDQLPhysics

extension LocomotionRunner {
  var rules: String {
    let sections = [
      title, observationSection, actionSection, rewardSection, endSection, resetSection,
      RulesText.physics(spec, standard: id.defaultPhysics), RulesText.score(spec.referenceScore),
      trapSection,
    ]
    return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var isFree: Bool { task.torso == .free }

  private var title: [String] {
    [
      "\(id): \(id.robot.gymName) by the rules of Gym v\(id.rulesVersion)"
        + (id.clipsAction ? ", as D4RL evaluates it" : ""),
      "At most \(task.stepLimit) steps of \(brief(spec.stepDuration)) s, each \(task.substeps)"
        + " physics steps of \(brief(spec.timestep)) s.",
    ]
  }

  private var observationSection: [String] {
    let model = simulation.model
    let stateCount = model.positionCount - task.hiddenPositions + model.velocityCount
    let first = "  \(stateCount) ... \(spec.observationCount - 1)  "
    var lines = ["Observation: \(spec.observationCount) numbers"]
    lines += RulesText.table(Array(spec.observation.prefix(stateCount)))
    if let limit = task.observedSpeedLimit {
      lines.append(
        "  Velocities are clamped to \(brief(-limit)) ... \(brief(limit)) here, not in the state."
      )
    }
    switch task.observedForces {
    case .none: break
    case .zeros: lines.append(first + "always zero: where contact forces were meant to be")
    case .contacts:
      lines.append(first + "contact forces: for each body but the world, in the model's order,")
      lines.append(
        "  moment (x, y, z) and force (x, y, z) about the robot's centre of mass, world axes,")
      lines.append("  in N m and N, each clamped to -1 ... 1")
    }
    lines.append(
      isFree
        ? "  The torso's x and y are not observed."
        : "  The torso's x (\(jointName(0))) is not observed.")
    return lines
  }

  private var actionSection: [String] {
    ["Action: \(spec.actionCount) numbers; 1 stands for"] + RulesText.table(spec.action) + [
      id.clipsAction
        ? "  D4RL clips each to -1 ... 1 first, so the reward counts the clipped action."
        : "  Each motor clamps its number to -1 ... 1; the reward counts the action as given."
    ]
  }

  private var rewardSection: [String] {
    var formula = "  (x after - x before) / \(brief(spec.stepDuration))"
    if let health = task.health { formula += " + \(brief(health.bonus))" }
    formula += " - \(brief(task.controlCostWeight)) * sum of squares of the action"
    var lines = ["Reward", formula]
    if task.contactCostWeight > 0 {
      lines.append(
        "  - \(brief(task.contactCostWeight)) * sum of squares of the observed contact forces")
    }
    lines.append(
      isFree
        ? "  x is where MuJoCo last computed the torso: in the fourth Runge-Kutta stage."
        : "  x is the position of the torso (\(jointName(0))).")
    if let health = task.health {
      lines.append(
        health.bonusIncludesFailure
          ? "  The \(brief(health.bonus)) is paid on every step, also on the one that fails."
          : "  The \(brief(health.bonus)) is not paid on a step into an unhealthy state.")
    }
    return lines
  }

  private var endSection: [String] {
    var conditions: [String] = []
    if let health = task.health {
      conditions.append(
        health.height.text(of: isFree ? "torso height" : "height (\(jointName(1)))"))
      if let pitch = health.pitch { conditions.append(pitch.text(of: "pitch (\(jointName(2)))")) }
      if let rest = health.restOfState {
        conditions.append(rest.text(of: "every joint angle and every velocity"))
      }
    }
    var lines = ["End of an episode"]
    switch conditions.count {
    case 0: lines.append("  terminated never")
    case 1: lines.append("  terminated unless \(conditions[0]) after the step")
    default:
      lines.append("  terminated unless all of these hold after the step:")
      lines += conditions.map { "    " + $0 }
    }
    lines.append(
      "  truncated after step \(task.stepLimit)"
        + (conditions.isEmpty ? "" : "; both may come together"))
    lines.append("  broken, and terminated, when a number of the state or the action is not finite")
    return lines
  }

  private var resetSection: [String] {
    let scale = brief(task.startNoise.scale)
    let uniform = "uniform(-\(scale), \(scale))"
    let start = simulation.model.initialPosition.map { brief($0) }.joined(separator: ", ")
    var lines = [
      "Reset",
      "  positions: (\(start)) + \(uniform)",
      "  velocities: "
        + (task.startNoise.velocity == .uniform ? uniform : "\(scale) * normal(0, 1)"),
      "  Seed s draws what Gymnasium's reset(seed=s) draws: numpy.random.default_rng(s), first all",
      "  positions, then all velocities.",
    ]
    if isFree {
      lines.append("  The quaternion is drawn like the rest and is not of unit")
      lines.append(
        spec.physics.normalizesPositionsInPlace
          ? "  length; MuJoCo makes it so before it is observed."
          : "  length until the first step.")
    }
    return lines
  }

  /// What has made numbers of the same name differ.
  private var trapSection: [String] {
    let robot = id.robot.gymName
    var lines = ["Easily mistaken"]
    switch id.suite {
    case .d4rl(_, let version):
      lines += [
        "  The suffix -v\(version) selects D4RL's dataset, not the rules or the physics: every",
        "  dataset and version is evaluated in \(robot)-v\(id.rulesVersion).",
        "  D4RL's own function gives the normalized score without the factor 100.",
      ]
    case .gym(let version):
      lines.append("  The constants of the score were measured in \(robot)-v2.")
      if task.health != nil {
        lines.append(
          version < 5
            ? "  v5 does not pay the bonus on a step into an unhealthy state."
            : "  v2 to v4 pay the bonus also on a step into an unhealthy state.")
      }
    }
    lines += isFree ? antTraps : feetTrap + heightTrap
    lines.append("  Gym before 0.22 had another generator: there the same seed is another start.")
    return lines
  }

  private var antTraps: [String] {
    [
      "  Actions start with the fourth leg, positions with the first.",
      "  At the start all legs lie flat: beyond the limits of the ankles, which push at once.",
      "  The ant of D4RL's and OGBench's mazes is another: 30 N m, and steps of 0.1 s.",
      "  Observations number 111 (v2, v3), 27 (v4) or 105 (v5).",
    ]
  }

  private var feetTrap: [String] {
    guard id.robot == .walker2d else { return [] }
    let feet = zip(simulation.model.geoms, simulation.model.names.geoms)
      .filter { $0.1.hasPrefix("foot") }.map { "\($0.1) \(brief($0.0.friction.x))" }
    return ["  Feet differ between v4 and v5. Friction here: \(feet.joined(separator: ", "))."]
  }

  private var heightTrap: [String] {
    guard simulation.model.initialPosition[1] == 0 else { return [] }
    let height = brief(simulation.model.bodies[1].position.z)
    return ["  The torso's height is counted from its start at \(height) m above the floor."]
  }

  private func jointName(_ joint: Int) -> String { simulation.model.names.joints[joint] }
}

extension LocomotionTask.Bounds {
  /// `-0.2 < rooty < 0.2`, without an infinite side.
  fileprivate func text(of quantity: String) -> String {
    let sign = includesEnds ? "<=" : "<"
    return (lower.isFinite ? "\(brief(lower)) \(sign) " : "") + quantity
      + (upper.isFinite ? " \(sign) \(brief(upper))" : "")
  }
}

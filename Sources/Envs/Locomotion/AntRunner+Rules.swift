extension AntRunner {
  var rules: String {
    let sections = [
      title, observationSection, actionSection, rewardSection, endSection, resetSection,
      RulesText.physics(spec, standard: id.defaultPhysics), RulesText.score(spec.referenceScore),
      trapSection,
    ]
    return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var title: [String] {
    [
      "\(id): Ant by the rules of Gym v\(id.rulesVersion)"
        + (id.clipsAction ? ", as D4RL evaluates it" : ""),
      "At most \(task.stepLimit) steps of \(brief(spec.stepDuration)) s, each \(task.substeps)"
        + " physics steps of \(brief(spec.timestep)) s.",
    ]
  }

  private var observationSection: [String] {
    var lines = ["Observation: \(spec.observationCount) numbers"]
    let stateCount = simulation.model.positionCount - 2 + simulation.model.velocityCount
    lines += RulesText.table(Array(spec.observation.prefix(stateCount)))
    let first = "  \(stateCount) ... \(spec.observationCount - 1)  "
    switch task.observedForces {
    case .none: break
    case .zeros: lines.append(first + "always zero: where contact forces were meant to be")
    case .contacts:
      lines.append(first + "contact forces: for each body but the world, in the model's order,")
      lines.append(
        "  moment (x, y, z) and force (x, y, z) about the ant's centre of mass, world axes,")
      lines.append("  in N m and N, each clamped to -1 ... 1")
    }
    return lines + ["  The torso's x and y are not observed."]
  }

  private var actionSection: [String] {
    ["Action: \(spec.actionCount) numbers; 1 stands for"] + RulesText.table(spec.action) + [
      id.clipsAction
        ? "  D4RL clips each to -1 ... 1 first, so the reward counts the clipped action."
        : "  Each motor clamps its number to -1 ... 1; the reward counts the action as given."
    ]
  }

  private var rewardSection: [String] {
    var lines = [
      "Reward",
      "  (x after - x before) / \(brief(spec.stepDuration)) + \(brief(task.bonus))"
        + " - \(brief(task.controlCostWeight)) * sum of squares of the action",
    ]
    if task.contactCostWeight > 0 {
      lines.append(
        "  - \(brief(task.contactCostWeight)) * sum of squares of the observed contact forces")
    }
    lines.append("  x is where MuJoCo last computed the torso: in the fourth Runge-Kutta stage.")
    lines.append(
      task.bonusIncludesFailure
        ? "  The \(brief(task.bonus)) is paid on every step, also on the one that fails."
        : "  The \(brief(task.bonus)) is not paid on a step into an unhealthy state.")
    return lines
  }

  private var endSection: [String] {
    let (low, high) = (task.healthyHeight.lowerBound, task.healthyHeight.upperBound)
    return [
      "End of an episode",
      "  terminated unless \(brief(low)) <= torso height <= \(brief(high)) after the step",
      "  truncated after step \(task.stepLimit); both may come together",
      "  broken, and terminated, when a number of the state or the action is not finite",
    ]
  }

  private var resetSection: [String] {
    let scale = brief(task.resetNoise)
    let start = simulation.model.initialPosition.map { brief($0) }.joined(separator: ", ")
    return [
      "Reset",
      "  positions: (\(start)) + uniform(-\(scale), \(scale))",
      "  velocities: \(scale) * normal(0, 1)",
      "  Seed s draws what Gymnasium's reset(seed=s) draws: numpy.random.default_rng(s), first all",
      "  positions, then all velocities. The quaternion is drawn like the rest and is not of unit",
      spec.physics.normalizesPositionsInPlace
        ? "  length; MuJoCo makes it so before it is observed."
        : "  length until the first step.",
    ]
  }

  /// What has made numbers of the same name differ.
  private var trapSection: [String] {
    var lines = ["Easily mistaken"]
    switch id.suite {
    case .d4rl(_, let version):
      lines += [
        "  The suffix -v\(version) selects D4RL's dataset, not the rules or the physics: every",
        "  dataset and version is evaluated in Ant-v2.",
        "  D4RL's own function gives the normalized score without the factor 100.",
      ]
    case .gym:
      lines.append("  The constants of the score were measured in Ant-v2.")
    }
    return lines + [
      "  Actions start with the fourth leg, positions with the first.",
      "  At the start all legs lie flat: beyond the limits of the ankles, which push at once.",
      "  The ant of D4RL's and OGBench's mazes is another: 30 N m, and steps of 0.1 s.",
      "  Observations number 111 (v2, v3), 27 (v4) or 105 (v5).",
      "  Gym before 0.22 had another generator: there the same seed is another start.",
    ]
  }
}

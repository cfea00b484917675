import Physics

extension PlanarRunner {
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
      "\(id): \(id.robot.gymName) by the rules of Gym v\(id.rulesVersion)"
        + (id.clipsAction ? ", as D4RL evaluates it" : ""),
      "At most \(task.stepLimit) steps of \(brief(spec.stepDuration)) s, each \(task.substeps)"
        + " physics steps of \(brief(spec.timestep)) s.",
    ]
  }

  private var observationSection: [String] {
    var lines = ["Observation: \(spec.observationCount) numbers"]
    lines += RulesText.table(spec.observation)
    if let limit = task.observedSpeedLimit {
      lines.append(
        "  Velocities are clamped to \(brief(-limit)) ... \(brief(limit)) here, not in the state."
      )
    }
    lines.append("  The torso's x (\(jointName(0))) is not observed.")
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
    var lines = ["Reward", formula, "  x is the position of the torso (\(jointName(0)))."]
    if let health = task.health {
      lines.append(
        health.bonusIncludesFailure
          ? "  The \(brief(health.bonus)) is paid on every step, also on the one that fails."
          : "  The \(brief(health.bonus)) is not paid on a step into an unhealthy state.")
    }
    return lines
  }

  private var endSection: [String] {
    var lines = ["End of an episode"]
    if let health = task.health {
      lines.append("  terminated unless all of these hold after the step:")
      lines.append("    " + health.height.text(of: "height (\(jointName(1)))"))
      lines.append("    " + health.pitch.text(of: "pitch (\(jointName(2)))"))
      if let rest = health.restOfState {
        lines.append("    " + rest.text(of: "every joint angle and every velocity"))
      }
      lines.append("  truncated after step \(task.stepLimit); both may come together")
    } else {
      lines.append("  terminated never")
      lines.append("  truncated after step \(task.stepLimit)")
    }
    lines.append("  broken, and terminated, when a number of the state or the action is not finite")
    return lines
  }

  private var resetSection: [String] {
    let scale = brief(task.resetNoise.scale)
    let uniform = "uniform(-\(scale), \(scale))"
    let start = simulation.model.initialPosition.map { brief($0) }.joined(separator: ", ")
    return [
      "Reset",
      "  positions: (\(start)) + \(uniform)",
      "  velocities: "
        + (task.resetNoise.velocity == .uniform ? uniform : "\(scale) * normal(0, 1)"),
      "  Seed s draws what Gymnasium's reset(seed=s) draws: numpy.random.default_rng(s), first all",
      "  positions, then all velocities.",
    ]
  }

  /// What has made numbers of the same name differ.
  private var trapSection: [String] {
    var lines = ["Easily mistaken"]
    switch id.suite {
    case .d4rl(_, let version):
      lines += [
        "  The suffix -v\(version) selects D4RL's dataset, not the rules or the physics: every",
        "  dataset and version is evaluated in \(id.robot.gymName)-v\(id.rulesVersion).",
        "  D4RL's own function gives the normalized score without the factor 100.",
      ]
    case .gym(let version):
      lines.append("  The constants of the score were measured in \(id.robot.gymName)-v2.")
      if task.health != nil && version < 5 {
        lines.append("  v5 does not pay the bonus on a step into an unhealthy state.")
      } else if task.health != nil {
        lines.append("  v2 to v4 pay the bonus also on a step into an unhealthy state.")
      }
    }
    lines += feetTrap
    if simulation.model.initialPosition[1] == 0 {
      let height = brief(simulation.model.bodies[1].position.z)
      lines.append("  The torso's height is counted from its start at \(height) m above the floor.")
    }
    lines.append("  Gym before 0.22 had another generator: there the same seed is another start.")
    return lines
  }

  private var feetTrap: [String] {
    guard id.robot == .walker2d else { return [] }
    let feet = zip(simulation.model.geoms, simulation.model.names.geoms)
      .filter { $0.1.hasPrefix("foot") }.map { "\($0.1) \(brief($0.0.friction.x))" }
    return ["  Feet differ between v4 and v5. Friction here: \(feet.joined(separator: ", "))."]
  }

  private func jointName(_ joint: Int) -> String { simulation.model.names.joints[joint] }
}

extension PlanarTask.OpenRange {
  /// `-0.2 < rooty < 0.2`, without an infinite side.
  fileprivate func text(of quantity: String) -> String {
    (lower.isFinite ? "\(brief(lower)) < " : "") + quantity
      + (upper.isFinite ? " < \(brief(upper))" : "")
  }
}

import IDQLPhysics
import IDQLRandom

extension GymRobot {
  /// Gym's Reacher, versions 2, 4 and 5: the tip of an arm of two links is to be at a target.
  ///
  /// Source: Gymnasium 1.4.0, `envs/mujoco/reacher_v4.py`, `reacher_v5.py`; Gym 0.21, `reacher.py`.
  static let reacher = GymRobot(name: "Reacher", versions: [2, 4, 5]) { version in
    let count = version < 5 ? 3 : 2
    var task = RobotTask(
      title: "Reacher by the rules of Gym v\(version)", resource: "reacher", substeps: 2,
      stepLimit: 50, jointLabels: ["shoulder", "elbow"],
      observation: [
        .sinesAndCosines(of: [0, 1], cosinesFirst: true),
        .state(positions: [2, 3], velocities: [0, 1]), .fromTargetToTip(componentCount: count),
      ],
      reward: [
        .distance(isBeforeStep: version < 5, "from the tip to the target") { $0.fromTargetToTip },
        .controlCost(weight: 1),
      ],
      start: .reacher)
    task.information = [.part("reward_dist", \.other), .part("reward_ctrl", \.control)]
    return task
  }
}

extension RobotMoment {
  /// From the origin of the target to that of the finger tip, m.
  fileprivate var fromTargetToTip: Vector3 {
    origin(ofBody: "fingertip") - origin(ofBody: "target")
  }
}

extension ObservationPart {
  fileprivate static func fromTargetToTip(componentCount: Int) -> ObservationPart {
    ObservationPart(
      reads: [.origins],
      quantities: { _, _ in
        ModelQuantities.axes.prefix(componentCount).map {
          .init(name: "from target to tip, \($0)", unit: "m")
        }
      },
      notes: ["The tip and the target are where MuJoCo last computed them."],
      append: { $1 += $0.fromTargetToTip.components.prefix(componentCount) })
  }
}

extension RewardTerm {
  /// Minus `weight` times a distance.
  ///
  /// - Parameters:
  ///   - weight: its factor.
  ///   - isBeforeStep: whether it is that before the step, as before v5, or that after it.
  ///   - text: `from the tip to the target`.
  ///   - vector: what the length of is taken, m.
  static func distance(
    weight: Double = 1, isBeforeStep: Bool, _ text: String,
    _ vector: @escaping @Sendable (RobotMoment) -> Vector3
  ) -> RewardTerm {
    RewardTerm(
      .other, reads: [.origins], measure: { vector($0).length },
      formula: { _ in "- \(weight == 1 ? "" : "\(weight) * ")distance \(text)" },
      notes: { _, _ in
        isBeforeStep
          ? ["The distance \(text) is that before the step; v5 takes that after it."] : []
      },
      value: { -weight * (isBeforeStep ? $0.measured.before : $0.measured.after) })
  }
}

extension StartDistribution {
  fileprivate static let reacher = StartDistribution([
    "angles: uniform(-0.1, 0.1)",
    "target: uniform(-0.2, 0.2) each, drawn again until it is less than 0.2 from the shoulder",
    "velocities: uniform(-0.005, 0.005), of the target 0",
    "Seed s draws what Gymnasium's reset(seed=s) draws: numpy.random.default_rng(s), first all",
    "positions, then the target, then all velocities.",
  ]) { model, generator in
    var position = model.initialPosition.map { generator.uniform(-0.1, 0.1) + $0 }
    repeat {
      for index in 2..<4 { position[index] = generator.uniform(-0.2, 0.2) }
    } while !((position[2] * position[2] + position[3] * position[3]).squareRoot() < 0.2)
    var velocity = (0..<model.velocityCount).map { _ in generator.uniform(-0.005, 0.005) }
    for index in 2..<4 { velocity[index] = 0 }
    return (position, velocity)
  }
}

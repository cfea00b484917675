import IDQLPhysics

extension GymRobot {
  /// Gym's InvertedPendulum, versions 2, 4 and 5: a pole on a cart is to stay upright.
  ///
  /// Source: Gymnasium 1.4.0, `envs/mujoco/inverted_pendulum_v4.py`, `inverted_pendulum_v5.py`; Gym
  /// 0.21, `inverted_pendulum.py`.
  static let invertedPendulum = GymRobot(name: "InvertedPendulum", versions: [2, 4, 5]) { version in
    var task = RobotTask(
      title: "InvertedPendulum by the rules of Gym v\(version)", resource: "inverted_pendulum",
      substeps: 2, jointLabels: ["cart", "pole"], observation: [.positions(), .velocities()],
      reward: [.healthy(1, includesFailure: version < 5)],
      healthy: [
        .position(1, "pole", within: .init(lower: -0.2, upper: 0.2, includesEnds: true))
      ],
      start: .noise(0.01, velocity: .uniform))
    if version == 5 { task.information = [.part("reward_survive", \.healthy)] }
    return task
  }

  /// Gym's InvertedDoublePendulum, versions 2, 4 and 5: two poles on a cart are to stay upright.
  ///
  /// Source: Gymnasium 1.4.0, `envs/mujoco/inverted_double_pendulum_v4.py`,
  /// `inverted_double_pendulum_v5.py`; Gym 0.21, `inverted_double_pendulum.py`.
  static let invertedDoublePendulum = GymRobot(
    name: "InvertedDoublePendulum", versions: [2, 4, 5]
  ) { version in
    var task = RobotTask(
      title: "InvertedDoublePendulum by the rules of Gym v\(version)",
      resource: "inverted_double_pendulum", substeps: 5, jointLabels: ["cart", "lower", "upper"],
      observation: [
        .state(positions: [0], velocities: []),
        .sinesAndCosines(of: [1, 2], cosinesFirst: false), .velocities(limit: 10),
        .constraintForces(count: version < 5 ? 3 : 1),
      ],
      reward: [
        .healthy(10, includesFailure: version < 5), .distanceOfTip, .speedOfPoles,
      ],
      healthy: [
        HealthCondition(
          reads: [.sites], text: { _ in "the tip, where MuJoCo last computed it, is above 1 m" },
          holds: { $0.position(ofSite: 0).z > 1 })
      ],
      start: .noise(0.1, velocity: .normal))
    if version == 5 {
      task.information = [
        .part("reward_survive", \.healthy), .term("distance_penalty", 1),
        .term("velocity_penalty", 2),
      ]
    }
    return task
  }
}

extension ObservationPart {
  /// Clamped to -10 ... 10.
  fileprivate static func constraintForces(count: Int) -> ObservationPart {
    ObservationPart(
      reads: [.constraintForces],
      quantities: { model, labels in
        zip(ModelQuantities.positions(of: model, labels: labels), model.joints).prefix(count).map {
          .init(
            name: "force of limits on \($0.name)", unit: $1.kind == .slide ? "N" : "N m")
        }
      },
      notes: ["Forces are clamped to -10 ... 10."],
      append: { moment, values in
        values += moment.constraintForces.prefix(count).map { max(min($0, 10), -10) }
      })
  }
}

extension RewardTerm {
  fileprivate static let distanceOfTip = RewardTerm(
    .other, reads: [.sites], formula: { _ in "- 0.01 * x^2 - (z - 2)^2" },
    notes: { _, _ in ["x and z are the tip's, where MuJoCo last computed it."] },
    value: {
      let tip = $0.after.position(ofSite: 0)
      return -(0.01 * tip.x * tip.x + (tip.z - 2) * (tip.z - 2))
    })

  fileprivate static let speedOfPoles = RewardTerm(
    .other,
    formula: { _ in
      "- 0.001 * (velocity of lower pole)^2 - 0.005 * (velocity of upper pole)^2"
    },
    value: {
      let (lower, upper) = ($0.after.velocity(1), $0.after.velocity(2))
      return -(1e-3 * lower * lower + 5e-3 * upper * upper)
    })
}

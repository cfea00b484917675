extension GymRobot {
  /// Gym's Ant, versions 2 to 5: forward speed, kept off the ground and upright.
  ///
  /// Source: Gymnasium 1.4.0, `envs/mujoco/ant_v4.py`, `ant_v5.py`; Gym 0.21, `ant.py`.
  static let ant = GymRobot(name: "Ant") { version in
    var task = RobotTask(
      title: "Ant by the rules of Gym v\(version)", resource: "ant", substeps: 5,
      observation: [.positions(hiding: 2), .velocities()],
      reward: [
        .forwardSpeed(ofBody: 1), .healthy(1, includesFailure: version < 5),
        .controlCost(weight: 0.5),
      ],
      healthy: [
        .position(2, "torso height", within: .init(lower: 0.2, upper: 1, includesEnds: true))
      ],
      start: .noise(0.1, velocity: .normal), referenceScore: .d4rl(-325.6, 3879.7),
      notes: { _ in
        [
          "Actions start with the fourth leg, positions with the first.",
          "At the start all legs lie flat: beyond the limits of the ankles, which push at once.",
          "The ant of D4RL's and OGBench's mazes is another: 30 N m, and steps of 0.1 s.",
          "Observations number 111 (v2, v3), 27 (v4) or 105 (v5).",
        ]
      })
    task.information = .crawling(version: version)
    if version < 4 { task.observation.append(.uncomputedForces) }
    if version == 5 {
      task.observation.append(.contactForces(limit: 1))
      task.reward.append(.contactCost(weight: 5e-4, limit: 1))
    }
    return task
  }
}

extension GymRobot {
  /// Gym's Hopper, versions 2 to 5: forward speed, kept upright.
  ///
  /// Source: Gymnasium 1.4.0, `envs/mujoco/hopper_v4.py`, `hopper_v5.py`; Gym 0.21, `hopper.py`.
  static let hopper = GymRobot(name: "Hopper") { version in
    var task = RobotTask(
      title: "Hopper by the rules of Gym v\(version)", resource: "hopper", substeps: 4,
      jointLabels: RobotTask.planarLabels,
      observation: [.positions(hiding: 1), .velocities(limit: 10)],
      reward: [
        .forwardSpeed(), .healthy(1, includesFailure: version < 5), .controlCost(weight: 0.001),
      ],
      healthy: [
        .position(1, "height", within: .init(lower: 0.7)),
        .position(2, "pitch", within: .init(lower: -0.2, upper: 0.2)),
        .positionsAndVelocities(fromPosition: 2, within: .init(lower: -100, upper: 100)),
      ],
      start: .noise(0.005, velocity: .uniform), referenceScore: .d4rl(-20.272305, 3234.3))
    task.information = .hopping(version: version)
    return task
  }
}

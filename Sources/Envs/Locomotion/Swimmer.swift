extension GymRobot {
  /// Gym's Swimmer, the same in versions 2 to 5: three links in thick fluid, rewarded for their way
  /// along +x; nothing ends it but time.
  ///
  /// Source: Gymnasium 1.4.0, `envs/mujoco/swimmer_v4.py`, `swimmer_v5.py`; Gym 0.21, `swimmer.py`,
  /// `swimmer_v3.py`.
  static let swimmer = GymRobot(name: "Swimmer") { version in
    var task = RobotTask(
      title: "Swimmer by the rules of Gym v\(version)", resource: "swimmer", substeps: 4,
      jointLabels: ["torso x", "torso y", "torso yaw"],
      observation: [.positions(hiding: 2), .velocities()],
      reward: [.forwardSpeed(), .controlCost(weight: 0.0001)],
      start: .noise(0.1, velocity: .uniform))
    task.information = .swimming(version: version)
    return task
  }
}

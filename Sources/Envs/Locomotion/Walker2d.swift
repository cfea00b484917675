import IDQLSpelling

extension GymRobot {
  /// Gym's Walker2d, versions 2 to 5: forward speed, kept upright. Version 5 also has another foot.
  ///
  /// Source: Gymnasium 1.4.0, `envs/mujoco/walker2d_v4.py`, `walker2d_v5.py`; Gym 0.21,
  /// `walker2d.py`.
  static let walker2d = GymRobot(name: "Walker2d") { version in
    var task = RobotTask(
      title: "Walker2d by the rules of Gym v\(version)",
      resource: version < 5 ? "walker2d" : "walker2d_v5", substeps: 4,
      jointLabels: RobotTask.planarLabels,
      observation: [.positions(hiding: 1), .velocities(limit: 10)],
      reward: [
        .forwardSpeed(), .healthy(1, includesFailure: version < 5), .controlCost(weight: 0.001),
      ],
      healthy: [
        .position(1, "height", within: .init(lower: 0.8, upper: 2)),
        .position(2, "pitch", within: .init(lower: -1, upper: 1)),
      ],
      start: .noise(0.005, velocity: .uniform), referenceScore: .d4rl(1.629008, 4592.3),
      notes: { model in
        let feet = ["foot_geom", "foot_left_geom"].compactMap { name in
          model.geoms.names.firstIndex(of: name).map {
            "\(name) \(model.geoms[$0].friction.x.shortText)"
          }
        }
        return [
          "Feet differ between v4 and v5. Friction here: \(feet.joined(separator: ", "))."
        ]
      })
    task.information = .hopping(version: version)
    return task
  }
}

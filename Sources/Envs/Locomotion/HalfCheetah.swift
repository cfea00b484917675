import IDQLSpelling

extension GymRobot {
  /// Gym's HalfCheetah, the same in versions 2 to 5: forward speed; nothing ends it but time.
  ///
  /// Source: Gymnasium 1.4.0, `envs/mujoco/half_cheetah_v4.py`, `half_cheetah_v5.py`; Gym 0.21,
  /// `half_cheetah.py`.
  static let halfCheetah = GymRobot(name: "HalfCheetah") { version in
    var task = RobotTask(
      title: "HalfCheetah by the rules of Gym v\(version)", resource: "half_cheetah", substeps: 5,
      jointLabels: RobotTask.planarLabels,
      observation: [.positions(hiding: 1), .velocities()],
      reward: [.forwardSpeed(), .controlCost(weight: 0.1)],
      start: .noise(0.1, velocity: .normal), referenceScore: .d4rl(-280.178953, 12135.0),
      notes: { model in
        let height = model.bodies[1].position.z.shortText
        return ["The torso's height is counted from its start at \(height) m above the floor."]
      })
    task.information = .running(version: version)
    return task
  }
}

import IDQLPhysics
import IDQLSpelling

extension GymRobot {
  /// Gym's Humanoid, versions 2 to 5: forward speed of the centre of mass, kept upright.
  ///
  /// Source: Gymnasium 1.4.0, `envs/mujoco/humanoid_v4.py`, `humanoid_v5.py`; Gym 0.21,
  /// `humanoid.py`, `humanoid_v3.py`.
  static let humanoid = GymRobot(name: "Humanoid") { version in
    var task = RobotTask(
      title: "Humanoid by the rules of Gym v\(version)", resource: "humanoid", substeps: 5,
      observation: ObservationPart.humanoid(version),
      reward: [
        .forwardSpeedOfCenterOfMass(weight: 1.25), .healthy(5, includesFailure: version < 5),
        .controlCost(weight: 0.1),
      ],
      healthy: [
        .position(
          2, "torso height", within: .init(lower: 1, upper: 2, includesEnds: version == 2))
      ],
      start: .noise(0.01, velocity: .uniform), notes: { _ in notes(version) })
    if version == 5 { task.reward.append(.contactCost(weight: 5e-7, atMost: 10)) }
    task.information = .striding(version: version)
    return task
  }

  /// Gym's HumanoidStandup, versions 2, 4 and 5: the same person lies on its back and is rewarded
  /// for the height of its torso; nothing ends it but time.
  ///
  /// Source: Gymnasium 1.4.0, `envs/mujoco/humanoidstandup_v4.py`, `humanoidstandup_v5.py`; Gym
  /// 0.21, `humanoidstandup.py`.
  static let humanoidStandup = GymRobot(
    name: "HumanoidStandup", versions: [2, 4, 5]
  ) { version in
    var task = RobotTask(
      title: "HumanoidStandup by the rules of Gym v\(version)", resource: "humanoid_standup",
      substeps: 5, observation: ObservationPart.humanoid(version),
      reward: [.heightPerPhysicsStep, .controlCost(weight: 0.1), .constant(1)],
      start: .noise(0.01, velocity: .uniform), notes: { _ in notes(version) })
    if version > 2 { task.reward.append(.contactCost(weight: 5e-7, atMost: 10)) }
    task.information = .standing(version: version, height: 0)
    return task
  }

  private static func notes(_ version: Int) -> [String] {
    [
      "Motors act up to 0.4, so a policy of -1 ... 1 needs scaling; the cost counts what is given.",
      "Gym solves contacts by PGS, to its tolerance; here they are always solved to convergence.",
    ]
      + (version < 4
        ? ["mujoco-py never computed contact forces: they are zero, in the reward too."] : [])
      + ["Observations number 376 (v2 to v4) or 348 (v5, without the zeros of world and root)."]
  }
}

extension ObservationPart {
  fileprivate static func humanoid(_ version: Int) -> [ObservationPart] {
    let isOld = version < 5
    return [
      .positions(hiding: 2), .velocities(),
      .ofBodies(
        .inertias,
        (
          "inertia",
          "rotational inertia (xx, yy, zz, xy, xz, yz), mass times offset (x, y, z) and mass"
        ),
        components: ["xx", "yy", "zz", "xy", "xz", "yz"].map {
          .init(name: "rotational inertia \($0)", unit: "kg m^2")
        }
          + ModelQuantities.axes.map { .init(name: "mass times offset \($0)", unit: "kg m") }
          + [.init(name: "mass", unit: "kg")], includesWorld: isOld),
      .ofBodies(
        .bodyVelocities, ("velocities", "rotation (x, y, z) and velocity (x, y, z)"),
        components: ModelQuantities.axes.map { .init(name: "rotation \($0)", unit: "rad/s") }
          + ModelQuantities.axes.map { .init(name: "velocity \($0)", unit: "m/s") },
        includesWorld: isOld),
      .actuatorForces(from: isOld ? 0 : 6),
      version < 4
        ? .uncomputedForces
        : .ofBodies(
          .contactForces, ("contact forces", "moment (x, y, z) and force (x, y, z)"),
          components: ModelQuantities.axes.map { .init(name: "moment \($0)", unit: "N m") }
            + ModelQuantities.axes.map { .init(name: "force \($0)", unit: "N") },
          includesWorld: isOld),
    ]
  }
}

extension RewardTerm {
  fileprivate static let heightPerPhysicsStep = RewardTerm(
    .other, formula: { "+ z / \($0.timestep.shortText)" },
    notes: { _, _ in ["z is the torso's height after the step, divided by one physics step."] },
    value: { $0.after.position(2) / $0.after.model.options.timestep })

  fileprivate static func constant(_ value: Double) -> RewardTerm {
    RewardTerm(.other, formula: { _ in "+ \(value.shortText)" }, value: { _ in value })
  }
}

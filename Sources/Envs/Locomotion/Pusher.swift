import IDQLPhysics
import IDQLRandom

extension GymRobot {
  /// Gym's Pusher, versions 2, 4 and 5: an arm of seven joints is to push a cylinder to its goal.
  ///
  /// Source: Gymnasium 1.4.0, `envs/mujoco/pusher_v4.py`, `pusher_v5.py`; Gym 0.21, `pusher.py`.
  static let pusher = GymRobot(
    name: "Pusher", versions: [2, 4, 5], oldestPhysics: .mujoco4
  ) { version in
    var task = RobotTask(
      title: "Pusher by the rules of Gym v\(version)",
      resource: version < 5 ? "pusher" : "pusher_v5", substeps: 5, stepLimit: 100,
      jointLabels: [
        "shoulder pan", "shoulder lift", "upper arm roll", "elbow", "forearm roll", "wrist",
        "wrist roll", "object y", "object x", "goal y", "goal x",
      ],
      observation: [
        .state(positions: Array(0..<7), velocities: Array(0..<7)), .places(of: placedBodies),
      ],
      reward: [
        .distance(isBeforeStep: version < 5, "from the goal to the object") {
          $0.fromGoalToObject
        },
        .controlCost(weight: 0.1),
        .distance(weight: 0.5, isBeforeStep: version < 5, "from the tips to the object") {
          $0.fromTipsToObject
        },
      ],
      start: .pusher,
      notes: { _ in
        version < 5
          ? ["The object weighs 0.013 mg, in v5 7.9 mg: there a push moves it differently."] : []
      })
    if version == 5 {
      task.information = [
        .stepState("reward_dist") { -$0.fromGoalToObject.length }, .part("reward_ctrl", \.control),
        .stepState("reward_near") { -0.5 * $0.fromTipsToObject.length },
      ]
    }
    return task
  }

  private static let placedBodies = ["tips_arm", "object", "goal"]
}

extension RobotMoment {
  /// Between the origins of the bodies, m.
  fileprivate var fromGoalToObject: Vector3 { origin(ofBody: "object") - origin(ofBody: "goal") }

  /// From the wrist, where Gym has the origin of the tips, m.
  fileprivate var fromTipsToObject: Vector3 {
    origin(ofBody: "object") - origin(ofBody: "tips_arm")
  }
}

extension ObservationPart {
  /// Origins of bodies, `RobotMoment.origin(ofBody:)`.
  fileprivate static func places(of bodies: [String]) -> ObservationPart {
    ObservationPart(
      reads: [.origins],
      quantities: { _, _ in
        bodies.flatMap { body in
          ModelQuantities.axes.map { .init(name: "\($0) of \(body)", unit: "m") }
        }
      },
      notes: ["Bodies are where MuJoCo last computed them."],
      append: { moment, values in
        for body in bodies { values += moment.origin(ofBody: body).components }
      })
  }
}

extension StartDistribution {
  fileprivate static let pusher = StartDistribution([
    "arm: where its joints are 0",
    "object: uniform(-0.3, 0), uniform(-0.2, 0.2) along y and x, drawn again until it is more",
    "than 0.17 from the goal",
    "velocities: uniform(-0.005, 0.005), of object and goal 0",
    "Seed s draws what Gymnasium's reset(seed=s) draws: numpy.random.default_rng(s), first the",
    "object, then all velocities.",
  ]) { model, generator in
    var position = model.initialPosition
    repeat {
      position[7] = generator.uniform(-0.3, 0)
      position[8] = generator.uniform(-0.2, 0.2)
    } while !((position[7] * position[7] + position[8] * position[8]).squareRoot() > 0.17)
    var velocity = (0..<model.velocityCount).map { _ in generator.uniform(-0.005, 0.005) }
    for index in 7..<11 { velocity[index] = 0 }
    return (position, velocity)
  }
}

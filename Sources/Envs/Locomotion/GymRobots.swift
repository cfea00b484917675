import IDQLPhysics

/// One of Gym's robots, in all versions of its rules.
struct GymRobot: Sendable {
  /// As Gym spells it; D4RL spells it in lower case.
  let name: String
  /// Versions of the rules; where v3 is missing, Gym had none.
  var versions = [2, 3, 4, 5]
  /// The oldest release with which its model can be simulated here; v2 and v3 run with it.
  var oldestPhysics = PhysicsProfile.mujoco2_1
  /// The task in one of these versions.
  let task: @Sendable (_ version: Int) -> RobotTask
}

/// Gym's robots, under Gym's names and under those of D4RL's datasets.
enum GymRobots {
  static let all: [GymRobot] =
    recorded + [
      .swimmer, .reacher, .pusher, .invertedPendulum, .invertedDoublePendulum, .humanoid,
      .humanoidStandup,
    ]

  /// Those of D4RL's datasets.
  private static let recorded: [GymRobot] = [.hopper, .walker2d, .halfCheetah, .ant]

  /// Gym's before D4RL's.
  static let entries: [EnvironmentEntry] =
    all.flatMap { robot in robot.versions.map { gymEntry(robot, version: $0) } }
    + recorded.flatMap { robot in
      datasets.flatMap { dataset, versions in
        versions.map {
          d4rlEntry(
            robot, PublishedDataset(task: robot.name.lowercased(), name: dataset, version: $0))
        }
      }
    }

  /// D4RL's locomotion datasets and the versions that were published of each.
  private static let datasets: [(name: String, versions: ClosedRange<Int>)] = [
    ("random", 0...2), ("medium", 0...2), ("medium-replay", 0...2), ("full-replay", 1...2),
    ("medium-expert", 0...2), ("expert", 0...2),
  ]

  /// `Hopper-v4`: the version is that of the rules.
  private static func gymEntry(_ robot: GymRobot, version: Int) -> EnvironmentEntry {
    let task = robot.task(version)
    var notes: [String] = []
    if task.referenceScore != nil {
      notes.append("The constants of the score were measured in \(robot.name)-v2.")
    }
    if !task.healthy.isEmpty {
      notes.append(
        version < 5
          ? "v5 does not pay the bonus on a step into an unhealthy state."
          : "v2 to v4 pay the bonus also on a step into an unhealthy state.")
    }
    var entry = entry("\(robot.name)-v\(version)", robot, task, version: version, notes)
    entry.suite = .gym
    return entry
  }

  /// `hopper-medium-v2`: dataset and version name the file of recorded transitions. The rules are
  /// those of Gym v2 whatever they say. D4RL's wrapper clips an action before the environment sees
  /// it, so its cost is that of the clipped one.
  private static func d4rlEntry(_ robot: GymRobot, _ dataset: PublishedDataset) -> EnvironmentEntry
  {
    var task = robot.task(2)
    task.title += ", as D4RL evaluates it"
    task.clipsAction = true
    let notes = [
      "The suffix -v\(dataset.version) selects D4RL's dataset, not the rules or the physics: every",
      "dataset and version is evaluated in \(robot.name)-v2.",
      "D4RL's own function gives the normalized score without the factor 100.",
    ]
    let name = "\(dataset.task)-\(dataset.name)-v\(dataset.version)"
    var entry = entry(name, robot, task, version: 2, notes)
    entry.suite = .d4rl
    entry.dataset = dataset
    return entry
  }

  /// - Parameter notes: come before those of the robot.
  private static func entry(
    _ name: String, _ robot: GymRobot, _ robotTask: RobotTask, version: Int, _ notes: [String]
  ) -> EnvironmentEntry {
    var task = robotTask
    task.notes = {
      notes + robotTask.notes($0)
        + ["Gym before 0.22 had another generator: there the same seed is another start."]
    }
    var entry = EnvironmentEntry(name, defaultPhysics: version < 4 ? robot.oldestPhysics : .mujoco4)
    {
      [task] in try RobotEnvironment(task, $0)
    }
    entry.conventions = DataConventions(rewards: .scaledByReturns)
    // v3 has the defaults of v2
    entry.equivalence = EnvironmentEquivalence(
      mechanics: task.documentName ?? name, rules: "\(robot.name)-v\(version == 3 ? 2 : version)")
    return entry
  }
}

extension ReferenceScore {
  /// D4RL's constants of the metric, the same for every dataset and version. They are to be used as
  /// they are: a random policy of today does not reproduce the minima of all robots.
  static func d4rl(_ minimum: Double, _ maximum: Double) -> ReferenceScore {
    ReferenceScore(
      minimum: minimum, maximum: maximum,
      source: "D4RL, d4rl/infos.py, REF_MIN_SCORE and REF_MAX_SCORE")
  }
}

extension RobotTask {
  /// The first joints of a robot that cannot leave the plane y = 0.
  static let planarLabels = ["torso x", "torso height", "torso pitch"]

  /// With a document of the resources, by its name without suffix.
  init(
    title: String, resource: String, substeps: Int, stepLimit: Int = 1000,
    jointLabels: [String] = [], observation: [ObservationPart], reward: [RewardTerm],
    healthy: [HealthCondition] = [], start: StartDistribution,
    referenceScore: ReferenceScore? = nil,
    notes: @escaping @Sendable (Model) -> [String] = { _ in [] }
  ) {
    self.init(
      title: title, mjcf: RobotModels.document(resource), documentName: "\(resource).xml",
      substeps: substeps, stepLimit: stepLimit, jointLabels: jointLabels, observation: observation,
      reward: reward,
      healthy: healthy, start: start, referenceScore: referenceScore, notes: notes)
  }
}

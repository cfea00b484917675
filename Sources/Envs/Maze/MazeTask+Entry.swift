import IDQLPhysics

extension MazeTask {
  /// Its entry in the catalog.
  var entry: EnvironmentEntry {
    var entry = EnvironmentEntry(name, defaultPhysics: rules.physics) {
      try MazeRunner(self, $0)
    }
    entry.suite = rules.suite
    entry.dataset = dataset
    entry.conventions = rules.conventions
    entry.equivalence = equivalence
    return entry
  }

  private var equivalence: EnvironmentEquivalence {
    let walls = layout.rows.map { $0.map { $0 == "#" ? "#" : "." } }.map { String($0) }
    let mechanics =
      "\(body.model)\(body.ballPosition == nil ? "" : " with a ball") between \(walls), \(layout.cellSize) m a cell from \(layout.origin)"
      + (teleport == nil ? "" : ", with pads that teleport")
    let rules =
      switch self.rules {
      case .d4rlAnt: "D4RL antmaze"
      case .maze2d(let isDense): "D4RL maze2d\(isDense ? ", dense" : "")"
      case .ogbench(_, let task): "OGBench\(task == nil ? "" : ", one task")"
      case .robotics(let isDense): "Gymnasium-Robotics\(isDense ? ", dense" : "")"
      }
    return EnvironmentEquivalence(mechanics: mechanics, rules: "\(body) by \(rules)")
  }
}

extension MazeTask.Rules {
  fileprivate var suite: EnvironmentSuite {
    switch self {
    case .d4rlAnt, .maze2d: .d4rl
    case .ogbench: .ogbench
    case .robotics: .gymnasiumRobotics
    }
  }

  /// What the datasets of the suite were made with.
  fileprivate var physics: PhysicsProfile {
    switch self {
    case .d4rlAnt, .maze2d: .mujoco2_1
    case .ogbench: .mujoco3
    case .robotics: .mujoco4
    }
  }

  fileprivate var conventions: DataConventions {
    switch self {
    case .d4rlAnt:
      DataConventions(rewards: .shifted(by: -1), expectile: 0.9, recordsNextStates: true)
    case .ogbench(_, let task):
      // the files hold no rewards
      DataConventions(rewards: task == nil ? .asRecorded : .relabelled, expectile: 0.9)
    case .maze2d, .robotics: DataConventions()
    }
  }
}

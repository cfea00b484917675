import IDQLPhysics

/// Gym's robots that are rewarded for their way along +x.
public enum Robot: CaseIterable, Hashable, Sendable {
  case hopper
  case walker2d
  case halfCheetah
  case ant

  /// As Gym spells it.
  public var gymName: String {
    switch self {
    case .hopper: "Hopper"
    case .walker2d: "Walker2d"
    case .halfCheetah: "HalfCheetah"
    case .ant: "Ant"
    }
  }

  /// As D4RL spells it.
  public var d4rlName: String { gymName.lowercased() }
}

/// One of Gym's robots by the rules of Gym or D4RL.
struct LocomotionID: Hashable, Sendable, CustomStringConvertible {
  enum Suite: Hashable, Sendable {
    /// `Hopper-v4`: `version` is that of the rules.
    case gym(version: Int)
    /// `hopper-medium-v2`: dataset and version name the file of recorded transitions. The rules are
    /// those of Gym v2 whatever they say.
    case d4rl(dataset: String, version: Int)
  }

  let robot: Robot
  let suite: Suite

  var description: String {
    switch suite {
    case .gym(let version): "\(robot.gymName)-v\(version)"
    case .d4rl(let dataset, let version): "\(robot.d4rlName)-\(dataset)-v\(version)"
    }
  }

  /// The version of Gym's rules.
  var rulesVersion: Int {
    switch suite {
    case .gym(let version): version
    case .d4rl: 2
    }
  }

  var defaultPhysics: PhysicsProfile { rulesVersion < 4 ? .mujoco2_1 : .mujoco4 }

  /// D4RL's wrapper clips an action before the environment sees it, so its cost is that of the
  /// clipped one. In Gym's own ids the cost is that of the action as given.
  var clipsAction: Bool { if case .d4rl = suite { true } else { false } }

  /// Every id, Gym's before D4RL's.
  static let all: [LocomotionID] =
    Robot.allCases.flatMap { robot in
      (2...5).map { Self(robot: robot, suite: .gym(version: $0)) }
    }
    + Robot.allCases.flatMap { robot in
      datasets.flatMap { dataset, versions in
        versions.map { Self(robot: robot, suite: .d4rl(dataset: dataset, version: $0)) }
      }
    }

  /// D4RL's locomotion datasets and the versions that were published of each.
  private static let datasets: [(name: String, versions: ClosedRange<Int>)] = [
    ("random", 0...2), ("medium", 0...2), ("medium-replay", 0...2), ("full-replay", 1...2),
    ("medium-expert", 0...2), ("expert", 0...2),
  ]
}

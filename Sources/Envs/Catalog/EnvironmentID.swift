/// The robots of the catalog.
public enum Robot: CaseIterable, Hashable, Sendable {
  case hopper
  case walker2d
  case halfCheetah

  /// As Gym spells it.
  public var gymName: String {
    switch self {
    case .hopper: "Hopper"
    case .walker2d: "Walker2d"
    case .halfCheetah: "HalfCheetah"
    }
  }

  /// As D4RL spells it.
  public var d4rlName: String { gymName.lowercased() }
}

/// An environment by its public name, taken apart.
public struct EnvironmentID: Hashable, Sendable, CustomStringConvertible {
  public enum Suite: Hashable, Sendable {
    /// `Hopper-v4`: `version` is that of the rules.
    case gym(version: Int)
    /// `hopper-medium-v2`: dataset and version name the file of recorded transitions. The rules are
    /// those of Gym v2 whatever they say.
    case d4rl(dataset: String, version: Int)
  }

  public let robot: Robot
  public let suite: Suite

  public var description: String {
    switch suite {
    case .gym(let version): "\(robot.gymName)-v\(version)"
    case .d4rl(let dataset, let version): "\(robot.d4rlName)-\(dataset)-v\(version)"
    }
  }

  /// The version of Gym's rules.
  public var rulesVersion: Int {
    switch suite {
    case .gym(let version): version
    case .d4rl: 2
    }
  }

  /// The id of that name.
  ///
  /// - Throws: `EnvironmentError.unknownID` with the nearest names.
  public init(_ name: String) throws(EnvironmentError) {
    guard let id = Self.all.first(where: { $0.description == name }) else {
      throw .unknownID(name, nearest: Self.nearest(to: name))
    }
    self = id
  }

  private init(_ robot: Robot, _ suite: Suite) {
    self.robot = robot
    self.suite = suite
  }

  /// Every id, Gym's before D4RL's.
  public static let all: [EnvironmentID] = gym + d4rl

  private static let gym = Robot.allCases.flatMap { robot in
    (2...5).map { Self(robot, .gym(version: $0)) }
  }

  private static let d4rl = Robot.allCases.flatMap { robot in
    datasets.flatMap { dataset, versions in
      versions.map { Self(robot, .d4rl(dataset: dataset, version: $0)) }
    }
  }

  /// D4RL's locomotion datasets and the versions that were published of each.
  private static let datasets: [(name: String, versions: ClosedRange<Int>)] = [
    ("random", 0...2), ("medium", 0...2), ("medium-replay", 0...2), ("full-replay", 1...2),
    ("medium-expert", 0...2), ("expert", 0...2),
  ]

  /// At most three names, the nearest first; of equally near ones, in the order of the catalog.
  private static func nearest(to name: String) -> [String] {
    let lowered = name.lowercased()
    let measured = all.enumerated().map { index, id in
      (distance: editDistance(lowered, id.description.lowercased()), index: index)
    }
    return measured.sorted { ($0.distance, $0.index) < ($1.distance, $1.index) }
      .prefix(3).map { all[$0.index].description }
  }
}

/// How many characters must be inserted, removed or replaced to turn one text into the other
/// (Levenshtein 1966).
func editDistance(_ a: String, _ b: String) -> Int {
  let b = Array(b)
  var row = Array(0...b.count)
  for (i, character) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let replaced = diagonal + (character == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}

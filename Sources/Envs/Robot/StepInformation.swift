import IDQLPhysics

/// A number that a step tells beside its observation and reward (Gymnasium `info`). Those of one name
/// that follow each other are an array.
public struct StepInformation: Sendable {
  /// Its name, Gymnasium's where it has one: `x_position`.
  public let name: String
  let reads: Set<RobotReading>
  /// Whether a reset tells it too.
  let isKnownAtReset: Bool
  /// Taken before the step.
  let measure: (@Sendable (RobotMoment) -> Double)?
  let value: @Sendable (Moment) -> Double

  /// What it is computed from.
  struct Moment {
    /// After the step or the reset.
    let robot: RobotMoment
    /// Of the step.
    let parts: RewardParts
    /// Of the step, in the order of the task's.
    let terms: [Double]
    /// `measure` before the step.
    var before: Double
    /// Of a step, seconds.
    let duration: Double
  }

  /// A number of the state, which a reset tells too.
  ///
  /// - Parameters:
  ///   - name: in `info`.
  ///   - value: of the robot after a step or a reset.
  public static func state(
    _ name: String, _ value: @escaping @Sendable (RobotMoment) -> Double
  ) -> StepInformation {
    StepInformation(name, isKnownAtReset: true) { value($0.robot) }
  }

  /// The same, which only a step tells.
  static func stepState(
    _ name: String, _ value: @escaping @Sendable (RobotMoment) -> Double
  ) -> StepInformation {
    StepInformation(name) { value($0.robot) }
  }

  /// A term of the reward, or what it says.
  static func part(
    _ name: String, _ value: @escaping @Sendable (RewardParts) -> Double
  ) -> StepInformation {
    StepInformation(name) { value($0.parts) }
  }

  /// One of the terms of the reward, by its place among the task's.
  static func term(_ name: String, _ index: Int) -> StepInformation {
    StepInformation(name) { $0.terms[index] }
  }

  /// How fast a number of the state has changed in the step.
  static func rate(
    _ name: String, of value: @escaping @Sendable (RobotMoment) -> Double
  ) -> StepInformation {
    StepInformation(name, measure: value) { (value($0.robot) - $0.before) / $0.duration }
  }

  /// The first `count` numbers of a reading, as an array that a reset tells too.
  static func array(_ name: String, _ reading: RobotReading, count: Int) -> [StepInformation] {
    (0..<count).map { index in
      StepInformation(name, isKnownAtReset: true, reads: [reading]) {
        $0.robot.values(of: reading)[index]
      }
    }
  }

  private init(
    _ name: String, isKnownAtReset: Bool = false, reads: Set<RobotReading> = [],
    measure: (@Sendable (RobotMoment) -> Double)? = nil,
    _ value: @escaping @Sendable (Moment) -> Double
  ) {
    self.name = name
    self.isKnownAtReset = isKnownAtReset
    self.reads = reads
    self.measure = measure
    self.value = value
  }
}

extension [StepInformation] {
  /// What Gymnasium's Hopper and Walker2d tell.
  static func hopping(version: Int) -> Self {
    guard version == 5 else {
      return [.stepState("x_position") { $0.position(0) }, .part("x_velocity", \.forward)]
    }
    return [
      .state("x_position") { $0.position(0) },
      .state("z_distance_from_origin") { $0.position(1) - $0.model.initialPosition[1] },
      .part("x_velocity", \.forward), .part("reward_forward", \.forward),
      .part("reward_ctrl", \.control), .part("reward_survive", \.healthy),
    ]
  }

  /// What Gymnasium's HalfCheetah tells.
  static func running(version: Int) -> Self {
    [
      version == 5
        ? .state("x_position") { $0.position(0) } : .stepState("x_position") { $0.position(0) },
      .part("x_velocity", \.forward),
      .part(version == 5 ? "reward_forward" : "reward_run", \.forward),
      .part("reward_ctrl", \.control),
    ]
  }

  /// What Gymnasium's Swimmer tells.
  static func swimming(version: Int) -> Self {
    func place(
      _ name: String, _ value: @escaping @Sendable (RobotMoment) -> Double
    ) -> StepInformation {
      version == 5 ? .state(name, value) : .stepState(name, value)
    }
    let parts: Self =
      version == 5
      ? [.part("reward_forward", \.forward)]
      : [.part("reward_fwd", \.forward), .part("forward_reward", \.forward)]
    return [
      place("x_position") { $0.position(0) }, place("y_position") { $0.position(1) },
      place("distance_from_origin", \.distanceFromOrigin),
      .part("x_velocity", \.forward), .rate("y_velocity") { $0.position(1) },
      .part("reward_ctrl", \.control),
    ] + parts
  }

  /// What Gymnasium's Ant tells; before version 5 its place is where MuJoCo last computed it.
  static func crawling(version: Int) -> Self {
    let speeds: Self = [
      .part("x_velocity", \.forward), .rate("y_velocity") { $0.origin(ofBody: 1).y },
    ]
    let parts: Self = [
      .part("reward_forward", \.forward), .part("reward_ctrl", \.control),
      .part("reward_survive", \.healthy),
    ]
    guard version == 5 else {
      let place: Self = [
        .stepState("x_position") { $0.origin(ofBody: 1).x },
        .stepState("y_position") { $0.origin(ofBody: 1).y },
        .stepState("distance_from_origin") { $0.origin(ofBody: 1).distanceFromAxis },
      ]
      return place + speeds + parts + [.part("forward_reward", \.forward)]
    }
    return place + [.state("distance_from_origin", \.distanceFromOrigin)] + speeds + parts + [
      .part("reward_contact", \.contact)
    ]
  }

  /// What Gymnasium's and Gym's Humanoid tells; before version 5 its place is that of the centre of mass.
  static func striding(version: Int) -> Self {
    let speeds: Self = [
      .rate("x_velocity") { $0.centerOfMass.x }, .rate("y_velocity") { $0.centerOfMass.y },
    ]
    guard version == 5 else {
      var all: Self = [
        .part("reward_linvel", \.forward), .part("reward_quadctrl", \.control),
        .part("reward_alive", \.healthy),
      ]
      if version < 4 { all.append(.part("reward_impact", \.contact)) }
      if version == 2 { return all }
      all += [
        .stepState("x_position") { $0.centerOfMass.x },
        .stepState("y_position") { $0.centerOfMass.y },
        .stepState("distance_from_origin") { $0.centerOfMass.distanceFromAxis },
        .part("forward_reward", \.forward),
      ]
      return all + speeds
    }
    return place + [.state("distance_from_origin", \.distanceFromOrigin)] + tendons + speeds + [
      .part("reward_survive", \.healthy), .part("reward_forward", \.forward),
      .part("reward_ctrl", \.control), .part("reward_contact", \.contact),
    ]
  }

  /// What Gymnasium's HumanoidStandup tells.
  ///
  /// - Parameter height: the place of the height among the terms of the reward.
  static func standing(version: Int, height: Int) -> Self {
    let parts: Self = [
      .term("reward_linup", height), .part("reward_quadctrl", \.control),
      .part("reward_impact", \.contact),
    ]
    guard version == 5 else { return parts }
    let distance = StepInformation.state("z_distance_from_origin") {
      $0.position(2) - $0.model.initialPosition[2]
    }
    return place + [distance] + tendons + parts
  }

  private static let place: Self = [
    .state("x_position") { $0.position(0) }, .state("y_position") { $0.position(1) },
  ]

  /// Of both legs of a person.
  private static let tendons =
    StepInformation.array("tendon_length", .tendonLengths, count: 2)
    + StepInformation.array("tendon_velocity", .tendonSpeeds, count: 2)
}

extension RobotMoment {
  /// Of the first two positions, m.
  fileprivate var distanceFromOrigin: Double {
    Vector3(position(0), position(1), 0).distanceFromAxis
  }
}

extension Vector3 {
  /// From the vertical through the origin.
  fileprivate var distanceFromAxis: Double { (x * x + y * y).squareRoot() }
}

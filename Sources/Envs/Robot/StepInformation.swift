import IDQLPhysics

/// A number that a step tells beside its observation and reward (Gymnasium `info`).
public struct StepInformation: Sendable {
  /// Its name, Gymnasium's where it has one: `x_position`.
  public let name: String
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
    /// `measure` before the step.
    let before: Double
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
    StepInformation(name: name, isKnownAtReset: true, measure: nil) { value($0.robot) }
  }

  /// The same, which only a step tells.
  static func stepState(
    _ name: String, _ value: @escaping @Sendable (RobotMoment) -> Double
  ) -> StepInformation {
    StepInformation(name: name, isKnownAtReset: false, measure: nil) { value($0.robot) }
  }

  /// A term of the reward, or what it says.
  static func part(
    _ name: String, _ value: @escaping @Sendable (RewardParts) -> Double
  ) -> StepInformation {
    StepInformation(name: name, isKnownAtReset: false, measure: nil) { value($0.parts) }
  }

  /// How fast a number of the state has changed in the step.
  static func rate(
    _ name: String, of value: @escaping @Sendable (RobotMoment) -> Double
  ) -> StepInformation {
    StepInformation(name: name, isKnownAtReset: false, measure: value) {
      (value($0.robot) - $0.before) / $0.duration
    }
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
      place("distance_from_origin") {
        let (x, y) = ($0.position(0), $0.position(1))
        return (x * x + y * y).squareRoot()
      },
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
        .stepState("distance_from_origin") {
          let (x, y) = ($0.origin(ofBody: 1).x, $0.origin(ofBody: 1).y)
          return (x * x + y * y).squareRoot()
        },
      ]
      return place + speeds + parts + [.part("forward_reward", \.forward)]
    }
    let place: Self = [
      .state("x_position") { $0.position(0) }, .state("y_position") { $0.position(1) },
      .state("distance_from_origin") {
        let (x, y) = ($0.position(0), $0.position(1))
        return (x * x + y * y).squareRoot()
      },
    ]
    return place + speeds + parts + [.part("reward_contact", \.contact)]
  }
}

import IDQLPhysics
import IDQLSpelling

/// One term of a robot's reward, and its text in the rules.
public struct RewardTerm: Sendable {
  /// Which of the `RewardParts` it is added to.
  enum Part: Sendable { case forward, healthy, control, contact, other }

  let part: Part
  let reads: Set<RobotReading>
  /// Taken before the step.
  let measure: (@Sendable (RobotMoment) -> Double)?
  let value: @Sendable (RobotStep) -> Double
  /// `+ 1`, `- 0.1 * sum of squares of the action`.
  let formula: @Sendable (EnvironmentSpec) -> String
  let notes: @Sendable (Model, _ labels: [String]) -> [String]

  /// Speed along +x, m/s: the change of the first position, divided by the duration of the step.
  ///
  /// - Parameter weight: factor of the speed.
  public static func forwardSpeed(weight: Double = 1) -> RewardTerm {
    forward(
      weight: weight, measure: { $0.position(0) },
      notes: { ["x is position 0: \(ModelQuantities.positions(of: $0, labels: $1)[0].name)."] })
  }

  /// Speed along +x, m/s, of a body's origin (`RobotMoment.origin(ofBody:)`).
  ///
  /// - Parameters:
  ///   - body: its index.
  ///   - weight: factor of the speed.
  public static func forwardSpeed(ofBody body: Int, weight: Double = 1) -> RewardTerm {
    forward(
      reads: [.origins], weight: weight, measure: { $0.origin(ofBody: body).x },
      notes: { model, _ in
        let body = model.bodies.names[body]
        return ["x is where MuJoCo last computed the \(body): \(lastComputed(model))."]
      })
  }

  /// Speed along +x, m/s, of the centre of mass of all bodies (`RobotMoment.centerOfMass`).
  ///
  /// - Parameter weight: factor of the speed.
  static func forwardSpeedOfCenterOfMass(weight: Double) -> RewardTerm {
    forward(
      reads: [.centersOfMass], weight: weight, measure: { $0.centerOfMass.x },
      notes: { model, _ in
        ["x is the centre of mass where MuJoCo last computed it: \(lastComputed(model))."]
      })
  }

  /// After a step of the model's integrator.
  private static func lastComputed(_ model: Model) -> String {
    model.options.integrator == .rungeKutta4
      ? "in the fourth Runge-Kutta stage" : "where the last physics step began"
  }

  private static func forward(
    reads: Set<RobotReading> = [], weight: Double,
    measure: @escaping @Sendable (RobotMoment) -> Double,
    notes: @escaping @Sendable (Model, [String]) -> [String]
  ) -> RewardTerm {
    RewardTerm(
      .forward, reads: reads, measure: measure,
      formula: { spec in
        let speed = "(x after - x before) / \(spec.stepDuration.shortText)"
        return weight == 1 ? "+ " + speed : signed(weight) + " * " + speed
      },
      notes: notes, value: { weight * (($0.measured.after - $0.measured.before) / $0.duration) })
  }

  /// A bonus for every step into a healthy state.
  ///
  /// - Parameters:
  ///   - bonus: reward per step.
  ///   - includesFailure: whether the step into an unhealthy state earns it too.
  public static func healthy(_ bonus: Double, includesFailure: Bool = false) -> RewardTerm {
    RewardTerm(
      .healthy, formula: { _ in signed(bonus) },
      notes: { _, _ in
        [
          includesFailure
            ? "The \(bonus.shortText) is paid on every step, also on the one that fails."
            : "The \(bonus.shortText) is not paid on a step into an unhealthy state."
        ]
      },
      value: { $0.isHealthy || includesFailure ? bonus : 0 })
  }

  /// Minus `weight` times the sum of squares of the action.
  public static func controlCost(weight: Double) -> RewardTerm {
    RewardTerm(
      .control, formula: { _ in signed(-weight) + " * sum of squares of the action" },
      value: { -weight * $0.action.sumOfSquares })
  }

  /// Minus `weight` times the sum of squares of `RobotMoment.contactForces`, each clamped to plus
  /// and minus `limit`.
  public static func contactCost(weight: Double, limit: Double) -> RewardTerm {
    RewardTerm(
      .contact, reads: [.contactForces],
      formula: { _ in signed(-weight) + " * sum of squares of the observed contact forces" },
      value: { step in
        var sum = 0.0
        for force in step.after.contactForces {
          let clamped = max(min(force, limit), -limit)
          sum += clamped * clamped
        }
        return -weight * sum
      })
  }

  /// Minus `weight` times the sum of squares of `RobotMoment.contactForces`, at most `most`.
  static func contactCost(weight: Double, atMost most: Double) -> RewardTerm {
    RewardTerm(
      .contact, reads: [.contactForces],
      formula: { _ in
        "- min(\(most.shortText), \(weight.shortText) * sum of squares of the contact forces)"
      },
      value: { -min(weight * $0.after.contactForces.sumOfSquares, most) })
  }

  /// Any other term.
  ///
  /// - Parameters:
  ///   - formula: for a reader, with its sign: `- 5 * distance to the target`.
  ///   - notes: lines of the rules that follow the formula.
  ///   - measure: a quantity that `value` needs both before and after the step.
  ///   - value: the value of the term.
  public init(
    _ formula: String, notes: [String] = [],
    measure: (@Sendable (RobotMoment) -> Double)? = nil,
    value: @escaping @Sendable (RobotStep) -> Double
  ) {
    self.init(
      .other, reads: Set(RobotReading.allCases), measure: measure, formula: { _ in formula },
      notes: { _, _ in notes }, value: value)
  }

  init(
    _ part: Part, reads: Set<RobotReading> = [],
    measure: (@Sendable (RobotMoment) -> Double)? = nil,
    formula: @escaping @Sendable (EnvironmentSpec) -> String,
    notes: @escaping @Sendable (Model, [String]) -> [String] = { _, _ in [] },
    value: @escaping @Sendable (RobotStep) -> Double
  ) {
    self.part = part
    self.reads = reads
    self.measure = measure
    self.formula = formula
    self.notes = notes
    self.value = value
  }
}

/// What a reward is computed from: the state after a step, its action and duration.
public struct RobotStep {
  /// The moment after the step.
  public let after: RobotMoment
  /// Clamped to -1 ... 1 if the task clips actions.
  public let action: [Double]
  /// Of the step, seconds.
  public let duration: Double
  /// Whether `after` is healthy.
  public let isHealthy: Bool
  /// The values of the term's `measure` before and after the step; 0 without one.
  public internal(set) var measured: (before: Double, after: Double)
}

extension RewardParts {
  mutating func add(_ value: Double, to part: RewardTerm.Part) {
    switch part {
    case .forward: forward += value
    case .healthy: healthy += value
    case .control: control += value
    case .contact: contact += value
    case .other: other += value
    }
  }
}

extension [Double] {
  var sumOfSquares: Double { reduce(0) { $0 + $1 * $1 } }
}

/// `+ 1`, `- 0.5`.
private func signed(_ value: Double) -> String {
  (value < 0 ? "- " : "+ ") + abs(value).shortText
}

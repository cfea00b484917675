import IDQLPhysics
import IDQLSpelling

/// A condition that holds while a robot is healthy, and its text in the rules.
public struct HealthCondition: Sendable {
  /// An interval.
  public struct Bounds: Hashable, Sendable {
    /// -∞ for none.
    public var lower: Double
    /// ∞ for none.
    public var upper: Double
    /// Whether a value on a bound is inside.
    public var includesEnds: Bool

    /// - Parameters: as the properties.
    public init(
      lower: Double = -.infinity, upper: Double = .infinity, includesEnds: Bool = false
    ) {
      self.lower = lower
      self.upper = upper
      self.includesEnds = includesEnds
    }

    /// Whether a value is inside; NaN never is.
    public func contains(_ value: Double) -> Bool {
      includesEnds ? lower <= value && value <= upper : lower < value && value < upper
    }

    /// `-0.2 < rooty < 0.2`, without an infinite side.
    func text(of quantity: String) -> String {
      let sign = includesEnds ? "<=" : "<"
      return (lower.isFinite ? "\(lower.shortText) \(sign) " : "") + quantity
        + (upper.isFinite ? " \(sign) \(upper.shortText)" : "")
    }
  }

  let reads: Set<RobotReading>
  let text: @Sendable (Model) -> String
  let holds: @Sendable (RobotMoment) -> Bool

  /// One position is within bounds.
  ///
  /// - Parameters:
  ///   - index: of `RobotMoment.position`.
  ///   - label: for a reader, before the name of the joint (which a free joint lacks here).
  ///   - bounds: m or rad.
  public static func position(
    _ index: Int, _ label: String, within bounds: Bounds
  ) -> HealthCondition {
    HealthCondition(
      text: { model in
        let joint = model.joints.firstIndex { $0.firstPosition == index }
        let name =
          joint.flatMap { model.joints[$0].kind == .free ? nil : model.joints.names[$0] } ?? ""
        return bounds.text(of: name.isEmpty ? label : "\(label) (\(name))")
      },
      holds: { bounds.contains($0.position(index)) })
  }

  /// Every position from index `first` on, and every velocity, is within bounds.
  public static func positionsAndVelocities(
    fromPosition first: Int, within bounds: Bounds
  ) -> HealthCondition {
    HealthCondition(
      text: { _ in bounds.text(of: "every joint angle and every velocity") },
      holds: { moment in
        (first..<moment.model.positionCount).allSatisfy { bounds.contains(moment.position($0)) }
          && (0..<moment.model.velocityCount).allSatisfy { bounds.contains(moment.velocity($0)) }
      })
  }

  /// Any other condition.
  ///
  /// - Parameters:
  ///   - text: for a reader: `the pole is less than 0.2 rad off the vertical`.
  ///   - holds: whether it holds after a step.
  public init(_ text: String, holds: @escaping @Sendable (RobotMoment) -> Bool) {
    self.init(reads: Set(RobotReading.allCases), text: { _ in text }, holds: holds)
  }

  init(
    reads: Set<RobotReading> = [], text: @escaping @Sendable (Model) -> String,
    holds: @escaping @Sendable (RobotMoment) -> Bool
  ) {
    self.reads = reads
    self.text = text
    self.holds = holds
  }
}

import IDQLPhysics

/// Something that holds while a robot is healthy, with the text that the rules have of it.
public struct HealthCondition: Sendable {
  /// An interval.
  public struct Bounds: Hashable, Sendable {
    /// -∞ for none.
    public var lower: Double
    /// ∞ for none.
    public var upper: Double
    /// Whether a value on a bound is inside.
    public var includesEnds: Bool

    /// - Parameters:
    ///   - lower: no bound if left out.
    ///   - upper: no bound if left out.
    public init(
      lower: Double = -.infinity, upper: Double = .infinity, includesEnds: Bool = false
    ) {
      self.lower = lower
      self.upper = upper
      self.includesEnds = includesEnds
    }

    /// NaN is never inside.
    public func contains(_ value: Double) -> Bool {
      includesEnds ? lower <= value && value <= upper : lower < value && value < upper
    }

    /// `-0.2 < rooty < 0.2`, without an infinite side.
    func text(of quantity: String) -> String {
      let sign = includesEnds ? "<=" : "<"
      return (lower.isFinite ? "\(brief(lower)) \(sign) " : "") + quantity
        + (upper.isFinite ? " \(sign) \(brief(upper))" : "")
    }
  }

  let reads: RobotReadings
  let text: @Sendable (Model) -> String
  let holds: @Sendable (RobotMoment) -> Bool

  /// One position lies within bounds.
  ///
  /// - Parameter label: for a reader, before the name of its joint if that carries nothing else.
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

  /// Every position from that one on, and every velocity, lies within bounds.
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

  /// A condition of one's own.
  ///
  /// - Parameter text: for a reader: `the pole is less than 0.2 rad off the vertical`.
  public init(_ text: String, holds: @escaping @Sendable (RobotMoment) -> Bool) {
    self.init(reads: [.origins, .contactForces], text: { _ in text }, holds: holds)
  }

  private init(
    reads: RobotReadings = [], text: @escaping @Sendable (Model) -> String,
    holds: @escaping @Sendable (RobotMoment) -> Bool
  ) {
    self.reads = reads
    self.text = text
    self.holds = holds
  }
}

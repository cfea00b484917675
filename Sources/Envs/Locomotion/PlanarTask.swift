/// The numbers that make one planar robot's task: what is rewarded, what ends it, how it starts.
///
/// `PlanarRunner` runs on these and its rules are printed from these; there is no second copy.
struct PlanarTask: Equatable, Sendable {
  /// Name of the MJCF document among the resources, without suffix.
  var model: String
  /// Physics steps per action (Gymnasium `frame_skip`).
  var substeps: Int
  var stepLimit: Int
  /// Control cost = this times the sum of the squared action.
  var controlCostWeight: Double
  /// Velocities beyond plus and minus this are observed as this; the state itself keeps them.
  var observedSpeedLimit: Double?
  /// Nil for a robot that cannot fail.
  var health: Health?
  var resetNoise: ResetNoise

  /// What a healthy state is, and what it earns. All bounds are open: a state on one is unhealthy.
  struct Health: Equatable, Sendable {
    var bonus: Double
    /// Whether the step into an unhealthy state earns the bonus too.
    var bonusIncludesFailure: Bool
    /// Of qpos[1], m.
    var height: OpenRange
    /// Of qpos[2], rad.
    var pitch: OpenRange
    /// Of every other position and velocity from qpos[2] on; nil for no limit.
    var restOfState: OpenRange?
  }

  struct OpenRange: Equatable, Sendable {
    var lower: Double
    var upper: Double

    func contains(_ value: Double) -> Bool { lower < value && value < upper }
  }

  /// What is added to the model's initial configuration and to velocity zero.
  struct ResetNoise: Equatable, Sendable {
    enum Velocity: Equatable, Sendable {
      /// Uniform between minus and plus `scale`.
      case uniform
      /// `scale` times a standard normal.
      case normal
    }

    /// Positions are uniform between minus and plus this.
    var scale: Double
    var velocity: Velocity
  }

  /// The task of an id, nil if its robot is none of the planar ones.
  static func task(of id: LocomotionID) -> PlanarTask? {
    switch id.robot {
    case .hopper: hopper(version: id.rulesVersion)
    case .walker2d: walker2d(version: id.rulesVersion)
    case .halfCheetah: halfCheetah
    case .ant: nil
    }
  }
}

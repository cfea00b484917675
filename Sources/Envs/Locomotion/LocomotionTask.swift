/// The numbers that make one robot's task: what is rewarded, what ends it, how it starts.
///
/// `LocomotionRunner` runs on these and its rules are printed from these; there is no second copy.
struct LocomotionTask: Equatable, Sendable {
  /// What the first positions are.
  enum Torso: Equatable, Sendable {
    /// Way along x, height, pitch.
    case planar
    /// x, y, height and a quaternion.
    case free
  }

  /// What follows positions and velocities in an observation.
  enum ObservedForces: Equatable, Sendable {
    case none
    /// mujoco-py with MuJoCo 2.0 or later never computed these forces: 84 zeros (issue 1541 of
    /// Gym).
    case zeros
    /// Those of every body but the world, each clamped to ±1.
    case contacts
  }

  /// Name of the MJCF document among the resources, without suffix.
  var model: String
  var torso = Torso.planar
  /// Physics steps per action (Gymnasium `frame_skip`).
  var substeps: Int
  var stepLimit = 1000
  /// Control cost = this times the sum of the squared action.
  var controlCostWeight: Double
  /// Contact cost = this times the sum of squares of the observed forces.
  var contactCostWeight = 0.0
  /// Velocities beyond plus and minus this are observed as this; the state itself keeps them.
  var observedSpeedLimit: Double?
  var observedForces = ObservedForces.none
  /// Nil for a robot that cannot fail.
  var health: Health?
  var startNoise: StartNoise

  /// What a healthy state is, and what it earns.
  struct Health: Equatable, Sendable {
    var bonus: Double
    /// Whether the step into an unhealthy state earns the bonus too.
    var bonusIncludesFailure: Bool
    /// Of the torso, m.
    var height: Bounds
    /// Of a planar torso, rad; nil for no limit.
    var pitch: Bounds?
    /// Of every position but the first two and of every velocity; nil for no limit.
    var restOfState: Bounds?
  }

  struct Bounds: Equatable, Sendable {
    var lower: Double
    var upper: Double
    /// Whether a state on a bound is healthy.
    var includesEnds = false

    func contains(_ value: Double) -> Bool {
      includesEnds ? lower <= value && value <= upper : lower < value && value < upper
    }
  }

  /// How many of the first positions, which say where the robot is, a policy does not see.
  var hiddenPositions: Int { torso == .planar ? 1 : 2 }
}

extension LocomotionTask {
  init(_ id: LocomotionID) {
    self =
      switch id.robot {
      case .hopper: .hopper(version: id.rulesVersion)
      case .walker2d: .walker2d(version: id.rulesVersion)
      case .halfCheetah: .halfCheetah
      case .ant: .ant(version: id.rulesVersion)
      }
  }
}

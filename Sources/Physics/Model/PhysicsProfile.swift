/// The MuJoCo release whose numbers the engine reproduces: the rules that changed between releases.
///
/// A profile is chosen when a model is compiled and is part of the model, so that every result can
/// name the physics that made it.
public struct PhysicsProfile: Equatable, Hashable, Codable, Sendable {
  /// `mujoco2.1`, `mujoco3` or `mujoco4`.
  public let name: String

  /// Contact margin of a pair: the sum of both geoms' margins (since 3.5.0), or the larger one.
  package let sumsContactMargins: Bool

  /// Mass and inertia of a capsule: exact (since 2.1.1), or of a cylinder of length 2h + r.
  package let usesExactCapsuleInertia: Bool

  /// RK4 on quaternion joints: Munthe-Kaas corrected stage velocities (since 4.0.0), or plain ones.
  package let correctsRotationStages: Bool

  /// Whether every forward pass normalises the quaternions in `qpos` in place (until 3.1.6).
  package let normalizesPositionsInPlace: Bool

  /// Distance of a sphere whose centre is inside a box: true depth (since 3.2.7), or minus the
  /// radius.
  package let measuresDepthInsideBoxes: Bool

  /// Whether a range by itself makes a limit where `autolimits` is not said (since 2.2.0).
  package let limitsFollowRanges: Bool

  /// Damping of a damping ratio: from the effective inertia at the actuator (since 3.15.0), or from the
  /// diagonal of the inertia matrix; nil where there is no `dampratio` (until 3.0.1).
  package let dampsEffectiveInertia: Bool?

  /// Whether the error of a position servo on a ball joint is taken around the circle (since 3.11.0).
  package let wrapsBallServos: Bool

  /// Whether two boxes collide as here (since 3.12.0); models in which they may are refused otherwise.
  package let collidesBoxes: Bool

  /// Contacts of parallel capsules: at both ends of their common section (since 3.17.0), or at the
  /// ends of the first, then of the second.
  package let clipsParallelCapsules: Bool

  /// Whether connects and welds allow for the change of their Jacobians (since 3.7.0).
  package let correctsConstraintRates: Bool

  /// Whether implicit integrators take an actuator at the limit of its force as one whose force does
  /// not depend on velocity (since 3.5.0).
  package let stopsDerivativesAtForceLimits: Bool

  /// Whether `implicitfast` takes the bias force of single free bodies into account (since 3.7.0).
  package let turnsFreeBodiesImplicitly: Bool

  // swift-format-ignore: AlwaysUseLowerCamelCase
  /// MuJoCo 2.1.0, under mujoco-py: the scores of D4RL and of Gym v2 and v3 were measured with it.
  public static let mujoco2_1 = PhysicsProfile(
    name: "mujoco2.1", sumsContactMargins: false, usesExactCapsuleInertia: false,
    correctsRotationStages: false, normalizesPositionsInPlace: true,
    measuresDepthInsideBoxes: false, limitsFollowRanges: false, dampsEffectiveInertia: nil,
    wrapsBallServos: false, collidesBoxes: false, clipsParallelCapsules: false,
    correctsConstraintRates: false, turnsFreeBodiesImplicitly: false,
    stopsDerivativesAtForceLimits: false)

  /// MuJoCo 3.2.7 to 3.4.0: OGBench's data sets were recorded with it.
  public static let mujoco3 = PhysicsProfile(
    name: "mujoco3", sumsContactMargins: false, usesExactCapsuleInertia: true,
    correctsRotationStages: false, normalizesPositionsInPlace: false,
    measuresDepthInsideBoxes: true, limitsFollowRanges: true, dampsEffectiveInertia: false,
    wrapsBallServos: false, collidesBoxes: false, clipsParallelCapsules: false,
    correctsConstraintRates: false, turnsFreeBodiesImplicitly: false,
    stopsDerivativesAtForceLimits: false)

  /// MuJoCo 4.0.0: Gym v4 and v5 and Gymnasium-Robotics run on it here.
  public static let mujoco4 = PhysicsProfile(
    name: "mujoco4", sumsContactMargins: true, usesExactCapsuleInertia: true,
    correctsRotationStages: true, normalizesPositionsInPlace: false, measuresDepthInsideBoxes: true,
    limitsFollowRanges: true, dampsEffectiveInertia: true, wrapsBallServos: true,
    collidesBoxes: true, clipsParallelCapsules: true, correctsConstraintRates: true,
    turnsFreeBodiesImplicitly: true,
    stopsDerivativesAtForceLimits: true)

  /// Every profile, by release.
  public static let all = [mujoco2_1, mujoco3, mujoco4]

  /// The profile of that name; nil if there is none.
  public init?(named name: String) {
    guard let profile = Self.all.first(where: { $0.name == name }) else { return nil }
    self = profile
  }

  init(
    name: String, sumsContactMargins: Bool, usesExactCapsuleInertia: Bool,
    correctsRotationStages: Bool, normalizesPositionsInPlace: Bool, measuresDepthInsideBoxes: Bool,
    limitsFollowRanges: Bool, dampsEffectiveInertia: Bool?, wrapsBallServos: Bool,
    collidesBoxes: Bool, clipsParallelCapsules: Bool, correctsConstraintRates: Bool,
    turnsFreeBodiesImplicitly: Bool,
    stopsDerivativesAtForceLimits: Bool
  ) {
    self.name = name
    self.sumsContactMargins = sumsContactMargins
    self.usesExactCapsuleInertia = usesExactCapsuleInertia
    self.correctsRotationStages = correctsRotationStages
    self.normalizesPositionsInPlace = normalizesPositionsInPlace
    self.measuresDepthInsideBoxes = measuresDepthInsideBoxes
    self.limitsFollowRanges = limitsFollowRanges
    self.dampsEffectiveInertia = dampsEffectiveInertia
    self.wrapsBallServos = wrapsBallServos
    self.collidesBoxes = collidesBoxes
    self.clipsParallelCapsules = clipsParallelCapsules
    self.correctsConstraintRates = correctsConstraintRates
    self.turnsFreeBodiesImplicitly = turnsFreeBodiesImplicitly
    self.stopsDerivativesAtForceLimits = stopsDerivativesAtForceLimits
  }
}

/// The MuJoCo release whose numbers the engine reproduces: the rules that changed between releases.
///
/// A profile is chosen when a model is compiled and is part of the model, so that every result can
/// name the physics that made it. Which release changed what is in `PhysicsRule`.
public struct PhysicsProfile: Equatable, Hashable, Codable, Sendable {
  /// `mujoco2.1`, `mujoco3` or `mujoco4`, or the number of a release, such as `3.12.0`.
  public internal(set) var name: String

  /// Contact margin of a pair: the sum of both geoms' margins (since 3.5.0), or the larger one.
  package internal(set) var sumsContactMargins: Bool

  /// Mass and inertia of a capsule: exact (since 2.1.1), or of a cylinder of length 2h + r.
  package internal(set) var usesExactCapsuleInertia: Bool

  /// RK4 on quaternion joints: Munthe-Kaas corrected stage velocities (since 4.0.0), or plain ones.
  package internal(set) var correctsRotationStages: Bool

  /// Whether every forward pass normalises the quaternions in `qpos` in place (until 3.1.6).
  package internal(set) var normalizesPositionsInPlace: Bool

  /// Whether frames of geoms, sites and inertias that are near to another of their body are that one
  /// (since 3.2.3).
  package internal(set) var sharesNearFrames: Bool

  /// Distance of a sphere whose centre is inside a box: true depth (since 3.2.7), or minus the
  /// radius.
  package internal(set) var measuresDepthInsideBoxes: Bool

  /// Whether a range by itself makes a limit where `autolimits` is not said (since 2.2.0).
  package internal(set) var limitsFollowRanges: Bool

  /// Damping of a damping ratio: from the effective inertia at the actuator (since 3.15.0), or from the
  /// diagonal of the inertia matrix; nil where there is no `dampratio` (until 3.0.1).
  package internal(set) var dampsEffectiveInertia: Bool?

  /// Whether the error of a position servo on a ball joint is taken around the circle (since 3.11.0).
  package internal(set) var wrapsBallServos: Bool

  /// Whether two boxes collide as here (since 3.12.0); models in which they may are refused otherwise.
  package internal(set) var collidesBoxes: Bool

  /// Whether shapes without a formula of their own collide as here (since 4.0.0); models in which they
  /// may are refused otherwise.
  package internal(set) var collidesConvexShapes: Bool

  /// Contacts of parallel capsules: at both ends of their common section (since 3.17.0), or at the
  /// ends of the first, then of the second.
  package internal(set) var clipsParallelCapsules: Bool

  /// Whether connects and welds allow for the change of their Jacobians (since 3.7.0).
  package internal(set) var correctsConstraintRates: Bool

  /// Whether implicit integrators take an actuator at the limit of its force as one whose force does
  /// not depend on velocity (since 3.5.0).
  package internal(set) var stopsDerivativesAtForceLimits: Bool

  /// Whether `implicitfast` takes the bias force of single free bodies into account (since 3.7.0).
  package internal(set) var turnsFreeBodiesImplicitly: Bool

  // swift-format-ignore: AlwaysUseLowerCamelCase
  /// MuJoCo 2.1.0, under mujoco-py: the scores of D4RL and of Gym v2 and v3 were measured with it.
  public static let mujoco2_1 = PhysicsProfile("mujoco2.1", of: MuJoCoRelease(2, 1, 0))

  /// MuJoCo 3.2.7 to 3.4.0: OGBench's data sets were recorded with it.
  public static let mujoco3 = PhysicsProfile("mujoco3", of: MuJoCoRelease(3, 2, 7))

  /// MuJoCo 4.0.0: Gym v4 and v5 and Gymnasium-Robotics run on it here.
  public static let mujoco4 = PhysicsProfile("mujoco4", of: MuJoCoRelease(4, 0, 0))

  /// The profiles with a name of their own, by release.
  public static let all = [mujoco2_1, mujoco3, mujoco4]

  /// The profile of that name, or of the release with that number; nil if nothing is known of it.
  ///
  /// A release whose rules are those of a profile with a name is that profile.
  public init?(named name: String) {
    if let profile = Self.all.first(where: { $0.name == name }) {
      self = profile
      return
    }
    guard let release = MuJoCoRelease(name), release.isKnown else { return nil }
    let profile = PhysicsProfile(name, of: release)
    self = Self.all.first { $0.hasRules(of: profile) } ?? profile
  }

  /// Whether both have the same rules, whatever their names are.
  package func hasRules(of other: PhysicsProfile) -> Bool {
    PhysicsRule.all.allSatisfy { $0.isNew(in: self) == $0.isNew(in: other) }
  }

  /// What names a profile, for messages.
  package static let names =
    all.map(\.name).joined(separator: ", ")
    + " and the releases from \(MuJoCoRelease.known.lowerBound) to \(MuJoCoRelease.known.upperBound)"

  /// The rules of a release.
  private init(_ name: String, of release: MuJoCoRelease) {
    // the rules before all changes
    self.name = name
    sumsContactMargins = false
    usesExactCapsuleInertia = false
    correctsRotationStages = false
    normalizesPositionsInPlace = true
    sharesNearFrames = false
    measuresDepthInsideBoxes = false
    limitsFollowRanges = false
    dampsEffectiveInertia = nil
    wrapsBallServos = false
    collidesBoxes = false
    collidesConvexShapes = false
    clipsParallelCapsules = false
    correctsConstraintRates = false
    stopsDerivativesAtForceLimits = false
    turnsFreeBodiesImplicitly = false
    for rule in PhysicsRule.all { rule.set(release >= rule.since, in: &self) }
  }
}

/// A rule that changed between MuJoCo releases: one switch of a profile.
package struct PhysicsRule: Sendable {
  /// For a reader, with `since`: `contact margins`.
  package let name: String
  /// What was changed.
  package let change: String
  /// The first release with the new rule.
  package let since: MuJoCoRelease
  private let read: @Sendable (PhysicsProfile) -> Bool
  private let write: @Sendable (inout PhysicsProfile, Bool) -> Void

  /// `contact margins of 3.5.0`.
  package var title: String { "\(name) of \(since)" }

  /// Whether a profile has the new rule.
  package func isNew(in profile: PhysicsProfile) -> Bool { read(profile) }

  /// A profile with this rule as another one has it, and else as it is.
  ///
  /// - Parameter name: of the profile that is made.
  package func taken(
    from other: PhysicsProfile, into profile: PhysicsProfile, named name: String
  ) -> PhysicsProfile {
    var changed = profile
    write(&changed, isNew(in: other))
    changed.name = name
    return changed
  }

  func set(_ isNew: Bool, in profile: inout PhysicsProfile) { write(&profile, isNew) }

  private init(
    _ name: String, _ change: String, since: MuJoCoRelease,
    _ read: @escaping @Sendable (PhysicsProfile) -> Bool,
    _ write: @escaping @Sendable (inout PhysicsProfile, Bool) -> Void
  ) {
    (self.name, self.change, self.since) = (name, change, since)
    (self.read, self.write) = (read, write)
  }

  /// All of them, in the order of their releases.
  package static let all = [
    PhysicsRule(
      "capsule inertia", "exact, before of a cylinder", since: MuJoCoRelease(2, 1, 1),
      { $0.usesExactCapsuleInertia }, { $0.usesExactCapsuleInertia = $1 }),
    PhysicsRule(
      "limits by range", "a range alone limits", since: MuJoCoRelease(2, 2, 0),
      { $0.limitsFollowRanges }, { $0.limitsFollowRanges = $1 }),
    PhysicsRule(
      "damping ratios", "there is dampratio", since: MuJoCoRelease(3, 1, 0),
      { $0.dampsEffectiveInertia != nil },
      { $0.dampsEffectiveInertia = $1 ? $0.dampsEffectiveInertia ?? false : nil }),
    PhysicsRule(
      "quaternions in place", "qpos is no longer normalised in place",
      since: MuJoCoRelease(3, 2, 0),
      { !$0.normalizesPositionsInPlace }, { $0.normalizesPositionsInPlace = !$1 }),
    PhysicsRule(
      "near frames",
      "of geoms, sites and inertias within 1e-6 of another of their body are that one",
      since: MuJoCoRelease(3, 2, 3), { $0.sharesNearFrames }, { $0.sharesNearFrames = $1 }),
    PhysicsRule(
      "depth inside boxes", "true depth of a sphere, before minus its radius",
      since: MuJoCoRelease(3, 2, 7),
      { $0.measuresDepthInsideBoxes }, { $0.measuresDepthInsideBoxes = $1 }),
    PhysicsRule(
      "contact margins", "of both geoms are added, before the larger one",
      since: MuJoCoRelease(3, 5, 0), { $0.sumsContactMargins }, { $0.sumsContactMargins = $1 }),
    PhysicsRule(
      "derivatives at limits of forces", "of implicit integrators, zero there",
      since: MuJoCoRelease(3, 5, 0),
      { $0.stopsDerivativesAtForceLimits }, { $0.stopsDerivativesAtForceLimits = $1 }),
    PhysicsRule(
      "rates of constraints", "connects and welds allow for the change of their Jacobians",
      since: MuJoCoRelease(3, 7, 0),
      { $0.correctsConstraintRates }, { $0.correctsConstraintRates = $1 }),
    PhysicsRule(
      "free bodies", "implicitfast takes their bias force into account",
      since: MuJoCoRelease(3, 7, 0),
      { $0.turnsFreeBodiesImplicitly }, { $0.turnsFreeBodiesImplicitly = $1 }),
    PhysicsRule(
      "ball servos", "the error of a position servo wraps", since: MuJoCoRelease(3, 11, 0),
      { $0.wrapsBallServos }, { $0.wrapsBallServos = $1 }),
    PhysicsRule(
      "box against box", "new points of contact", since: MuJoCoRelease(3, 12, 0),
      { $0.collidesBoxes }, { $0.collidesBoxes = $1 }),
    PhysicsRule(
      "effective inertia", "of the actuator in dampratio, before the diagonal of the matrix",
      since: MuJoCoRelease(3, 15, 0), { $0.dampsEffectiveInertia == true },
      { $0.dampsEffectiveInertia = $1 ? true : $0.dampsEffectiveInertia.map { _ in false } }),
    PhysicsRule(
      "parallel capsules", "contacts at both ends of the common section",
      since: MuJoCoRelease(3, 17, 0),
      { $0.clipsParallelCapsules }, { $0.clipsParallelCapsules = $1 }),
    PhysicsRule(
      "convex shapes", "other points of contact of ellipsoids and cylinders",
      since: MuJoCoRelease(4, 0, 0),
      { $0.collidesConvexShapes }, { $0.collidesConvexShapes = $1 }),
    PhysicsRule(
      "RK4 stages of rotations", "corrected angular velocities", since: MuJoCoRelease(4, 0, 0),
      { $0.correctsRotationStages }, { $0.correctsRotationStages = $1 }),
  ]
}

/// The pairs of shapes that can be collided, by the function that does it.
package enum CollisionKind: UInt8, Sendable {
  case planeSphere, planeCapsule, planeEllipsoid, planeCylinder, planeBox
  case sphereSphere, sphereCapsule, capsuleCapsule
  case sphereCylinder, sphereBox, capsuleBox, boxBox

  /// Nil for shapes that cannot be collided. `first` has the lower raw value.
  init?(_ first: Geom.Shape, _ second: Geom.Shape) {
    switch (first, second) {
    case (.plane, .sphere): self = .planeSphere
    case (.plane, .capsule): self = .planeCapsule
    case (.plane, .ellipsoid): self = .planeEllipsoid
    case (.plane, .cylinder): self = .planeCylinder
    case (.plane, .box): self = .planeBox
    case (.sphere, .sphere): self = .sphereSphere
    case (.sphere, .capsule): self = .sphereCapsule
    case (.capsule, .capsule): self = .capsuleCapsule
    case (.sphere, .cylinder): self = .sphereCylinder
    case (.sphere, .box): self = .sphereBox
    case (.capsule, .box): self = .capsuleBox
    case (.box, .box): self = .boxBox
    default: return nil
    }
  }

  package var hasPlane: Bool { rawValue <= Self.planeBox.rawValue }

  /// The most contacts that one pair of this kind gives.
  package var contactLimit: Int {
    switch self {
    case .planeSphere, .planeEllipsoid, .sphereSphere, .sphereCapsule, .sphereCylinder,
      .sphereBox:
      1
    case .planeCapsule, .capsuleCapsule, .capsuleBox: 2
    case .planeBox, .planeCylinder: 4
    case .boxBox: 8
    }
  }
}

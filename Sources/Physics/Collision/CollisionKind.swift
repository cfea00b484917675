/// The pairs of shapes that can be collided, by the function that does it.
package enum CollisionKind: UInt8, Sendable {
  case planeSphere, planeCapsule, planeEllipsoid, planeCylinder, planeMesh, planeBox
  case sphereSphere, sphereCapsule, capsuleCapsule
  case sphereCylinder, sphereBox, capsuleBox, boxBox
  /// By a search, with one contact where a sphere or an ellipsoid takes part.
  case convexPoint, convexFaces
  /// By a search for each prism under the other shape.
  case heightField

  /// Nil for shapes that cannot be collided. `first` has the lower raw value.
  init?(_ first: Geom.Shape, _ second: Geom.Shape) {
    switch (first, second) {
    case (.plane, .sphere): self = .planeSphere
    case (.plane, .capsule): self = .planeCapsule
    case (.plane, .ellipsoid): self = .planeEllipsoid
    case (.plane, .cylinder): self = .planeCylinder
    case (.plane, .box): self = .planeBox
    case (.plane, .mesh): self = .planeMesh
    case (.sphere, .sphere): self = .sphereSphere
    case (.sphere, .capsule): self = .sphereCapsule
    case (.capsule, .capsule): self = .capsuleCapsule
    case (.sphere, .cylinder): self = .sphereCylinder
    case (.sphere, .box): self = .sphereBox
    case (.capsule, .box): self = .capsuleBox
    case (.box, .box): self = .boxBox
    case (.sphere, .ellipsoid), (.capsule, .ellipsoid), (.ellipsoid, .ellipsoid),
      (.ellipsoid, .cylinder), (.ellipsoid, .box), (.sphere, .mesh), (.ellipsoid, .mesh):
      self = .convexPoint
    case (.capsule, .cylinder), (.cylinder, .cylinder), (.cylinder, .box), (.capsule, .mesh),
      (.cylinder, .mesh), (.box, .mesh), (.mesh, .mesh):
      self = .convexFaces
    case (.heightField, .sphere), (.heightField, .capsule), (.heightField, .ellipsoid),
      (.heightField, .cylinder), (.heightField, .box), (.heightField, .mesh):
      self = .heightField
    default: return nil
    }
  }

  package var hasPlane: Bool { rawValue <= Self.planeBox.rawValue }

  /// Whether a search finds the contacts.
  package var isConvex: Bool {
    self == .convexPoint || self == .convexFaces || self == .heightField
  }

  /// The most contacts that one pair of this kind gives.
  package var contactLimit: Int {
    switch self {
    case .planeSphere, .planeEllipsoid, .sphereSphere, .sphereCapsule, .sphereCylinder,
      .sphereBox, .convexPoint:
      1
    case .planeCapsule, .capsuleCapsule, .capsuleBox: 2
    case .planeBox, .planeCylinder, .planeMesh, .convexFaces: 4
    case .boxBox: 8
    case .heightField: 50
    }
  }
}

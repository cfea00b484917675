/// Collision rules that differ between MuJoCo releases.
package struct CollisionRules: Sendable {
  package let measuresDepthInsideBoxes: Bool
  package let clipsParallelCapsules: Bool

  package init(_ profile: PhysicsProfile) {
    measuresDepthInsideBoxes = profile.measuresDepthInsideBoxes
    clipsParallelCapsules = profile.clipsParallelCapsules
  }
}

@inline(__always)
func collideByKind(
  _ m: ModelPointers, _ kind: CollisionKind, _ pair: Int, _ rules: CollisionRules,
  _ frames: UnsafePointer<BodyFrame>, _ a: UnsafePointer<GeomFrame>,
  _ b: UnsafePointer<GeomFrame>, where isNear: Mask, _ buffer: inout ContactBuffer
) {
  collide(
    m, kind, pair, rules, a.pointee, m.rotation(of: m.pairs[pair].first, frames), b.pointee,
    m.rotation(of: m.pairs[pair].second, frames), &buffer)
}

/// Two geoms that are near each other.
@inline(__always)
func collide(
  _ m: ModelPointers, _ kind: CollisionKind, _ pair: Int, _ rules: CollisionRules,
  _ a: GeomFrame, _ rotationA: @autoclosure () -> Matrix3,
  _ b: GeomFrame, _ rotationB: @autoclosure () -> Matrix3, _ buffer: inout ContactBuffer
) {
  let margin = m.pairs[pair].margin
  let sizeA = m.geoms[m.pairs[pair].first].size
  let sizeB = m.geoms[m.pairs[pair].second].size
  switch kind {
  case .planeSphere:
    collidePlaneSphere(
      pair, margin, a, b.center, radius: sizeB.x, .zero, where: .always, &buffer)
  case .planeCapsule:
    collidePlaneCapsule(pair, margin, a, b, sizeB, where: .always, &buffer)
  case .planeEllipsoid:
    collidePlaneEllipsoid(pair, margin, a, b.center, rotationB(), sizeB, &buffer)
  case .planeCylinder:
    collidePlaneCylinder(pair, margin, a, b.center, rotationB(), sizeB, &buffer)
  case .planeBox:
    collidePlaneBox(pair, margin, a, b.center, rotationB(), sizeB, &buffer)
  case .sphereSphere:
    collideSpheres(
      pair, margin, a.center, sizeA.x, a.axis, b.center, sizeB.x, b.axis, &buffer)
  case .sphereCapsule:
    collideSphereCapsule(pair, margin, a, sizeA, b, sizeB, &buffer)
  case .capsuleCapsule:
    collideCapsules(
      pair, margin, a, sizeA, b, sizeB, clipsParallel: rules.clipsParallelCapsules, &buffer)
  case .sphereCylinder:
    collideSphereCylinder(pair, margin, a, radius: sizeA.x, b, sizeB, &buffer)
  case .sphereBox:
    collideSphereBox(
      pair, margin, a.center, radius: sizeA.x, b.center, rotationB(), sizeB,
      measuresDepth: rules.measuresDepthInsideBoxes, &buffer)
  case .capsuleBox:
    collideCapsuleBox(
      pair, margin, a, sizeA, b.center, rotationB(), sizeB,
      measuresDepth: rules.measuresDepthInsideBoxes, &buffer)
  case .boxBox:
    collideBoxes(
      pair, margin, a.center, rotationA(), sizeA, b.center, rotationB(), sizeB, &buffer)
  case .planeMesh, .convexPoint, .convexFaces, .heightField:
    collideConvexPair(m, kind, pair, a, rotationA(), b, rotationB(), &buffer)
  }
}

/// `collide` for callers in another module.
package func collideApart(
  _ m: ModelPointers, _ kind: CollisionKind, _ pair: Int, _ rules: CollisionRules,
  _ a: GeomFrame, _ rotationA: Matrix3, _ b: GeomFrame, _ rotationB: Matrix3,
  _ buffer: inout ContactBuffer
) {
  collide(m, kind, pair, rules, a, rotationA, b, rotationB, &buffer)
}

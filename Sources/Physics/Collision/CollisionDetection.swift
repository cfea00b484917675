/// Finds where the model's pairs touch (MuJoCo `mj_collision`).
///
/// | Argument     | Shape     | Meaning                                        |
/// |--------------|-----------|------------------------------------------------|
/// | `frames`     | bodyCount | body frames, for shapes that need three axes   |
/// | `geomFrames` | geomCount | centres and axes                               |
/// | `runs`       | pairCount | which pairs to test                            |
/// | `buffer`     |           | out: contacts no further apart than the margin |
@inline(__always)
func findContacts(
  _ m: ModelPointers, _ runs: PairRuns, measuresDepthInsideBoxes: Bool,
  clipsParallelCapsules: Bool, frames: UnsafePointer<BodyFrame>,
  geomFrames: UnsafePointer<GeomFrame>,
  buffer: inout ContactBuffer
) {
  buffer.count = 0
  for run in 0..<runs.count {
    let candidates = runs.candidates(of: run, geomFrames)
    for c in 0..<candidates.count {
      let pair = candidates.firstPair + Int(candidates.offsets[c])
      let first = m.pairs[pair].first
      let second = m.pairs[pair].second
      let margin = m.pairs[pair].margin
      let a = geomFrames + first
      let b = geomFrames + second
      let sizeA = m.geoms[first].size
      let sizeB = m.geoms[second].size
      let kind = m.pairKinds[pair]

      // bounding spheres: nothing below touches unless they do
      let reach = m.geoms[first].boundingRadius + m.geoms[second].boundingRadius + margin
      let separation = b.pointee.center - a.pointee.center
      switch kind {
      case .planeSphere, .planeCapsule, .planeEllipsoid, .planeCylinder, .planeBox:
        if separation.dot(a.pointee.axis) > reach { continue }
      default:
        if separation.squaredLength > reach * reach { continue }
      }

      switch kind {
      case .planeSphere:
        collidePlaneSphere(
          pair, margin, a.pointee, b.pointee.center, radius: sizeB.x, .zero, &buffer)
      case .planeCapsule:
        collidePlaneCapsule(pair, margin, a.pointee, b.pointee, sizeB, &buffer)
      case .planeEllipsoid:
        collidePlaneEllipsoid(
          pair, margin, a.pointee, b.pointee.center, m.rotation(of: second, frames), sizeB, &buffer)
      case .planeCylinder:
        collidePlaneCylinder(
          pair, margin, a.pointee, b.pointee.center, m.rotation(of: second, frames), sizeB, &buffer)
      case .planeBox:
        collidePlaneBox(
          pair, margin, a.pointee, b.pointee.center, m.rotation(of: second, frames), sizeB, &buffer)
      case .sphereSphere:
        collideSpheres(
          pair, margin, a.pointee.center, sizeA.x, a.pointee.axis,
          b.pointee.center, sizeB.x, b.pointee.axis, &buffer)
      case .sphereCapsule:
        collideSphereCapsule(pair, margin, a.pointee, sizeA, b.pointee, sizeB, &buffer)
      case .capsuleCapsule:
        collideCapsules(
          pair, margin, a.pointee, sizeA, b.pointee, sizeB, clipsParallel: clipsParallelCapsules,
          &buffer)
      case .sphereBox:
        collideSphereBox(
          pair, margin, a.pointee.center, radius: sizeA.x, b.pointee.center,
          m.rotation(of: second, frames), sizeB, measuresDepth: measuresDepthInsideBoxes, &buffer)
      case .capsuleBox:
        collideCapsuleBox(
          pair, margin, a.pointee, sizeA, b.pointee.center, m.rotation(of: second, frames), sizeB,
          measuresDepth: measuresDepthInsideBoxes, &buffer)
      case .boxBox:
        collideBoxes(
          pair, margin, a.pointee.center, m.rotation(of: first, frames), sizeA,
          b.pointee.center, m.rotation(of: second, frames), sizeB, &buffer)
      }
    }
  }
}

extension ModelPointers {
  /// All three axes of a geom in the world frame (MuJoCo `geom_xmat`).
  func rotation(of geom: Int, _ frames: UnsafePointer<BodyFrame>) -> Matrix3 {
    let rotation = frames[geoms[geom].body].rotation
    let orientation = geoms[geom].orientation
    return orientation.w == 1 ? rotation : rotation * orientation.matrix
  }
}

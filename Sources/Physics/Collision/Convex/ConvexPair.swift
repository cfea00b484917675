/// A pair of which a mesh is part, or that has no formula of its own; apart from the others, so that these
/// cost nothing where there is none.
@inline(never)
func collideConvexPair(
  _ m: ModelPointers, _ kind: CollisionKind, _ pair: Int, _ a: GeomFrame, _ rotationA: Matrix3,
  _ b: GeomFrame, _ rotationB: Matrix3, _ buffer: inout ContactBuffer
) {
  let margin = m.pairs[pair].margin
  let (first, second) = (m.pairs[pair].first, m.pairs[pair].second)
  let special = m.special
  if kind == .planeMesh {
    collidePlaneMesh(
      pair, margin, a, b.center, rotationB, special.pointee.hulls[m.geoms[second].mesh], &buffer)
    return
  }
  func shape(_ geom: Int, _ center: Vector3, _ rotation: Matrix3) -> ConvexShape {
    let mesh = m.geoms[geom].mesh
    return ConvexShape(
      m.geoms[geom].shape, m.geoms[geom].size, center: center, rotation: rotation,
      inflation: 0.5 * margin, hull: mesh < 0 ? nil : special.pointee.hulls[mesh])
  }
  collideConvex(
    pair, margin, shape(first, a.center, rotationA), shape(second, b.center, rotationB),
    special.pointee.convexScratch, &buffer)
}

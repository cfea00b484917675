/// A pair of which a mesh or a height field is part, or that has no formula of its own; apart from the
/// others, so that these cost nothing where there is none.
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
  func convexShape(_ geom: Int, _ center: Vector3, _ rotation: Matrix3) -> ConvexShape {
    let mesh = m.geoms[geom].mesh
    return ConvexShape(
      m.geoms[geom].shape, m.geoms[geom].size, center: center, rotation: rotation,
      inflation: 0.5 * margin, hull: mesh < 0 ? nil : special.pointee.hulls[mesh])
  }
  let other = convexShape(second, b.center, rotationB)
  if kind == .heightField {
    collideHeightField(
      pair, margin, special.pointee.heightFields[m.geoms[first].heightField], center: a.center,
      rotation: rotationA, other, special.pointee.convexScratch, &buffer)
    return
  }
  collideConvex(
    pair, margin, convexShape(first, a.center, rotationA), other, special.pointee.convexScratch,
    &buffer)
}

/// A capsule and a box (MuJoCo `mjc_CapsuleBox`): a contact of the sphere around the point of the
/// capsule's segment that is nearest to the box, and where the segment runs along the box a second
/// one further along it.
func collideCapsuleBox(
  _ pair: Int, _ margin: Double, _ capsule: GeomFrame, _ capsuleSize: Vector3, _ boxCenter: Vector3,
  _ rotation: Matrix3, _ size: Vector3, measuresDepth: Bool, _ buffer: inout ContactBuffer
) {
  let segment = SegmentBesideBox(
    center: rotation.transposed(times: capsule.center - boxCenter),
    axis: rotation.transposed(times: capsule.axis), halfLength: capsuleSize.y, size: size)

  if segment.isFurther(than: margin + capsuleSize.x) { return }

  func addSphere(_ along: Double) {
    collideSphereBox(
      pair, margin, boxCenter + rotation * segment.point(along), radius: capsuleSize.x, boxCenter,
      rotation, size, measuresDepth: measuresDepth, &buffer)
  }

  guard let nearest = segment.nearestPoint() else { return }
  addSphere(nearest.along)
  if let step = segment.stepToSecondPoint(from: nearest) { addSphere(nearest.along + step) }
}

/// A segment in the frame of a box, parametrised by a number in [-1, 1]: `center + number * half`.
///
/// Corners and directions are sets of three bits, one for each axis on which they are positive.
private struct SegmentBesideBox {
  let center: Vector3
  let axis: Vector3
  let halfLength: Double
  let half: Vector3
  let size: Vector3
  let direction: Int

  init(center: Vector3, axis: Vector3, halfLength: Double, size: Vector3) {
    self.center = center
    self.axis = axis
    self.halfLength = halfLength
    self.size = size
    half = halfLength * axis
    direction = (half.x > 0 ? 1 : 0) | (half.y > 0 ? 2 : 0) | (half.z > 0 ? 4 : 0)
  }

  func point(_ along: Double) -> Vector3 { center + along * half }

  /// Whether one of the box's faces separates the segment by more than a distance: this settles
  /// most pairs of a limb and a wall. The tolerance leaves close cases to the exact tests.
  func isFurther(than distance: Double) -> Bool {
    let reach = distance + 1e-9
    return abs(center.x) - abs(half.x) - size.x > reach
      || abs(center.y) - abs(half.y) - size.y > reach
      || abs(center.z) - abs(half.z) - size.z > reach
  }

  /// A point of the segment, and the part of the box that it is nearest to.
  struct NearestPoint {
    enum Feature {
      /// An end of the segment is inside the box.
      case inside
      /// An end of the segment is beyond the faces across this axis.
      case face(axis: Int)
      case corner(Int)
      /// A point inside an edge, between `lowerCorner` and its other end, at -1...1 of its length.
      case edge(axis: Int, lowerCorner: Int, at: Double)
    }
    var along: Double
    var feature: Feature
  }

  // MARK: The nearest point

  /// Ends first, then edges, each of which has to be nearer than all before by more than 1e-15.
  func nearestPoint() -> NearestPoint? {
    var best = Double.infinity
    var nearest: NearestPoint?
    testEnd(-1, &best, &nearest)
    testEnd(1, &best, &nearest)
    for axis in 0..<3 {
      for corner in 0..<8 where corner & (1 << axis) == 0 {
        testEdge(axis, corner, &best, &nearest)
      }
    }
    return nearest
  }

  /// An end that is outside on at most one axis is nearest to the face there.
  private func testEnd(_ along: Double, _ best: inout Double, _ nearest: inout NearestPoint?) {
    let end = point(along)
    var inside = end
    var outsideCount = 0
    var feature = NearestPoint.Feature.inside
    for k in 0..<3 where end[k] < -size[k] || end[k] > size[k] {
      inside[k] = clamp(end[k], to: size[k])
      outsideCount += 1
      feature = .face(axis: k)
    }
    let squaredDistance = (inside - end).squaredLength
    if outsideCount > 1 || !(squaredDistance < best) { return }
    best = squaredDistance
    nearest = NearestPoint(along: along, feature: feature)
  }

  /// The nearest points of the segment and of the edge that runs along `axis` from `corner`
  /// upwards, by the same 2 x 2 system as for two capsules. Parallel ones are covered by the other
  /// tests.
  private func testEdge(
    _ axis: Int, _ corner: Int, _ best: inout Double, _ nearest: inout NearestPoint?
  ) {
    var middle = self.corner(corner)
    middle[axis] = 0
    let offset = middle - center
    let uu = size[axis] * size[axis]
    let uv = -size[axis] * half[axis]
    let vv = halfLength * halfLength
    let su = -size[axis] * offset[axis]
    let sv = half.dot(offset)
    let determinant = uu * vv - uv * uv
    if abs(determinant) < 1e-15 { return }

    // s along the edge, t along the segment; once clamped, s keeps its corner even where clamping t
    // moves s back inside the edge. Reciprocals as in MuJoCo: edges are equally near where the
    // segment passes a corner, and rounding decides between them.
    let scale = 1 / determinant
    var s = scale * (vv * su - uv * sv)
    var t = scale * (uu * sv - uv * su)
    var end = 0
    if s > 1 {
      (s, end) = (1, 1)
      t = (sv - uv) * (1 / vv)
    } else if s < -1 {
      (s, end) = (-1, -1)
      t = (sv + uv) * (1 / vv)
    }
    if abs(t) > 1 {
      t = t > 0 ? 1 : -1
      s = (su - t * uv) * (1 / uu)
      if s > 1 {
        (s, end) = (1, 1)
      } else if s < -1 {
        (s, end) = (-1, -1)
      }
    }

    var gap = offset - t * half
    gap[axis] += size[axis] * s
    let squaredDistance = gap.squaredLength
    if !(squaredDistance < best - 1e-15) { return }
    best = squaredDistance
    let feature: NearestPoint.Feature =
      switch end {
      case 0: .edge(axis: axis, lowerCorner: corner, at: s)
      case 1: .corner(corner | 1 << axis)
      default: .corner(corner)
      }
    nearest = NearestPoint(along: t, feature: feature)
  }

  private func corner(_ bits: Int) -> Vector3 {
    Vector3(
      bits & 1 == 0 ? -size.x : size.x, bits & 2 == 0 ? -size.y : size.y,
      bits & 4 == 0 ? -size.z : size.z)
  }

  // MARK: The second point

  /// The step along the segment to the second contact; nil where there is none.
  func stepToSecondPoint(from nearest: NearestPoint) -> Double? {
    switch nearest.feature {
    case .inside: nil
    case .face(let axis): stepAboveFace(axis, from: nearest.along)
    case .corner(let corner): stepFromCorner(corner, from: nearest.along)
    case .edge(let axis, let corner, let place):
      stepFromEdge(axis, corner, place, from: nearest.along)
    }
  }

  /// From one end to the other, or to where the segment is no longer above the face.
  private func stepAboveFace(_ face: Int, from end: Double) -> Double {
    var step = 2.0
    let start = point(end)
    for k in 0..<3 where k != face {
      let toUpper = (size[k] - start[k]) / half[k] * -end
      if toUpper > 0 { step = min(step, toUpper) }
      let toLower = (-size[k] - start[k]) / half[k] * -end
      if toLower > 0 { step = min(step, toLower) }
    }
    return -end * step
  }

  /// A segment that points into the corner or away from it touches only there. Any other one runs
  /// over one of the corner's edges (`k` below) and one of its faces in opposite directions, and
  /// the angle to the edge decides which of the two directions is used.
  private func stepFromCorner(_ corner: Int, from along: Double) -> Double? {
    var differing = direction ^ corner
    if differing == 0 || differing == 7 { return nil }
    var sign = 1.0
    if differing.nonzeroBitCount == 2 {
      differing = 7 - differing
      sign = -1
    }
    let k = differing.trailingZeroBitCount

    if axis[k] * axis[k] > 0.5 {
      return sign * min(1 - sign * along, lengthOfBox(k))
    }
    let acrossFace = min(lengthOfBox((k + 1) % 3), lengthOfBox((k + 2) % 3))
    return -sign * min(1 + sign * along, acrossFace)
  }

  /// Across an edge: over the adjacent face to which the segment has the smaller angle, unless it
  /// leaves the box on both sides.
  private func stepFromEdge(
    _ edge: Int, _ corner: Int, _ place: Double, from along: Double
  ) -> Double? {
    let differing = (direction ^ corner) & ~(1 << edge)
    if differing.nonzeroBitCount != 1 { return nil }
    let (u, v) = ((edge + 1) % 3, (edge + 2) % 3)
    let k = abs(axis[u]) > abs(axis[v]) ? u : v

    let sign = differing & (1 << k) != 0 ? 1.0 : -1.0
    let movesUpEdge = (direction & (1 << edge) != 0) == (sign > 0)
    let restOfEdge = size[edge] * (movesUpEdge ? 1 - place : 1 + place) / abs(half[edge])
    return sign * min(1 - sign * along, min(lengthOfBox(k), restOfEdge))
  }

  /// The step that covers the box from one side to the other along an axis.
  private func lengthOfBox(_ axis: Int) -> Double { 2 * size[axis] / abs(half[axis]) }
}

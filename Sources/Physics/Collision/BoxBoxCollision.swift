/// Two boxes (MuJoCo `mjc_BoxBox`).
///
/// Of the 15 axes that can separate them, that of the largest separation determines the contacts
/// (Gottschalk, Lin & Manocha, *OBBTree*, 1996). For the normal of a face, these are the corners of
/// the common part of that face and the opposite one (clipping by Sutherland & Hodgman, 1974), up
/// to eight; for the common normal of two edges, the nearest points of the edges, one contact.
///
/// Differs from MuJoCo: all profiles have this rule, though releases up to 3.5 at least choose
/// other points. No robot here has two boxes that can collide.
func collideBoxes(
  _ pair: Int, _ margin: Double, _ centerA: Vector3, _ rotationA: Matrix3, _ sizeA: Vector3,
  _ centerB: Vector3, _ rotationB: Matrix3, _ sizeB: Vector3, _ buffer: inout ContactBuffer
) {
  let axes = Matrix3(
    rotationA.transposed(times: rotationB.xAxis), rotationA.transposed(times: rotationB.yAxis),
    rotationA.transposed(times: rotationB.zAxis))
  let a = BoxBesideBox(
    center: centerA, rotation: rotationA, size: sizeA,
    otherCenter: rotationA.transposed(times: centerB - centerA), otherAxes: axes, otherSize: sizeB)
  let b = BoxBesideBox(
    center: centerB, rotation: rotationB, size: sizeB,
    otherCenter: rotationB.transposed(times: centerA - centerB), otherAxes: axes.transposed,
    otherSize: sizeA)

  // tolerance for rounding of the separations, so that boxes that just touch do not interpenetrate
  let limit = margin + 1e-13 * (sizeA.sum + sizeB.sum)
  switch findSeparatingAxis(a, b, limit) {
  case nil: return
  case .faceOfA(let axis):
    a.collideFace(pair, margin, axis, normalSign: 1, &buffer)
  case .faceOfB(let axis):
    b.collideFace(pair, margin, axis, normalSign: -1, &buffer)
  case .edges(let edgeA, let edgeB, let normal):
    collideEdges(pair, limit, a, edgeA, b, edgeB, normal, &buffer)
  }
}

/// A box, and the centre and axes of another one in its frame.
private struct BoxBesideBox {
  let center: Vector3
  let rotation: Matrix3
  let size: Vector3
  let otherCenter: Vector3
  let otherAxes: Matrix3
  let otherSize: Vector3

  /// Distance between the boxes along one of the first one's axes; negative where they overlap.
  @inline(__always)
  func separation(alongAxis k: Int) -> Double {
    let reach = Vector3(otherAxes.xAxis[k], otherAxes.yAxis[k], otherAxes.zAxis[k])
      .magnitudes.dot(otherSize)
    return abs(otherCenter[k]) - size[k] - reach
  }

  /// The same along a unit vector in the first one's frame.
  @inline(__always)
  func separation(along direction: Vector3) -> Double {
    abs(direction.dot(otherCenter)) - direction.magnitudes.dot(size)
      - otherAxes.transposed(times: direction).magnitudes.dot(otherSize)
  }
}

// MARK: The separating axis

private enum SeparatingAxis {
  case faceOfA(Int)
  case faceOfB(Int)
  /// Of the boxes' edges along these axes; `normal` is of unit length, in A's frame, of either
  /// sign.
  case edges(Int, Int, normal: Vector3)
}

/// The axis of the largest separation; nil where one is above `limit`.
///
/// A face gives more contacts than a pair of edges, and so a more stable rest. It is therefore
/// preferred unless the edges are better by a millionth or, where their normal is within 8 degrees
/// of the face's, by five percent.
private func findSeparatingAxis(
  _ a: BoxBesideBox, _ b: BoxBesideBox, _ limit: Double
) -> SeparatingAxis? {
  var face: SeparatingAxis?
  var faceSeparation = -Double.infinity
  for k in 0..<3 {
    let separation = a.separation(alongAxis: k)
    if separation > limit { return nil }
    if separation > faceSeparation { (face, faceSeparation) = (.faceOfA(k), separation) }
  }
  for k in 0..<3 {
    let separation = b.separation(alongAxis: k)
    if separation > limit { return nil }
    if separation > faceSeparation { (face, faceSeparation) = (.faceOfB(k), separation) }
  }

  var edges: SeparatingAxis?
  var edgeNormal = Vector3.zero
  var edgeSeparation = faceSeparation
  for i in 0..<3 {
    for j in 0..<3 {
      // the cross product of parallel edges is nothing but rounding; the faces suffice
      let common = Matrix3.identity[i].cross(a.otherAxes[j])
      let squaredSine = common.squaredLength
      if squaredSine < 1e-16 { continue }
      let normal = (1 / squaredSine.squareRoot()) * common
      let separation = a.separation(along: normal)
      if separation > limit { return nil }
      if separation - 1e-6 * abs(separation) > edgeSeparation {
        (edges, edgeNormal, edgeSeparation) = (.edges(i, j, normal: normal), normal, separation)
      }
    }
  }

  guard let edges, let face else { return face }
  let faceNormal: Vector3
  switch face {
  case .faceOfA(let k): faceNormal = Matrix3.identity[k]
  case .faceOfB(let k): faceNormal = a.otherAxes[k]
  case .edges: return edges
  }
  let isNearlyFace =
    abs(edgeNormal.dot(faceNormal)) > 0.99
    && edgeSeparation < faceSeparation + 0.05 * abs(faceSeparation) + 1e-15
  return isNearlyFace ? face : edges
}

// MARK: Edge against edge

/// One contact, midway between the nearest points of the two edges that face each other.
private func collideEdges(
  _ pair: Int, _ limit: Double, _ a: BoxBesideBox, _ edgeA: Int, _ b: BoxBesideBox, _ edgeB: Int,
  _ commonNormal: Vector3, _ buffer: inout ContactBuffer
) {
  let normal = commonNormal.dot(a.otherCenter) < 0 ? -commonNormal : commonNormal
  let normalInB = a.otherAxes.transposed(times: normal)
  let directionB = a.otherAxes[edgeB]
  let cosine = directionB[edgeA]
  let squaredSine = 1 - cosine * cosine

  // Where the normal has no component along an axis, the edges on both sides face the other box
  // equally, and rounding must not choose: the nearer one is used.
  let undecidedA = undecidedAxis(of: normal, edge: edgeA)
  let undecidedB = undecidedAxis(of: normalInB, edge: edgeB)
  var bestGap = Vector3.zero
  var middle = Vector3.zero
  var best = Double.infinity
  for choice in 0..<4 {
    let (flipsA, flipsB) = (choice & 2 != 0, choice & 1 != 0)
    if flipsA && undecidedA == nil || flipsB && undecidedB == nil { continue }

    // the middles of the edges, in A's frame
    var middleA = middleOfEdge(edgeA, size: a.size, towards: normal)
    if flipsA, let axis = undecidedA { middleA[axis] = -middleA[axis] }
    var middleB = -middleOfEdge(edgeB, size: b.size, towards: normalInB)
    if flipsB, let axis = undecidedB { middleB[axis] = -middleB[axis] }
    middleB = a.otherAxes * middleB + a.otherCenter

    // lengths s and t along them to the nearest points, each clamped and then used for the other
    let offset = middleB - middleA
    let (offsetAlongA, offsetAlongB) = (offset[edgeA], directionB.dot(offset))
    var s = squaredSine < 1e-15 ? 0 : (offsetAlongA - cosine * offsetAlongB) / squaredSine
    s = clamp(s, to: a.size[edgeA])
    let t = clamp(cosine * s - offsetAlongB, to: b.size[edgeB])
    s = clamp(offsetAlongA + cosine * t, to: a.size[edgeA])

    middleA[edgeA] += s
    middleB += t * directionB
    let gap = middleB - middleA
    if gap.squaredLength < best {
      best = gap.squaredLength
      bestGap = gap
      middle = 0.5 * (middleA + middleB)
    }
  }

  let distance = bestGap.dot(normal)
  if distance > limit { return }
  buffer.append(
    Contact(
      pair: pair, distance: distance, position: a.center + a.rotation * middle,
      normal: a.rotation * normal))
}

/// The midpoint of that edge along an axis of a box that is furthest in a direction.
private func middleOfEdge(_ edge: Int, size: Vector3, towards direction: Vector3) -> Vector3 {
  var middle = Vector3(
    direction.x >= 0 ? size.x : -size.x, direction.y >= 0 ? size.y : -size.y,
    direction.z >= 0 ? size.z : -size.z)
  middle[edge] = 0
  return middle
}

/// The axis other than the edge's along which a unit vector has no component, if any.
private func undecidedAxis(of direction: Vector3, edge: Int) -> Int? {
  let (u, v) = ((edge + 1) % 3, (edge + 2) % 3)
  return abs(direction[u]) < 1e-9 ? u : abs(direction[v]) < 1e-9 ? v : nil
}

// MARK: Face against face

extension BoxBesideBox {
  /// The contacts of the face normal to `axis` with the face of the other box that is most opposed
  /// to it: the corners of their common part that are not above the margin.
  ///
  /// - Parameter normalSign: 1 where this box is the first of the pair, else -1.
  fileprivate func collideFace(
    _ pair: Int, _ margin: Double, _ axis: Int, normalSign: Double, _ buffer: inout ContactBuffer
  ) {
    let side = otherCenter[axis] >= 0 ? 1.0 : -1.0
    let (u, v) = ((axis + 1) % 3, (axis + 2) % 3)
    /// Two components in this box's face, and the height above it.
    func inFace(_ p: Vector3) -> Vector3 { Vector3(p[u], p[v], side * p[axis]) }

    var opposite = 0
    for k in 1..<3 where abs(otherAxes[k][axis]) > abs(otherAxes[opposite][axis]) { opposite = k }
    let oppositeSide = side * otherAxes[opposite][axis] > 0 ? -1.0 : 1.0
    var middle = inFace(
      otherCenter + (oppositeSide * otherSize[opposite]) * otherAxes[opposite])
    middle.z -= size[axis]
    let (uOther, vOther) = ((opposite + 1) % 3, (opposite + 2) % 3)
    let uHalf = inFace(otherSize[uOther] * otherAxes[uOther])
    let vHalf = inFace(otherSize[vOther] * otherAxes[vOther])

    withUnsafeTemporaryAllocation(of: Vector3.self, capacity: 2 * Polygon.capacity) { storage in
      guard let memory = storage.baseAddress else { return }
      var polygon = Polygon(corners: memory, spare: memory + Polygon.capacity)
      polygon.append(middle + uHalf + vHalf)
      polygon.append(middle - uHalf + vHalf)
      polygon.append(middle - uHalf - vHalf)
      polygon.append(middle + uHalf - vHalf)
      polygon.clip(size[u]) { $0.x }
      polygon.clip(size[u]) { -$0.x }
      polygon.clip(size[v]) { $0.y }
      polygon.clip(size[v]) { -$0.y }
      polygon.keepTouching(
        margin, apart: 1e-14 * (size[u] * size[u] + size[v] * size[v]))

      let normal = (normalSign * side) * rotation[axis]
      for index in 0..<polygon.count {
        let corner = polygon.corners[index]
        var position = Vector3.zero
        position[u] = corner.x
        position[v] = corner.y
        position[axis] = side * (size[axis] + 0.5 * corner.z)
        buffer.append(
          Contact(
            pair: pair, distance: corner.z, position: center + rotation * position, normal: normal))
      }
    }
  }
}

/// A convex polygon by its corners in order, above the plane of a face: x and y in the plane, z the
/// height. `spare` is room for the next one.
private struct Polygon {
  /// Each of four cuts through four corners can add one corner. Further ones, by rounding, are
  /// dropped.
  static let capacity = 8

  private(set) var corners: UnsafeMutablePointer<Vector3>
  private var spare: UnsafeMutablePointer<Vector3>
  private(set) var count = 0

  init(corners: UnsafeMutablePointer<Vector3>, spare: UnsafeMutablePointer<Vector3>) {
    self.corners = corners
    self.spare = spare
  }

  mutating func append(_ corner: Vector3) {
    if count == Self.capacity { return }
    (corners + count).initialize(to: corner)
    count += 1
  }

  /// Cuts off the part beyond a line in the plane, where `coordinate` is above `limit`.
  @inline(__always)
  mutating func clip(_ limit: Double, _ coordinate: (Vector3) -> Double) {
    let (source, sourceCount) = (corners, count)
    (corners, spare) = (spare, corners)
    count = 0
    for index in 0..<sourceCount {
      let corner = source[index]
      let next = source[index + 1 == sourceCount ? 0 : index + 1]
      let beyond = coordinate(corner) - limit
      let nextBeyond = coordinate(next) - limit
      if beyond <= 0 { append(corner) }
      if beyond < 0 && nextBeyond > 0 || beyond > 0 && nextBeyond < 0 {
        append(corner + (beyond / (beyond - nextBeyond)) * (next - corner))
      }
    }
  }

  /// Drops the corners above `margin`, and those within a distance in the plane, here squared, of
  /// one that stays.
  mutating func keepTouching(_ margin: Double, apart squaredDistance: Double) {
    let sourceCount = count
    count = 0
    for index in 0..<sourceCount {
      let corner = corners[index]
      if corner.z > margin { continue }
      var isNew = true
      for kept in 0..<count {
        let (dx, dy) = (corners[kept].x - corner.x, corners[kept].y - corner.y)
        if dx * dx + dy * dy < squaredDistance { isNew = false }
      }
      if isNew { append(corner) }
    }
  }
}

extension Vector3 {
  fileprivate var magnitudes: Vector3 { Vector3(abs(x), abs(y), abs(z)) }
  fileprivate var sum: Double { x + y + z }
}

extension Matrix3 {
  /// Column 0, 1 or 2.
  fileprivate subscript(axis: Int) -> Vector3 {
    axis == 0 ? xAxis : axis == 1 ? yAxis : zAxis
  }
}

/// The contacts of two shapes whose faces, or a face and an edge, lie on each other (MuJoCo 4.0.0
/// `mjc_multicontact`): the corners of the one clipped by the other.
struct FaceContacts {
  /// Cosine of the angle between the normals of two faces that lie on each other: within 5.1 degrees.
  static let faceTolerance = 0.996
  /// Sine of the angle between an edge and the face that it lies on.
  static let edgeTolerance = 0.0888

  /// The corners of a shape that span the nearest face or simplex, first different ones.
  struct Feature {
    var corners: (Int32, Int32, Int32)
    let firstPoint: Vector3
    /// 1 for a corner, 2 for an edge, 3 for a face.
    var dimension: Int

    init(_ a: (Int32, Vector3), _ b: Int32, _ c: Int32) {
      firstPoint = a.1
      if a.0 != b {
        corners = (a.0, b, c)
        dimension = c == a.0 || c == b ? 2 : 3
      } else {
        corners = (a.0, c, c)
        dimension = a.0 == c ? 1 : 2
      }
    }
  }

  /// A direction of unit length with the face or edge that it belongs to.
  struct Direction {
    var vector = Vector3.zero
    var face: Int32 = 0
    /// Of an edge, the other end.
    var end = Vector3.zero
  }

  /// Some directions, in memory of the scratch.
  struct Directions {
    let elements: UnsafeMutablePointer<Direction>
    private(set) var count = 0

    init(_ elements: UnsafeMutablePointer<Direction>) { self.elements = elements }

    func vector(_ index: Int) -> Vector3 { elements[index].vector }
    func face(_ index: Int) -> Int32 { elements[index].face }
    func end(_ index: Int) -> Vector3 { elements[index].end }

    mutating func append(_ vector: Vector3, face: Int32 = 0, end: Vector3 = .zero) {
      elements[count] = Direction(vector: vector, face: face, end: end)
      count += 1
    }

    mutating func removeAll() { count = 0 }
  }

  let first, second: ConvexShape
  let polygons: PolygonScratch
  /// At most so many contacts.
  let limit: Int

  /// Calls `body` with the points of both surfaces and their distance, for each contact.
  ///
  /// - Parameters:
  ///   - onFirst, onSecond: the nearest points, or where the depth is least.
  /// - Returns: false where nothing lies on each other.
  func find(
    _ firstFeature: Feature, _ secondFeature: Feature, onFirst: Vector3, onSecond: Vector3,
    _ body: (Vector3, Vector3, Double) -> Void
  ) -> Bool {
    let across = onSecond - onFirst
    let firstFaces = faces(
      of: first, firstFeature, facing: -across, into: polygons.firstFaces)
    let secondFaces = faces(
      of: second, secondFeature, facing: across, into: polygons.secondFaces)
    // half the margins, which the faces and edges leave out; edges of capsules have them
    let firstInflation = first.kind == .capsule ? 0 : first.inflation
    let secondInflation = second.kind == .capsule ? 0 : second.inflation

    func clip(
      _ base: UnsafeMutablePointer<Vector3>, _ baseCount: Int,
      _ other: UnsafeMutablePointer<Vector3>, _ otherCount: Int, normal: Vector3,
      along direction: Vector3, outward: Vector3, isFlipped: Bool
    ) -> Bool {
      let clipper = PolygonClipper(
        polygons: polygons, base: base, baseCount: baseCount, normal: normal, direction: direction)
      return clipper.clip(
        other, otherCount, margin: firstInflation + secondInflation, limit: limit
      ) { onBase, onOther, distance in
        var (x, y) = isFlipped ? (onOther, onBase) : (onBase, onOther)
        if firstInflation != 0 { x += firstInflation * outward }
        if secondInflation != 0 { y += -secondInflation * outward }
        body(x, y, distance - (firstInflation + secondInflation))
      }
    }

    if let (i, j) = opposite(firstFaces, secondFaces, across) {
      let (normal, direction) = (firstFaces.vector(i), secondFaces.vector(j))
      return clip(
        polygons.first, corners(of: first, firstFaces.face(i), polygons.first), polygons.second,
        corners(of: second, secondFaces.face(j), polygons.second), normal: normal,
        along: direction, outward: -direction, isFlipped: false)
    }

    func clipFirstEdge() -> Bool? {
      if firstFeature.dimension == 3 || secondFaces.count == 0 { return nil }
      let (start, edges) = edges(of: first, firstFeature, at: onFirst)
      guard let (edge, face) = along(edges, secondFaces, across) else { return nil }
      polygons.first[0] = start
      polygons.first[1] = edges.end(edge)
      let normal = secondFaces.vector(face)
      return clip(
        polygons.second, corners(of: second, secondFaces.face(face), polygons.second),
        polygons.first, 2, normal: normal, along: -normal, outward: -normal, isFlipped: true)
    }
    func clipSecondEdge() -> Bool? {
      if secondFeature.dimension == 3 || firstFaces.count == 0 { return nil }
      let (start, edges) = edges(of: second, secondFeature, at: onSecond)
      guard let (edge, face) = along(edges, firstFaces, -across) else { return nil }
      polygons.second[0] = start
      polygons.second[1] = edges.end(edge)
      let normal = firstFaces.vector(face)
      return clip(
        polygons.first, corners(of: first, firstFaces.face(face), polygons.first),
        polygons.second, 2, normal: normal, along: -normal, outward: normal, isFlipped: false)
    }
    let beginsWithSecond =
      firstFaces.count > 0 && secondFeature.dimension != 3
      && (secondFaces.count == 0 || secondFeature.dimension < firstFeature.dimension)
    return beginsWithSecond
      ? clipSecondEdge() ?? clipFirstEdge() ?? false
      : clipFirstEdge() ?? clipSecondEdge() ?? false
  }

  // MARK: Features

  /// The outward normals of the faces that a feature belongs to.
  private func faces(
    of shape: ConvexShape, _ feature: Feature, facing direction: Vector3,
    into memory: UnsafeMutablePointer<Direction>
  ) -> Directions {
    var result = Directions(memory)
    let (a, b, c) = feature.corners
    switch shape.kind {
    case .cylinder where feature.dimension == 1:
      result.append(a != 0 ? -shape.rotation.zAxis : shape.rotation.zAxis, face: a)
    case .box:
      /// 1 and -1 where all corners are on that side, 0 otherwise.
      func side(_ bit: Int32) -> Double {
        switch feature.dimension {
        case 1: a & bit != 0 ? 1 : -1
        case 2: a & b & bit != 0 ? 1 : (a | b) & bit == 0 ? -1 : 0
        default: a & b & c & bit != 0 ? 1 : (a | b | c) & bit == 0 ? -1 : 0
        }
      }
      for axis in 0..<3 {
        let sign = side(1 << Int32(axis))
        if sign == 0 { continue }
        var local = Vector3.zero
        local[axis] = sign
        result.append(
          shape.rotation * local, face: Int32(2 * axis + (sign > 0 ? 0 : 1)))
      }
      let isCertain = feature.dimension == 3 ? result.count == 1 : result.count > 0
      if !isCertain { setFaceOfBox(shape, facing: direction, &result) }
    case .mesh:
      guard let hull = shape.hull else { break }
      for polygon in hull.polygons(of: a)
      where feature.dimension == 1
        || hull.polygons(of: b).contains(polygon)
          && (feature.dimension == 2 || hull.polygons(of: c).contains(polygon))
      {
        result.append(shape.rotation * hull.normals[Int(polygon)], face: polygon)
        if feature.dimension == 3 { break }
      }
    default: break
    }
    return result
  }

  /// The face of a box whose normal is nearly this direction.
  private func setFaceOfBox(
    _ shape: ConvexShape, facing direction: Vector3, _ result: inout Directions
  ) {
    result.removeAll()
    let local = shape.rotation.transposed(times: direction)
    let unit = 1 / local.length * local
    for face in 0..<6 where result.count == 0 {
      let sign = face % 2 == 0 ? 1.0 : -1
      if sign * unit[face / 2] > Self.faceTolerance {
        var normal = Vector3.zero
        normal[face / 2] = sign
        result.append(shape.rotation * normal, face: Int32(face))
      }
    }
  }

  /// The edges that begin in a feature, and where they begin.
  private func edges(
    of shape: ConvexShape, _ feature: Feature, at point: Vector3
  ) -> (start: Vector3, edges: Directions) {
    var result = Directions(polygons.edges)
    let axis = shape.rotation.zAxis
    switch shape.kind {
    case .capsule:
      let place = (point - shape.center).dot(axis)
      result.append(axis, end: (shape.size.y - place) * axis + point)
      return ((-place - shape.size.y) * axis + point, result)
    case .cylinder:
      let sign = feature.corners.0 != 0 ? 1.0 : -1
      var start = feature.firstPoint
      if shape.inflation > 0 {
        // back from the inflated surface to the rim
        let local = shape.rotation.transposed(times: start - shape.center)
        let squares = local.x * local.x + local.y * local.y
        let scale = squares >= 1e-30 ? shape.size.x / squares.squareRoot() : 0
        start = shape.place(
          Vector3(local.x * scale, local.y * scale, -sign * shape.size.y))
      }
      let direction = sign * axis
      result.append(direction, end: 2 * shape.size.y * direction + start)
      return (start, result)
    case .box:
      let start = shape.corner(feature.corners.0)
      func append(_ corner: Int32) {
        let end = shape.corner(corner)
        result.append((end - start).normalized(or: Vector3(1, 0, 0)), end: end)
      }
      if feature.dimension == 2 {
        append(feature.corners.1)
      } else {
        for bit in 0..<3 { append(feature.corners.0 ^ 1 << Int32(bit)) }
      }
      return (start, result)
    case .mesh:
      guard let hull = shape.hull else { return (feature.firstPoint, result) }
      let start = shape.place(hull.corners[Int(feature.corners.0)])
      func append(_ corner: Int32) {
        let end = shape.place(hull.corners[Int(corner)])
        result.append((end - start).normalized(or: Vector3(1, 0, 0)), end: end)
      }
      if feature.dimension == 2 {
        append(feature.corners.1)
      } else {
        for polygon in hull.polygons(of: feature.corners.0) {
          let corners = hull.corners(of: polygon)
          guard let place = corners.firstIndex(of: feature.corners.0) else { continue }
          append(corners[place == 0 ? corners.count - 1 : place - 1])
        }
      }
      return (start, result)
    default: return (feature.firstPoint, result)
    }
  }

  /// Writes the corners of a face, clockwise as seen from outside.
  ///
  /// - Returns: how many there are.
  private func corners(
    of shape: ConvexShape, _ face: Int32, _ polygon: UnsafeMutablePointer<Vector3>
  ) -> Int {
    if shape.kind == .cylinder {
      let sign = face != 0 ? -1.0 : 1
      for index in 0..<PolygonScratch.cornersOfDisc {
        let (cosine, sine) = (Self.cosines[index], Self.cosines[(index + 12) % 16])
        polygon[index] = shape.place(
          Vector3(shape.size.x * cosine, shape.size.x * -sine * sign, shape.size.y * sign))
      }
      return PolygonScratch.cornersOfDisc
    }
    if let hull = shape.hull {
      let corners = hull.corners(of: face)
      for (index, corner) in corners.reversed().enumerated() {
        polygon[index] = shape.place(hull.corners[Int(corner)])
      }
      return corners.count
    }
    for index in 0..<4 { polygon[index] = shape.corner(Self.boxFaces[4 * Int(face) + index]) }
    return 4
  }

  /// Of 16 parts of a circle, with the digits that MuJoCo has.
  private static let cosines = [
    1.0, 0.923879532511287, 0.707106781186548, 0.38268343236509, 0.0, -0.38268343236509,
    -0.707106781186547, -0.923879532511287, -1.0, -0.923879532511287, -0.707106781186548,
    -0.38268343236509, 0.0, 0.38268343236509, 0.707106781186547, 0.923879532511287,
  ]

  /// Four corners for each of the faces +x, -x, +y, -y, +z, -z.
  private static let boxFaces: [Int32] = [
    7, 3, 1, 5, 2, 6, 4, 0, 2, 3, 7, 6, 4, 5, 1, 0, 6, 7, 5, 4, 3, 2, 0, 1,
  ]

  // MARK: Alignment

  /// Of the faces on the near sides, those that are most nearly opposite.
  private func opposite(
    _ a: Directions, _ b: Directions, _ across: Vector3
  ) -> (Int, Int)? {
    let tolerance = across.length * Self.edgeTolerance
    var best = -Self.faceTolerance
    var result: (Int, Int)?
    for i in 0..<a.count where a.vector(i).dot(across) < -tolerance {
      for j in 0..<b.count where b.vector(j).dot(across) > tolerance {
        let cosine = a.vector(i).dot(b.vector(j))
        if cosine < best { (best, result) = (cosine, (i, j)) }
      }
    }
    return result
  }

  /// The first edge that lies on a face.
  private func along(
    _ edges: Directions, _ faces: Directions, _ across: Vector3
  ) -> (edge: Int, face: Int)? {
    for face in 0..<faces.count where faces.vector(face).dot(across) > 1e-15 {
      for edge in 0..<edges.count
      where abs(edges.vector(edge).dot(faces.vector(face))) < Self.edgeTolerance {
        return (edge, face)
      }
    }
    return nil
  }
}

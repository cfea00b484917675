/// A face of a polytope within the Minkowski difference.
struct PolytopeFace {
  /// Indices of its corners.
  var corners = (0, 0, 0)
  /// The faces beyond the edges from corner 0 to 1, 1 to 2 and 2 to 0.
  var neighbours = (0, 0, 0)
  /// The point of its plane nearest to the origin.
  var foot = Vector3.zero
  var squaredDistance = 0.0
  /// Place in the list of candidates.
  var place = PolytopeFace.passedOver

  static let passedOver = -1
  static let deleted = -2

  func corner(_ index: Int) -> Int {
    switch index {
    case 0: corners.0
    case 1: corners.1
    default: corners.2
    }
  }

  func neighbour(_ index: Int) -> Int {
    switch index {
    case 0: neighbours.0
    case 1: neighbours.1
    default: neighbours.2
    }
  }

  mutating func setNeighbour(_ index: Int, _ face: Int) {
    switch index {
    case 0: neighbours.0 = face
    case 1: neighbours.1 = face
    default: neighbours.2 = face
    }
  }

  /// The edge that begins at a corner.
  func edge(from corner: Int) -> Int { corners.0 == corner ? 0 : corners.1 == corner ? 1 : 2 }
}

/// A polytope that grows within the Minkowski difference of two shapes until one of its faces is as
/// near to the origin as the surface is (MuJoCo 4.0.0 `epa`).
struct ExpandingPolytope {
  let scratch: ConvexScratch
  var first, second: ConvexShape
  var vertexCount = 0
  var faceCount = 0
  /// Some point inside.
  var middle = Vector3.zero
  private var candidateCount = 0
  private var horizonCount = 0

  init(_ scratch: ConvexScratch, _ first: ConvexShape, _ second: ConvexShape) {
    self.scratch = scratch
    self.first = first
    self.second = second
  }

  mutating func removeAll() { (vertexCount, faceCount, candidateCount) = (0, 0, 0) }

  mutating func append(_ vertex: DifferencePoint) -> Int {
    scratch.vertices[vertexCount] = vertex
    vertexCount += 1
    return vertexCount - 1
  }

  mutating func appendSupport(toward direction: Vector3, length: Double) -> Int {
    let unit =
      length > 1e-15
      ? Vector3(direction.x / length, direction.y / length, direction.z / length)
      : Vector3(1, 0, 0)
    return append(DifferencePoint(&first, &second, toward: unit))
  }

  func point(_ vertex: Int) -> Vector3 { scratch.vertices[vertex].point }

  /// Adds a face that is no candidate yet.
  ///
  /// - Returns: the square of the distance of its plane, 0 where its corners are on a line.
  @discardableResult
  mutating func appendFace(
    _ corners: (Int, Int, Int), neighbours: (Int, Int, Int)
  ) -> Double {
    let face = faceCount
    faceCount += 1
    scratch.faces[face].corners = corners
    scratch.faces[face].neighbours = neighbours
    scratch.faces[face].place = PolytopeFace.passedOver
    guard let foot = originProjected(point(corners.2), point(corners.1), point(corners.0)) else {
      return 0
    }
    // away from the middle, also where rounding makes it the other way round
    scratch.faces[face].foot = foot.dot(point(corners.0) - middle) < 0 ? -foot : foot
    scratch.faces[face].squaredDistance = foot.squaredLength
    return foot.squaredLength
  }

  /// Makes all faces candidates.
  mutating func beginSearch() {
    candidateCount = 0
    for face in 0..<faceCount { becomeCandidate(face) }
  }

  private mutating func becomeCandidate(_ face: Int) {
    scratch.candidates[candidateCount] = face
    scratch.faces[face].place = candidateCount
    candidateCount += 1
  }

  private mutating func delete(_ face: Int) {
    let place = scratch.faces[face].place
    if place >= 0 {
      candidateCount -= 1
      let last = scratch.candidates[candidateCount]
      scratch.candidates[place] = last
      scratch.faces[last].place = place
    }
    scratch.faces[face].place = PolytopeFace.deleted
  }

  /// The face nearest to the origin once the polytope has grown to the surface there; nil where the
  /// shapes do not overlap after all, or rounding prevents the growth.
  mutating func expand() -> Int? {
    let isFinite = first.hasCornersOnly && second.hasCornersOnly
    let tolerance = isFinite ? 1e-15 : scratch.limits.tolerance
    var upper = Double.greatestFiniteMagnitude
    var squaredUpper = Double.greatestFiniteMagnitude
    var nearest: Int?
    for iteration in 0..<min(scratch.limits.iterations, 1000) {
      var squaredLower = Double.greatestFiniteMagnitude
      var candidate = nearest
      for index in 0..<candidateCount {
        let face = scratch.candidates[index]
        if scratch.faces[face].squaredDistance < squaredLower {
          (squaredLower, candidate) = (scratch.faces[face].squaredDistance, face)
        }
      }
      if squaredLower > squaredUpper { return nearest }
      guard let face = candidate else { return nil }
      if squaredLower <= 0 { return face }
      nearest = face

      let lower = squaredLower.squareRoot()
      let foot = scratch.faces[face].foot
      let vertex = appendSupport(toward: foot, length: lower)
      let reach = foot.dot(point(vertex)) / lower
      if reach - lower < tolerance {
        let isOutside = iteration == 0 && min(reach, upper) < lower - tolerance
        return isOutside ? nil : face
      }
      if isFinite && isKnown(vertex) { return face }
      if reach < upper { squaredUpper = reach * reach }
      upper = min(reach, upper)

      if !findHorizon(of: face, from: vertex) || horizonCount < 3 { return nil }
      if horizonCount > scratch.faceCapacity - faceCount { return face }
      let isClosed = closeHorizon(with: vertex, from: squaredLower, to: squaredUpper)
      if !isClosed || candidateCount == 0 { return face }
    }
    return nearest
  }

  /// Whether the same corners of both shapes are a vertex already.
  private func isKnown(_ vertex: Int) -> Bool {
    let new = scratch.vertices[vertex]
    for index in 0..<vertex {
      let old = scratch.vertices[index]
      if old.firstFeature == new.firstFeature && old.secondFeature == new.secondFeature {
        return true
      }
    }
    return false
  }

  // MARK: Horizon

  /// Deletes the faces that a vertex sees, and lists the edges around them.
  ///
  /// - Returns: false where they are more than there is room for.
  private mutating func findHorizon(of face: Int, from vertex: Int) -> Bool {
    horizonCount = 0
    delete(face)
    var fits = true
    for edge in 0..<3 where !visit(beyond: edge, of: face, from: vertex) { fits = false }
    return fits
  }

  private mutating func visit(beyond edge: Int, of face: Int, from vertex: Int) -> Bool {
    let beyond = scratch.faces[face].neighbour(edge)
    if scratch.faces[beyond].place == PolytopeFace.deleted { return true }
    let corner = scratch.faces[face].corner((edge + 1) % 3)
    let back = scratch.faces[beyond].edge(from: corner)
    guard let isVisible = spread(to: beyond, over: back, from: vertex) else { return false }
    if isVisible { return true }
    if horizonCount == scratch.horizonCapacity { return false }
    scratch.horizon[horizonCount] = (beyond, back)
    horizonCount += 1
    return true
  }

  /// Whether the vertex sees the face; nil where there is no room for the horizon.
  private mutating func spread(to face: Int, over edge: Int, from vertex: Int) -> Bool? {
    let squares = scratch.faces[face].squaredDistance
    let rounding = max(1e-15 * squares.squareRoot(), 1e-15)
    if !(scratch.faces[face].foot.dot(point(vertex)) - squares > rounding) { return false }
    delete(face)
    let fits = visit(beyond: (edge + 1) % 3, of: face, from: vertex)
    return visit(beyond: (edge + 2) % 3, of: face, from: vertex) && fits ? true : nil
  }

  /// Faces from the vertex to each edge of the horizon.
  ///
  /// - Returns: false where one of them is not a triangle.
  private mutating func closeHorizon(
    with vertex: Int, from squaredLower: Double, to squaredUpper: Double
  ) -> Bool {
    let firstFace = faceCount
    for index in 0..<horizonCount {
      let (beyond, edge) = scratch.horizon[index]
      let start = scratch.faces[beyond].corner(edge)
      let end = scratch.faces[beyond].corner((edge + 1) % 3)
      let face = firstFace + index
      scratch.faces[beyond].setNeighbour(edge, face)
      let before = index == 0 ? firstFace + horizonCount - 1 : face - 1
      let after = firstFace + (index + 1) % horizonCount
      let squares = appendFace((vertex, end, start), neighbours: (before, beyond, after))
      if squares == 0 { return false }
      if squares >= squaredLower && squares <= squaredUpper { becomeCandidate(face) }
    }
    return true
  }
}

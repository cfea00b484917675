/// A convex shape by its support function (MuJoCo `mjCCDObj`).
struct ConvexShape {
  let kind: Geom.Shape
  let size: Vector3
  let center: Vector3
  let rotation: Matrix3
  /// Of a mesh.
  let hull: HullPointers?
  /// Of a prism of a height field: three lower corners, then three upper ones.
  private var prism: UnsafePointer<Vector3>?
  /// Half the margin of the pair, m: the shape is inflated by it.
  var inflation: Double
  /// Whether a sphere is taken as its centre and a capsule as the segment of its axis.
  var isShrunk = false
  /// The corner of a box or a mesh or the face of a cylinder that the last support point belongs to, -1 for
  /// shapes without corners.
  private(set) var feature: Int32 = -1

  init(
    _ kind: Geom.Shape, _ size: Vector3, center: Vector3, rotation: Matrix3, inflation: Double,
    hull: HullPointers? = nil
  ) {
    self.hull = hull
    self.kind = kind
    self.size = size
    self.center = center
    self.rotation = rotation
    self.inflation = inflation
  }

  /// A prism of a height field, in the frame of this.
  init(prism: UnsafePointer<Vector3>, inflation: Double) {
    var center = prism[0]
    for index in 1..<6 { center += prism[index] }
    self.init(
      .heightField, .zero, center: 1.0 / 6.0 * center, rotation: .identity, inflation: inflation)
    self.prism = prism
  }

  /// The same from a frame with this origin and these axes.
  func seen(from origin: Vector3, _ axes: Matrix3) -> ConvexShape {
    ConvexShape(
      kind, size, center: axes.transposed(times: center - origin),
      rotation: axes.transposed * rotation, inflation: inflation, hull: hull)
  }

  var isRound: Bool { kind == .sphere || kind == .capsule }

  /// Radius that shrinking takes from the shape, with the inflation.
  var radius: Double { isRound ? size.x + inflation : inflation }

  /// Whether it is a polytope, for which the search ends after finitely many steps.
  var hasCornersOnly: Bool {
    inflation == 0 && (kind == .box || kind == .mesh || kind == .heightField || isShrunk && isRound)
  }

  var hasFaces: Bool { kind == .box || kind == .cylinder || kind == .mesh }

  /// The same without radius and inflation.
  var shrunk: ConvexShape {
    var result = self
    result.inflation = 0
    result.isShrunk = true
    return result
  }

  /// The point furthest in a direction of unit length.
  mutating func support(_ direction: Vector3) -> Vector3 {
    let point = surfacePoint(direction)
    return inflation > 0 ? point + inflation * direction : point
  }

  private mutating func surfacePoint(_ direction: Vector3) -> Vector3 {
    switch kind {
    case .plane: return center
    case .heightField:
      guard let prism else { return center }
      // without a feature, as in MuJoCo, which ends some searches at a corner of the other shape for that
      let end = direction.z < 0 ? 0 : 3
      var (best, farthest) = (end, prism[end].dot(direction))
      for index in end + 1...end + 2 {
        let distance = prism[index].dot(direction)
        if distance > farthest { (best, farthest) = (index, distance) }
      }
      return prism[best]
    case .sphere: return isShrunk ? center : size.x * direction + center
    case .capsule:
      if isShrunk {
        let along = rotation.zAxis.dot(direction)
        return (along >= 0 ? size.y : -size.y) * rotation.zAxis + center
      }
      let local = rotation.transposed(times: direction)
      var point = size.x * local
      point.z += local.z >= 0 ? size.y : -size.y
      return rotation * point + center
    case .ellipsoid:
      let local = rotation.transposed(times: direction)
      let scaled = Vector3(local.x * size.x, local.y * size.y, local.z * size.z)
      let squares = scaled.squaredLength
      if squares < 1e-30 { return size.x * rotation.xAxis + center }
      let inverse = 1 / squares.squareRoot()
      return rotation
        * Vector3(
          scaled.x * (inverse * size.x), scaled.y * (inverse * size.y),
          scaled.z * (inverse * size.z)) + center
    case .cylinder:
      let local = rotation.transposed(times: direction)
      let squares = local.x * local.x + local.y * local.y
      let scale = squares >= 1e-30 ? size.x / squares.squareRoot() : 0
      feature = local.z >= 0 ? 0 : 1
      return rotation
        * Vector3(scale * local.x, scale * local.y, local.z >= 0 ? size.y : -size.y) + center
    case .box:
      let local = rotation.transposed(times: direction)
      feature = (local.x >= 0 ? 1 : 0) | (local.y >= 0 ? 2 : 0) | (local.z >= 0 ? 4 : 0)
      return corner(feature)
    case .mesh:
      guard let hull else { return center }
      feature = hull.support(rotation.transposed(times: direction), from: feature)
      return place(hull.corners[Int(feature)])
    }
  }

  /// Corner of a box; bits 0, 1 and 2 are set where x, y and z are positive.
  func corner(_ index: Int32) -> Vector3 {
    place(
      Vector3(
        index & 1 != 0 ? size.x : -size.x, index & 2 != 0 ? size.y : -size.y,
        index & 4 != 0 ? size.z : -size.z))
  }

  /// From the frame of the shape to the world.
  func place(_ local: Vector3) -> Vector3 { rotation * local + center }
}

/// A point of the Minkowski difference of two shapes: of all differences between their points.
struct DifferencePoint {
  var point = Vector3.zero
  var onFirst = Vector3.zero
  var onSecond = Vector3.zero
  var firstFeature: Int32 = -1
  var secondFeature: Int32 = -1

  /// The point furthest in a direction of unit length.
  init(_ first: inout ConvexShape, _ second: inout ConvexShape, toward direction: Vector3) {
    onFirst = first.support(direction)
    onSecond = second.support(-direction)
    point = onFirst - onSecond
    (firstFeature, secondFeature) = (first.feature, second.feature)
  }

  init() {}
}

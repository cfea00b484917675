/// A point where two geoms touch or are about to (MuJoCo `mjContact`), in the world frame.
public struct Contact: Equatable, Sendable {
  /// Index into `Model.pairs`, which holds the geoms and the contact parameters.
  public var pair: Int
  /// Signed distance between the surfaces; negative where they overlap.
  public var distance: Double
  /// Midway between the two surfaces.
  public var position: Vector3
  /// Unit normal from the pair's first geom to its second, then two tangents, right-handed.
  public var normal: Vector3
  public var firstTangent: Vector3
  public var secondTangent: Vector3
  /// First constraint row, -1 where the distance is inside the gap (MuJoCo `efc_address`).
  public var firstRow: Int

  /// For the kernels: in a wide simulation a contact may exist in some lanes only.
  var exists: Mask { .always }

  package static let none = Contact(
    pair: 0, distance: 0, position: .zero, normal: .zero, firstTangent: .zero, secondTangent: .zero,
    firstRow: -1)

  /// - Parameter tangentWish: where the first tangent should point; zero for no wish.
  init(
    pair: Int, exists: Mask = .always, distance: Double, position: Vector3, normal: Vector3,
    tangentWish: Vector3 = .zero
  ) {
    let frame = contactFrame(normal: normal, wish: tangentWish)
    self.init(
      pair: pair, distance: distance, position: position, normal: frame.xAxis,
      firstTangent: frame.yAxis, secondTangent: frame.zAxis, firstRow: -1)
  }

  package init(
    pair: Int, distance: Double, position: Vector3, normal: Vector3, firstTangent: Vector3,
    secondTangent: Vector3, firstRow: Int
  ) {
    self.pair = pair
    self.distance = distance
    self.position = position
    self.normal = normal
    self.firstTangent = firstTangent
    self.secondTangent = secondTangent
    self.firstRow = firstRow
  }
}

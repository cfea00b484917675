/// A contact of two geoms within their margin (MuJoCo `mjContact`), in the world frame.
public struct Contact: Equatable, Sendable {
  /// Index into `Model.pairs`, which holds the geoms and the contact parameters.
  public var pair: Int
  /// Signed distance between the surfaces, m; negative where they overlap (MuJoCo `dist`).
  public var distance: Double
  /// Midpoint between the two surfaces, m (MuJoCo `pos`).
  public var position: Vector3
  /// Unit normal from the pair's first geom to its second (MuJoCo `frame`).
  public var normal: Vector3
  /// Unit tangent, the first direction of friction.
  public var firstTangent: Vector3
  /// Unit tangent that completes a right-handed frame of normal, first and second tangent.
  public var secondTangent: Vector3
  /// Index of its first row in `Simulation.constraints`; -1 if it has no force, because its
  /// distance is within the gap (MuJoCo `efc_address`).
  public var firstRow: Int

  /// For the kernels: with several lanes a contact may exist in some of them only.
  var exists: Mask { .always }

  package static let none = Contact(
    pair: 0, distance: 0, position: .zero, normal: .zero, firstTangent: .zero, secondTangent: .zero,
    firstRow: -1)

  /// - Parameter preferredTangent: preferred direction of the first tangent; zero for none.
  init(
    pair: Int, exists: Mask = .always, distance: Double, position: Vector3, normal: Vector3,
    preferredTangent: Vector3 = .zero
  ) {
    let frame = contactFrame(normal: normal, preferredTangent: preferredTangent)
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

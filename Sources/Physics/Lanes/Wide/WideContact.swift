import IDQLPhysics

/// A contact that exists in some of the lanes; in the others its numbers are finite but
/// meaningless.
package struct Contact: Sendable {
  var pair: Int
  var exists: Mask
  var distance: Real
  var position, normal, firstTangent, secondTangent: Vector3
  var firstRow = -1

  static let none = Contact(
    pair: 0, exists: .never, distance: .zero, position: .zero, normal: .zero, firstTangent: .zero,
    secondTangent: .zero)

  mutating func set(_ lane: Int, _ contact: IDQLPhysics.Contact) {
    exists[lane] = true
    distance[lane] = contact.distance
    position[lane] = contact.position
    normal[lane] = contact.normal
    firstTangent[lane] = contact.firstTangent
    secondTangent[lane] = contact.secondTangent
  }
}

extension Contact {
  @inline(__always)
  init(
    pair: Int, exists: Mask, distance: Real, position: Vector3, normal: Vector3,
    preferredTangent: Vector3
  ) {
    let frame = contactFrame(normal: normal, preferredTangent: preferredTangent)
    self.init(
      pair: pair, exists: exists, distance: distance, position: position, normal: frame.xAxis,
      firstTangent: frame.yAxis, secondTangent: frame.zAxis)
  }
}

extension Vector3 {
  @inline(__always)
  subscript(lane: Int) -> IDQLPhysics.Vector3 {
    get { IDQLPhysics.Vector3(x[lane], y[lane], z[lane]) }
    set { (x[lane], y[lane], z[lane]) = (newValue.x, newValue.y, newValue.z) }
  }
}

extension Matrix3 {
  subscript(lane: Int) -> IDQLPhysics.Matrix3 {
    IDQLPhysics.Matrix3(xAxis[lane], yAxis[lane], zAxis[lane])
  }
}

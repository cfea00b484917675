import Physics

/// A contact in some of the lanes; in the others its numbers mean nothing, but are numbers.
public struct Contact: Sendable {
  var pair: Int
  var exists: Mask
  var distance: Real
  var position, normal, firstTangent, secondTangent: Vector3
  var firstRow: Int

  static let none = Contact(
    pair: 0, exists: .never, distance: .zero, position: .zero, normal: .zero, firstTangent: .zero,
    secondTangent: .zero, firstRow: -1)

  mutating func set(_ lane: Int, _ contact: Physics.Contact) {
    exists[lane] = true
    distance[lane] = contact.distance
    position.set(lane, contact.position)
    normal.set(lane, contact.normal)
    firstTangent.set(lane, contact.firstTangent)
    secondTangent.set(lane, contact.secondTangent)
  }
}

extension Vector3 {
  @inline(__always)
  mutating func set(_ lane: Int, _ v: Physics.Vector3) {
    x[lane] = v.x
    y[lane] = v.y
    z[lane] = v.z
  }

  @inline(__always)
  func lane(_ lane: Int) -> Physics.Vector3 { Physics.Vector3(x[lane], y[lane], z[lane]) }
}

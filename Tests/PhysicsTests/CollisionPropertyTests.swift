import IDQLRandom
import TestSupport
import Testing

@testable import IDQLPhysics

/// Properties of contacts that hold for any algorithm, on random poses.
@Suite struct CollisionPropertyTests {
  static let movable: [(Geom.Shape, Geom.Shape)] = [
    (.sphere, .sphere), (.sphere, .capsule), (.capsule, .capsule), (.sphere, .box),
    (.capsule, .box),
    (.box, .box),
  ]

  // MARK: Distances

  /// The nearest contact of a separated capsule and box is as far away as the nearest point of the
  /// segment, found by golden section: the distance to a convex set is convex along a line.
  /// 1e-12: the search stops at steps of 1e-8, and errors at a minimum are quadratic.
  @Test func capsuleAndBoxAreAsFarApartAsTheirNearestPoints() {
    var generator = NumPyGenerator(seed: 1)
    let pairs = generator.shapePairs(.capsule, .box, count: 4000, margin: 0.5)
    var compared = 0
    for (pair, contacts) in zip(pairs, findContacts(pairs)) {
      let (capsule, box) = (pair.first, pair.second)
      let half = capsule.size.y * capsule.orientation.matrix.zAxis
      let toAxis = minimum(from: -1, to: 1) { box.distance(to: capsule.center + $0 * half) }
      let distance = toAxis - capsule.size.x
      if toAxis < 1e-6 { continue }
      if distance > 0.5 {
        #expect(contacts.isEmpty)
        continue
      }
      compared += 1
      expectClose([contacts.map(\.distance).min() ?? .nan], [distance], within: 1e-12)
    }
    #expect(compared > 2000)
  }

  @Test func sphereAndBoxAreAsFarApartAsTheirNearestPoints() {
    var generator = NumPyGenerator(seed: 2)
    let pairs = generator.shapePairs(.sphere, .box, count: 2000, margin: 0.2)
    var (far, near, inside) = (0, 0, 0)
    for (pair, contacts) in zip(pairs, findContacts(pairs)) {
      let (sphere, box) = (pair.first, pair.second)
      let toCenter = box.distance(to: sphere.center)
      let distance = toCenter - sphere.size.x
      if distance > 0.2 {
        far += 1
        #expect(contacts.isEmpty)
      } else if toCenter > 1e-12 {
        near += 1
        expectClose(contacts.map(\.distance), [distance], within: 1e-14)
      } else {
        inside += 1
        #expect(contacts.count == 1)
      }
    }
    #expect(far > 100 && near > 100 && inside > 100)
  }

  /// Two boxes touch if and only if they have a point in common, as decided by projecting a point
  /// onto one and the other in turn, which converges to their nearest points.
  @Test func boxesTouchWhereTheyOverlap() {
    var generator = NumPyGenerator(seed: 3)
    let pairs = generator.shapePairs(.box, .box, count: 2000, margin: 0)
    var (touching, separate) = (0, 0)
    for (pair, contacts) in zip(pairs, findContacts(pairs)) {
      var point = pair.first.center
      var gap = Double.infinity
      for _ in 0..<3000 where gap > 1e-12 {
        let other = pair.second.nearestPoint(to: point)
        point = pair.first.nearestPoint(to: other)
        gap = (point - other).length
      }
      if gap <= 1e-12 {
        touching += 1
        #expect(!contacts.isEmpty)
      } else if gap > 1e-3 {
        separate += 1
        #expect(contacts.isEmpty)
      }
    }
    #expect(touching > 500 && separate > 500)
  }

  /// Half the distance back and forth along the normal lie the points of the two surfaces. Not so
  /// of single contacts of boxes: the nearest points of two edges need not be opposite each other.
  @Test(arguments: [Geom.Shape.sphere, .capsule, .box])
  func contactsLieHalfwayBetweenTheSurfaces(_ shape: Geom.Shape) {
    var generator = NumPyGenerator(seed: 4)
    let pairs = generator.shapePairs(shape, .box, count: 2000, margin: 0.1)
    var compared = 0
    for (pair, contacts) in zip(pairs, findContacts(pairs)) {
      if shape == .box, contacts.count == 1 { continue }
      for contact in contacts {
        let half = (0.5 * contact.distance) * contact.normal
        let (onFirst, onSecond) = (contact.position - half, contact.position + half)
        #expect(pair.second.distance(to: onSecond) < 1e-14)
        if shape == .box { #expect(pair.first.distance(to: onFirst) < 1e-14) }
        compared += 1
      }
    }
    #expect(compared > 900)
  }

  /// Two unit squares on top of each other, one turned by 45 degrees, share a regular octagon.
  @Test func turnedCubesTouchInAnOctagon() {
    let lower = PlacedShape(
      shape: .box, size: Vector3(0.5, 0.5, 0.5), center: .zero, orientation: .identity)
    var upper = lower
    upper.center = Vector3(0, 0, 0.99)
    upper.orientation = Quaternion(axis: Vector3(0, 0, 1), angle: .pi / 4)
    let contacts = findContacts([ShapePair(first: lower, second: upper, margin: 0)])[0]
    #expect(contacts.count == CollisionKind.boxBox.contactLimit)
    for (contact, next) in zip(contacts, contacts.dropFirst() + contacts.prefix(1)) {
      expectClose([contact.distance], [-0.01], within: 1e-15)
      expectClose(contact.normal.array, [0, 0, 1], within: 1e-15)
      // circumradius and side of the octagon around a circle of diameter 1
      let fromAxis = Vector3(contact.position.x, contact.position.y, 0).length
      expectClose([fromAxis], [0.5 / 0.9238795325112867], within: 1e-14)
      expectClose([(next.position - contact.position).length], [0.41421356237309515], within: 1e-14)
    }
  }

  // MARK: Symmetries

  /// Moving both shapes moves their contacts in the same way.
  @Test(arguments: movable)
  func contactsFollowARigidMotion(_ first: Geom.Shape, _ second: Geom.Shape) {
    var generator = NumPyGenerator(seed: 5)
    let pairs = generator.shapePairs(first, second, count: 1000, margin: 0.05)
    let (rotation, shift) = (generator.rotation(), generator.vector(-1, 1))
    func move(_ shape: PlacedShape) -> PlacedShape {
      var moved = shape
      moved.center = rotation.rotate(shape.center) + shift
      moved.orientation = rotation * shape.orientation
      return moved
    }
    let moved = pairs.map {
      ShapePair(first: move($0.first), second: move($0.second), margin: $0.margin)
    }
    var compared = 0
    for (before, after) in zip(findContacts(pairs), findContacts(moved)) {
      compared += before.count
      let expected = before.flatMap {
        [$0.distance] + (rotation.rotate($0.position) + shift).array
          + rotation.rotate($0.normal).array
      }
      let actual = after.flatMap { [$0.distance] + $0.position.array + $0.normal.array }
      // nearly crossing axes of capsules divide by their distance, nowhere below 1e-4 here
      expectClose(actual, expected, within: 1e-11)
    }
    #expect(compared > 300)
  }

  /// Exchanging two shapes of one kind turns the normals round and leaves the rest.
  @Test(arguments: [Geom.Shape.sphere, .capsule, .box])
  func contactsDoNotDependOnTheOrderOfTheShapes(_ shape: Geom.Shape) {
    var generator = NumPyGenerator(seed: 6)
    let pairs = generator.shapePairs(shape, shape, count: 1000, margin: 0.05)
    let swapped = pairs.map { ShapePair(first: $0.second, second: $0.first, margin: $0.margin) }
    var compared = 0
    for (contacts, others) in zip(findContacts(pairs), findContacts(swapped)) {
      compared += contacts.count
      let expected = contacts.flatMap { [$0.distance] + $0.position.array + (-$0.normal).array }
      let actual = others.flatMap { [$0.distance] + $0.position.array + $0.normal.array }
      expectClose(actual, expected, within: 1e-11)
    }
    #expect(compared > 300)
  }

  // MARK: Rules

  /// Until MuJoCo 3.2.7 the depth of a sphere whose centre is inside a box was not measured.
  @Test(arguments: [Geom.Shape.sphere, .capsule])
  func oldProfileGivesMinusTheRadiusInsideABox(_ shape: Geom.Shape) {
    var generator = NumPyGenerator(seed: 7)
    let pairs = generator.shapePairs(shape, .box, count: 1000, margin: 0)
    let (old, new) = (findContacts(pairs, profile: .mujoco2_1), findContacts(pairs))
    var insideCount = 0
    for (pair, (old, new)) in zip(pairs, zip(old, new)) {
      #expect(old.count == new.count)
      for (o, n) in zip(old, new) {
        #expect(o.position == n.position && o.normal == n.normal)
        let isInside = n.distance < -pair.first.size.x
        insideCount += isInside ? 1 : 0
        #expect(o.distance == (isInside ? -pair.first.size.x : n.distance))
      }
    }
    #expect(insideCount > 50)
  }

  /// The normal of concentric spheres is the cross product of their axes, or +x.
  @Test func concentricSpheresPushAcrossTheirAxes() {
    let a = PlacedShape(
      shape: .sphere, size: Vector3(0.5, 0, 0), center: Vector3(1, 2, 3), orientation: .identity)
    var b = a
    b.orientation = Quaternion(axis: Vector3(1, 0, 0), angle: 0.3)
    let contacts = findContacts([
      ShapePair(first: a, second: b, margin: 0), ShapePair(first: a, second: a, margin: 0),
    ])
    #expect(contacts.map(\.count) == [1, 1])
    // z × (0, -sin, cos) = (sin, 0, 0)
    expectClose(contacts[0][0].normal.array, [1, 0, 0], within: 1e-15)
    #expect(contacts[1][0].normal == Vector3(1, 0, 0))
    #expect(contacts[1][0].distance == -1)
    #expect(contacts[1][0].position == Vector3(1, 2, 3))
  }

  /// As in MuJoCo, a contact at exactly the margin is listed, though no force acts on it.
  @Test func contactsAtTheMarginAreKept() {
    let ground = PlacedShape(
      shape: .plane, size: .zero, center: .zero, orientation: .identity)
    let box = PlacedShape(
      shape: .box, size: Vector3(0.5, 0.5, 0.5), center: Vector3(0, 0, 0.75), orientation: .identity
    )
    let sphere = PlacedShape(
      shape: .sphere, size: Vector3(0.5, 0, 0), center: Vector3(0, 0, 0.75), orientation: .identity)
    let contacts = findContacts([
      ShapePair(first: ground, second: box, margin: 0.25),
      ShapePair(first: ground, second: sphere, margin: 0.25),
      ShapePair(first: ground, second: sphere, margin: 0.2499),
    ])
    #expect(contacts.map(\.count) == [4, 1, 0])
  }

  /// A number that is not finite must not trap or overflow the buffer, whichever it is.
  @Test(
    arguments: CollisionGoldenTests.current + CollisionGoldenTests.convex,
    [Double.nan, .infinity, 1e200])
  func numbersThatAreNotFiniteDoNotTrap(_ name: String, _ broken: Double) throws {
    let parts = name.split(separator: "-").map(String.init)
    let table = Dictionary(uniqueKeysWithValues: CollisionGoldenTests.shapes)
    let first = try #require(table[parts[0]])
    let second = try #require(table[parts[1]])
    let kind = try #require(CollisionKind(first, second))
    var generator = NumPyGenerator(seed: 8)
    var pairs: [ShapePair] = []
    for pair in generator.shapePairs(first, second, count: 20, margin: 1) {
      for axis in 0..<3 {
        var broken1 = pair
        broken1.first.center[axis] = broken
        var broken2 = pair
        broken2.second.center[axis] = broken
        var broken3 = pair
        broken3.second.size[axis] = broken
        pairs += [broken1, broken2, broken3]
      }
      var turned = pair
      turned.second.orientation.x = broken
      var loose = pair
      loose.margin = broken
      pairs += [turned, loose]
    }
    for contacts in findContacts(pairs) { #expect(contacts.count <= kind.contactLimit) }
  }
}

extension PlacedShape {
  /// The point of this box nearest to a point.
  func nearestPoint(to point: Vector3) -> Vector3 {
    let rotation = orientation.matrix
    let local = rotation.transposed(times: point - center)
    return center + rotation
      * Vector3(
        clamp(local.x, to: size.x), clamp(local.y, to: size.y), clamp(local.z, to: size.z))
  }

  func distance(to point: Vector3) -> Double { (nearestPoint(to: point) - point).length }
}

/// The least value of a convex function, by golden section.
private func minimum(from low: Double, to high: Double, _ f: (Double) -> Double) -> Double {
  let ratio = 0.6180339887498949
  var (low, high) = (low, high)
  while high - low > 1e-8 {
    let (a, b) = (high - ratio * (high - low), low + ratio * (high - low))
    if f(a) < f(b) { high = b } else { low = a }
  }
  return min(f(low), f(high), f(0.5 * (low + high)))
}

import IDQLRandom
import TestSupport
import Testing

@testable import IDQLPhysics

/// Parallel capsules by closed form, capsules deep in boxes by search.
@Suite struct CapsuleCollisionTests {
  // MARK: Parallel capsules

  /// One capsule along x around the origin, half length 0.5, and one of half length 0.3 beside it;
  /// both of radius 0.1, the axes 0.19 apart. `shift` is how far along x the middle of the second
  /// is.
  struct Parallel: CustomTestStringConvertible {
    var shift: Double
    /// Positions of contacts along x, in order, and of the points of the second capsule's axis.
    var current, old: [(x: Double, onSecond: Double)]

    var testDescription: String { "shifted by \(shift)" }
  }

  /// MuJoCo since 3.17 takes the ends of the common section, from the lower end of the first
  /// capsule on. Before, the ends of the first, upper before lower, then those of the second, until
  /// two touch.
  static let parallels = [
    // the second within the first: the first's ends are too far from it
    Parallel(
      shift: 0, current: [(-0.3, -0.3), (0.3, 0.3)], old: [(0.3, 0.3), (-0.3, -0.3)]),
    Parallel(
      shift: 0.4, current: [(0.1, 0.1), (0.5, 0.5)], old: [(0.5, 0.5), (0.1, 0.1)]),
    Parallel(
      shift: -0.7, current: [(-0.5, -0.5), (-0.4, -0.4)], old: [(-0.5, -0.5), (-0.4, -0.4)]),
    // nothing shared: the two ends that face each other, twice
    Parallel(
      shift: 0.85, current: [(0.5, 0.55), (0.5, 0.55)], old: [(0.5, 0.55), (0.5, 0.55)]),
  ]

  @Test(arguments: parallels, [PhysicsProfile.mujoco2_1, .mujoco3, .mujoco4])
  func parallelCapsulesTouchTwice(_ scene: Parallel, _ profile: PhysicsProfile) {
    var generator = NumPyGenerator(seed: 9)
    let alongX = Quaternion(axis: Vector3(0, 1, 0), angle: .pi / 2)
    for attempt in 0..<50 {
      // anywhere and in any direction; the first time as it is written
      let rotation = attempt == 0 ? .identity : generator.rotation()
      let shift = attempt == 0 ? .zero : generator.vector(-1, 1)
      func capsule(_ halfLength: Double, _ center: Vector3) -> PlacedShape {
        PlacedShape(
          shape: .capsule, size: Vector3(0.1, halfLength, 0),
          center: rotation.rotate(center) + shift, orientation: rotation * alongX)
      }
      let pair = ShapePair(
        first: capsule(0.5, .zero), second: capsule(0.3, Vector3(scene.shift, 0, 0.19)), margin: 0)
      let contacts = findContacts([pair], profile: profile)[0]
      let expected = profile.clipsParallelCapsules ? scene.current : scene.old
      #expect(contacts.count == 2)
      for (contact, place) in zip(contacts, expected) {
        let (onFirst, onSecond) = (Vector3(place.x, 0, 0), Vector3(place.onSecond, 0, 0.19))
        let (gap, middle) = (onSecond - onFirst, 0.5 * (onFirst + onSecond))
        expectClose([contact.distance], [gap.length - 0.2], within: 1e-15)
        expectClose(
          contact.position.array, (rotation.rotate(middle) + shift).array, within: 1e-14)
        expectClose(
          contact.normal.array, rotation.rotate((1 / gap.length) * gap).array, within: 1e-14)
      }
    }
  }

  // MARK: Capsules deep in boxes

  /// However deep, a contact is that of a sphere around a point of the capsule's segment, as far
  /// from the box's surface as that point is; no point of the segment, of 2,001 tried, is deeper
  /// than the contacts may be; and a capsule with an end inside always has a contact.
  @Test func deepCapsulesTouchWithPointsOfTheirAxis() {
    var generator = NumPyGenerator(seed: 10)
    let pairs = generator.shapePairs(.capsule, .box, count: 4000, margin: 0)
    var (deepCount, endsInside) = (0, 0)
    for (pair, contacts) in zip(pairs, findContacts(pairs)) {
      let (capsule, box) = (pair.first, pair.second)
      let radius = capsule.size.x
      let half = capsule.size.y * capsule.orientation.matrix.zAxis
      let heights = (0...2000).map {
        box.height(of: capsule.center + (Double($0) / 1000 - 1) * half)
      }
      let lowest = heights.min() ?? .infinity
      guard lowest < 0 else { continue }
      deepCount += 1
      for contact in contacts {
        let center = contact.position - (radius + 0.5 * contact.distance) * contact.normal
        let along = (center - capsule.center).dot(half) / half.squaredLength
        #expect(abs(along) < 1 + 1e-12)
        #expect((capsule.center + along * half - center).length < 1e-14)
        expectClose([contact.distance], [box.height(of: center) - radius], within: 1e-14)
        // heights change by at most the distance to the nearest point tried
        #expect(contact.distance > lowest - radius - capsule.size.y / 1000)
      }
      if heights[0] < 0 || heights[2000] < 0 {
        endsInside += 1
        // both ends are inside, at any depth: the lower one is used, without a second contact
        let end = heights[0] < 0 ? heights[0] : heights[2000]
        expectClose(contacts.map(\.distance), [end - radius], within: 1e-14)
      }
    }
    #expect(deepCount > 500 && endsInside > 300)
  }
}

extension PlacedShape {
  /// Above the surface of this box: the distance outside, minus that to the nearest face inside.
  fileprivate func height(of point: Vector3) -> Double {
    let local = orientation.matrix.transposed(times: point - center)
    let beyond = (0..<3).map { abs(local[$0]) - size[$0] }
    let isInside = beyond.allSatisfy { $0 <= 0 }
    return isInside ? beyond.reduce(-.infinity, max) : distance(to: point)
  }
}

import IDQLRandom
import TestSupport
import Testing

@testable import IDQLPhysics

/// Contacts found by a search, against closed forms and what any such contact satisfies.
@Suite struct ConvexCollisionTests {
  /// An ellipsoid with three equal radii is a sphere. 300 steps, as the usual 35 do not reach the
  /// tolerance where round shapes overlap deeply; 1e-6 is that tolerance.
  @Test(arguments: [Geom.Shape.sphere, .capsule, .ellipsoid])
  func aRoundEllipsoidIsASphere(_ shape: Geom.Shape) {
    var generator = NumPyGenerator(seed: 1)
    func rounded(_ placed: PlacedShape) -> PlacedShape {
      var round = placed
      if placed.shape == .ellipsoid {
        round.size = Vector3(placed.size.x, placed.size.x, placed.size.x)
      }
      return round
    }
    func asSphere(_ placed: PlacedShape) -> PlacedShape {
      var sphere = placed
      if placed.shape == .ellipsoid { sphere.shape = .sphere }
      return sphere
    }
    let pairs = generator.shapePairs(shape, .ellipsoid, count: 2000, margin: 0.2).map {
      ShapePair(first: rounded($0.first), second: rounded($0.second), margin: $0.margin)
    }
    let closed = pairs.map { pair in
      // a model has the shape with the lower number first
      let (first, second) = (asSphere(pair.first), asSphere(pair.second))
      return first.shape.rawValue <= second.shape.rawValue
        ? ShapePair(first: first, second: second, margin: pair.margin)
        : ShapePair(first: second, second: first, margin: pair.margin)
    }
    var patient = ModelOptions()
    patient.convexIterations = 300
    var (apart, overlapping) = (0, 0)
    for ((pair, exact), (found, expected)) in zip(
      zip(pairs, closed), zip(findContacts(pairs, options: patient), findContacts(closed)))
    {
      #expect(found.count == expected.count)
      guard let contact = found.first, let reference = expected.first else { continue }
      // the memory of the polytope can end the search of the deepest before that
      expectClose(
        [contact.distance], [reference.distance], within: reference.distance > -0.5 ? 2e-6 : 1e-4)
      let isSwapped = exact.first.shape != asSphere(pair.first).shape
      let normal = isSwapped ? -reference.normal : reference.normal
      if reference.distance > 0 {
        apart += 1
        expectClose(contact.normal.array, normal.array, within: 1e-5)
      } else {
        overlapping += 1
      }
    }
    #expect(apart > 50 && overlapping > 300)
  }

  /// Where two ellipsoids are apart, the nearest points lie on their surfaces, and the normals of both
  /// surfaces there are along the line between them. The search ends within 1e-6 of the distance, where
  /// points may lie inside by as much, and off to the side by its square root.
  @Test func nearestPointsOfEllipsoidsSeeEachOther() {
    var generator = NumPyGenerator(seed: 2)
    let pairs = generator.shapePairs(.ellipsoid, .ellipsoid, count: 4000, margin: 0.3)
    var compared = 0
    for (pair, contacts) in zip(pairs, findContacts(pairs)) {
      guard let contact = contacts.first, contact.distance > 1e-3 else { continue }
      compared += 1
      let half = (0.5 * contact.distance) * contact.normal
      for (shape, point, outward) in [
        (pair.first, contact.position - half, contact.normal),
        (pair.second, contact.position + half, -contact.normal),
      ] {
        let rotation = shape.orientation.matrix
        let local = rotation.transposed(times: point - shape.center)
        let scaled = Vector3(
          local.x / shape.size.x, local.y / shape.size.y, local.z / shape.size.z)
        expectClose([scaled.length], [1], within: 1e-4)
        let gradient =
          rotation
          * Vector3(
            scaled.x / shape.size.x, scaled.y / shape.size.y, scaled.z / shape.size.z)
        expectClose(((1 / gradient.length) * gradient).array, outward.array, within: 2e-2)
      }
    }
    #expect(compared > 500)
  }

  /// Upright cylinders on top of each other touch in four points at the depth of the overlap, within
  /// both discs; on their sides they touch along the line.
  @Test func stackedCylindersTouchInFourPoints() {
    let lower = PlacedShape(
      shape: .cylinder, size: Vector3(0.5, 0.4, 0), center: .zero, orientation: .identity)
    var upper = lower
    upper.center = Vector3(0.2, 0.1, 0.79)
    let contacts = findContacts([ShapePair(first: lower, second: upper, margin: 0)])[0]
    #expect(contacts.count == 4)
    for contact in contacts {
      expectClose([contact.distance], [-0.01], within: 1e-9)
      expectClose(contact.normal.array, [0, 0, 1], within: 1e-9)
      for shape in [lower, upper] {
        let offset = contact.position - shape.center
        #expect((offset.x * offset.x + offset.y * offset.y).squareRoot() < 0.5 + 1e-9)
      }
    }
  }

  /// One search step is less than the pose needs, and a document can allow that few.
  @Test func theSearchHasTheLimitsOfTheDocument() throws {
    func depth(_ option: String) throws -> Double {
      let model = try Model(
        mjcf: """
          <mujoco><option \(option)/><worldbody><geom type="ellipsoid" size="0.3 0.2 0.1"/>
          <body pos="0.1 0.2 0.05"><freejoint/>
          <geom type="ellipsoid" size="0.2 0.1 0.3" euler="30 40 50"/></body></worldbody></mujoco>
          """, profile: .mujoco4)
      let simulation = Simulation(model: model)
      simulation.refresh()
      #expect(simulation.contactCount == 1)
      return simulation.contacts[0].distance
    }
    let (usual, coarse) = (try depth(""), try depth(#"ccd_tolerance="0.01""#))
    let (hasty, fine) = (try depth(#"ccd_iterations="4""#), try depth(#"ccd_tolerance="1e-12""#))
    #expect(abs(usual - fine) < 2e-6)
    #expect(coarse != usual && hasty != usual)
  }

  /// The flag leaves one contact of several.
  @Test func severalContactsCanBeTurnedOff() throws {
    for (flag, count) in [("enable", 4), ("disable", 1)] {
      let model = try Model(
        mjcf: """
          <mujoco><option><flag multiccd="\(flag)"/></option><worldbody>
          <geom type="cylinder" size="0.5 0.4"/><body pos="0.2 0.1 0.79"><freejoint/>
          <geom type="cylinder" size="0.5 0.4"/></body></worldbody></mujoco>
          """, profile: .mujoco4)
      let simulation = Simulation(model: model)
      simulation.refresh()
      #expect(simulation.contactCount == count)
    }
  }
}

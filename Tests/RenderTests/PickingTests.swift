import IDQLPhysics
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLRender

@Suite struct PickingTests {
  let down = Vector3(0, 0, -1)

  func distance(_ shape: Shape, from origin: Vector3, _ direction: Vector3) -> Double? {
    shape.distance(along: Ray(origin: origin, direction: direction))
  }

  func shape(_ kind: Shape.Kind, _ x: Double, _ y: Double, _ z: Double) -> Shape {
    Shape(
      kind, at: Vector3(0, 0, 1), size: Vector3(x, y, z),
      surface: Surface(color: SIMD4(1, 1, 1, 1)), source: .geom(0))
  }

  /// Negative inside the shape, positive outside, 0 on its surface.
  private func outside(_ shape: Shape, _ point: Vector3) -> Double {
    let p = shape.orientation.conjugate.rotate(point - shape.position)
    let s = shape.size
    let side = (p.x * p.x + p.y * p.y).squareRoot()
    switch shape.kind {
    case .plane: return p.z
    case .sphere: return p.length - s.x
    case .capsule: return (p - Vector3(0, 0, min(max(p.z, -s.y), s.y))).length - s.x
    case .ellipsoid: return Vector3(p.x / s.x, p.y / s.y, p.z / s.z).length - 1
    case .cylinder: return max(side - s.x, abs(p.z) - s.y)
    case .box: return max(abs(p.x) - s.x, abs(p.y) - s.y, abs(p.z) - s.z)
    case .arrow, .mesh: return .infinity
    }
  }

  /// Shapes of any orientation: a hit is on the surface, and every point of the ray before it, or of a
  /// ray that misses, is outside.
  @Test(arguments: [Shape.Kind.plane, .sphere, .ellipsoid, .capsule, .cylinder, .box])
  func aRayEndsAtTheFirstSurface(_ kind: Shape.Kind) {
    var generator = NumPyGenerator(seed: UInt64(kind.rawValue))
    func vector(_ reach: Double) -> Vector3 {
      Vector3(
        generator.uniform(-reach, reach), generator.uniform(-reach, reach),
        generator.uniform(-reach, reach))
    }
    var (hits, misses) = (0, 0)
    for _ in 0..<1000 {
      var shape = shape(
        kind, generator.uniform(0.2, 0.8), generator.uniform(0.2, 0.8), generator.uniform(0.2, 0.8))
      shape.position = vector(1)
      shape.orientation = Quaternion(
        axis: vector(1).normalized(or: Vector3(1, 0, 0)), angle: generator.uniform(-3, 3))
      let origin = vector(4)
      if outside(shape, origin) <= 0 { continue }
      let ray = Ray(
        origin: origin,
        direction: (shape.position + vector(1) - origin).normalized(or: Vector3(1, 0, 0)))
      let distance = shape.distance(along: ray)
      if let distance {
        hits += 1
        #expect(distance > 0 && abs(outside(shape, ray.point(at: distance))) < 1e-11)
      } else {
        misses += 1
      }
      let length = distance ?? 12
      #expect((0..<200).allSatisfy { outside(shape, ray.point(at: length * Double($0) / 200)) > 0 })
    }
    #expect(hits > 200 && misses > 10)
  }

  @Test func distancesMatchClosedForms() {
    let above = Vector3(0, 0, 5)
    #expect(distance(shape(.plane, 0, 0, 0), from: above, down) == 4)
    #expect(distance(shape(.plane, 0, 0, 0), from: above, -down) == nil)
    #expect(distance(shape(.sphere, 0.5, 0, 0), from: above, down) == 3.5)
    #expect(distance(shape(.ellipsoid, 0.1, 0.2, 0.5), from: above, down) == 3.5)
    #expect(distance(shape(.capsule, 0.25, 0.5, 0), from: above, down) == 3.25)
    #expect(distance(shape(.cylinder, 0.25, 0.5, 0), from: above, down) == 3.5)
    #expect(distance(shape(.box, 0.1, 0.2, 0.5), from: above, down) == 3.5)
    #expect(distance(shape(.arrow, 1, 1, 1), from: above, down) == nil)
    let side = Vector3(-3, 0, 1)
    let right = Vector3(1, 0, 0)
    #expect(distance(shape(.capsule, 0.25, 0.5, 0), from: side, right) == 2.75)
    #expect(distance(shape(.cylinder, 0.25, 0.5, 0), from: side, right) == 2.75)
    #expect(distance(shape(.box, 0.1, 0.2, 0.5), from: side, right) == 2.9)
    for kind in [Shape.Kind.sphere, .ellipsoid, .capsule, .cylinder, .box] {
      #expect(distance(shape(kind, 0.2, 0.2, 0.2), from: Vector3(3, 0, 5), down) == nil)
      #expect(distance(shape(kind, 0.2, 0.2, 0.2), from: above, -down) == nil)
    }
  }
}

import IDQLPhysics
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

  @Test func closedForms() {
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

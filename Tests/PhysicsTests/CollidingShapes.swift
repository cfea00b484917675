import IDQLRandom

@testable import IDQLPhysics

/// A shape held in place.
struct PlacedShape {
  var shape: Geom.Shape
  var size: Vector3
  var center: Vector3
  var orientation: Quaternion
}

/// Two shapes, the one with the lower shape number first, and the margin within which they touch.
struct ShapePair {
  var first, second: PlacedShape
  var margin: Double
}

/// The contacts of each pair, by a model of as many pairs, all fixed to the world.
func findContacts(
  _ pairs: [ShapePair], profile: PhysicsProfile = .mujoco4, options: ModelOptions = ModelOptions()
) -> [[Contact]] {
  let world = PlacedShape(shape: .sphere, size: .zero, center: .zero, orientation: .identity)
  var bodies = [body(world)]
  var geoms: [Geom] = []
  var contactPairs: [ContactPair] = []
  for pair in pairs {
    contactPairs.append(
      ContactPair(
        first: geoms.count, second: geoms.count + 1, dimension: 1, margin: pair.margin, gap: 0,
        friction: (1, 1, 0, 0, 0), softness: ConstraintSoftness()))
    for shape in [pair.first, pair.second] {
      geoms.append(geom(body: bodies.count, shape))
      bodies.append(body(shape))
    }
  }
  let model = Model(
    name: "", profile: profile, options: options, bodies: unnamed(bodies),
    joints: unnamed([]), degreesOfFreedom: [], geoms: unnamed(geoms), sites: unnamed([]),
    tendons: unnamed([]), equalities: unnamed([]), actuators: unnamed([]), keyframes: unnamed([]),
    explicitPairs: [], exclusions: [],
    visuals: ModelVisuals(), pairs: contactPairs)

  let workspace = Workspace(model)
  placeFixedBodies(
    model, workspace.model, frames: workspace.frames, geomFrames: workspace.geomFrames)
  let runs = PairRuns(
    model, frames: workspace.frames, geomFrames: workspace.geomFrames, arena: workspace.arena)
  findContacts(
    workspace.model, runs, CollisionRules(profile), frames: workspace.frames,
    geomFrames: workspace.geomFrames, buffer: &workspace.contacts)
  var found: [[Contact]] = Array(repeating: [], count: pairs.count)
  for index in 0..<workspace.contacts.count {
    let contact = workspace.contacts.contacts[index]
    found[contact.pair].append(contact)
  }
  return found
}

private func unnamed<Element>(_ elements: [Element]) -> ModelElements<Element> {
  ModelElements(elements, names: elements.map { _ in "" })
}

private func body(_ shape: PlacedShape) -> Body {
  Body(
    parent: 0, root: 0, weld: 0, firstJoint: 0, jointCount: 0, firstDegreeOfFreedom: 0,
    degreeOfFreedomCount: 0, lastMovingDegreeOfFreedom: -1, position: shape.center,
    orientation: shape.orientation, inertialPosition: .zero, inertialOrientation: .identity,
    mass: 1, inertia: Vector3(1, 1, 1))
}

private func geom(body: Int, _ shape: PlacedShape) -> Geom {
  Geom(
    shape: shape.shape, body: body, position: .zero, orientation: .identity, size: shape.size,
    boundingRadius: shape.shape.boundingRadius(size: shape.size), contactType: 1,
    contactAffinity: 1, contactDimension: 1,
    priority: 0, friction: .zero, margin: 0, gap: 0, softnessMix: 1,
    softness: ConstraintSoftness(), group: 0, material: -1, color: .one)
}

extension NumPyGenerator {
  mutating func vector(_ low: Double, _ high: Double) -> Vector3 {
    Vector3(uniform(low, high), uniform(low, high), uniform(low, high))
  }

  mutating func rotation() -> Quaternion {
    Quaternion(standardNormal(), standardNormal(), standardNormal(), standardNormal()).normalized
  }

  /// A shape of half sizes between 0.1 and 0.6, its centre within 0.7 of the origin on each axis.
  mutating func placedShape(_ shape: Geom.Shape) -> PlacedShape {
    PlacedShape(
      shape: shape, size: vector(0.1, 0.6), center: vector(-0.7, 0.7), orientation: rotation())
  }

  mutating func shapePairs(
    _ first: Geom.Shape, _ second: Geom.Shape, count: Int, margin: Double
  ) -> [ShapePair] {
    (0..<count).map { _ in
      ShapePair(first: placedShape(first), second: placedShape(second), margin: margin)
    }
  }
}

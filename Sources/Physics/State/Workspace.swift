/// Everything a simulation computes with. Sized once from the model; what a restart needs of it is in
/// `State`, the rest can be recomputed.
final class Workspace {
  private let arena = Arena()
  let model: ModelPointers

  // the state
  let position, velocity, warmStart: UnsafeMutablePointer<Double>
  let control: UnsafeMutablePointer<Double>

  // kinematics, by body, geom or degree of freedom
  let frames: UnsafeMutablePointer<BodyFrame>
  let geomFrames: UnsafeMutablePointer<GeomFrame>
  let axes: UnsafeMutablePointer<SpatialVector>
  let bodyVelocity, bodyAcceleration, bodyForce: UnsafeMutablePointer<SpatialVector>

  // inertia
  let inertias, composite: UnsafeMutablePointer<SpatialInertia>
  let massMatrix: UnsafeMutablePointer<Double>

  // generalized forces and what they give, by degree of freedom
  let biasForce, passiveForce, actuatorForce, smoothForce: UnsafeMutablePointer<Double>
  let constraintForce, acceleration: UnsafeMutablePointer<Double>

  // contacts and constraints
  private(set) var pairRuns: PairRuns
  var contacts: ContactBuffer
  var constraints: ConstraintBuffer
  /// Whether the rows refer to `model.full`, not `model.tree`.
  var usesFullLayout = false
  let solver: SolverScratch

  // Runge-Kutta stages
  let stagePosition, stageVelocity, slope: UnsafeMutablePointer<Double>
  let meanSlope, meanAcceleration: UnsafeMutablePointer<Double>

  init(_ source: Model) {
    model = ModelPointers(source, arena: arena)
    let (nq, nv) = (model.positionCount, model.velocityCount)
    position = arena.doubles(nq)
    velocity = arena.doubles(nv)
    warmStart = arena.doubles(nv)
    control = arena.doubles(model.actuatorCount)

    frames = arena.array(model.bodyCount, repeating: .identity)
    geomFrames = arena.array(
      source.geoms.count, repeating: GeomFrame(center: .zero, axis: Vector3(0, 0, 1)))
    axes = arena.array(nv, repeating: .zero)
    bodyVelocity = arena.array(model.bodyCount, repeating: .zero)
    bodyAcceleration = arena.array(model.bodyCount, repeating: .zero)
    bodyForce = arena.array(model.bodyCount, repeating: .zero)

    inertias = arena.array(model.bodyCount, repeating: .zero)
    composite = arena.array(model.bodyCount, repeating: .zero)
    massMatrix = arena.doubles(model.tree.entryCount)

    biasForce = arena.doubles(nv)
    passiveForce = arena.doubles(nv)
    actuatorForce = arena.doubles(nv)
    smoothForce = arena.doubles(nv)
    constraintForce = arena.doubles(nv)
    acceleration = arena.doubles(nv)

    let contactLimits = (0..<model.pairCount).map { [model] in model.pairKinds[$0].contactLimit }
    contacts = ContactBuffer(
      contacts: arena.array(contactLimits.reduce(0, +), repeating: .none))
    let pairs = (0..<model.pairCount).map { [model] in model.pairConstraints[$0] }
    constraints = ConstraintBuffer(source, pairs, contactLimits: contactLimits, arena: arena)
    solver = SolverScratch(model, rowCapacity: constraints.capacity, arena: arena)

    stagePosition = arena.doubles(nq)
    stageVelocity = arena.doubles(nv)
    slope = arena.doubles(nv)
    meanSlope = arena.doubles(nv)
    meanAcceleration = arena.doubles(nv)

    Self.placeFixedBodies(source, model, frames, geomFrames)
    pairRuns = PairRuns(source, frames: frames, geomFrames: geomFrames, arena: arena)
  }

  /// Gives the same contacts as the grids do.
  func testEveryPair(_ source: Model) {
    pairRuns = PairRuns(
      source, frames: frames, geomFrames: geomFrames, usesGrids: false, arena: arena)
  }

  /// What is fixed to the world never moves again.
  private static func placeFixedBodies(
    _ source: Model, _ model: ModelPointers, _ frames: UnsafeMutablePointer<BodyFrame>,
    _ geomFrames: UnsafeMutablePointer<GeomFrame>
  ) {
    for (index, body) in source.bodies.enumerated() where index > 0 && body.weld == 0 {
      let parent = frames[body.parent]
      let orientation = (parent.orientation * body.orientation).normalized
      let origin = parent.origin + parent.rotation * body.position
      frames[index] = BodyFrame(
        origin: origin, orientation: orientation, rotation: orientation.matrix,
        centerOfMass: origin + orientation.matrix * body.inertialPosition)
    }
    for (index, geom) in source.geoms.enumerated() where source.bodies[geom.body].weld == 0 {
      let frame = frames[geom.body]
      geomFrames[index] = GeomFrame(
        center: frame.origin + frame.rotation * geom.position,
        axis: frame.rotation * model.geomAxes[index])
    }
  }
}

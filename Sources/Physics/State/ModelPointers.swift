/// A model's arrays as bare pointers, and what the kernels derive from them once.
struct ModelPointers {
  let bodyCount: Int
  let jointCount: Int
  let positionCount: Int
  let velocityCount: Int
  let actuatorCount: Int

  let bodies: UnsafePointer<Body>
  let joints: UnsafePointer<Joint>
  let dofs: UnsafePointer<DegreeOfFreedom>
  let geoms: UnsafePointer<Geom>
  let pairs: UnsafePointer<ContactPair>
  let actuators: UnsafePointer<Actuator>
  let initialPosition: UnsafePointer<Double>
  let springPosition: UnsafePointer<Double>

  /// Bodies that can move, parents first.
  let movingBodies: UnsafePointer<Int>
  let movingBodyCount: Int
  /// Geoms of moving bodies that occur in a pair.
  let movingGeoms: UnsafePointer<Int>
  let movingGeomCount: Int
  /// Joints with a limit.
  let limitedJoints: UnsafePointer<Int>
  let limitedJointCount: Int
  let limitLaws: UnsafePointer<ConstraintLaw>
  /// Local +z axis of each geom in its body's frame.
  let geomAxes: UnsafePointer<Vector3>
  let pairCount: Int
  let pairKinds: UnsafePointer<CollisionKind>
  let pairConstraints: UnsafePointer<PairConstraint>

  /// Sparsity of the mass matrix: two branches of a tree do not couple.
  let tree: MatrixLayout
  /// Room for every entry, needed while a contact couples two branches.
  let full: MatrixLayout

  init(_ model: Model, arena: Arena) {
    bodyCount = model.bodies.count
    jointCount = model.joints.count
    positionCount = model.positionCount
    velocityCount = model.velocityCount
    actuatorCount = model.controlCount
    bodies = arena.copy(model.bodies)
    joints = arena.copy(model.joints)
    dofs = arena.copy(model.degreesOfFreedom)
    geoms = arena.copy(model.geoms)
    pairs = arena.copy(model.pairs)
    pairCount = model.pairs.count
    pairKinds = arena.copy(
      model.pairs.map { pair in
        let (first, second) = (model.geoms[pair.first].shape, model.geoms[pair.second].shape)
        guard let kind = CollisionKind(first, second) else {
          preconditionFailure("The compiler let a pair of \(first) and \(second) pass.")
        }
        return kind
      })
    actuators = arena.copy(model.actuators)
    initialPosition = arena.copy(model.initialPosition)
    springPosition = arena.copy(model.springPosition)

    let moving = model.bodies.indices.filter { model.bodies[$0].weld != 0 }
    movingBodies = arena.copy(moving)
    movingBodyCount = moving.count
    let colliding = Set(model.pairs.flatMap { [$0.first, $0.second] }).sorted()
    let movingColliding = colliding.filter { model.bodies[model.geoms[$0].body].weld != 0 }
    movingGeoms = arena.copy(movingColliding)
    movingGeomCount = movingColliding.count
    let limited = model.joints.indices.filter { model.joints[$0].isLimited }
    limitedJoints = arena.copy(limited)
    limitedJointCount = limited.count
    limitLaws = arena.copy(
      limited.map {
        ConstraintLaw(model.joints[$0].limitSoftness, timestep: model.options.timestep)
      })
    pairConstraints = arena.copy(model.pairs.map { PairConstraint($0, model) })
    geomAxes = arena.copy(model.geoms.map(\.orientation.matrix.zAxis))

    tree = MatrixLayout(parents: model.degreesOfFreedom.map(\.parent), arena: arena)
    full = MatrixLayout(parents: model.degreesOfFreedom.indices.map { $0 - 1 }, arena: arena)
  }
}

/// A model's arrays as bare pointers, and constants that the kernels derive from them.
package struct ModelPointers {
  package let bodyCount: Int
  package let jointCount: Int
  package let positionCount: Int
  package let velocityCount: Int
  package let actuatorCount: Int
  /// What most models have none of, apart from these so that a copy of them stays small.
  package let special: UnsafePointer<SpecialPointers>
  /// Whether there are tendons, or joints that equalities take as such.
  package let hasLengths: Bool
  /// Whether some actuators pull tendons or have a state, or joints limit the forces of theirs.
  package let hasSpecialDrives: Bool
  package let hasTwoSidedRows: Bool
  package let hasEllipticCones: Bool
  /// Whether constraints are solved by `Simulation.solveApart`, not in lanes.
  package let isSolvedApart: Bool
  /// Whether other rows than those of contacts couple branches, so that all steps need `full`.
  package let rowsCoupleBranches: Bool

  package let bodies: UnsafePointer<Body>
  /// Principal axes of each body's inertia, in the body's frame.
  package let inertialAxes: UnsafePointer<Matrix3>
  package let joints: UnsafePointer<Joint>
  package let dofs: UnsafePointer<DegreeOfFreedom>
  package let geoms: UnsafePointer<Geom>
  package let pairs: UnsafePointer<ContactPair>
  package let actuators: UnsafePointer<Actuator>
  package let initialPosition: UnsafePointer<Double>
  package let springPosition: UnsafePointer<Double>

  /// Bodies that can move, parents first.
  package let movingBodies: UnsafePointer<Int>
  package let movingBodyCount: Int
  /// Geoms of moving bodies that occur in a pair.
  package let movingGeoms: UnsafePointer<Int>
  package let movingGeomCount: Int
  /// Joints with a limit.
  package let limitedJoints: UnsafePointer<Int>
  package let limitedJointCount: Int
  package let limitLaws: UnsafePointer<ConstraintLaw>
  /// Local +z axis of each geom in its body's frame.
  package let geomAxes: UnsafePointer<Vector3>
  package let pairCount: Int
  package let pairKinds: UnsafePointer<CollisionKind>
  package let pairConstraints: UnsafePointer<PairConstraint>
  /// The degrees of freedom of constraint rows: the chains of `tree`, then those of pairs.
  package let rowChains: UnsafePointer<Int>

  /// Sparsity of the mass matrix: two branches of a tree do not couple.
  package let tree: MatrixLayout
  /// Room for every entry, needed while a contact couples two branches; `tree` if none can.
  package let full: MatrixLayout

  package init(_ source: Model, arena: Arena) {
    let model = source.withSharedFrames
    bodyCount = model.bodies.count
    jointCount = model.joints.count
    positionCount = model.positionCount
    velocityCount = model.velocityCount
    actuatorCount = model.controlCount
    hasSpecialDrives =
      model.actuators.contains { $0.tendon >= 0 || $0.activation >= 0 }
      || model.joints.contains {
        $0.actuatorForceRange != unlimited || $0.actuatorsCompensateGravity
      }
    hasEllipticCones = model.options.hasEllipticCones
    isSolvedApart = model.isSolvedApart
    bodies = arena.copy(model.bodies.elements)
    inertialAxes = arena.copy(model.bodies.map(\.inertialOrientation.matrix))
    // what is disabled is left out here, so that no step has to ask
    let disabled = model.options.disabled
    joints = arena.copy(
      model.joints.map {
        var joint = $0
        if disabled.contains(.springs) { joint.stiffness = 0 }
        return joint
      })
    dofs = arena.copy(
      model.degreesOfFreedom.map {
        var dof = $0
        if disabled.contains(.dampers) { dof.damping = 0 }
        return dof
      })
    geoms = arena.copy(model.geoms.elements)
    pairs = arena.copy(model.pairs)
    pairCount = model.pairs.count
    pairKinds = arena.copy(
      model.pairs.map { pair in
        guard let kind = model.collisionKind(pair) else {
          preconditionFailure("The compiler let pass \(pair).")
        }
        return kind
      })
    actuators = arena.copy(
      model.actuators.map {
        var actuator = $0
        if disabled.contains(.actuation) { (actuator.gain, actuator.bias) = (.zero, .zero) }
        if disabled.contains(.controlClamping) {
          actuator.controlRange = -Double.infinity...Double.infinity
        }
        return actuator
      })
    initialPosition = arena.copy(model.initialPosition)
    springPosition = arena.copy(model.springPosition)

    let moving = model.bodies.indices.filter { model.bodies[$0].weld != 0 }
    movingBodies = arena.copy(moving)
    movingBodyCount = moving.count
    let colliding = Set(model.pairs.flatMap { [$0.first, $0.second] }).sorted()
    let movingColliding = colliding.filter { model.bodies[model.geoms[$0].body].weld != 0 }
    movingGeoms = arena.copy(movingColliding)
    movingGeomCount = movingColliding.count
    let limited = model.joints.indices.filter {
      model.joints[$0].isLimited && !disabled.contains(.limits)
    }
    limitedJoints = arena.copy(limited)
    limitedJointCount = limited.count
    limitLaws = arena.copy(
      limited.map {
        ConstraintLaw(model.joints[$0].limitSoftness, model.options)
      })
    geomAxes = arena.copy(model.geoms.map(\.orientation.matrix.zAxis))

    tree = MatrixLayout(parents: model.degreesOfFreedom.map(\.parent), arena: arena)
    var chains = RowChains(tree)
    let pairConstraints = model.pairs.map { PairConstraint($0, model, &chains) }
    self.pairConstraints = arena.copy(pairConstraints)
    let constraints = SpecialConstraints(model, &chains)
    special = arena.copy([SpecialPointers(model, constraints, arena: arena)])
    hasLengths = !constraints.lengths.isEmpty
    hasTwoSidedRows = !constraints.equalities.isEmpty || !constraints.frictions.isEmpty
    rowsCoupleBranches = constraints.couplesBranches
    rowChains = arena.copy(chains.elements)
    full =
      constraints.couplesBranches || pairConstraints.contains(where: \.couplesBranches)
      ? MatrixLayout(full: model.degreesOfFreedom.count, arena: arena) : tree
  }
}

/// The rarer parts of a model.
package struct SpecialPointers {
  package let gravity: Vector3
  package let timestep: Double
  package let activationCount: Int
  /// Tendons, and joints that equalities take as such.
  package let lengths: UnsafePointer<LengthConstraint>
  package let lengthCount: Int
  package let lengthTerms: UnsafePointer<LengthTerm>
  /// Of the spatial tendons.
  package let pathSteps: UnsafePointer<PathStep>
  package let wraps: UnsafePointer<PathWrap>
  package let pathEntries: UnsafePointer<PathEntry>
  /// Whether some tendons have inertia.
  package let hasTendonInertia: Bool
  /// Whether some tendons limit the forces of their actuators.
  package let limitsTendonForces: Bool
  /// Joints that limit the forces of their actuators.
  package let forceLimitedJoints: UnsafePointer<Int>
  package let forceLimitedJointCount: Int
  /// Joints whose actuators compensate gravity: none in a model without actuators, as in MuJoCo.
  package let compensatingJoints: UnsafePointer<Int>
  package let compensatingJointCount: Int
  /// Their Jacobians as far as they are constant.
  package let fixedJacobians: UnsafePointer<Double>
  package let lengthJacobianCount: Int
  package let equalities: UnsafePointer<EqualityConstraint>
  package let equalityCount: Int
  package let rowOffsets: UnsafePointer<Int>
  /// Degrees of freedom and tendons with dry friction.
  package let frictions: UnsafePointer<FrictionConstraint>
  package let frictionCount: Int
  package let correctsConstraintRates: Bool
  package let stopsDerivativesAtForceLimits: Bool
  /// Most sweeps that remove slip, and the least improvement of one that is followed by another.
  package let noSlipIterations: Int
  package let noSlipTolerance: Double
  /// Whether the end of those sweeps is decided for each island.
  package let hasIslands: Bool
  /// By joint: whether it alone moves a body, which has no children.
  package let freeBodyJoints: UnsafePointer<Bool>
  /// Of the meshes that can touch something, by mesh; of the others an empty one.
  let hulls: UnsafePointer<HullPointers>
  let heightFields: UnsafePointer<HeightFieldPointers>
  /// Of the simulation that these pointers are made for.
  let convexScratch: ConvexScratch

  init(_ model: Model, _ constraints: SpecialConstraints, arena: Arena) {
    gravity = model.options.disabled.contains(.gravity) ? .zero : model.options.gravity
    timestep = model.options.timestep
    activationCount = model.activationCount
    lengths = arena.copy(constraints.lengths)
    lengthCount = constraints.lengths.count
    lengthTerms = arena.copy(constraints.terms)
    pathSteps = arena.copy(constraints.paths.steps)
    wraps = arena.copy(constraints.paths.wraps)
    pathEntries = arena.copy(constraints.paths.entries)
    hasTendonInertia = constraints.lengths.contains { $0.armature > 0 }
    limitsTendonForces = constraints.lengths.contains { $0.actuatorForceRange != unlimited }
    let forceLimited = model.joints.indices.filter {
      model.joints[$0].actuatorForceRange != unlimited
    }
    forceLimitedJoints = arena.copy(forceLimited)
    forceLimitedJointCount = forceLimited.count
    let compensating = model.joints.indices.filter {
      model.joints[$0].actuatorsCompensateGravity && !model.options.disabled.contains(.actuation)
        && !model.actuators.isEmpty
    }
    compensatingJoints = arena.copy(compensating)
    compensatingJointCount = compensating.count
    fixedJacobians = arena.copy(constraints.jacobians)
    lengthJacobianCount = constraints.jacobians.count
    equalities = arena.copy(constraints.equalities)
    equalityCount = constraints.equalities.count
    rowOffsets = arena.copy(constraints.offsets)
    frictions = arena.copy(constraints.frictions)
    frictionCount = constraints.frictions.count
    correctsConstraintRates = model.profile.correctsConstraintRates
    noSlipIterations = model.options.noSlipIterations
    noSlipTolerance = model.options.noSlipTolerance
    hasIslands = model.options.hasIslands
    stopsDerivativesAtForceLimits = model.profile.stopsDerivativesAtForceLimits
    let parents = Set(model.bodies.dropFirst().map(\.parent))
    freeBodyJoints = arena.copy(
      model.joints.map { $0.kind == .free && !parents.contains($0.body) })
    hulls = arena.copy(
      model.meshes.map { mesh in
        HullPointers(mesh.hull ?? HullSurface(), arena: arena)
      })
    heightFields = arena.copy(
      model.heightFields.map { HeightFieldPointers($0, arena: arena) })
    convexScratch = ConvexScratch(
      model.options, isNeeded: model.pairs.contains { model.collisionKind($0)?.isConvex == true },
      largestPolygon: model.largestPolygon, arena: arena)
  }
}

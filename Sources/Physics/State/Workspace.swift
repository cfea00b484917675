/// All memory of a simulation, allocated once from the model. `State` is the part that determines
/// the future; the rest can be computed from it.
package final class Workspace {
  let arena = Arena()
  let model: ModelPointers

  // the state
  package let position, velocity, warmStart: UnsafeMutablePointer<Real>
  package let control: UnsafeMutablePointer<Real>
  /// States of actuators, and their rates.
  package let activation, activationRate: UnsafeMutablePointer<Real>
  /// Force of each actuator, of models with special ones (MuJoCo `actuator_force`).
  let driveForce: UnsafeMutablePointer<Real>

  // kinematics, by body, geom or degree of freedom
  package let frames: UnsafeMutablePointer<BodyFrame>
  let geomFrames: UnsafeMutablePointer<GeomFrame>
  package let axes: UnsafeMutablePointer<SpatialVector>
  package let bodyVelocity: UnsafeMutablePointer<SpatialVector>
  let bodyAcceleration, bodyForce: UnsafeMutablePointer<SpatialVector>

  // inertia
  let inertias, composite: UnsafeMutablePointer<SpatialInertia>
  package let massMatrix: UnsafeMutablePointer<Real>

  // generalized forces and accelerations, by degree of freedom
  package let biasForce, passiveForce, actuatorForce, smoothForce: UnsafeMutablePointer<Real>
  package let constraintForce, acceleration: UnsafeMutablePointer<Real>
  /// Forces against gravity, by degree of freedom (MuJoCo `qfrc_gravcomp`).
  let gravityCompensation: UnsafeMutablePointer<Real>

  /// Of `ModelPointers.lengths`.
  package let lengths, lengthRates, lengthJacobians: UnsafeMutablePointer<Real>

  // contacts and constraints
  package var contacts: ContactBuffer
  package var constraints: ConstraintBuffer
  package let solver: SolverScratch
  /// How often the solver did not find the minimum since the state was set.
  package let unconvergedCount: UnsafeMutablePointer<Real>

  let implicit: ImplicitScratch

  // Runge-Kutta stages
  let stagePosition, stageVelocity, slope: UnsafeMutablePointer<Real>
  let meanSlope, meanAcceleration: UnsafeMutablePointer<Real>
  let stageActivation, meanActivationRate: UnsafeMutablePointer<Real>

  init(_ source: Model) {
    model = ModelPointers(source, arena: arena)
    let (nq, nv) = (model.positionCount, model.velocityCount)
    position = arena.reals(nq)
    velocity = arena.reals(nv)
    warmStart = arena.reals(nv)
    control = arena.reals(model.actuatorCount)
    activation = arena.reals(model.special.pointee.activationCount)
    activationRate = arena.reals(model.special.pointee.activationCount)
    driveForce = arena.reals(model.actuatorCount)

    frames = arena.array(model.bodyCount, repeating: .identity)
    geomFrames = arena.array(
      source.geoms.count, repeating: GeomFrame(center: .zero, axis: Vector3(0, 0, 1)))
    axes = arena.array(nv, repeating: .zero)
    bodyVelocity = arena.array(model.bodyCount, repeating: .zero)
    bodyAcceleration = arena.array(model.bodyCount, repeating: .zero)
    bodyForce = arena.array(model.bodyCount, repeating: .zero)

    inertias = arena.array(model.bodyCount, repeating: .zero)
    composite = arena.array(model.bodyCount, repeating: .zero)
    massMatrix = arena.reals(model.tree.entryCount)

    biasForce = arena.reals(nv)
    passiveForce = arena.reals(nv)
    actuatorForce = arena.reals(nv)
    smoothForce = arena.reals(nv)
    gravityCompensation = arena.reals(nv)
    constraintForce = arena.reals(nv)
    acceleration = arena.reals(nv)

    lengths = arena.reals(model.special.pointee.lengthCount)
    lengthRates = arena.reals(model.special.pointee.lengthCount)
    lengthJacobians = arena.reals(model.special.pointee.lengthJacobianCount)
    for e in 0..<model.special.pointee.lengthJacobianCount {
      lengthJacobians[e] = Real(model.special.pointee.fixedJacobians[e])
    }

    let contactLimits = (0..<model.pairCount).map { [model] in model.pairKinds[$0].contactLimit }
    contacts = ContactBuffer(
      contacts: arena.array(contactLimits.reduce(0, +), repeating: .none))
    constraints = ConstraintBuffer(model, arena: arena)
    solver = SolverScratch(model, rowCapacity: constraints.capacity, arena: arena)
    unconvergedCount = arena.reals(1)

    implicit = ImplicitScratch(source, model, arena: arena)

    stagePosition = arena.reals(nq)
    stageVelocity = arena.reals(nv)
    slope = arena.reals(nv)
    meanSlope = arena.reals(nv)
    meanAcceleration = arena.reals(nv)
    stageActivation = arena.reals(model.special.pointee.activationCount)
    meanActivationRate = arena.reals(model.special.pointee.activationCount)
  }
}

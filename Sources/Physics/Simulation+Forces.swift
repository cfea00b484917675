extension Simulation {
  /// Takes one time step (MuJoCo `mj_step`, without its checks).
  @inline(__always)
  func advance() {
    switch model.options.integrator {
    case .euler: stepEuler()
    case .rungeKutta4: stepRungeKutta4()
    case .implicit, .implicitFast: stepImplicit()
    }
  }

  /// All that is derived from a position, a velocity and the controls, up to the acceleration
  /// (MuJoCo `mj_forward`): one line for each stage, in MuJoCo's order.
  @inline(__always)
  func computeForces(
    position: UnsafeMutablePointer<Real>, velocity: UnsafePointer<Real>,
    activation: UnsafePointer<Real>
  ) {
    let w = workspace
    let m = w.model
    if traits.hasQuaternions, model.profile.normalizesPositionsInPlace {
      normalizeQuaternions(position)
    }

    computeBodyFrames(m, position: position, frames: w.frames, axes: w.axes)
    computeGeomFrames(m, frames: w.frames, geomFrames: w.geomFrames)
    computeInertias(m, frames: w.frames, inertias: w.inertias)
    computeMassMatrix(
      m, inertias: w.inertias, axes: w.axes, composite: w.composite, matrix: w.massMatrix)
    detectContacts()

    computeBiasForce(
      m, gravity: Vector3(m.special.pointee.gravity), velocity: velocity, axes: w.axes,
      inertias: w.inertias,
      bodyVelocity: w.bodyVelocity, bodyForce: w.bodyForce, bodyAcceleration: w.bodyAcceleration,
      bias: w.biasForce)
    computePassiveForce(m, position: position, velocity: velocity, passive: w.passiveForce)
    if traits.hasRarePassiveForces {
      if traits.hasFluid {
        addFluidForce(
          m, model.options, frames: w.frames, axes: w.axes, bodyVelocity: w.bodyVelocity,
          passive: w.passiveForce)
      }
      if traits.compensatesGravity {
        addGravityCompensation(
          m, frames: w.frames, axes: w.axes, compensation: w.gravityCompensation,
          passive: w.passiveForce)
      }
    }
    if m.hasLengths {
      computeLengths(
        m, frames: w.frames, axes: w.axes, position: position, velocity: velocity,
        lengthJacobians: w.lengthJacobians, lengths: w.lengths, rates: w.lengthRates)
      if m.special.pointee.hasTendonInertia {
        addTendonInertia(
          m, frames: w.frames, bodyVelocity: w.bodyVelocity, bodyAcceleration: w.bodyAcceleration,
          lengthJacobians: w.lengthJacobians, massMatrix: w.massMatrix, bias: w.biasForce)
      }
      addTendonForces(
        m, lengths: w.lengths, lengthJacobians: w.lengthJacobians, velocity: velocity,
        passive: w.passiveForce)
    }
    computeActuatorForce(
      m, control: w.control, activation: activation, activationRate: w.activationRate,
      position: position, velocity: velocity, lengths: w.lengths,
      lengthJacobians: w.lengthJacobians, drives: w.driveForce,
      gravityCompensation: w.gravityCompensation, actuator: w.actuatorForce)
    for d in 0..<m.velocityCount {
      w.smoothForce[d] = w.passiveForce[d] - w.biasForce[d] + w.actuatorForce[d]
    }
    addPerturbationForce()

    let layout = m.rowsCoupleBranches || contactsCoupleBranches ? m.full : m.tree
    w.constraints.rowCount = 0
    w.constraints.entryCount = 0
    if m.hasTwoSidedRows { addTwoSidedRows(velocity) }
    addLimitRows(m, position: position, velocity: velocity, &w.constraints)
    if m.hasLengths {
      addLengthLimitRows(
        m, lengths: w.lengths, lengthJacobians: w.lengthJacobians, velocity: velocity,
        &w.constraints)
    }
    let isMinimum: Mask
    if m.isSolvedApart {
      isMinimum = solveApart(layout, velocity: velocity)
    } else {
      addContactRows(
        m, frames: w.frames, axes: w.axes, velocity: velocity, contacts: w.contacts, &w.constraints)
      isMinimum = solveConstraints(
        m, layout, massMatrix: w.massMatrix, force: w.smoothForce, w.constraints, w.solver,
        acceleration: w.acceleration, constraintForce: w.constraintForce)
    }
    if !everyLane(isMinimum) {
      w.unconvergedCount.pointee = select(
        isMinimum, w.unconvergedCount.pointee, w.unconvergedCount.pointee + 1)
    }
  }

  /// The states of the actuators after a step with these rates.
  @inline(never)
  func advanceActivations(_ rates: UnsafePointer<Real>) {
    let w = workspace
    let m = w.model
    if model.options.disabled.contains(.actuation) { return }
    for index in 0..<m.actuatorCount where m.actuators[index].activation >= 0 {
      let state = m.actuators[index].activation
      w.activation[state] = next(
        m.actuators + index, w.activation[state], rates[state], m.special.pointee.timestep)
    }
  }

  @inline(never)
  private func addTwoSidedRows(_ velocity: UnsafePointer<Real>) {
    let w = workspace
    w.constraints.twoSidedCount = 0
    addEqualityRows(
      w.model, frames: w.frames, axes: w.axes, lengths: w.lengths,
      lengthJacobians: w.lengthJacobians, bodyVelocity: w.bodyVelocity,
      bodyAcceleration: w.bodyAcceleration, velocity: velocity, &w.constraints)
    addFrictionRows(
      w.model, lengthJacobians: w.lengthJacobians, velocity: velocity, &w.constraints)
  }

  private var contactsCoupleBranches: Bool {
    let w = workspace
    for c in 0..<w.contacts.count
    where w.model.pairConstraints[w.contacts.contacts[c].pair].couplesBranches {
      return true
    }
    return false
  }

  private func normalizeQuaternions(_ position: UnsafeMutablePointer<Real>) {
    for j in 0..<workspace.model.jointCount {
      let joint = workspace.model.joints + j
      let isFree = joint.pointee.kind == .free
      guard isFree || joint.pointee.kind == .ball else { continue }
      let q = position + joint.pointee.firstPosition + (isFree ? 3 : 0)
      let unit = Quaternion(q[0], q[1], q[2], q[3]).normalized
      (q[0], q[1], q[2], q[3]) = (unit.w, unit.x, unit.y, unit.z)
    }
  }

  /// Whether all numbers of the state are at most 1e10 (MuJoCo `mj_checkPos`, `mj_checkVel`,
  /// `mj_checkAcc`).
  @inline(__always)
  func checkedState() -> Mask {
    let w = workspace
    var isFine = Mask.always
    for i in 0..<w.model.positionCount { isFine = isFine && abs(w.position[i]) <= 1e10 }
    for d in 0..<w.model.velocityCount {
      isFine = isFine && abs(w.velocity[d]) <= 1e10 && abs(w.acceleration[d]) <= 1e10
    }
    return isFine
  }
}

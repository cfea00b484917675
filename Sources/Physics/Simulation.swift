/// A model in motion. One instance per episode in flight; it is not for use by several threads at once.
///
/// ```swift
/// let model = try Model(contentsOf: "hopper.xml", profile: .mujoco4)
/// let simulation = Simulation(model: model)
/// simulation.control = [0.5, -0.25, 0.125]
/// simulation.step()
/// ```
public final class Simulation {
  public let model: Model
  /// Seconds since the last reset.
  public private(set) var time = 0.0
  /// False from the moment that a position, velocity or acceleration is not a number or beyond 1e10
  /// (MuJoCo `mj_checkPos`, `mj_checkVel`, `mj_checkAcc`). MuJoCo then resets itself; here the state stays
  /// as it is, for the caller to see, and `step` does nothing until a new state is set.
  public private(set) var isFinite = true
  /// What a hand does to the mechanism from the next step on; nil to leave it alone.
  public var perturbation: Perturbation?
  /// Moment about the centre of mass, and force, of the perturbation during the step at hand.
  private(set) var pull = SpatialVector.zero

  let workspace: Workspace
  let isDamped: Bool
  private let hasFluid: Bool
  private let hasQuaternions: Bool

  /// The initial configuration at rest.
  public init(model: Model) {
    self.model = model
    workspace = Workspace(model)
    isDamped = model.degreesOfFreedom.contains { $0.damping > 0 }
    hasFluid = model.options.fluidDensity > 0 || model.options.fluidViscosity > 0
    hasQuaternions = model.joints.contains { $0.kind == .ball || $0.kind == .free }
    reset(
      position: model.initialPosition, velocity: Array(repeating: 0, count: model.velocityCount))
  }

  /// One time step (MuJoCo `mj_step`).
  public func step() {
    guard isFinite else { return }
    if let perturbation {
      // so that the pull follows from the state alone, not from what was computed last
      placeBodies()
      pull = perturbation.wrench(in: self)
    }
    switch model.options.integrator {
    case .euler: stepEuler()
    case .rungeKutta4: stepRungeKutta4()
    }
    time += model.options.timestep
    checkFinite()
  }

  /// Everything that follows from a position, a velocity and the controls, up to the acceleration
  /// (MuJoCo `mj_forward`): one line per stage, in MuJoCo's order.
  @inline(__always)
  func computeForces(
    position: UnsafeMutablePointer<Double>, velocity: UnsafePointer<Double>
  ) {
    let w = workspace
    let m = w.model
    if hasQuaternions, model.profile.normalizesPositionsInPlace { normalizeQuaternions(position) }

    computeBodyFrames(m, position: position, frames: w.frames, axes: w.axes)
    computeGeomFrames(m, frames: w.frames, geomFrames: w.geomFrames)
    computeInertias(m, frames: w.frames, inertias: w.inertias)
    computeMassMatrix(
      m, inertias: w.inertias, axes: w.axes, composite: w.composite, matrix: w.massMatrix)
    findContacts(
      m, w.pairRuns, measuresDepthInsideBoxes: model.profile.measuresDepthInsideBoxes,
      clipsParallelCapsules: model.profile.clipsParallelCapsules, frames: w.frames,
      geomFrames: w.geomFrames, buffer: &w.contacts)

    computeBiasForce(
      m, gravity: model.options.gravity, velocity: velocity, axes: w.axes, inertias: w.inertias,
      bodyVelocity: w.bodyVelocity, bodyForce: w.bodyForce, bodyAcceleration: w.bodyAcceleration,
      bias: w.biasForce)
    computePassiveForce(m, position: position, velocity: velocity, passive: w.passiveForce)
    if hasFluid {
      addFluidForce(
        m, model.options, frames: w.frames, axes: w.axes, bodyVelocity: w.bodyVelocity,
        passive: w.passiveForce)
    }
    computeActuatorForce(
      m, control: w.control, position: position, velocity: velocity, actuator: w.actuatorForce)
    for d in 0..<m.velocityCount {
      w.smoothForce[d] = w.passiveForce[d] - w.biasForce[d] + w.actuatorForce[d]
    }
    if perturbation != nil { addPull() }

    w.usesFullLayout = contactsCoupleBranches
    let layout = w.usesFullLayout ? m.full : m.tree
    w.constraints.rowCount = 0
    w.constraints.entryCount = 0
    addLimitRows(m, layout, position: position, velocity: velocity, &w.constraints)
    addContactRows(
      m, layout, frames: w.frames, axes: w.axes, velocity: velocity, contacts: w.contacts,
      &w.constraints)
    solveConstraints(
      m, layout, massMatrix: w.massMatrix, force: w.smoothForce, w.constraints, w.solver,
      acceleration: w.acceleration, constraintForce: w.constraintForce)
  }

  private var contactsCoupleBranches: Bool {
    let w = workspace
    for c in 0..<w.contacts.count
    where w.model.pairConstraints[w.contacts.contacts[c].pair].couplesBranches {
      return true
    }
    return false
  }

  private func normalizeQuaternions(_ position: UnsafeMutablePointer<Double>) {
    for j in 0..<workspace.model.jointCount {
      let joint = workspace.model.joints + j
      let isFree = joint.pointee.kind == .free
      guard isFree || joint.pointee.kind == .ball else { continue }
      let q = position + joint.pointee.firstPosition + (isFree ? 3 : 0)
      let unit = Quaternion(q[0], q[1], q[2], q[3]).normalized
      (q[0], q[1], q[2], q[3]) = (unit.w, unit.x, unit.y, unit.z)
    }
  }

  private func checkFinite() {
    let w = workspace
    var isFine = true
    for i in 0..<w.model.positionCount { isFine = isFine && abs(w.position[i]) <= 1e10 }
    for d in 0..<w.model.velocityCount {
      isFine = isFine && abs(w.velocity[d]) <= 1e10 && abs(w.acceleration[d]) <= 1e10
    }
    isFinite = isFine
  }
}

extension Simulation {
  /// All that a restart needs. Setting it computes what follows from it, as `reset` does, and gives the
  /// same future to the bit as the simulation it was taken from.
  ///
  /// - Precondition: the arrays have the model's lengths.
  public var state: State {
    get {
      let w = workspace
      return State(
        time: time,
        position: Array(UnsafeBufferPointer(start: w.position, count: w.model.positionCount)),
        velocity: Array(UnsafeBufferPointer(start: w.velocity, count: w.model.velocityCount)),
        warmStart: Array(UnsafeBufferPointer(start: w.warmStart, count: w.model.velocityCount)))
    }
    set {
      let w = workspace
      precondition(newValue.position.count == w.model.positionCount)
      precondition(newValue.velocity.count == w.model.velocityCount)
      precondition(newValue.warmStart.count == w.model.velocityCount)
      time = newValue.time
      w.position.update(from: newValue.position, count: w.model.positionCount)
      w.velocity.update(from: newValue.velocity, count: w.model.velocityCount)
      w.warmStart.update(from: newValue.warmStart, count: w.model.velocityCount)
      refresh()
    }
  }

  /// Recomputes all that follows from the state and the controls, without moving (MuJoCo `mj_forward`).
  public func refresh() {
    pull = .zero
    let w = workspace
    w.acceleration.update(from: w.warmStart, count: w.model.velocityCount)
    computeForces(position: w.position, velocity: w.velocity)
    checkFinite()
  }

  /// Recomputes where the bodies are and how they can move, and nothing else (MuJoCo `mj_kinematics`,
  /// `mj_comPos`). After a step, what is read off the simulation belongs to where it last computed
  /// forces; after this, `frame(ofBody:)` and `velocityOfCenterOfMass(ofTreeUnder:)` belong to the
  /// state.
  public func placeBodies() {
    let w = workspace
    computeBodyFrames(w.model, position: w.position, frames: w.frames, axes: w.axes)
  }

  /// A new start: time, controls and warm start zero (MuJoCo `mj_resetData`, then the given state, then
  /// `mj_forward`).
  ///
  /// - Precondition: the arrays have the model's lengths.
  public func reset(position: [Double], velocity: [Double]) {
    workspace.control.update(repeating: 0, count: model.controlCount)
    state = State(
      position: position, velocity: velocity,
      warmStart: Array(repeating: 0, count: model.velocityCount))
  }

  /// Length `controlCount`: held until written again, clamped where it acts (MuJoCo `ctrl`).
  public var control: [Double] {
    get { Array(UnsafeBufferPointer(start: workspace.control, count: model.controlCount)) }
    set {
      precondition(newValue.count == model.controlCount)
      workspace.control.update(from: newValue, count: newValue.count)
    }
  }
}

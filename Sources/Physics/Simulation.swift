/// A model with a state that steps through time (MuJoCo `mjModel` and `mjData`). An instance is
/// used by one thread at a time.
///
/// ```swift
/// let model = try Model(contentsOf: "hopper.xml", profile: .mujoco4)
/// let simulation = Simulation(model: model)
/// simulation.control = [0.5, -0.25, 0.125]
/// simulation.step()
/// ```
public final class Simulation {
  /// The mechanism.
  public let model: Model
  /// Seconds since the last reset.
  public package(set) var time = 0.0
  /// False once a position, velocity or acceleration is not a number or beyond 1e10 (MuJoCo
  /// `mj_checkPos`, `mj_checkVel`, `mj_checkAcc`). Differs from MuJoCo, which then resets the
  /// state: here it stays as it is for inspection, and `step` does nothing until a new state is
  /// set.
  public package(set) var isFinite = true
  /// How often the constraint solver did not find the minimum that defines the accelerations, since
  /// the state was last set: one for each evaluation of the forces, of which a step of Runge-Kutta
  /// has four. Zero unless stiffnesses and masses are some thirty orders of magnitude apart;
  /// otherwise the motion is not to be trusted.
  public var unconvergedSolveCount: Int { Int(workspace.unconvergedCount.pointee) }
  /// A force on a body from the next step on; nil for none.
  public var perturbation: Perturbation?
  /// Moment about the centre of mass, and force, of the perturbation during the current step.
  private(set) var perturbationForce = SpatialVector.zero

  /// Whether steps in lanes leave the velocities of the bodies here, which are rarely read.
  package var keepsBodyVelocities = false

  package let workspace: Workspace
  let traits: ModelTraits
  private let rules: CollisionRules
  package private(set) var pairRuns: PairRuns

  /// A simulation in the initial configuration, at rest.
  public init(model: Model) {
    self.model = model
    workspace = Workspace(model)
    traits = ModelTraits(model)
    rules = CollisionRules(model.profile)
    placeFixedBodies(
      model, workspace.model, frames: workspace.frames, geomFrames: workspace.geomFrames)
    pairRuns = PairRuns(
      model, frames: workspace.frames, geomFrames: workspace.geomFrames, arena: workspace.arena)
    reset(
      position: model.initialPosition, velocity: Array(repeating: 0, count: model.velocityCount))
  }

  /// Tests every pair from now on, which gives the same contacts as the grids.
  func testEveryPair() {
    pairRuns = PairRuns(
      model, frames: workspace.frames, geomFrames: workspace.geomFrames, usesGrids: false,
      arena: workspace.arena)
  }

  /// Takes one time step (MuJoCo `mj_step`).
  public func step() {
    guard isFinite else { return }
    if let perturbation {
      // so that the force is determined by the state, not by what was computed last
      placeBodies()
      perturbationForce = perturbation.wrench(in: self)
    }
    advance()
    time += model.options.timestep
    isFinite = checkedState()
  }

  /// Finds the contacts of the geoms at their present positions.
  @inline(__always)
  func detectContacts() {
    let w = workspace
    findContacts(
      w.model, pairRuns, rules, frames: w.frames, geomFrames: w.geomFrames, buffer: &w.contacts)
  }
}

extension Simulation {
  /// All that determines the future, besides the controls. Setting it computes all that is derived
  /// from it, as `reset` does, and gives the same future to the bit as that of the original
  /// simulation.
  ///
  /// - Precondition: the arrays have the model's lengths.
  public var state: State {
    get {
      let w = workspace
      return State(
        time: time,
        position: Array(UnsafeBufferPointer(start: w.position, count: w.model.positionCount)),
        velocity: Array(UnsafeBufferPointer(start: w.velocity, count: w.model.velocityCount)),
        warmStart: Array(UnsafeBufferPointer(start: w.warmStart, count: w.model.velocityCount)),
        activation: Array(
          UnsafeBufferPointer(start: w.activation, count: w.model.special.pointee.activationCount)))
    }
    set {
      let w = workspace
      precondition(newValue.position.count == w.model.positionCount)
      precondition(newValue.velocity.count == w.model.velocityCount)
      precondition(newValue.warmStart.count == w.model.velocityCount)
      let activation =
        newValue.activation.isEmpty
        ? Array(repeating: 0, count: w.model.special.pointee.activationCount) : newValue.activation
      precondition(activation.count == w.model.special.pointee.activationCount)
      time = newValue.time
      w.activation.update(from: activation, count: activation.count)
      w.position.update(from: newValue.position, count: w.model.positionCount)
      w.velocity.update(from: newValue.velocity, count: w.model.velocityCount)
      w.warmStart.update(from: newValue.warmStart, count: w.model.velocityCount)
      w.unconvergedCount.pointee = 0
      refresh()
    }
  }

  /// Computes all that is derived from state and controls, without a time step (MuJoCo
  /// `mj_forward`).
  public func refresh() {
    perturbationForce = .zero
    let w = workspace
    w.acceleration.update(from: w.warmStart, count: w.model.velocityCount)
    computeForces(position: w.position, velocity: w.velocity, activation: w.activation)
    isFinite = checkedState()
  }

  /// Computes the frames of the bodies and the axes of their degrees of freedom, and nothing else
  /// (MuJoCo `mj_kinematics`, `mj_comPos`). After a step, derived quantities belong to the last
  /// evaluation of forces; after this, `frame(ofBody:)` and `velocityOfCenterOfMass(ofTreeUnder:)`
  /// belong to the state.
  public func placeBodies() {
    let w = workspace
    computeBodyFrames(w.model, position: w.position, frames: w.frames, axes: w.axes)
  }

  /// Sets position and velocity; time, controls and warm start are zero (MuJoCo `mj_resetData`,
  /// then the given state, then `mj_forward`).
  ///
  /// - Parameters:
  ///   - position: length `positionCount` (MuJoCo `qpos`).
  ///   - velocity: length `velocityCount` (MuJoCo `qvel`).
  /// - Precondition: the arrays have these lengths.
  public func reset(position: [Double], velocity: [Double]) {
    workspace.control.update(repeating: 0, count: model.controlCount)
    state = State(
      position: position, velocity: velocity,
      warmStart: Array(repeating: 0, count: model.velocityCount))
  }

  /// Controls of the actuators, length `controlCount`: they stay until set again, and are clamped
  /// where they act (MuJoCo `ctrl`).
  public var control: [Double] {
    get { Array(UnsafeBufferPointer(start: workspace.control, count: model.controlCount)) }
    set {
      precondition(newValue.count == model.controlCount)
      workspace.control.update(from: newValue, count: newValue.count)
    }
  }
}

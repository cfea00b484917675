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
  public package(set) var time = 0.0
  /// False from the moment that a position, velocity or acceleration is not a number or beyond 1e10
  /// (MuJoCo `mj_checkPos`, `mj_checkVel`, `mj_checkAcc`). MuJoCo then resets itself; here the state stays
  /// as it is, for the caller to see, and `step` does nothing until a new state is set.
  public package(set) var isFinite = true
  /// What a hand does to the mechanism from the next step on; nil to leave it alone.
  public var perturbation: Perturbation?
  /// Moment about the centre of mass, and force, of the perturbation during the step at hand.
  private(set) var pull = SpatialVector.zero

  package let workspace: Workspace
  let traits: ModelTraits
  private let rules: CollisionRules
  package private(set) var pairRuns: PairRuns

  /// The initial configuration at rest.
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

  /// Gives the same contacts as the grids do.
  func testEveryPair() {
    pairRuns = PairRuns(
      model, frames: workspace.frames, geomFrames: workspace.geomFrames, usesGrids: false,
      arena: workspace.arena)
  }

  /// One time step (MuJoCo `mj_step`).
  public func step() {
    guard isFinite else { return }
    if let perturbation {
      // so that the pull follows from the state alone, not from what was computed last
      placeBodies()
      pull = perturbation.wrench(in: self)
    }
    advance()
    time += model.options.timestep
    isFinite = checkedState()
  }

  /// Where the geoms touch, from where they are now.
  @inline(__always)
  func detectContacts() {
    let w = workspace
    findContacts(
      w.model, pairRuns, rules, frames: w.frames, geomFrames: w.geomFrames, buffer: &w.contacts)
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
    isFinite = checkedState()
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

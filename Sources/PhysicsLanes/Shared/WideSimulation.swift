import Physics

/// `laneCount` simulations of one model that step together; each moves as a `Physics.Simulation` of its
/// own would, to the bit.
public final class Simulation {
  public let model: Model
  /// Seconds since each lane's reset.
  public private(set) var time = Real(0)
  private var isMoving = Mask.always

  let workspace: Workspace
  let traits: ModelTraits
  private let rules: CollisionRules
  private let pairRuns: PairRuns
  /// Owns what `pairRuns` points to.
  private let single: Physics.Simulation
  /// Position, velocity and warm start of the lanes that have stopped.
  private let kept: UnsafeMutablePointer<Real>

  public init(model: Model) {
    self.model = model
    workspace = Workspace(model)
    traits = ModelTraits(model)
    rules = CollisionRules(model.profile)
    let m = workspace.model
    let arena = workspace.arena
    kept = arena.reals(m.positionCount + 2 * m.velocityCount)
    placeFixedBodies(model, m, frames: workspace.frames, geomFrames: workspace.geomFrames)
    single = Physics.Simulation(model: model)
    pairRuns = PairRuns(single.pairRuns, arena: arena)
    for lane in 0..<laneCount {
      setState(
        State(
          position: model.initialPosition,
          velocity: Array(repeating: 0, count: model.velocityCount),
          warmStart: Array(repeating: 0, count: model.velocityCount)), lane: lane)
    }
  }

  /// One time step of every lane whose state is finite.
  public func step() {
    let w = workspace
    let (nq, nv) = (w.model.positionCount, w.model.velocityCount)
    let hasStopped = !everyLane(isMoving)
    if hasStopped { keep(w.position, w.velocity, w.warmStart) }
    advance()
    time = select(isMoving, time + model.options.timestep, time)
    if hasStopped {
      for i in 0..<nq { w.position[i] = select(isMoving, w.position[i], kept[i]) }
      for d in 0..<nv {
        w.velocity[d] = select(isMoving, w.velocity[d], kept[nq + d])
        w.warmStart[d] = select(isMoving, w.warmStart[d], kept[nq + nv + d])
      }
    }
    isMoving = isMoving && checkedState()
  }

  private func keep(
    _ position: UnsafePointer<Real>, _ velocity: UnsafePointer<Real>,
    _ warmStart: UnsafePointer<Real>
  ) {
    let (nq, nv) = (workspace.model.positionCount, workspace.model.velocityCount)
    kept.update(from: position, count: nq)
    (kept + nq).update(from: velocity, count: nv)
    (kept + nq + nv).update(from: warmStart, count: nv)
  }

  public func isFinite(lane: Int) -> Bool { isMoving[lane] }

  public func state(lane: Int) -> State {
    let w = workspace
    func values(_ pointer: UnsafePointer<Real>, _ count: Int) -> [Double] {
      (0..<count).map { pointer[$0][lane] }
    }
    return State(
      time: time[lane], position: values(w.position, w.model.positionCount),
      velocity: values(w.velocity, w.model.velocityCount),
      warmStart: values(w.warmStart, w.model.velocityCount))
  }

  public func setState(_ state: State, lane: Int) {
    let w = workspace
    for i in state.position.indices { w.position[i][lane] = state.position[i] }
    for d in state.velocity.indices {
      w.velocity[d][lane] = state.velocity[d]
      w.warmStart[d][lane] = state.warmStart[d]
    }
    time[lane] = state.time
    let isFine =
      state.position.allSatisfy { Swift.abs($0) <= 1e10 }
      && state.velocity.allSatisfy { Swift.abs($0) <= 1e10 }
    isMoving[lane] = isFine
  }

  public func setControl(_ control: [Double], lane: Int) {
    for i in control.indices { workspace.control[i][lane] = control[i] }
  }

  @inline(__always)
  func detectContacts() {
    let w = workspace
    findContacts(
      w.model, pairRuns, rules, frames: w.frames, geomFrames: w.geomFrames, buffer: &w.contacts)
  }
}

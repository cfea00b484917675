import Physics

/// `laneCount` simulations of one model that step together; each moves as a `Physics.Simulation` of its
/// own would, to the bit.
package final class Simulation: LaneGroup {
  package static var laneCount: Int { RealLanes.scalarCount }

  package let model: Model
  /// Seconds since each lane's reset.
  private var time = Real.zero
  /// False where the state is not finite: such a lane keeps it.
  private var isMoving = Mask.always
  /// Where the state has been set since the last step.
  private var isNew = Mask.never

  let workspace: Workspace
  let traits: ModelTraits
  private let rules: CollisionRules
  private let pairRuns: PairRuns
  /// Owns what `pairRuns` points to.
  private let single: Physics.Simulation
  /// Position, velocity and warm start before a step.
  private let kept: UnsafeMutablePointer<Real>

  package init(model: Model) {
    self.model = model
    workspace = Workspace(model)
    traits = ModelTraits(model)
    rules = CollisionRules(model.profile)
    let m = workspace.model
    kept = workspace.arena.reals(m.positionCount + 2 * m.velocityCount)
    placeFixedBodies(model, m, frames: workspace.frames, geomFrames: workspace.geomFrames)
    single = Physics.Simulation(model: model)
    pairRuns = PairRuns(single.pairRuns, arena: workspace.arena)
    for i in 0..<m.positionCount { workspace.position[i] = Real(m.initialPosition[i]) }
    isNew = .always
  }

  package func step() {
    if someLane(isNew) { checkNewLanes() }
    let hasStopped = !everyLane(isMoving)
    if hasStopped { keepState() }
    advance()
    time = select(isMoving, time + model.options.timestep, time)
    if hasStopped { restoreStopped() }
    isMoving = isMoving && checkedState()
  }

  @inline(__always)
  func detectContacts() {
    let w = workspace
    findContacts(
      w.model, pairRuns, rules, frames: w.frames, geomFrames: w.geomFrames, buffer: &w.contacts)
  }

  /// No hand pulls at lanes.
  @inline(__always)
  func addPull() {}

  /// A scalar simulation looks at the acceleration as soon as its state is set.
  private func checkNewLanes() {
    let w = workspace
    w.acceleration.update(from: w.warmStart, count: w.model.velocityCount)
    computeForces(position: w.position, velocity: w.velocity)
    isMoving = (isMoving && !isNew) || (isNew && checkedState())
    isNew = .never
  }

  private func keepState() {
    let w = workspace
    let (nq, nv) = (w.model.positionCount, w.model.velocityCount)
    kept.update(from: w.position, count: nq)
    (kept + nq).update(from: w.velocity, count: nv)
    (kept + nq + nv).update(from: w.warmStart, count: nv)
  }

  private func restoreStopped() {
    let w = workspace
    let (nq, nv) = (w.model.positionCount, w.model.velocityCount)
    for i in 0..<nq { w.position[i] = select(isMoving, w.position[i], kept[i]) }
    for d in 0..<nv {
      w.velocity[d] = select(isMoving, w.velocity[d], kept[nq + d])
      w.warmStart[d] = select(isMoving, w.warmStart[d], kept[nq + nv + d])
    }
  }
}

extension Simulation {
  package func time(lane: Int) -> Double { time[lane] }

  package func isFinite(lane: Int) -> Bool {
    if someLane(isNew) { checkNewLanes() }
    return isMoving[lane]
  }

  package func readState(
    lane: Int, position: UnsafeMutablePointer<Double>, velocity: UnsafeMutablePointer<Double>,
    warmStart: UnsafeMutablePointer<Double>
  ) {
    let w = workspace
    for i in 0..<w.model.positionCount { position[i] = w.position[i][lane] }
    for d in 0..<w.model.velocityCount {
      velocity[d] = w.velocity[d][lane]
      warmStart[d] = w.warmStart[d][lane]
    }
  }

  package func writeState(
    lane: Int, time: Double, position: UnsafePointer<Double>, velocity: UnsafePointer<Double>,
    warmStart: UnsafePointer<Double>
  ) {
    let w = workspace
    for i in 0..<w.model.positionCount { w.position[i][lane] = position[i] }
    for d in 0..<w.model.velocityCount {
      w.velocity[d][lane] = velocity[d]
      w.warmStart[d][lane] = warmStart[d]
    }
    self.time[lane] = time
    isNew[lane] = true
  }

  package func setControl(_ index: Int, lane: Int, _ value: Double) {
    workspace.control[index][lane] = value
  }

  package func stop(lane: Int) {
    isNew[lane] = false
    isMoving[lane] = false
  }
}

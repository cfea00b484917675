import IDQLPhysics

/// What MuJoCo's last evaluation of forces leaves behind and Gym reads: after a Runge-Kutta step it
/// belongs to the fourth stage, so it cannot be recomputed from the state that the step ended in.
///
/// It is read off the simulation, except right after a restore: then it is what the snapshot says.
struct Afterimage {
  /// Where the torso (body 1) was, m (MuJoCo `xpos`).
  struct Values: Equatable {
    var torsoX: Double
    /// Six numbers a body: moment (N m), then force (N) (MuJoCo `cfrc_ext`), each clamped to ±1.
    var contactForces: [Double]
  }

  private let readsForces: Bool
  private var restored: (state: State, values: Values)?

  init(readsForces: Bool) { self.readsForces = readsForces }

  /// Lists of one and of 6 · bodyCount numbers, or of none without forces.
  func memory(_ simulation: Simulation) -> [[Double]] {
    let values = values(simulation)
    return [[values.torsoX], values.contactForces]
  }

  func memoryCounts(_ simulation: Simulation) -> [Int] {
    [1, readsForces ? 6 * simulation.model.bodies.count : 0]
  }

  mutating func restore(_ memory: [[Double]], _ state: State) {
    restored = (state, Values(torsoX: memory[0][0], contactForces: memory[1]))
  }

  mutating func forget() { restored = nil }

  func values(_ simulation: Simulation) -> Values {
    // whoever sets another state by hand sees that state
    if let restored, restored.state == simulation.state { return restored.values }
    return Values(
      torsoX: simulation.frame(ofBody: 1).origin.x,
      contactForces: readsForces
        ? simulation.contactForces.flatMap {
          ($0.angular.components + $0.linear.components).map { max(min($0, 1), -1) }
        } : [])
  }
}

import IDQLPhysics

/// Results of MuJoCo's last evaluation of forces that Gym reads: after a Runge-Kutta step they
/// belong to the fourth stage, so they cannot be recomputed from the state after the step.
///
/// They are read from the simulation, except right after a restore: then from the snapshot.
struct LastEvaluation {
  /// Empty where the task does not read them.
  struct Values: Codable, Equatable {
    /// Three numbers a body, m (MuJoCo `xpos`).
    var origins: [Double] = []
    /// Six numbers a body: moment (N m), then force (N) (MuJoCo `cfrc_ext`).
    var contactForces: [Double] = []

    func origin(ofBody body: Int) -> Vector3 {
      Vector3(origins[3 * body], origins[3 * body + 1], origins[3 * body + 2])
    }
  }

  let reads: RobotReadings
  private var restored: (state: State, values: Values)?

  init(reads: RobotReadings) { self.reads = reads }

  /// For a snapshot.
  func values(_ simulation: Simulation) -> Values {
    let moment = RobotMoment(simulation, self)
    let bodies = simulation.model.bodies.indices
    return Values(
      origins: reads.contains(.origins)
        ? bodies.flatMap { moment.origin(ofBody: $0).components } : [],
      contactForces: reads.contains(.contactForces) ? moment.contactForces : [])
  }

  /// Lengths of the lists of a snapshot, as found and as expected.
  func counts(_ values: Values, _ simulation: Simulation) -> [(found: Int, expected: Int)] {
    let count = simulation.model.bodies.count
    return [
      (values.origins.count, reads.contains(.origins) ? 3 * count : 0),
      (values.contactForces.count, reads.contains(.contactForces) ? 6 * count : 0),
    ]
  }

  mutating func restore(_ values: Values, _ state: State) { restored = (state, values) }

  mutating func forget() { restored = nil }

  /// Nil once the simulation has moved on.
  func restored(in simulation: Simulation) -> Values? {
    // not after the caller has set another state
    guard let restored, restored.state == simulation.state else { return nil }
    return restored.values
  }
}

import IDQLPhysics

/// What parts of a task read besides positions and velocities: results of MuJoCo's last evaluation
/// of forces. After a Runge-Kutta step they belong to the fourth stage, so they cannot be recomputed
/// from the state after the step. Snapshots hold them.
enum RobotReading: String, CaseIterable, Codable, CodingKeyRepresentable {
  /// Three numbers a body, m (MuJoCo `xpos`).
  case origins
  /// Six numbers a body: moment (N m), then force (N) (MuJoCo `cfrc_ext`).
  case contactForces
  /// Three numbers a body, m (MuJoCo `xipos`).
  case centersOfMass
  /// Three numbers a site, m (MuJoCo `site_xpos`).
  case sites
  /// Ten numbers a body (MuJoCo `cinert`).
  case inertias
  /// Six numbers a body: angular (rad/s), then linear (m/s) (MuJoCo `cvel`).
  case bodyVelocities
  /// By degree of freedom (MuJoCo `qfrc_actuator`).
  case actuatorForces
  /// By degree of freedom (MuJoCo `qfrc_constraint`).
  case constraintForces
  /// By tendon, m or rad (MuJoCo `ten_length`).
  case tendonLengths
  /// By tendon, m/s or rad/s (MuJoCo `ten_velocity`).
  case tendonSpeeds

  func values(in simulation: Simulation) -> [Double] {
    let bodies = simulation.model.bodies.indices
    return switch self {
    case .origins: numbers(bodies.lazy.map { simulation.frame(ofBody: $0).origin })
    case .contactForces: numbers(simulation.contactForces)
    case .centersOfMass: numbers(bodies.lazy.map { simulation.frame(ofBody: $0).centerOfMass })
    case .sites:
      numbers(
        simulation.model.sites.lazy.map { site in
          let frame = simulation.frame(ofBody: site.body)
          return frame.origin + frame.rotation * site.position
        })
    case .inertias: simulation.inertiasAboutTreeCenters
    case .bodyVelocities: numbers(simulation.velocitiesAboutTreeCenters)
    case .actuatorForces: simulation.actuatorForce
    case .constraintForces: simulation.constraintForce
    case .tendonLengths: simulation.tendonLengths
    case .tendonSpeeds: simulation.tendonSpeeds
    }
  }

  func count(in model: Model) -> Int {
    switch self {
    case .origins, .centersOfMass: 3 * model.bodies.count
    case .contactForces, .bodyVelocities: 6 * model.bodies.count
    case .sites: 3 * model.sites.count
    case .inertias: 10 * model.bodies.count
    case .actuatorForces, .constraintForces: model.velocityCount
    case .tendonLengths, .tendonSpeeds: model.tendons.count
    }
  }
}

/// The readings of a task. They are read from the simulation, except right after a restore: then
/// from the snapshot.
struct LastEvaluation {
  typealias Values = [RobotReading: [Double]]

  let reads: Set<RobotReading>
  private var restored: (state: State, values: Values)?

  init(reads: Set<RobotReading>) { self.reads = reads }

  /// For a snapshot.
  func values(_ simulation: Simulation) -> Values {
    let moment = RobotMoment(simulation, self)
    return Values(uniqueKeysWithValues: reads.map { ($0, moment.values(of: $0)) })
  }

  /// Lengths of the lists of a snapshot, as found and as expected.
  func counts(_ values: Values, _ simulation: Simulation) -> [(found: Int, expected: Int)] {
    RobotReading.allCases.filter { reads.contains($0) || values[$0]?.isEmpty == false }.map {
      (values[$0]?.count ?? 0, reads.contains($0) ? $0.count(in: simulation.model) : 0)
    }
  }

  mutating func restore(_ values: Values, _ state: State) { restored = (state, values) }

  mutating func forget() { restored = nil }

  /// At the start of an episode: Gymnasium computes contact forces after steps only, so that the
  /// first observation has none.
  mutating func start(_ simulation: Simulation) {
    let count = RobotReading.contactForces.count(in: simulation.model)
    restored =
      reads.contains(.contactForces)
      ? (simulation.state, [.contactForces: Array(repeating: 0, count: count)]) : nil
  }

  /// Nil once the simulation has moved on.
  func restored(in simulation: Simulation) -> Values? {
    // not after the caller has set another state
    guard let restored, restored.state == simulation.state else { return nil }
    return restored.values
  }
}

private func numbers(_ vectors: some Collection<Vector3>) -> [Double] {
  var numbers: [Double] = []
  numbers.reserveCapacity(3 * vectors.count)
  for vector in vectors { append(vector, to: &numbers) }
  return numbers
}

private func numbers(_ vectors: [SpatialVector]) -> [Double] {
  var numbers: [Double] = []
  numbers.reserveCapacity(6 * vectors.count)
  for vector in vectors {
    append(vector.angular, to: &numbers)
    append(vector.linear, to: &numbers)
  }
  return numbers
}

private func append(_ vector: Vector3, to numbers: inout [Double]) {
  numbers.append(vector.x)
  numbers.append(vector.y)
  numbers.append(vector.z)
}

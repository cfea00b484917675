import IDQLPhysics
import IDQLPhysicsLanes
import IDQLRandom
import TestSupport
import Testing

/// Overlapping boxes on ground of little friction: in many of these states the active rows of each
/// minimum, tried next, form a cycle, so that only the line search reaches the minimum.
@Suite struct ConstraintSolverTests {
  private static let model = Result {
    try Model(
      mjcf: """
        <mujoco><default><geom friction="0.02"/></default><worldbody>
          <geom type="plane" size="1 1 1"/>
          <body><freejoint/><geom type="box" size="0.15 0.1 0.2" mass="1"/></body>
          <body><freejoint/><geom type="box" size="0.15 0.1 0.2" mass="0.01"/></body>
          <body><freejoint/><geom type="box" size="0.15 0.1 0.2" mass="10"/></body>
        </worldbody></mujoco>
        """, profile: .mujoco4)
  }

  private static func states(_ count: Int) -> [(position: [Double], velocity: [Double])] {
    var generator = NumPyGenerator(seed: 1)
    return (0..<count).map { _ in
      let position = (0..<3).flatMap { _ in
        let turn = generator.rotation()
        return [generator.uniform(-0.2, 0.2), generator.uniform(-0.2, 0.2)]
          + [generator.uniform(0.1, 0.4), turn.w, turn.x, turn.y, turn.z]
      }
      return (position, (0..<18).map { _ in generator.standardNormal() })
    }
  }

  /// The constraint problem of one state, dense.
  private struct Problem {
    let n: Int
    let mass, force: [Double]
    let rows: [Simulation.ConstraintState]

    init(_ simulation: Simulation) {
      n = simulation.model.velocityCount
      mass = simulation.massMatrix
      rows = simulation.constraints
      force = (0..<n).map {
        simulation.passiveForce[$0] - simulation.biasForce[$0] + simulation.actuatorForce[$0]
      }
    }

    /// J a - reference, per row.
    func residuals(_ a: [Double]) -> [Double] {
      rows.map { row in
        zip(row.jacobian, a).reduce(-row.referenceAcceleration) { $0 + $1.0 * $1.1 }
      }
    }

    /// Solves M a = f + Jᵀ D (reference - J a) over the active rows, by Gaussian elimination.
    func minimum(active: [Bool]) -> [Double] {
      var (matrix, right) = (mass, force)
      for (row, isActive) in zip(rows, active) where isActive {
        for i in 0..<n where row.jacobian[i] != 0 {
          let scaled = row.inverseRegularizer * row.jacobian[i]
          right[i] += scaled * row.referenceAcceleration
          for j in 0..<n { matrix[i * n + j] += scaled * row.jacobian[j] }
        }
      }
      for i in 0..<n {
        for k in i + 1..<n where matrix[k * n + i] != 0 {
          let factor = matrix[k * n + i] / matrix[i * n + i]
          for j in i..<n { matrix[k * n + j] -= factor * matrix[i * n + j] }
          right[k] -= factor * right[i]
        }
      }
      for i in (0..<n).reversed() {
        for j in i + 1..<n { right[i] -= matrix[i * n + j] * right[j] }
        right[i] /= matrix[i * n + i]
      }
      return right
    }

    /// Whether plain iteration fails: the active rows of each minimum, tried next, repeat.
    var hasCycle: Bool {
      var active = residuals(Array(repeating: 0, count: n)).map { $0 < 0 }
      var seen: Set<[Bool]> = []
      while seen.insert(active).inserted {
        let next = residuals(minimum(active: active)).map { $0 < 0 }
        if next == active { return false }
        active = next
      }
      return true
    }

    /// M a - f - Jᵀ max(0, D (reference - J a)), relative to its largest term: 0 at the minimum,
    /// which is unique.
    func imbalance(_ a: [Double]) -> Double {
      var (sum, scale) = (force.map { -$0 }, 1.0)
      for i in 0..<n {
        for j in 0..<n { sum[i] += mass[i * n + j] * a[j] }
        scale = max(scale, abs(sum[i]))
      }
      for (row, residual) in zip(rows, residuals(a)) where residual < 0 {
        for i in 0..<n { sum[i] += row.jacobian[i] * row.inverseRegularizer * residual }
      }
      return sum.reduce(0) { max($0, abs($1)) } / scale
    }
  }

  @Test func theMinimumIsFoundWhereActiveRowsCycle() throws {
    let simulation = Simulation(model: try Self.model.get())
    var cycles = 0
    for (index, state) in Self.states(150).enumerated() {
      simulation.reset(position: state.position, velocity: state.velocity)
      let problem = Problem(simulation)
      cycles += problem.hasCycle ? 1 : 0
      let imbalance = problem.imbalance(simulation.acceleration)
      // rows of stiffness 1e6 kg and forces that nearly cancel
      #expect(imbalance < 1e-9, "#\(index)")
    }
    #expect(cycles >= 10)
  }

  /// Lanes in the line search beside lanes that have converged.
  @Test(arguments: WideStepper.supportedLaneCounts)
  func lanesSearchAsSingleSimulationsDo(_ laneCount: Int) throws {
    let model = try Self.model.get()
    func simulations() -> [Simulation] {
      Self.states(150).map {
        let simulation = Simulation(model: model)
        simulation.reset(position: $0.position, velocity: $0.velocity)
        return simulation
      }
    }
    let (together, singles) = (simulations(), simulations())
    WideStepper(model: model, laneCount: laneCount).step(together)
    for (index, (a, b)) in zip(together, singles).enumerated() {
      b.step()
      #expect(a.state == b.state && a.acceleration == b.acceleration, "#\(index)")
    }
  }
}

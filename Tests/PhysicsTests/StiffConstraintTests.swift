import IDQLPhysics
import IDQLPhysicsLanes
import IDQLTensors
import TestSupport
import Testing

/// Rows up to 1e24 times stiffer than the masses behind them: piles without friction whose masses differ by
/// 1e5, on which elimination in double precision is off by 1e-6 or more. The minimum was computed with
/// 45 digits by `Scripts/record_stiff_models.py`.
@Suite struct StiffConstraintTests {
  private struct Problem {
    let name: String
    let model: Model
    let position, velocity, minimum: [Double]

    static let all = Result {
      let file = try TensorFile(contentsOf: goldenPath("stiff.safetensors"))
      return try file.metadata.sorted { $0.key < $1.key }.map { name, mjcf in
        Problem(
          name: name, model: try Model(mjcf: mjcf, named: name, profile: .mujoco4),
          position: try file.doubles("\(name)/qpos").values,
          velocity: try file.doubles("\(name)/qvel").values,
          minimum: try file.doubles("\(name)/qacc").values)
      }
    }

    var simulation: Simulation {
      let simulation = Simulation(model: model)
      simulation.reset(position: position, velocity: velocity)
      return simulation
    }
  }

  /// The minimum depends on the rows' entries, which are rounded otherwise than MuJoCo's by an ulp: a
  /// pyramid of friction 1e-5 makes 1e5 ulps of one, relative to what decides the tangential motion.
  @Test func theMinimumIsFound() throws {
    let problems = try Problem.all.get()
    #expect(problems.count == 16)
    for problem in problems {
      let simulation = problem.simulation
      let scale = problem.minimum.reduce(1) { max($0, abs($1)) }
      expectClose(
        simulation.acceleration, problem.minimum, within: 1e-9 * scale, problem.name)
      #expect(simulation.unconvergedSolveCount == 0, "\(problem.name)")
    }
  }

  /// What pushes is what accelerates, where forces of 1e26 cancel too.
  @Test func forcesAreThoseOfTheAcceleration() throws {
    for problem in try Problem.all.get() {
      let simulation = problem.simulation
      let n = problem.model.velocityCount
      let mass = simulation.massMatrix
      for i in 0..<n {
        let force =
          simulation.constraintForce[i] + simulation.passiveForce[i] - simulation.biasForce[i]
          + simulation.actuatorForce[i]
        let terms = (0..<n).map { mass[i * n + $0] * simulation.acceleration[$0] }
        let scale = terms.reduce(abs(simulation.constraintForce[i])) { $0 + abs($1) }
        #expect(
          abs(terms.reduce(0, +) - force) <= 1e-9 * scale + 1e-12, "\(problem.name), \(i)")
      }
    }
  }

  /// Lanes that need twice the precision beside lanes that do not.
  @Test(arguments: WideStepper.supportedLaneCounts)
  func lanesAreAsSingleSimulations(_ laneCount: Int) throws {
    for problem in try Problem.all.get() {
      func simulations() -> [Simulation] {
        (0..<5).map { index in
          let simulation = problem.simulation
          if index % 2 == 1 {
            simulation.reset(
              position: problem.model.initialPosition,
              velocity: problem.velocity.map { $0 * Double(index) })
          }
          return simulation
        }
      }
      let (together, singles) = (simulations(), simulations())
      let stepper = WideStepper(model: problem.model, laneCount: laneCount)
      for step in 0..<6 {
        stepper.step(together)
        for (index, (a, b)) in zip(together, singles).enumerated() {
          b.step()
          #expect(
            a.state == b.state && a.acceleration == b.acceleration
              && a.constraintForce == b.constraintForce
              && a.unconvergedSolveCount == b.unconvergedSolveCount,
            "\(problem.name), step \(step), simulation \(index)")
        }
      }
    }
  }
}

import IDQLAgent
import IDQLPhysics
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLEnvs
@testable import IDQLEvaluation

@Suite struct CriticCheckTests {
  /// A place that actions move and that pays itself; it ends at the step limit.
  private final class Walk: Environment {
    let spec = EnvironmentSpec(
      id: "Walk-v0", physics: .mujoco4, observation: [.init(name: "place", unit: "m")],
      action: [.init(name: "move", unit: "m")], substeps: 1, timestep: 1, stepLimit: 9)
    let simulation: Simulation
    let rules = "none"
    private(set) var stepCount = 0
    private var place: Double {
      get { simulation.state.position[0] }
      set { simulation.reset(position: [newValue], velocity: [0]) }
    }

    init() throws {
      let document = """
        <mujoco><worldbody><body><joint type="slide"/><geom size="1"/></body></worldbody></mujoco>
        """
      simulation = Simulation(model: try Model(mjcf: document, profile: .mujoco4))
    }

    func reset(seed: UInt64) {
      (place, stepCount) = (Double(seed), 0)
    }
    func reset() { reset(seed: 0) }
    var observation: [Double] { [place] }
    func step(_ action: [Double]) -> Transition {
      place += action[0]
      stepCount += 1
      return Transition(reward: place, terminated: false, truncated: stepCount == spec.stepLimit)
    }
    var snapshot: EnvironmentSnapshot {
      EnvironmentSnapshot(
        id: spec.id, physics: spec.physics, state: simulation.state, stepCount: stepCount,
        isBroken: false, generator: NumPyGenerator(seed: 0))
    }
    func restore(_ snapshot: EnvironmentSnapshot) throws {
      simulation.state = snapshot.state
      stepCount = snapshot.stepCount
    }
  }

  /// Candidates are the noise, and Q is their sum times a factor, in two heads of which one is larger.
  private struct Chooser: DecidingPolicy {
    var options = IDQLOptions()
    var factor: Float
    let observationCount = 1
    let actionCount = 1
    let diffusionStepCount = 1

    init(factor: Float) {
      self.factor = factor
      options.candidateCount = 6
    }

    func with(_ options: IDQLOptions) -> Self {
      var copy = self
      copy.options = options
      return copy
    }

    func decide(
      observations: [Float], initialNoise: [Float], stepNoise: [Float], selectionDraws: [Double]
    ) -> Decision {
      let n = options.candidateCount
      let q = observations.indices.flatMap { row in
        [Float(0), 5].flatMap { more in
          (0..<n).map { factor * initialNoise[row * n + $0] + more }
        }
      }
      return Decision(
        candidates: initialNoise, q: q, values: observations, choosingBy: options,
        draws: selectionDraws)
    }
  }

  private func check(
    _ factor: Float, repeats: Int = 2, horizon: Int = 3, workers: Int = 1
  ) throws -> CriticCheck {
    var plan = CriticCheck.Plan()
    (plan.episodes, plan.interval, plan.seed) = (4, 4, 10)
    (plan.horizon, plan.repeats, plan.discount, plan.workers) = (horizon, repeats, 0.5, workers)
    return try CriticCheck(Chooser(factor: factor), plan: plan) { try Walk() }
  }

  /// The place is paid 1 + 1/2 + 1/4 times after a first move, whatever follows with the same noise.
  @Test func returnsAreThoseOfTheSimulator() throws {
    let right = try check(1)
    #expect(right.moments.map(\.step) == [2, 6, 2, 6, 2, 6, 2, 6])
    #expect(right.moments.map(\.episode) == [0, 0, 1, 1, 2, 2, 3, 3])
    for moment in right.moments {
      #expect(moment.q.count == 6 && moment.returns.count == 2)
      for returns in moment.returns {
        for i in 1..<6 {
          let move = moment.q[i] - moment.q[0]
          // moves are rounded to 32 bits in Q
          expectClose([returns[i] - returns[0]], [1.75 * move], within: 1e-5)
        }
      }
      // with other noise other places
      #expect(moment.returns[0] != moment.returns[1])
    }
    #expect(right.correlation?.mean == 1 && right.repeatability?.mean == 1)
    #expect(right.gain == right.possibleGain)
    let wrong = try check(-1)
    #expect(wrong.correlation?.mean == -1)
    #expect(try #require(wrong.gain).mean < 0)
    #expect(try check(0).correlation == nil)
    #expect(try check(1, repeats: 1).repeatability == nil)
  }

  @Test func threadsChangeNothing() throws {
    #expect(try check(1, workers: 1) == check(1, workers: 3))
  }

  @Test func continuationsEndWithTheEpisode() throws {
    let (short, long) = (try check(1, horizon: 3), try check(1, horizon: 100))
    // from step 6 of 9 there are three steps
    for (a, b) in zip(short.moments, long.moments) { #expect((a == b) == (a.step == 6)) }
  }

  @Test func ranksAreThoseOfSpearman() {
    #expect(rankCorrelation([1, 2, 3, 4], [10, 20, 30, 40]) == 1)
    #expect(rankCorrelation([1, 2, 3, 4], [1, -2, -30, -31]) == -1)
    // scipy.stats.spearmanr([1, 2, 2, 3, 5], [5, 1, 4, 4, 9]).statistic
    expectClose(
      [rankCorrelation([1, 2, 2, 3, 5], [5, 1, 4, 4, 9]) ?? .nan], [0.2894736842105264],
      within: 1e-15)
    #expect(rankCorrelation([1, 1], [1, 2]) == nil)
  }
}

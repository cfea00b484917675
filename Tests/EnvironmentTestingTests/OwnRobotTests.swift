import IDQLEnvironmentTesting
import IDQLEnvs
import IDQLPhysics
import TestSupport
import Testing

/// A robot described with closures of one's own, on the public interface alone.
@Suite struct OwnRobotTests {
  /// A rod that a motor turns over a floor, on a carriage that springs up and down.
  private static func document(_ integrator: String) -> String {
    """
    <mujoco>
      <option timestep="0.01" integrator="\(integrator)"/>
      <worldbody>
        <geom type="plane" size="5 5 1"/>
        <body name="carriage" pos="0 0 0.5">
          <joint type="slide" axis="0 0 1" stiffness="40" damping="1"/>
          <geom type="sphere" size="0.1" contype="0" conaffinity="0"/>
          <body name="rod">
            <joint name="hub" axis="0 1 0"/>
            <geom type="capsule" fromto="0 0 0 0 0 0.45" size="0.04"/>
            <body name="tip" pos="0 0 0.45"><geom type="sphere" size="0.06"/></body>
          </body>
        </body>
      </worldbody>
      <actuator><motor joint="hub" gear="6" ctrllimited="true" ctrlrange="-1 1"/></actuator>
    </mujoco>
    """
  }

  private static func task(_ integrator: String) -> RobotTask {
    RobotTask(
      title: "a rod that hits the floor", mjcf: document(integrator), substeps: 3, stepLimit: 60,
      observation: [
        .positions(hiding: 1), .velocities(limit: 8), .contactForces(limit: 20),
        ObservationPart(
          [.init(name: "tip x", unit: "m"), .init(name: "tip z", unit: "m")],
          notes: ["The tip is where forces were last computed."]
        ) { moment in
          let tip = moment.origin(ofBody: "tip")
          return [tip.x, tip.z]
        },
      ],
      reward: [
        .healthy(0.5), .controlCost(weight: 0.01), .contactCost(weight: 0.001, limit: 20),
        RewardTerm("+ 2 * rise of the tip", measure: { $0.origin(ofBody: 3).z }) { step in
          2 * (step.measured.after - step.measured.before)
        },
        RewardTerm("- 0.1 * time") { -0.1 * $0.after.time },
      ],
      healthy: [
        HealthCondition("the tip is within 0.6 m") { abs($0.origin(ofBody: "tip").x) < 0.6 }
      ],
      start: StartDistribution(["the rod anywhere"]) { _, generator in
        ([0, generator.uniform(-3, 3)], [0, generator.standardNormal()])
      })
  }

  private func make(_ integrator: String) throws -> RobotEnvironment {
    try RobotEnvironment(Self.task(integrator), EnvironmentRequest("Rod-v0"))
  }

  /// Also what MuJoCo computed before the end of a step survives a snapshot.
  @Test(arguments: ["Euler", "RK4"])
  func keepsTheRules(_ integrator: String) throws {
    #expect(try checkEnvironment(CheckPlan(steps: 50)) { try make(integrator) } == [])

    // and it was there to be kept
    let environment = try make(integrator)
    var (forces, lag) = (0.0, 0.0)
    for _ in 0..<50 {
      _ = environment.step([1])
      let observation = environment.observation
      forces = max(forces, observation[3..<21].map(abs).max() ?? 0)
      environment.simulation.placeBodies()
      lag = max(lag, abs(observation[21] - environment.simulation.frame(ofBody: 3).origin.x))
    }
    #expect(forces > 1)
    #expect(lag > 1e-6)
  }

  @Test func itsPartsAddUp() throws {
    let environment = try make("Euler")
    for _ in 0..<20 {
      let before = environment.observation
      let transition = environment.step([0.5])
      let (after, parts) = (environment.observation, transition.rewardParts)
      #expect(parts.control == -0.01 * 0.25)
      let time = environment.simulation.time
      expectClose(
        [parts.other], [2 * (after[22] - before[22]) - 0.1 * time], within: 1e-12)
      expectClose(
        [parts.contact], [-0.001 * after[3..<21].map { $0 * $0 }.reduce(0, +)], within: 1e-12)
      #expect(parts.healthy == (transition.terminated ? 0 : 0.5))
      #expect(transition.terminated == (abs(after[21]) >= 0.6))
    }
  }

  @Test func itsRulesComeFromItsParts() throws {
    let expected = """
      Rod-v0: a rod that hits the floor
      At most 60 steps of 0.03 s, each 3 physics steps of 0.01 s.

      Observation: 23 numbers
         0  hub                  rad
         1  velocity of joint 0  m/s
         2  velocity of hub      rad/s
        21  tip x                m
        22  tip z                m
        Velocities are clamped to -8 ... 8 here, not in the state.
        3 ... 20  contact forces: for each body but the world, in the model's order,
        moment (x, y, z) and force (x, y, z) about the robot's centre of mass, world axes,
        in N m and N, each clamped to -20 ... 20
        The tip is where forces were last computed.
        Not observed: joint 0.

      Action: 1 numbers; 1 stands for
         0  hub  6 N m
        Each motor clamps its number to -1 ... 1; the reward counts the action as given.

      Reward
        0.5 - 0.01 * sum of squares of the action - 0.001 * sum of squares of the observed contact forces
        + 2 * rise of the tip - 0.1 * time
        The 0.5 is not paid on a step into an unhealthy state.

      End of an episode
        terminated unless the tip is within 0.6 m after the step
        truncated after step 60; both may come together
        broken, and terminated, when a number of the state or the action is not finite (Gymnasium
        goes on after an infinite action, with a reward of minus infinity)

      Reset
        the rod anywhere

      Physics
        mujoco4 (default of this id); also mujoco2.1, mujoco3

      Normalized score
        none
      """
    #expect(try make("Euler").rules == expected)
  }
}

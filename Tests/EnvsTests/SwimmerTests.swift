import TestSupport
import Testing

@testable import IDQLEnvs

/// The environment of Examples/Swimmer, which uses the public interface only, against Gymnasium's.
@Suite struct SwimmerTests {
  struct Recording: Decodable {
    struct Start: Decodable { var position, velocity, observation: [Double] }
    struct Reset: Decodable {
      var seed: UInt64
      var first, second: Start
    }
    struct Step: Decodable {
      var action, observation: [Double]
      var reward: Double
    }
    struct Episode: Decodable {
      var seed: UInt64
      var steps: [Step]
    }

    var stepLimit: Int
    var stepDuration: Double
    var resets: [Reset]
    var episodes: [Episode]
  }

  private static let golden: Recording = goldenJSON("swimmer.json")

  private func make() throws -> RobotEnvironment {
    try RobotEnvironment(swimmer, EnvironmentRequest("Swimmer-v5"))
  }

  @Test func startsMatchGymnasiumToTheBit() throws {
    let environment = try make()
    #expect(environment.spec.stepLimit == Self.golden.stepLimit)
    #expect(environment.spec.stepDuration == Self.golden.stepDuration)
    for reset in Self.golden.resets {
      environment.reset(seed: reset.seed)
      expectStart(environment, reset.first)
      environment.reset()
      expectStart(environment, reset.second)
    }
  }

  private func expectStart(_ environment: any Environment, _ start: Recording.Start) {
    let state = environment.simulation.state
    #expect(state.position.map(\.bitPattern) == start.position.map(\.bitPattern))
    #expect(state.velocity.map(\.bitPattern) == start.velocity.map(\.bitPattern))
    #expect(environment.observation.map(\.bitPattern) == start.observation.map(\.bitPattern))
  }

  @Test func episodesMatchGymnasium() throws {
    let environment = try make()
    for episode in Self.golden.episodes {
      environment.reset(seed: episode.seed)
      #expect(episode.steps.count == 50)
      for (index, step) in episode.steps.enumerated() {
        let transition = environment.step(step.action)
        let label = "seed \(episode.seed), step \(index + 1)"
        // nothing touches, so roundings do not grow: 4e-14 is the most that was found
        expectClose(environment.observation, step.observation, within: 1e-12, label)
        expectClose([transition.reward], [step.reward], within: 1e-12, label)
        #expect(!transition.terminated && !transition.truncated)
      }
    }
  }

  @Test func rulesHaveTheNumbersOfTheTask() throws {
    let rules = try make().rules
    for line in [
      "Swimmer-v5: Swimmer by the rules of Gym v5",
      "At most 1000 steps of 0.04 s, each 4 physics steps of 0.01 s.",
      "   0  torso yaw (free_body_rot)              rad",
      "   3  velocity of torso x (slider1)          m/s",
      "  Not observed: torso x (slider1), torso y (slider2).",
      "   0  motor1_rot  150 N m",
      "  Each motor clamps its number to -1 ... 1; the reward counts the action as given.",
      "  (x after - x before) / 0.04 - 0.0001 * sum of squares of the action",
      "  x is position 0: torso x (slider1).",
      "  terminated never",
      "  positions: (0, 0, 0, 0, 0) + uniform(-0.1, 0.1)",
      "Normalized score\n  none",
    ] {
      #expect(rules.contains(line), "\(line)")
    }
    #expect(!rules.contains("Easily mistaken"))
  }
}

import IDQLPhysics
import IDQLRandom
import Testing

@testable import IDQLEnvs

/// What a step tells besides observation and reward. Python's tests compare it with Gymnasium's own.
@Suite struct InformationTests {
  /// Of robots that tell every term of the reward: these and what they leave out add up to it.
  @Test(arguments: [
    ("Hopper-v5", 0.0), ("Walker2d-v5", 0), ("HalfCheetah-v5", 0), ("Ant-v5", 0), ("Swimmer-v5", 0),
    ("InvertedPendulum-v5", 0), ("InvertedDoublePendulum-v5", 0), ("Reacher-v4", 0),
    ("Reacher-v5", 0), ("Humanoid-v2", 0), ("Humanoid-v3", 0), ("Humanoid-v4", 0),
    ("Humanoid-v5", 0), ("HumanoidStandup-v2", 1), ("HumanoidStandup-v4", 1),
    ("HumanoidStandup-v5", 1),
  ])
  func termsAddUpToTheReward(_ id: String, _ constant: Double) throws {
    let environment = try makeEnvironment(id: id)
    // an old name for another of them is told twice
    let terms = environment.informationNames.enumerated().filter {
      $0.element.hasPrefix("reward_") || $0.element.hasSuffix("_penalty")
    }.map(\.offset)
    #expect(!terms.isEmpty)
    var generator = NumPyGenerator(seed: 3)
    environment.reset(seed: 1)
    for _ in 0..<20 {
      let action = (0..<environment.spec.actionCount).map { _ in generator.uniform(-0.4, 0.4) }
      let transition = environment.step(action)
      let sum = terms.reduce(constant) { $0 + environment.information[$1] }
      // they are added in another order
      #expect(abs(sum - transition.reward) <= 1e-12 * max(1, abs(transition.reward)))
      if transition.terminated { environment.reset() }
    }
  }

  /// A tendon of each leg, from the hip to the knee, is told by a reset too, as an array.
  @Test(arguments: ["Humanoid-v5", "HumanoidStandup-v5"]) func legsHaveTendons(_ id: String) throws
  {
    let environment = try makeEnvironment(id: id)
    let model = environment.simulation.model
    environment.reset(seed: 5)
    func position(_ joint: String) throws -> Double {
      let index = try #require(model.joints.index(ofName: joint))
      return environment.simulation.position(model.joints[index].firstPosition)
    }
    func told(_ name: String) -> [Double] {
      zip(environment.informationNames, environment.information).filter { $0.0 == name }.map(\.1)
    }
    #expect(
      told("tendon_length") == [
        try -position("left_hip_y") + position("left_knee"),
        try -position("right_hip_y") + position("right_knee"),
      ])
    #expect(told("tendon_velocity") == environment.simulation.tendonSpeeds)
    let isKnown = environment.information.map { !$0.isNaN }
    #expect(isKnown.prefix { $0 }.count == environment.informationCountAtReset)
    #expect(isKnown.count { $0 } == environment.informationCountAtReset)

    // a snapshot holds them: they belong to the last evaluation of forces and not to the state
    _ = environment.step(Array(repeating: 0.3, count: environment.spec.actionCount))
    let (lengths, snapshot) = (told("tendon_length"), environment.snapshot)
    environment.reset(seed: 6)
    try environment.restore(snapshot)
    #expect(told("tendon_length") == lengths)
  }
}

import Testing

@testable import IDQLEnvs

/// Against statistics of the originals; EnvironmentTestingTests replays what was recorded of them.
@Suite struct ReferenceTests {
  /// Mean return of uniformly random actions and its standard error, measured with the reference
  /// implementation under MuJoCo 4.0.0, and under 2.1.0's inertia and margins.
  @Test(arguments: [
    ("Hopper-v4", 18.90, 0.45, 300), ("hopper-random-v2", 18.67, 0.43, 300),
    ("Walker2d-v4", 2.64, 0.14, 300), ("walker2d-random-v2", 2.01, 0.14, 300),
    ("HalfCheetah-v4", -289.3, 9.5, 8), ("halfcheetah-random-v2", -260.4, 10.9, 8),
    ("Ant-v4", -55.2, 5.2, 100), ("ant-random-v2", -54.2, 5.4, 100),
  ])
  func aRandomPolicyEarnsAsMuch(
    _ id: String, _ mean: Double, _ standardError: Double, _ episodes: Int
  ) throws {
    let environment = try makeEnvironment(id: id)
    var generator = ActionNoise(seed: 1)
    let returns = (0..<episodes).map { episode in
      environment.reset(seed: UInt64(episode))
      var sum = 0.0
      while true {
        let transition = environment.step(generator.next(environment.spec.actionCount))
        sum += transition.reward
        if transition.terminated || transition.truncated { return sum }
      }
    }
    let found = returns.reduce(0, +) / Double(episodes)
    let variance = returns.reduce(0) { $0 + ($1 - found) * ($1 - found) } / Double(episodes - 1)
    let error = (variance / Double(episodes) + standardError * standardError).squareRoot()
    // a fixed seed: what is tested is that the physics has not moved to another mean
    #expect(abs(found - mean) < 3 * error, "\(found) instead of \(mean), standard error \(error)")
  }
}

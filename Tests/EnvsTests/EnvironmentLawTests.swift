import Foundation
import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLEnvs

/// What holds for every environment of the catalog.
@Suite struct EnvironmentLawTests {
  /// One of each kind.
  static let ids: [String] = {
    var seen: Set<EnvironmentEquivalence> = []
    return EnvironmentID.all.filter { seen.insert($0.entry.equivalence).inserted }
      .map(\.description)
  }()

  @Test(arguments: Spaces.shared.environments)
  func spacesHaveTheSizesOfTheOriginals(_ recorded: Spaces.Environment) throws {
    let spec = try makeEnvironment(id: recorded.id).spec
    #expect(spec.id == recorded.id)
    #expect(spec.observationCount == recorded.observations)
    #expect(spec.actionCount == recorded.actions)
    #expect(abs(spec.stepDuration - recorded.stepDuration) < 1e-9)
    #expect(spec.stepLimit == recorded.stepLimit)
  }

  /// The generation of MuJoCo that a suite was published with; Pusher's contacts are those of the
  /// newest alone.
  @Test(arguments: EnvironmentID.all)
  func physicsIsThatOfTheSuite(_ id: EnvironmentID) throws {
    let expected: PhysicsProfile? =
      switch id.entry.suite {
      case .gym where id.description.hasPrefix("Pusher"): .mujoco4
      case .gym: (id.version ?? 0) < 4 ? .mujoco2_1 : .mujoco4
      case .d4rl: .mujoco2_1
      case .ogbench: .mujoco3
      case .gymnasiumRobotics: .mujoco4
      default: nil
      }
    if let expected { #expect(try makeEnvironment(id).spec.physics == expected) }
  }

  @Test(arguments: ids)
  func anEpisodeFollowsFromItsSeed(_ id: String) throws {
    let first = try trace(makeEnvironment(id: id), seed: 4)
    #expect(try first == trace(makeEnvironment(id: id), seed: 4))
    #expect(try first != trace(makeEnvironment(id: id), seed: 5))

    // and not from what the environment did before
    let used = try makeEnvironment(id: id)
    _ = trace(used, seed: 9)
    #expect(first == trace(used, seed: 4))
  }

  @Test(arguments: ids)
  func aRestoredEpisodeContinuesToTheBit(_ id: String) throws {
    let environment = try makeEnvironment(id: id)
    environment.reset(seed: 6)
    var noise = ActionNoise(seed: 6)
    for _ in 0..<7 { _ = environment.step(noise.next(environment.spec.actionCount)) }

    let saved = try JSONEncoder().encode(environment.snapshot)
    let other = try makeEnvironment(id: id)
    try other.restore(JSONDecoder().decode(EnvironmentSnapshot.self, from: saved))
    #expect(other.snapshot == environment.snapshot)
    #expect(other.observation == environment.observation)
    #expect(other.stepCount == 7)
    for _ in 0..<20 {
      let action = noise.next(environment.spec.actionCount)
      #expect(other.step(action) == environment.step(action))
      #expect(other.observation == environment.observation)
    }
    // the snapshot has the generator
    other.reset()
    environment.reset()
    #expect(other.observation == environment.observation)
  }

  @Test(arguments: ids)
  func theTimeLimitTruncates(_ id: String) throws {
    let environment = try makeEnvironment(id: id)
    var snapshot = environment.snapshot
    snapshot.stepCount = environment.spec.stepLimit - 2
    try environment.restore(snapshot)
    let still = Array(repeating: 0.0, count: environment.spec.actionCount)
    #expect(!environment.step(still).truncated)
    let last = environment.step(still)
    #expect(last.truncated)
    #expect(!last.terminated)
  }

  @Test(arguments: [
    ("Hopper-v2", 1.2), ("Hopper-v5", 1.2), ("hopper-medium-v2", 1.2), ("Walker2d-v4", 1.2),
    ("walker2d-expert-v0", 1.2), ("Ant-v3", 3), ("Ant-v5", 3), ("ant-random-v1", 3),
  ])
  func aFallInTheLastStepIsBoth(_ id: String, _ pitchOrHeight: Double) throws {
    let environment = try makeEnvironment(id: id)
    var snapshot = environment.snapshot
    snapshot.stepCount = environment.spec.stepLimit - 1
    snapshot.state.position[2] = pitchOrHeight
    try environment.restore(snapshot)
    let still = Array(repeating: 0.0, count: environment.spec.actionCount)
    let fallen = environment.step(still)
    #expect(fallen.truncated)
    #expect(fallen.terminated)
    #expect(!fallen.isBroken)
  }

  @Test(arguments: ids)
  func theRewardIsTheSumOfItsParts(_ id: String) throws {
    let environment = try makeEnvironment(id: id)
    // in a maze it has one term
    guard environment.maze == nil else { return }
    var noise = ActionNoise(seed: 8)
    for _ in 0..<30 {
      let transition = environment.step(noise.next(environment.spec.actionCount, reach: 2))
      let parts = transition.rewardParts
      let sum = parts.forward + parts.healthy + (parts.control + parts.contact) + parts.other
      #expect(transition.reward == sum)
    }
  }

  /// Gym's robots, and the weight of the control cost of each.
  static let robots = [("Hopper", 0.001), ("Walker2d", 0.001), ("HalfCheetah", 0.1), ("Ant", 0.5)]

  @Test(arguments: robots, ["-v2", "-v3", "-v4", "-v5", "-medium-expert-v1"])
  func robotsHaveThePublishedRewards(_ robot: (name: String, weight: Double), _ suffix: String)
    throws
  {
    let clips = suffix.count > 3
    let environment = try makeEnvironment(
      id: (clips ? robot.name.lowercased() : robot.name) + suffix)
    var noise = ActionNoise(seed: 8)
    var failures = 0
    for _ in 0..<60 {
      let before = place(environment)
      let action = noise.next(environment.spec.actionCount, reach: 2)
      let transition = environment.step(action)
      let parts = transition.rewardParts
      #expect(parts.forward == (place(environment) - before) / environment.spec.stepDuration)
      let counted = clips ? action.map { min(max($0, -1), 1) } : action
      // the order of the products may differ by a rounding
      expectClose(
        [parts.control], [-robot.weight * counted.map { $0 * $0 }.reduce(0, +)], within: 0,
        relative: 1e-15)
      failures += transition.terminated ? 1 : 0
      let isPaid = !transition.terminated || suffix != "-v5"
      #expect(parts.healthy == (robot.name != "HalfCheetah" && isPaid ? 1 : 0))
    }
    switch robot.name {
    case "HalfCheetah": #expect(failures == 0)
    case "Ant": break  // some fall so soon
    default: #expect(failures > 0)
    }
  }

  @Test(arguments: ids)
  func aNumberThatIsNotFiniteBreaksTheEpisode(_ id: String) throws {
    let environment = try makeEnvironment(id: id)
    var action = Array(repeating: 0.0, count: environment.spec.actionCount)
    // some have one action only
    let last = action.count - 1
    for bad in [Double.nan, .infinity] {
      environment.reset(seed: 0)
      action[last] = bad
      expectBroken(environment.step(action))
      action[last] = 0
      // and no later action ends that
      expectBroken(environment.step(action))
      environment.reset(seed: 0)
      #expect(!environment.step(action).isBroken)
    }

    var snapshot = environment.snapshot
    // nothing speeds up a ball on slides
    if snapshot.state.velocity.count == 2 { return }
    snapshot.state.velocity = snapshot.state.velocity.map { _ in 1e9 }
    try environment.restore(snapshot)
    // unhealthy at once or out of bounds soon: in no case does it go on as if nothing had happened
    let transitions = (0..<5).map { _ in environment.step(action) }
    #expect(transitions.contains { $0.isBroken })
  }

  /// The ant's is where MuJoCo last computed its torso; the planar robots' is their own coordinate.
  private func place(_ environment: any Environment) -> Double {
    environment.simulation.model.joints[0].kind == .free
      ? environment.simulation.frame(ofBody: 1).origin.x : environment.simulation.position(0)
  }

  private func expectBroken(_ transition: Transition) {
    #expect(transition.isBroken)
    #expect(transition.terminated)
    #expect(transition.reward.isNaN)
  }

  /// Observations and outcomes of an episode of forty steps, as text so that NaN equals NaN.
  private func trace(_ environment: any Environment, seed: UInt64) -> [String] {
    environment.reset(seed: seed)
    var noise = ActionNoise(seed: seed)
    return (0..<40).map { _ in
      let transition = environment.step(noise.next(environment.spec.actionCount))
      return "\(transition) \(environment.observation)"
    }
  }
}

import Foundation
import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLEnvs

/// What holds for every environment of the catalog.
@Suite struct EnvironmentLawTests {
  /// Every robot, and one maze of each kind.
  static let ids =
    LocomotionID.all.map(\.description) + [
      "antmaze-umaze-v0", "antmaze-large-diverse-v2", "antmaze-eval-large-play-v0",
      "antmaze-ultra-play-v0", "maze2d-open-dense-v0", "maze2d-large-v1",
      "antmaze-medium-stitch-v0", "antmaze-giant-navigate-singletask-v0",
      "antmaze-teleport-explore-singletask-task3-v0", "pointmaze-teleport-navigate-v0",
      "antsoccer-arena-navigate-v0", "humanoidmaze-large-stitch-v0",
      "AntMaze_UMazeDense-v4", "AntMaze_Large_Diverse_GR-v5", "PointMaze_Open_Diverse_G-v3",
    ]

  @Test(arguments: LocomotionID.all)
  func spacesHaveTheirSizes(_ id: LocomotionID) throws {
    let environment = try makeEnvironment(id: id.description)
    let spec = environment.spec
    #expect(spec.id == id.description)
    #expect(environment.observation.count == spec.observationCount)
    #expect(spec.actionCount == environment.simulation.model.controlCount)
    let antCount = [111, 111, 27, 105][id.rulesVersion - 2]
    let sizes: [Robot: [Int]] = [
      .hopper: [11, 3], .walker2d: [17, 6], .halfCheetah: [17, 6], .ant: [antCount, 8],
    ]
    #expect([spec.observationCount, spec.actionCount] == sizes[id.robot])
    let isSlow = id.robot == .halfCheetah || id.robot == .ant
    #expect(spec.stepDuration == (isSlow ? 0.05 : 0.008))
    #expect(spec.stepLimit == 1000)
    #expect(spec.physics == (id.rulesVersion < 4 ? .mujoco2_1 : .mujoco4))
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
    // the generator came along
    other.reset()
    environment.reset()
    #expect(other.observation == environment.observation)
  }

  @Test(arguments: LocomotionID.all)
  func theTimeLimitTruncates(_ id: LocomotionID) throws {
    let environment = try makeEnvironment(id: id.description)
    var snapshot = environment.snapshot
    snapshot.stepCount = environment.spec.stepLimit - 2
    try environment.restore(snapshot)
    let still = Array(repeating: 0.0, count: environment.spec.actionCount)
    #expect(!environment.step(still).truncated)
    let last = environment.step(still)
    #expect(last.truncated)
    #expect(!last.terminated)

    // a fall in the last step is both
    guard id.robot != .halfCheetah else { return }
    snapshot.stepCount = environment.spec.stepLimit - 1
    snapshot.state.position[2] = id.robot == .ant ? 3 : 1.2
    try environment.restore(snapshot)
    let fallen = environment.step(still)
    #expect(fallen.truncated)
    #expect(fallen.terminated)
    #expect(!fallen.isBroken)
  }

  @Test(arguments: LocomotionID.all)
  func theRewardIsTheSumOfItsParts(_ id: LocomotionID) throws {
    let environment = try makeEnvironment(id: id.description)
    var noise = ActionNoise(seed: 8)
    let clips = id.description.first?.isLowercase == true
    for _ in 0..<30 {
      let before = place(environment, id)
      let action = noise.next(environment.spec.actionCount, reach: 2)
      let transition = environment.step(action)
      let parts = transition.rewardParts
      #expect(
        transition.reward == parts.forward + parts.healthy + (parts.control + parts.contact))

      let after = place(environment, id)
      let speed = (after - before) / environment.spec.stepDuration
      #expect(parts.forward == speed)
      let counted = clips ? action.map { min(max($0, -1), 1) } : action
      let weight = id.robot == .ant ? 0.5 : id.robot == .halfCheetah ? 0.1 : 0.001
      // the order of the products may differ by a rounding
      expectClose(
        [parts.control], [-weight * counted.map { $0 * $0 }.reduce(0, +)], within: 0,
        relative: 1e-15)
      let healthy: Double =
        id.robot == .halfCheetah || id.rulesVersion == 5 && transition.terminated ? 0 : 1
      #expect(parts.healthy == healthy)
    }
  }

  @Test(arguments: ids)
  func aNumberThatIsNotFiniteBreaksTheEpisode(_ id: String) throws {
    let environment = try makeEnvironment(id: id)
    var action = Array(repeating: 0.0, count: environment.spec.actionCount)
    for poison in [Double.nan, .infinity] {
      environment.reset(seed: 0)
      action[1] = poison
      expectBroken(environment.step(action))
      action[1] = 0
      // and no later action mends it
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
  private func place(_ environment: any Environment, _ id: LocomotionID) -> Double {
    id.robot == .ant
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
